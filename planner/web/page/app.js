// Keeps the plan up to date while the questions are answered. It knows no question and no file by name: Python decides
// what is asked and what is shown; the page sends the answers and puts the HTML that comes back where it belongs. Here
// those who own what the page knows are put together: Python's queue, form, plan, address, uploads, comparison.
//
// In the page's HTML:
//   data-part="name"       shows the part of that name of Python's reply
//   data-list="name"       holds one element for each part of that list
//   data-question="id"     is hidden while its question is not asked
//   data-do="action"       a button for one of the actions in actions.js
//   data-open="path"       chooses the file of which data-part="file path" is the listing
//   data-why="rule rule"   opens what those rules say

/** @import { Action, OpenReply, PlanReply, Replies, Reply, Texts } from "./messages.js" */

import { loadTheme } from "../theme-loader.js";
import { actionsOf, allowZip, zipIsAllowed } from "./actions.js";
import { AddressBar } from "./address.js";
import { Comparison } from "./compare.js";
import { button, byId, find } from "./dom.js";
import { bytesOf, save } from "./download.js";
import { AnswerForm } from "./form.js";
import { listenToKeys } from "./keyboard.js";
import { goTo } from "./navigation.js";
import { PlanView } from "./plan.js";
import { listenToClicks, listenToDrops, whenChosen } from "./pointer.js";
import { PythonQueue } from "./python.js";
import { Uploader } from "./uploads.js";

const UNSEEN = 150; // ms after a plan until the files that nobody looks at follow it

const planner = find("#planner");
const questions = find("#questions", HTMLFormElement);

const view = new PlanView(JSON.parse(planner.dataset.digests ?? "{}"));

const form = new AnswerForm(questions, {
  changed: afterChange,
  tooLong(length, longest) {
    const [characters, limit] = [length, longest].map((count) => count.toLocaleString("en"));
    view.showText(
      "words",
      `That was ${characters} characters, and an answer holds ${limit}: another file? It was not taken.`,
    );
  },
});

const queue = new PythonQueue(python, {
  answers: () => form.read(),
  details: (action) => details[action]?.() ?? {},
  reply(reply, answers) {
    /** @type {(reply: Reply, answers: Texts) => void} */ (replies[reply.do])(reply, answers);
    loadTheme();
  },
  progress: (text) => view.showText("status", text),
  ready() {
    view.showText("status", "");
    queue.ask("plan");
  },
  lost: () => uploader.abandon(),
  failed() {
    view.showText("status", "The planner failed at these answers; please report it. Undo the last one to go on.");
  },
  restarted() {
    view.showText("words", "Python stopped and was started again. Your answers are kept.");
  },
  gaveUp(reason, ranBefore) {
    allowZip(false);
    view.showFailure(reason, ranBefore ? "restart" : "reload");
  },
});

const address = new AddressBar(new RegExp(questions.dataset.keys ?? "", "i"), {
  answers: () => form.current,
  begin(kept) {
    form.begin(kept);
    if (kept) find("#examples", HTMLDetailsElement).open = false; // this visitor has begun already
  },
  open: (fragment) => queue.ask("open", { kind: "link", text: fragment }),
  notKept() {
    view.showText(
      "words",
      "This browser cannot keep your answers: save answers.toml (under More) before you leave this page.",
    );
  },
});

const comparison = new Comparison((other) => queue.ask("compare", other));

const uploader = new Uploader({
  send: (step) => queue.ask("bring", step),
  progress(text, isReading) {
    view.showText("upload", text);
    button("stopUpload").hidden = !isReading;
  },
});

const actions = actionsOf({ queue, form, view, address, comparison, uploader, upload, openExample });

/** @type {{ [A in Action]?: () => object | null }} */
const details = {
  plan: () => ({ has: view.digests, before: form.before, open: view.openFile }),
  files: () => ({ has: view.digests, before: form.before }),
  file: () => ({ last: view.answers }),
  zip: () => (zipIsAllowed() ? {} : null),
};

/** @type {{ [A in Action]: (reply: Replies[A], answers: Texts) => void }} */
const replies = {
  plan: showPlan,
  files: ({ parts }) => view.showParts(parts),
  zip({ ok, name, base64 }) {
    if (!ok) return;
    save(name, bytesOf(base64), "application/zip");
    view.announce(`${name} is in your downloads.`);
  },
  file: ({ name, text }) => save(name, text, "text/plain"),
  open: showOpened,
  compare({ parts, said }) {
    view.showParts(parts);
    if (said) view.announce(said);
  },
  bring: (reply) => uploader.reply(reply),
};

/**
 * @param {PlanReply} reply
 * @param {Texts} answers
 */
function showPlan(reply, answers) {
  view.show(reply, answers);
  form.showQuestions(reply.asked, reply.invalid);
  allowZip(reply.ok);
  if (reply.ok) {
    address.writeAddress(reply.link ?? null);
    queue.askLater("files", UNSEEN);
  }
  view.announce(reply.said);
  planner.getBoundingClientRect(); // lays the plan out now, while the screen's next frame is waited for
}

/** @param {OpenReply} reply */
function showOpened({ ok, texts, words }) {
  view.showHtml("words", words);
  if (ok) form.change(texts);
  address.goToQuestion();
}

function afterChange() {
  queue.ask("plan"); // before all else: what follows is done while Python plans
  address.keep();
  button("undo").ariaDisabled = String(!form.canGo("undo"));
  button("redo").ariaDisabled = String(!form.canGo("redo"));
  comparison.follow();
}

/**
 * As long as Python has not started, an example's plan is the one that was made with this page.
 *
 * @param {string} name
 */
async function openExample(name) {
  const replies = queue.isStarting ? await fetchExample(name) : null;
  if (!replies || !queue.isStarting) return queue.ask("open", { kind: "example", text: name });
  showOpened(replies.open);
  showPlan(replies.plan, form.read());
}

/**
 * @param {string} name
 * @returns {Promise<{ open: OpenReply, plan: PlanReply } | null>}
 */
const fetchExample = (name) =>
  fetch(`${name}.json`, { cache: "no-cache" })
    .then((file) => file.json())
    .catch(() => null);

/** @param {File[]} files */
async function upload(files) {
  if (!files.length) return;
  goTo(byId("bring"));
  const reply = await uploader.upload(files);
  if (!reply) return;
  view.showParts(reply.parts);
  if (Object.keys(reply.texts).length) form.change(reply.texts);
  goTo(find('[data-part="uploaded"]'));
}

listenToClicks(view, actions);
listenToDrops(upload);
whenChosen("#pick", async ([file]) => queue.ask("open", { kind: "file", text: await file.text() }));
whenChosen("#choose", upload);

listenToKeys();
address.restoreFromAddress();
view.chooseFile("");
queue.listen();
