// Keeps the plan up to date while the questions are answered. It knows no question and no file by name: Python decides
// what is asked and what is shown, this script sends the answers and puts the HTML that comes back where it belongs.
//
// To Python go { id, do, answers, … } and back come { id, do, … }, as JSON; `planner.web.handle` lists what can be done.
// A plan's reply has `parts`, {name: [html, mark]} of what changed; `lists`, {name: [parts in order]}; and `said`.
//
// In the page's HTML:
//   data-part="name"       shows the part of that name of Python's reply
//   data-list="name"       holds one element for each part of that list
//   data-question="id"     is hidden while its question is not asked
//   data-do="action"       a button for one of `actions` below
//   data-open="path"       chooses the file of which data-part="file path" is the listing
//   data-why="rule rule"   opens what those rules say

import { bringer } from "./bring.js";
import { loadTheme } from "./later.js";

/* global python: start.js, in the page's head */

const planner = document.getElementById("planner");
const form = document.getElementById("questions");
const zipButton = planner.querySelector('[data-do="zip"]');
const find = (selector) => planner.querySelector(selector);
const partsCalled = (name) => document.querySelectorAll(`[data-part="${CSS.escape(name)}"]`);
const KEYS = new RegExp(form.dataset.keys, "i"); // what looks like a key or a password
const LONGEST = Number(form.dataset.longest); // characters of an answer
// ms without an answer: while Python is loaded, of which a slow line needs most; and once it runs. The longest plan that
// is taken, of a million tasks, took 4.5 s on two shared cores: ten times that is for slow phones.
const PATIENCE = { start: 90_000, answer: 45_000 };

// --- Python, in a worker -----------------------------------------------------------------------------------------

let watchdog;
let busy = true; // until Python is there
let lastId = 0;
let answered = false; // by any worker: Python can run in this browser
let restarted = false; // since the last answer
const wanted = new Map(); // what to ask for as soon as Python is free, and with what
// Answers that are opened come first, the plan is theirs; a log comes last, piece by piece.
const ORDER = ["open", "plan", "compare", "file", "zip", "bring", "files"];

const on = {
  progress: (text) => showText("status", text),
  ready() {
    rest();
    showText("status", "");
    ask("plan");
  },
  reply(text) {
    rest();
    answered = true;
    restarted = false;
    const reply = JSON.parse(text);
    replies[reply.do](reply);
    loadTheme();
    askNext();
  },
  died: giveUp,
  failed(reason) {
    // It never answered, or never will again: there is no Python.
    if (lastId === 0 || reason.includes("already fatally failed")) return giveUp(reason);
    rest();
    dropWhatComes();
    console.error(reason);
    showText("status", "The planner failed at these answers; please report it. Undo the last one to go on.");
    askNext();
  },
};

function watch() {
  busy = true;
  const patience = lastId === 0 ? PATIENCE.start : PATIENCE.answer;
  watchdog = setTimeout(() => giveUp(`No answer in ${patience / 1000} seconds.`), patience);
}

function rest() {
  clearTimeout(watchdog);
  busy = false;
}

// Once by itself, then when asked to: an answer on which Python dies would kill it again and again. The page stays, and
// with it all that was typed, also where the browser stores nothing.
function restart() {
  restarted = true;
  lastId = 0;
  python.again();
  watch();
  showText("words", "Python stopped and was started again. Your answers are kept.");
}

function giveUp(reason) {
  clearTimeout(watchdog);
  python.stop();
  dropWhatComes();
  if (answered && !restarted) return restart();
  busy = true; // for good
  zipButton.ariaDisabled = "true";
  console.error(reason);
  showText("status", "Python could not run in this browser, so the plan no longer follows your answers. They are kept: ");
  const again = Object.assign(document.createElement("button"), { type: "button", textContent: "try again" });
  again.dataset.do = answered ? "restart" : "reload";
  const zips = Object.assign(document.createElement("a"), { href: "#examples", textContent: "take an example's zip" });
  document
    .querySelector('[data-part="status"]')
    .append(again, " or ", zips, ` and edit it. (${reason.trim().split("\n").at(-1)})`);
}

// Never a queue: what is wanted is asked once Python is free, with the answers as they are then.
function ask(what, more = {}) {
  wanted.set(what, more);
  askNext();
}

