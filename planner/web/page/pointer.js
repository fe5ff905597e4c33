// Clicks on buttons, files and decided lines; files that are chosen or dropped.

/** @import { Actions } from "./actions.js" */
/** @import { PlanView } from "./plan.js" */

import { byId, find } from "./dom.js";
import { closeWhy, goTo, openWhy } from "./navigation.js";

/**
 * @param {PlanView} view
 * @param {Actions} actions
 */
export function listenToClicks(view, actions) {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const closest = (/** @type {string} */ selector) => /** @type {HTMLElement | null} */ (target.closest(selector));
    const button = closest("[data-do]");
    if (button) actions[button.dataset.do ?? ""](button.dataset);
    const opener = closest("[data-open]");
    if (opener) view.chooseFile(opener.dataset.open ?? "");
    const block = closest("[data-why]");
    if (block && getSelection()?.isCollapsed) openWhy(block);
    // A part of the page is gone to without touching the address, which is the plan.
    const anchor = closest('#planner a[href^="#"]');
    if (!(anchor instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    closeWhy();
    goTo(opener ? find('[data-list="files"] > :not([hidden]) pre') : byId(anchor.hash.slice(1)));
  });
}

/** @param {(files: File[]) => void} upload */
export function listenToDrops(upload) {
  for (const kind of /** @type {const} */ (["dragover", "drop"]))
    document.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      if (kind === "drop") upload([...event.dataTransfer.files]);
    });
}

/**
 * @param {string} selector of the input
 * @param {(files: File[]) => void} read
 */
export function whenChosen(selector, read) {
  const input = find(selector, HTMLInputElement);
  input.addEventListener("change", () => {
    read([...(input.files ?? [])]);
    input.value = "";
  });
}
