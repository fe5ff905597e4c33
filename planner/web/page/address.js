// The plan in the page's address, and in the browser's storage for the next visit.

/** @import { Texts } from "./messages.js" */
/** @import { Place } from "./storage.js" */

import { byId } from "./dom.js";
import { goTo } from "./navigation.js";
import { stored } from "./storage.js";

// This tab's own plan, which no other tab overwrites; and the one changed last, with which a new tab begins.
/** @type {readonly Place[]} */
const OWN_THEN_LAST = ["sessionStorage", "localStorage"];

const PAUSE = 400; // ms: browsers allow an address to be changed a few times a second only

export class AddressBar {
  #keys;
  #on;
  #timer = 0;
  #hasWarned = false;
  #question = ""; // that the link points at, which brings answers along: #memory=30+GB&at=memory
  /** The fragment for the plan shown; null where it is not known or too long. @type {string | null} */
  fragment = null;

  /**
   * @param {RegExp} keys what looks like a key or a password
   * @param {object} on
   * @param {() => Texts} on.answers the answers to keep
   * @param {(answers?: Texts) => void} on.begin the page begins, with the answers that were kept
   * @param {(fragment: string) => void} on.open the address holds answers
   * @param {() => void} on.notKept the browser stores nothing
   */
  constructor(keys, on) {
    this.#keys = keys;
    this.#on = on;
    window.addEventListener("hashchange", () => this.restoreFromAddress());
  }

  /** Opens what the address holds, unless those are the answers kept here already, which know more. */
  restoreFromAddress() {
    const fragment = location.hash.slice(1);
    const kept = stored("answers", undefined, OWN_THEN_LAST);
    this.#on.begin(this.fragment === null ? kept?.answers : undefined);
    const question = new URLSearchParams(fragment).get("at") ?? "";
    const answers = fragment.replace(/(^|&)at=[^&]*/, "");
    if (answers.includes("=") && fragment !== (this.fragment ?? kept?.link)) {
      this.#question = question;
      this.#on.open(answers);
    } else if (question) {
      goTo(byId(`question-${question}`)); // a link without answers changes none
    } else if (fragment) goTo(byId(decoded(fragment)));
  }

  /** Goes to the question that the link pointed at, once its answers are in the form. */
  goToQuestion() {
    if (this.#question) goTo(byId(`question-${this.#question}`));
    this.#question = "";
  }

  /** @param {string | null} fragment */
  writeAddress(fragment) {
    this.fragment = fragment;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
      this.keep();
    }, PAUSE);
  }

  /** The address of the plan shown; null where the answers are too long for one. */
  get link() {
    if (this.fragment === null) return null;
    return `${location.origin}${location.pathname}${this.fragment && `#${this.fragment}`}`;
  }

  /** Keeps the answers for the next visit, except those that look like keys. */
  keep() {
    const fragment = location.hash.slice(1);
    const link = [...new URLSearchParams(fragment).values()].some((text) => this.#keys.test(text)) ? "" : fragment;
    const answers = this.withoutKeys(this.#on.answers());
    if (stored("answers", { answers, link }, OWN_THEN_LAST) || this.#hasWarned) return;
    this.#hasWarned = true;
    this.#on.notKept();
  }

  /**
   * @param {Texts} texts
   * @returns {Texts}
   */
  withoutKeys(texts) {
    return Object.fromEntries(Object.entries(texts).filter(([, text]) => !this.#keys.test(text)));
  }
}

/**
 * A fragment may be anything, also no text in UTF-8.
 *
 * @param {string} fragment
 */
function decoded(fragment) {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
