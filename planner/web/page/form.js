// The questions: what they hold, what is wrong with it, and the way back to what they held before.

/** @import { Texts } from "./messages.js" */

import { findAll, hide } from "./dom.js";
import { unfold } from "./navigation.js";

export class AnswerForm {
  #form;
  #on;
  #longest; // characters of an answer
  /** @type {{ undo: Texts[], redo: Texts[] }} */
  #history = { undo: [], redo: [] };
  #edited = ""; // the field of the last step: a whole word typed into one field is one step
  /** The answers after the last change. @type {Texts} */
  current = {};
  /** The answers that lines are compared with: those before the last step. @type {Texts | null} */
  before = null;

  /**
   * @param {HTMLFormElement} form
   * @param {object} on
   * @param {() => void} on.changed
   * @param {(length: number, longest: number) => void} on.tooLong the text was not kept
   */
  constructor(form, on) {
    this.#form = form;
    this.#on = on;
    this.#longest = Number(form.dataset.longest);
    form.addEventListener("input", ({ target }) => this.#input(/** @type {HTMLInputElement} */ (target)));
    form.addEventListener("change", () => {
      this.#edited = "";
    });
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** @returns {Texts} */
  read() {
    /** @type {Texts} */
    const texts = {};
    // Not by FormData, which takes a second for a list of a hundred thousand tasks.
    for (const { name, type, checked, value } of this.#controls()) {
      if (!name) continue;
      const isGiven = checked || (type !== "checkbox" && type !== "radio");
      texts[name] = [texts[name], isGiven && value].filter(Boolean).join("\n");
    }
    return texts;
  }

  /** @param {Texts} texts */
  fill(texts) {
    for (const control of this.#controls()) {
      const answer = texts[control.name];
      if (answer === undefined) continue;
      if (control.type === "checkbox") control.checked = answer.split("\n").includes(control.value);
      else if (control.type === "radio") control.checked = control.value === answer;
      else if (!(control instanceof HTMLSelectElement) || [...control.options].some(({ value }) => value === answer))
        control.value = answer; // an option that is no longer offered leaves what is chosen
    }
  }

  /**
   * Begins with *texts*, or with what the form holds: no step that could be undone.
   *
   * @param {Texts} [texts]
   */
  begin(texts) {
    if (texts) this.fill(this.#withCurrentNames(texts));
    this.current = this.read();
  }

  /**
   * Answers that a browser kept may have names of an earlier version.
   *
   * @param {Texts} texts
   * @returns {Texts}
   */
  #withCurrentNames(texts) {
    /** @type {Record<string, string>} */
    const renamed = JSON.parse(this.#form.dataset.renamed ?? "{}");
    return Object.fromEntries(Object.entries(texts).map(([name, text]) => [renamed[name] ?? name, text]));
  }

  /**
   * Fills in *texts* as one step.
   *
   * @param {Texts} texts
   */
  change(texts) {
    this.fill(texts);
    this.#step();
  }

  reset() {
    this.#form.reset();
    this.#step();
  }

  /**
   * Goes a step back or forward; returns false where there is none.
   *
   * @param {"undo" | "redo"} direction
   */
  goBack(direction) {
    const texts = this.#history[direction].pop();
    if (!texts) return false;
    this.#history[direction === "undo" ? "redo" : "undo"].push(this.current);
    this.before = this.current;
    this.#edited = "";
    this.fill(texts);
    this.#changed();
    return true;
  }

  /** @param {"undo" | "redo"} direction */
  canGo(direction) {
    return this.#history[direction].length > 0;
  }

  /**
   * Shows the questions *visible*, and marks those whose answers cannot be used.
   *
   * @param {string[]} visible
   * @param {string[]} invalid
   */
  showQuestions(visible, invalid) {
    for (const question of findAll("[data-question]"))
      hide(question, !visible.includes(question.dataset.question ?? ""));
    for (const control of this.#controls()) {
      const needsALook = invalid.includes(control.name);
      if (control.name) control.ariaInvalid = needsALook ? "true" : null;
      if (needsALook) unfold(control);
    }
  }

  /** @param {HTMLInputElement} field */
  #input(field) {
    const { name, value } = field;
    if (value.length <= this.#longest) return this.#step(name);
    // Another file, pasted by mistake, would keep page and Python busy for long; the field stays as it was.
    this.fill({ [name]: this.current[name] });
    this.#on.tooLong(value.length, this.#longest);
  }

  #step(field = "") {
    if (!field || field !== this.#edited) {
      this.#history.undo.push(this.current);
      this.#history.redo = [];
      this.before = this.current;
    }
    this.#edited = field;
    this.#changed();
  }

  #changed() {
    this.current = this.read();
    this.#on.changed();
  }

  #controls() {
    return /** @type {Iterable<HTMLInputElement>} */ (/** @type {unknown} */ (this.#form.elements));
  }
}
