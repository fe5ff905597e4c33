// Keys: single ones press the button that has them as `data-key`; in a file, the arrows go from line to line.

import { button, find, findAll } from "./dom.js";
import { openWhy } from "./navigation.js";
import { stored } from "./storage.js";

export function listenToKeys() {
  // Single keys may be turned off, for those whose voice or hand types what they did not mean.
  const single = find("#single-keys", HTMLInputElement);
  single.checked = stored("keys") ?? true;
  single.addEventListener("change", () => stored("keys", single.checked));
  document.addEventListener("keydown", (event) => press(event, single.checked), true);
}

/**
 * @param {KeyboardEvent} event
 * @param {boolean} singleKeys
 */
function press(event, singleKeys) {
  const target = event.target instanceof Element ? event.target : null;
  const listing = target?.closest("[data-list=files] pre");
  if (listing) stepThroughFile(event, listing);
  if (target?.closest("input, select, textarea, dialog, [contenteditable]") || event.altKey) return;
  const pressed = buttonOf(event, singleKeys);
  if (!pressed) return;
  event.preventDefault();
  event.stopPropagation(); // the theme has keys of its own
  pressed.click();
}

/**
 * @param {KeyboardEvent} event
 * @param {boolean} singleKeys
 */
function buttonOf({ key, ctrlKey, metaKey, shiftKey }, singleKeys) {
  if (ctrlKey || metaKey) return key.toLowerCase() === "z" ? button(shiftKey ? "redo" : "undo") : undefined;
  return singleKeys ? findAll(`#planner [data-key="${CSS.escape(key)}"]`)[0] : undefined;
}

/**
 * From decided line to decided line with the arrows; Enter opens why.
 *
 * @param {KeyboardEvent} event
 * @param {Element} listing
 */
function stepThroughFile(event, listing) {
  const blocks = findAll("[data-why]", listing);
  const at = blocks.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  if (event.key === "Enter" && at >= 0) openWhy(blocks[at]);
  else if (event.key === "ArrowDown") blocks[Math.min(at + 1, blocks.length - 1)]?.focus();
  else if (event.key === "ArrowUp" && at > 0) blocks[at - 1].focus();
  else return;
  event.preventDefault();
}
