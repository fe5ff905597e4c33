// The theme's script, which is not needed at once, waits for Python's first answer: where there are few processors, each
// would take from the other, and Python is what people wait for. Whoever touches the page gets it at once, and
// everybody after PATIENCE. On a first visit it comes at once, because it decides between light and dark; afterwards
// that is known from before.

const PATIENCE = 1000; // ms

const TOUCHES = ["pointerdown", "keydown"];

export function loadTheme() {
  for (const touch of TOUCHES) removeEventListener(touch, loadTheme, true);
  for (const put of document.querySelectorAll("script[data-later]")) {
    const script = document.createElement("script");
    script.src = put.dataset.later;
    put.replaceWith(script);
  }
}

/* global __md_get: the theme's, which reads what it keeps */
if (__md_get("__palette")) {
  for (const touch of TOUCHES) addEventListener(touch, loadTheme, true);
  setTimeout(loadTheme, PATIENCE);
} else loadTheme();
