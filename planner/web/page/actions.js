// What each button does (`data-do`), by its name in the page's HTML.

/** @import { AddressBar } from "./address.js" */
/** @import { Comparison } from "./compare.js" */
/** @import { AnswerForm } from "./form.js" */
/** @import { PlanView } from "./plan.js" */
/** @import { PythonQueue } from "./python.js" */
/** @import { Uploader } from "./uploads.js" */

import { button, byId, find, findAll } from "./dom.js";
import { copy, save } from "./download.js";
import { goTo } from "./navigation.js";

/** @typedef {Record<string, (data: DOMStringMap) => void>} Actions */

/**
 * @param {object} owners
 * @param {PythonQueue} owners.queue
 * @param {AnswerForm} owners.form
 * @param {PlanView} owners.view
 * @param {AddressBar} owners.address
 * @param {Comparison} owners.comparison
 * @param {Uploader} owners.uploader
 * @param {(files: File[]) => void} owners.upload
 * @param {(name: string) => void} owners.openExample
 * @returns {Actions}
 */
export function actionsOf({ queue, form, view, address, comparison, uploader, upload, openExample }) {
  /**
   * @param {string | null | undefined} text
   * @param {string} done
   */
  const copyAndTell = (text, done) => copy(text ?? "", done).then((words) => view.announce(words));

  /** @param {"undo" | "redo"} direction */
  const goBack = (direction) => {
    if (!form.goBack(direction)) view.announce(`There is nothing to ${direction}.`);
  };

  return {
    zip: () => zipIsAllowed() && queue.ask("zip"),
    save: ({ path }) => queue.ask("file", { path }),
    copy: ({ of = "" }) => copyAndTell(byId(of)?.textContent, "Copied."),
    link() {
      if (address.link === null) view.announce("The answers are too long for a link: save answers.toml instead.");
      else copyAndTell(address.link, "The link is copied.");
    },
    undo: () => goBack("undo"),
    redo: () => goBack("redo"),
    example: ({ name = "" }) => openExample(name),
    pick: () => find("#pick").click(),
    reset: () => form.reset(),
    unfold() {
      for (const details of findAll("#planner details.more")) details.setAttribute("open", "");
    },
    keepToCompare() {
      const isKept = comparison.keep(address.withoutKeys(form.read()));
      view.announce(isKept ? "Kept. Change answers, then compare." : "This browser cannot keep it.");
    },
    compareKept() {
      if (!comparison.withKept())
        view.showText("compare", "No plan is kept yet: keep this one, then change an answer.");
    },
    comparePool: ({ pool = "" }) => comparison.withPool(form.read(), pool),
    choose: () => find("#choose").click(),
    paste() {
      const box = find("#pasting");
      box.hidden = !box.hidden;
      button("paste").ariaExpanded = String(!box.hidden);
      if (!box.hidden) find("#pasted").focus();
    },
    readPasted: () => upload([new File([find("#pasted", HTMLTextAreaElement).value], "")]),
    stopUpload: () => uploader.stop("Stopped. Nothing of it was taken."),
    saveUploaded: ({ name = "" }) => save(name.slice(name.lastIndexOf("/") + 1), uploader.file(name), "text/plain"),
    useOffer() {
      form.change(uploader.offer);
      goTo(find("#questions"));
    },
    forget: () => form.change({ measured: "" }),
    print() {
      view.unfoldEveryFile();
      window.print();
    },
    keys: () => find("#keys", HTMLDialogElement).showModal(),
    reload: () => location.reload(),
    restart: () => queue.restart(),
  };
}

// `disabled` would put the button's reason out of reach.
export const zipIsAllowed = () => button("zip").ariaDisabled !== "true";

/** @param {boolean} isAllowed */
export function allowZip(isAllowed) {
  button("zip").ariaDisabled = String(!isAllowed);
}