function askNext() {
  if (busy || wanted.size === 0) return;
  const what = ORDER.find((one) => wanted.has(one));
  const more = wanted.get(what);
  wanted.delete(what);
  if (what === "zip" && !zipAllowed()) return;
  watch();
  sent = answers();
  python.post(JSON.stringify({ id: ++lastId, do: what, answers: sent, ...known[what]?.(), ...more }));
}

// What Python is told as it is when it is asked, which may be after the click.
const known = {
  plan: () => ({ has: Object.fromEntries(marks), before, open: openFile }),
  files: () => ({ has: Object.fromEntries(marks), before }),
  file: () => ({ last: planned }),
};

const replies = {
  plan: showPlan,
  files: ({ parts }) => showParts(parts),
  zip({ ok, name, base64 }) {
    if (!ok) return;
    save(name, bytesOf(base64), "application/zip");
    say(`${name} is in your downloads.`);
  },
  file: ({ name, text }) => save(name, text, "text/plain"),
  open({ ok, texts, words }) {
    show("words", words);
    if (ok) change(() => fill(texts));
    const at = arrivedAt && document.getElementById(`question-${arrivedAt}`);
    arrivedAt = "";
    if (at) goTo(at);
  },
  compare({ parts, said }) {
    showParts(parts);
    if (said) say(said);
  },
};

// --- what people bring -------------------------------------------------------------------------------------------

let brought = { files: {}, offer: {} }; // what can be downloaded, and answers that the form takes when asked to
let taken = () => {}; // what waits for Python's reply

replies.bring = (reply) => taken(reply);

const bringing = bringer({
  send: (request) => new Promise((resolve) => {
    taken = resolve;
    ask("bring", request);
  }),
  progress(text) {
    showText("bringing", text);
    find('[data-do="stopReading"]').hidden = !text.startsWith("Reading");
  },
});

// Python failed or is a new one: what it had of a file is gone.
function dropWhatComes() {
  bringing.stop();
  wanted.delete("bring");
  taken({});
}

async function bring(files) {
  if (!files.length) return;
  goTo(document.getElementById("bring"));
  const reply = await bringing.bring([...files]);
  if (!reply?.parts) return;
  brought = reply;
  showParts(reply.parts);
  if (Object.keys(reply.texts).length) change(() => fill(reply.texts));
  goTo(find('[data-part="brought"]'));
}

for (const kind of ["dragover", "drop"])
  document.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (kind === "drop") bring(event.dataTransfer.files);
  });

// --- answers, kept and undone ------------------------------------------------------------------------------------

function answers() {
  const said = {};
  // Not by FormData, which takes a second for a list of a hundred thousand tasks.
  for (const { name, type, checked, value } of form.elements) {
    if (!name) continue;
    const chosen = checked || (type !== "checkbox" && type !== "radio");
    said[name] = [said[name], chosen && value].filter(Boolean).join("\n");
  }
  return said;
}

function fill(texts) {
  for (const control of form.elements) {
    const answer = texts[control.name];
    if (answer === undefined) continue;
    if (control.type === "checkbox") control.checked = answer.split("\n").includes(control.value);
    else if (control.type === "radio") control.checked = control.value === answer;
    else if (control.type !== "select-one" || [...control.options].some(({ value }) => value === answer))
      control.value = answer; // an option that is offered no more leaves what is chosen
  }
}

// Storage may be refused, full or damaged; the page works without it, until it is left. The sites of one host share
// it: the path tells them apart. Returns what is found, or whether it could be kept.
function stored(name, value, places = ["localStorage"]) {
  const key = `htc-planner ${name} ${location.pathname}`;
  let done = null;
  for (const place of places)
    try {
      if (value !== undefined) window[place].setItem(key, JSON.stringify(value));
      done = value === undefined ? JSON.parse(window[place].getItem(key)) : true;
      if (value === undefined && done) break;
    } catch {
      continue; // there may be another place
    }
  return done;
}

// This tab's own plan, which no other tab overwrites; and the one changed last, with which a new tab begins.
const OWN_THEN_LAST = ["sessionStorage", "localStorage"];
const withoutKeys = (texts) => Object.fromEntries(Object.entries(texts).filter(([, text]) => !KEYS.test(text)));
let warned = false;

function keep() {
  const fragment = location.hash.slice(1);
  const link = [...new URLSearchParams(fragment).values()].some((text) => KEYS.test(text)) ? "" : fragment;
  if (stored("answers", { answers: withoutKeys(current), link }, OWN_THEN_LAST) || warned) return;
  warned = true;
  showText("words", "This browser cannot keep your answers: save answers.toml (under More) before you leave this page.");
}

