// Goes to a part of the page, and opens what hides it.

import { find, findAll } from "./dom.js";

/** @param {Element} target */
export function unfold(target) {
  /** @type {HTMLDetailsElement | null | undefined} */
  let folded = target.closest("details:not([open])");
  while (folded) {
    folded.open = true;
    folded = folded.parentElement?.closest("details:not([open])");
  }
}

/**
 * Goes to a part of the page: unfolds what hides it, and gives the keyboard to it.
 *
 * @param {HTMLElement | null} target
 */
export function goTo(target) {
  if (!target) return;
  unfold(target);
  const control = fieldOf(target) ?? target;
  if (control === target && !target.matches("a, button, [tabindex]")) target.tabIndex = -1;
  control.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
  target.classList.remove("arrived");
  requestAnimationFrame(() => target.classList.add("arrived"));
}

/** @param {HTMLElement} target */
function fieldOf(target) {
  if (!target.matches(".question")) return null;
  /** @type {HTMLElement | null} */
  const chosen = target.querySelector("input:checked");
  return chosen ?? /** @type {HTMLElement | null} */ (target.querySelector("input, select, textarea"));
}

/**
 * Opens what the rules behind a line say, which is what the list of advice says.
 *
 * @param {HTMLElement} block
 */
export function openWhy(block) {
  const why = find("#why");
  const rules = block.dataset.why?.split(" ") ?? [];
  const advice = rules.flatMap((rule) => document.getElementById(`advice-${rule}`) ?? []);
  find("#why .why-text").replaceChildren(...advice.map((each) => each.cloneNode(true)));
  for (const copy of findAll("[id]:not(h2)", why)) copy.removeAttribute("id");
  for (const folded of why.querySelectorAll("details")) folded.open = true;
  why.showPopover();
  find("#why h2").focus();
}

export function closeWhy() {
  find("#why").hidePopover();
}
