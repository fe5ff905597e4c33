// Finds elements of the page.

/**
 * Returns the element that the page surely has.
 *
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {{ new (): T }} [type]
 * @returns {T}
 */
export function find(selector, type) {
  const element = document.querySelector(selector);
  if (!(element instanceof (type ?? HTMLElement))) throw new Error(`The page has no ${selector}.`);
  return /** @type {T} */ (element);
}

/**
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement[]}
 */
export function findAll(selector, within = document) {
  return [...within.querySelectorAll(/** @type {"div"} */ (selector))];
}

/** @param {string} name */
export const button = (name) => find(`[data-do="${name}"]`);

/** @param {string} id */
export const byId = (id) => document.getElementById(id);

/**
 * Setting an attribute to the value it has makes the browser style everything below it again.
 *
 * @param {HTMLElement} element
 * @param {boolean} hidden
 */
export function hide(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}