const steps = { undo: [], redo: [] };
let current; // the answers as they were after the last event
let before = null; // the answers that lines are compared with: those before the last step
let editing = ""; // the field of the last step: a whole word typed into one field is one step

function step(field = "") {
  if (!field || field !== editing) {
    steps.undo.push(current);
    steps.redo = [];
    before = current;
  }
  editing = field;
  settled();
}

function settled() {
  current = answers();
  ask("plan"); // before all else: what follows is done while Python plans
  keep();
  find('[data-do="undo"]').ariaDisabled = String(steps.undo.length === 0);
  find('[data-do="redo"]').ariaDisabled = String(steps.redo.length === 0);
  if (comparing) ask("compare", comparing);
}

function change(act) {
  act();
  step();
}

function goBack(from, to) {
  const answers = steps[from].pop();
  if (!answers) return say(`There is nothing to ${from}.`);
  steps[to].push(current);
  before = current;
  editing = "";
  fill(answers);
  settled();
}

// As long as Python is not there, an example's plan is the one that was made with this page.
async function takeExample(name) {
  const waiting = () => !answered && lastId === 0;
  const made = waiting() && (await fetch(`${name}.json`, { cache: "no-cache" }).then((file) => file.json()).catch(() => null));
  if (!made || !waiting()) return ask("open", { kind: "example", text: name });
  replies.open(made.open);
  sent = answers();
  showPlan(made.plan);
}

// --- the address -------------------------------------------------------------------------------------------------

let arrivedAt = ""; // the question that a link points at, with its answers: #memory=30+GB&at=memory
let link = null; // what stands behind "#" for the plan shown; null where it is not known or too long
let addressTimer;

// Browsers allow an address to be changed a few times a second only.
function address(fragment) {
  link = fragment;
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => {
    history.replaceState(null, "", link ? `#${link}` : location.pathname + location.search);
    keep();
  }, 400);
}

