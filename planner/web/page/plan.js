// The plan as the page shows it: parts of HTML that Python sends, each put where the page has its name.

/** @import { Digests, Parts, PlanReply, Texts } from "./messages.js" */

import { find, findAll, hide } from "./dom.js";

// ms until something is read out, so that nobody has to hear each key
const PAUSE = 300;

export class PlanView {
  /** @type {Map<string, number>} */
  #digests; // of the parts shown
  #announcement = 0;
  /** The path of the file that is shown. */
  openFile = "";
  /** The answers of the plan shown: while one of them needs a look, not those in the form. @type {Texts | null} */
  answers = null;

  /** @param {Digests} digests */
  constructor(digests) {
    this.#digests = new Map(Object.entries(digests));
  }

  /** @returns {Digests} */
  get digests() {
    return Object.fromEntries(this.#digests);
  }

  /**
   * Shows the plan for *answers*.
   *
   * @param {PlanReply} reply
   * @param {Texts} answers
   */
  show({ ok, lists = {}, parts }, answers) {
    for (const [name, members] of Object.entries(lists)) this.#arrange(find(`[data-list="${name}"]`), members);
    this.showParts(parts);
    this.chooseFile(this.openFile);
    if (ok) this.answers = answers;
  }

  /** @param {Parts} parts */
  showParts(parts) {
    for (const [name, [html, digest]] of Object.entries(parts)) {
      this.showHtml(name, html);
      this.#digests.set(name, digest);
    }
  }

  /**
   * @param {string} name
   * @param {string} html
   */
  showHtml(name, html) {
    this.#digests.delete(name);
    for (const part of partsNamed(name)) {
      const open = [...part.querySelectorAll("details")].filter(({ open, id }) => open && id).map(({ id }) => id);
      part.innerHTML = html;
      for (const details of part.querySelectorAll("details")) details.open = open.includes(details.id);
    }
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  showText(name, text) {
    this.#digests.delete(name);
    for (const part of partsNamed(name)) part.textContent = text;
  }

  /**
   * Shows that Python is gone, with a button to try again.
   *
   * @param {string} reason
   * @param {"restart" | "reload"} remedy
   */
  showFailure(reason, remedy) {
    this.showText(
      "status",
      "Python could not run in this browser, so the plan no longer follows your answers. They are kept: ",
    );
    const again = Object.assign(document.createElement("button"), { type: "button", textContent: "try again" });
    again.dataset.do = remedy;
    const zips = Object.assign(document.createElement("a"), {
      href: "#examples",
      textContent: "take an example's zip",
    });
    find('[data-part="status"]').append(again, " or ", zips, ` and edit it. (${reason.trim().split("\n").at(-1)})`);
  }

  /**
   * Has screen readers say *text*.
   *
   * @param {string} text
   */
  announce(text) {
    clearTimeout(this.#announcement);
    this.#announcement = setTimeout(() => this.showText("said", text), PAUSE);
  }

  /**
   * Shows the file *path*, or the first one: the chosen one may have left the plan.
   *
   * @param {string} path
   */
  chooseFile(path) {
    const listings = listingsShown();
    const chosen = listings.find(({ dataset }) => dataset.part === `file ${path}`) ?? listings[0];
    this.openFile = chosen?.dataset.part?.slice("file ".length) ?? "";
    for (const listing of listings) hide(listing, listing !== chosen);
    for (const opener of findAll(".tree [data-open]"))
      opener.ariaCurrent = opener.dataset.open === this.openFile ? "true" : null;
    if (chosen) unfoldText(chosen);
  }

  unfoldEveryFile() {
    listingsShown().forEach(unfoldText);
  }

  /**
   * @param {HTMLElement} list
   * @param {string[]} members the names of its parts, in order
   */
  #arrange(list, members) {
    const children = /** @type {HTMLElement[]} */ ([...list.children]);
    const byName = new Map(children.map((child) => [child.dataset.part ?? "", child]));
    for (const [name, child] of byName)
      if (!members.includes(name)) {
        child.remove();
        this.#digests.delete(name);
      }
    members.forEach((name, at) => {
      const child = byName.get(name) ?? document.createElement(list.matches("ul") ? "li" : "section");
      child.dataset.part = name;
      if (list.children[at] !== child) list.insertBefore(child, list.children[at] ?? null);
    });
  }
}

/** @param {string} name */
const partsNamed = (name) => findAll(`[data-part="${CSS.escape(name)}"]`);

const listingsShown = () => findAll('[data-list="files"] > *');

/**
 * Of the files that came with the page only one is seen: the others are text in it (noscript) until somebody looks.
 *
 * @param {HTMLElement} listing
 */
function unfoldText(listing) {
  const text = listing.querySelector("noscript")?.textContent;
  if (text) listing.innerHTML = text;
}
