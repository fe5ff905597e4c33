// This plan beside another: the one that was kept, or that of another pool. It follows the answers.

/** @import { Details, Texts } from "./messages.js" */

import { byId } from "./dom.js";
import { goTo } from "./navigation.js";
import { stored } from "./storage.js";

export class Comparison {
  #ask;
  /** @type {Details["compare"] | null} */
  #other = null;

  /** @param {(other: Details["compare"]) => void} ask */
  constructor(ask) {
    this.#ask = ask;
  }

  /**
   * Keeps *answers* to compare with later; returns whether the browser could.
   *
   * @param {Texts} answers
   * @returns {boolean}
   */
  keep(answers) {
    return Boolean(stored("kept", answers));
  }

  /** Compares with the answers that were kept; returns false where there are none. */
  withKept() {
    const answers = stored("kept");
    if (answers) this.#begin({ with: answers });
    return Boolean(answers);
  }

  /**
   * @param {Texts} answers
   * @param {string} pool
   */
  withPool(answers, pool) {
    this.#begin({ with: answers, pool });
  }

  /** Compares once more, after an answer has changed. */
  follow() {
    if (this.#other) this.#ask(this.#other);
  }

  /** @param {Details["compare"]} other */
  #begin(other) {
    this.#other = other;
    goTo(byId("compare"));
    this.follow();
  }
}