// A fragment may be anything, also no text in UTF-8.
function decoded(fragment) {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

// Opens what the address holds, unless those are the answers kept here already, which know more.
function arrive() {
  const fragment = location.hash.slice(1);
  const kept = stored("answers", undefined, OWN_THEN_LAST);
  if (kept?.answers && link === null) {
    fill(kept.answers);
    document.getElementById("examples").open = false; // this visitor has begun already
  }
  current = answers();
  const at = new URLSearchParams(fragment).get("at") ?? "";
  const said = fragment.replace(/(^|&)at=[^&]*/, "");
  if (said.includes("=") && fragment !== (link ?? kept?.link)) {
    arrivedAt = at;
    ask("open", { kind: "link", text: said });
  } else if (at) goTo(document.getElementById(`question-${at}`)); // a link without answers changes none
  else if (fragment) goTo(document.getElementById(decoded(fragment)));
}

// --- the plan ----------------------------------------------------------------------------------------------------

const marks = new Map(Object.entries(JSON.parse(planner.dataset.marks))); // of the parts shown
let openFile = "";
const UNSEEN = 150; // ms after a plan until the files that nobody looks at follow it
let restTimer;
let planned = null; // the answers of the plan shown: while one of them needs a look, not those in the form
let sent;

function showPlan({ ok, asked, invalid, parts, lists = {}, link: fragment, said }) {
  for (const [name, members] of Object.entries(lists)) arrange(find(`[data-list="${name}"]`), members);
  showParts(parts);
  chooseFile(openFile);
  for (const question of document.querySelectorAll("[data-question]")) hide(question, !asked.includes(question.dataset.question));
  for (const control of form.elements) {
    const needsALook = invalid.includes(control.name);
    if (control.name) control.ariaInvalid = needsALook ? "true" : null;
    if (needsALook) unfold(control);
  }
  zipButton.ariaDisabled = String(!ok);
  if (ok) {
    planned = sent;
    address(fragment);
    clearTimeout(restTimer);
    restTimer = setTimeout(() => ask("files"), UNSEEN);
  }
  say(said);
  planner.getBoundingClientRect(); // lays the plan out now, while the screen's next frame is waited for
}

const zipAllowed = () => zipButton.ariaDisabled !== "true"; // `disabled` would take its reason out of reach

// An attribute that is set anew, to what it was, has the browser style everything in it once more.
function hide(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

function arrange(list, members) {
  const there = new Map([...list.children].map((child) => [child.dataset.part, child]));
  const wantedOnes = members.map((name) => {
    const child = there.get(name) ?? document.createElement(list.matches("ul") ? "li" : "section");
    child.dataset.part = name;
    return child;
  });
  for (const [name, child] of there)
    if (!members.includes(name)) {
      child.remove();
      marks.delete(name);
    }
  wantedOnes.forEach((child, at) => list.children[at] === child || list.insertBefore(child, list.children[at] ?? null));
}

function showParts(parts) {
  for (const [name, [html, mark]] of Object.entries(parts)) {
    show(name, html);
    marks.set(name, mark);
  }
}

function show(name, html) {
  marks.delete(name);
  for (const part of partsCalled(name)) {
    const unfolded = [...part.querySelectorAll("details")].map(({ open }) => open);
    part.innerHTML = html;
    [...part.querySelectorAll("details")].forEach((details, at) => (details.open = unfolded[at] ?? false));
  }
}

function showText(name, text) {
  const escape = document.createElement("span");
  escape.textContent = text;
  show(name, escape.innerHTML);
}

// Said aloud once the hand rests: nobody wants to hear each key.
let sayTimer;
function say(text) {
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => showText("said", text), 300);
}

// Falls back to the first file: the chosen one may have left the plan.
function chooseFile(path) {
  const listings = [...find('[data-list="files"]').children];
  const chosen = listings.find(({ dataset }) => dataset.part === `file ${path}`) ?? listings[0];
  openFile = chosen?.dataset.part.slice("file ".length) ?? "";
  for (const listing of listings) hide(listing, listing !== chosen);
  for (const opener of document.querySelectorAll(".tree [data-open]"))
    opener.ariaCurrent = opener.dataset.open === openFile ? "true" : null;
  if (chosen) unfoldText(chosen);
}

// Of the files that came with the page only one is seen: the others are text in it (noscript) until somebody looks.
function unfoldText(listing) {
  const text = listing.querySelector("noscript")?.textContent;
  if (text) listing.innerHTML = text;
}

// What the rules behind a line say is what the list of advice says.
function openWhy(block) {
  const why = document.getElementById("why");
  const said = block.dataset.why.split(" ").map((rule) => document.getElementById(`advice-${rule}`));
  why.querySelector(".why-text").replaceChildren(...said.filter(Boolean).map((advice) => advice.cloneNode(true)));
  for (const copy of why.querySelectorAll("[id]:not(h2)")) copy.removeAttribute("id");
  for (const folded of why.querySelectorAll("details")) folded.open = true;
  why.showPopover();
  why.querySelector("h2").focus();
}

function unfold(target) {
  for (let folded = target.closest("details:not([open])"); folded; folded = folded.parentElement.closest("details:not([open])"))
    folded.open = true;
}

// Goes to a part of the page: unfolds what hides it, and gives the keyboard to it.
function goTo(target) {
  if (!target) return;
  unfold(target);
  const fields = target.matches(".question") ? ["input:checked", "input, select, textarea"] : [];
  const control = fields.map((one) => target.querySelector(one)).find(Boolean) ?? target;
  if (control === target && !target.matches("a, button, [tabindex]")) target.tabIndex = -1;
  control.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
  target.classList.remove("arrived");
  requestAnimationFrame(() => target.classList.add("arrived"));
}

// --- compare -----------------------------------------------------------------------------------------------------

let comparing = null; // what this plan is compared with: { with: answers, pool? }

function compare(other) {
  comparing = other;
  goTo(document.getElementById("compare"));
  ask("compare", comparing);
}

// --- buttons and keys --------------------------------------------------------------------------------------------

const actions = {
  zip: () => zipAllowed() && ask("zip"),
  save: ({ path }) => ask("file", { path }),
  copy: ({ of }) => copy(document.getElementById(of).textContent, "Copied."),
  link: () => link === null ? say("The answers are too long for a link: save answers.toml instead.") : copy(`${location.origin}${location.pathname}${link ? `#${link}` : ""}`, "The link is copied."),
  undo: () => goBack("undo", "redo"),
  redo: () => goBack("redo", "undo"),
  example: ({ name }) => takeExample(name),
  pick: () => find("#pick").click(),
  reset: () => change(() => form.reset()),
  unfold: () => planner.querySelectorAll("details.more").forEach((details) => (details.open = true)),
  keepToCompare() {
    say(stored("kept", withoutKeys(answers())) ? "Kept. Change answers, then compare." : "This browser cannot keep it.");
  },
  compareKept() {
    const kept = stored("kept");
    if (kept) compare({ with: kept });
    else showText("compare", "No plan is kept yet: keep this one, then change an answer.");
  },
  comparePool: ({ pool }) => compare({ with: answers(), pool }),
  choose: () => find("#choose").click(),
  paste() {
    const box = find("#pasting");
    box.hidden = !box.hidden;
    find('[data-do="paste"]').ariaExpanded = String(!box.hidden);
    if (!box.hidden) find("#pasted").focus();
  },
  readPasted: () => bring([new File([find("#pasted").value], "")]),
  stopReading: () => bringing.stop("Stopped. Nothing of it was taken."),
  saveBrought: ({ name }) => save(name.split("/").at(-1), brought.files[name], "text/plain"),
  takeOffer() {
    change(() => fill(brought.offer));
    goTo(form);
  },
  forget: () => change(() => fill({ measured: "" })),
  print() {
    [...find('[data-list="files"]').children].forEach(unfoldText);
    window.print();
  },
  keys: () => document.getElementById("keys").showModal(),
  reload: () => location.reload(),
  restart,
};

function copy(text, done) {
  navigator.clipboard.writeText(text).then(
    () => say(done),
    () => say("The browser does not allow copying: select the text instead."),
  );
}

// A loop: what takes a function for each byte stops the page where a zip is large.
function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function save(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href)); // after the browser has taken it
}

