// The theme's script, which is not needed at once, waits for Python's first answer: where there are few processors, each
// would take from the other, and Python is what people wait for. Whoever touches the page gets it at once, and
// everybody after PATIENCE.

const PATIENCE = 10_000; // ms

const TOUCHES = ["pointerdown", "keydown"];

export function loadTheme() {
  for (const touch of TOUCHES) removeEventListener(touch, loadTheme, true);
  for (const put of document.querySelectorAll("script[data-later]")) {
    const script = document.createElement("script");
    script.src = put.getAttribute("data-later") ?? "";
    put.replaceWith(script);
  }
}

// What the theme would do on a first visit; afterwards its own first lines know from before.
function chooseColours() {
  const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const palette = document.querySelector(`[data-md-color-media="(prefers-color-scheme: ${scheme})"]`);
  for (const { name, value } of palette?.attributes ?? [])
    if (name.startsWith("data-md-color-")) document.body.setAttribute(name, value);
}

function coloursKept() {
  try {
    return Boolean(__md_get("__palette"));
  } catch {
    return false; // the browser forbids storage
  }
}

if (!coloursKept()) chooseColours();
for (const touch of TOUCHES) addEventListener(touch, loadTheme, true);
setTimeout(loadTheme, PATIENCE);
