// Finds a hold or a message by the words that one sees: of the rows of both tables it shows those that share most words
// with what was typed. Without this script the tables are there as they are.

/** @param {string} text */
const words = (text) => new Set(text.toLowerCase().match(/[a-z]{4,}|(?<!\d)\d{1,3}(?!\d)/g));

/** @param {HTMLElement} box */
function filter(box) {
  /** @type {NodeListOf<HTMLTableRowElement>} */
  const found = document.querySelectorAll("tr:has([id^=hold-], [id^=message-])");
  const rows = [...found];
  const known = rows.map((row) => words(row.textContent));
  const field = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  if (!field || !status) return;
  field.addEventListener("input", () => {
    const typed = [...words(field.value)];
    const shared = known.map((of) => typed.filter((word) => of.has(word)).length);
    const most = Math.max(...shared);
    // One word of several is chance: it tells nothing of what was seen.
    const fits = most >= Math.min(2, typed.length) && most > 0;
    rows.forEach((row, at) => {
      row.hidden = fits && shared[at] < most;
    });
    const shown = rows.filter((row) => !row.hidden).length;
    status.textContent = !typed.length
      ? ""
      : !fits
        ? "No row has these words: all are shown."
        : `${shown} of ${rows.length} rows fit best.`;
  });
  box.hidden = false;
}

for (const box of document.querySelectorAll("[data-filter]")) if (box instanceof HTMLElement) filter(box);