document.addEventListener("click", (event) => {
  const { target } = event;
  const button = target.closest("[data-do]");
  if (button) actions[button.dataset.do](button.dataset);
  const opener = target.closest("[data-open]");
  if (opener) chooseFile(opener.dataset.open);
  const block = target.closest("[data-why]");
  if (block && getSelection().isCollapsed) openWhy(block);
  // A part of the page is gone to without touching the address, which is the plan.
  const anchor = target.closest('#planner a[href^="#"]');
  if (!anchor) return;
  event.preventDefault();
  document.getElementById("why").hidePopover();
  goTo(opener ? find('[data-list="files"] > :not([hidden]) pre') : document.getElementById(anchor.hash.slice(1)));
});

// In a file one steps from decided line to decided line with the arrows, and asks with Enter.
function stepThroughFile(event, listing) {
  const blocks = [...listing.querySelectorAll("[data-why]")];
  const at = blocks.indexOf(document.activeElement);
  if (event.key === "Enter" && at >= 0) openWhy(blocks[at]);
  else if (event.key === "ArrowDown") blocks[Math.min(at + 1, blocks.length - 1)]?.focus();
  else if (event.key === "ArrowUp" && at > 0) blocks[at - 1].focus();
  else return;
  event.preventDefault();
}

// Single keys may be turned off, for those whose voice or hand types what they did not mean.
const single = document.getElementById("single-keys");
single.checked = stored("keys") ?? true;
single.addEventListener("change", () => stored("keys", single.checked));

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const listing = target.closest?.("[data-list=files] pre");
  if (listing) stepThroughFile(event, listing);
  if (target.closest?.("input, select, textarea, dialog, [contenteditable]") || event.altKey) return;
  const undoes = (event.ctrlKey || event.metaKey) && key.toLowerCase() === "z";
  const button = undoes
    ? find(`[data-do="${event.shiftKey ? "redo" : "undo"}"]`)
    : !event.ctrlKey && !event.metaKey && single.checked && document.querySelector(`#planner [data-key="${CSS.escape(key)}"]`);
  if (!button) return;
  event.preventDefault();
  event.stopPropagation(); // the theme has keys of its own
  button.click();
}, true);

// Another file, pasted by mistake, would keep page and Python busy for long; the field stays as it was.
function isTooLong({ name, value }) {
  if (value.length <= LONGEST) return false;
  fill({ [name]: current[name] });
  showText("words", `That was ${value.length.toLocaleString("en")} characters, and an answer holds ${LONGEST.toLocaleString("en")}: another file? It was not taken.`);
  return true;
}

form.addEventListener("input", ({ target }) => isTooLong(target) || step(target.name));
form.addEventListener("change", () => (editing = ""));
form.addEventListener("submit", (event) => event.preventDefault());
find("#pick").addEventListener("change", async ({ target }) => {
  ask("open", { kind: "file", text: await target.files[0].text() });
  target.value = "";
});
find("#choose").addEventListener("change", ({ target }) => {
  bring([...target.files]);
  target.value = "";
});
window.addEventListener("hashchange", arrive);

arrive();
chooseFile("");
watch();
python.listen(on);
