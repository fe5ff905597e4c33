// What the browser keeps from visit to visit.

/** @typedef {"localStorage" | "sessionStorage"} Place */

/**
 * Stores *value*, if it is given, in every one of *places* that works, and returns whether one did; else returns what the
 * first of them holds, or null.
 *
 * Storage may be refused, full or damaged: the page works without it, until it is left. The sites of one host share it:
 * the path tells them apart.
 *
 * @param {string} name
 * @param {unknown} [value]
 * @param {readonly Place[]} [places]
 * @returns {any}
 */
export function stored(name, value, places = ["localStorage"]) {
  const key = `htc-planner ${name} ${location.pathname}`;
  let result = null;
  for (const place of places)
    try {
      if (value !== undefined) window[place].setItem(key, JSON.stringify(value));
      result = value === undefined ? JSON.parse(window[place].getItem(key) ?? "null") : true;
      if (value === undefined && result) break;
    } catch {
      // there may be another place
    }
  return result;
}
