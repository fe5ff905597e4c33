// Keeps the plan up to date while the questions are answered. It knows no question and no file by name: Python decides
// what is asked and what is shown, this script sends the answers and puts the HTML that comes back where it belongs.
//
// In the page's HTML:
//   data-part="name"       shows the part of that name of Python's reply
//   data-question="id"     is hidden while its question is not asked
//   data-do="action"       a button for one of `actions` below
//   data-open="path"       chooses the file of which data-file="path" is the section

import { startPython } from "./start.js";

const planner = document.getElementById("planner");
const form = document.getElementById("questions");
const zipButton = planner.querySelector('[data-do="zip"]');
const STORE = `htc-planner ${location.pathname}`; // sites of one host share their storage: the path tells them apart
const PATIENCE = 90_000; // ms without an answer; a slow line needs most of it to load Python

// --- Python, in a worker -----------------------------------------------------------------------------------------

let python;
let watchdog;
let busy = true; // until Python is there
let lastId = 0;
const wanted = new Set(); // what to ask for as soon as Python is free: "plan", "zip"

const on = {
  progress: (text) => showText("status", text),
  ready() {
    rest();
    showText("status", "");
    ask("plan");
  },
  reply(text) {
    rest();
    const reply = JSON.parse(text);
    if (reply.base64 === undefined) showPlan(reply);
    else saveZip(reply);
    askNext();
  },
  failed(reason) {
    if (lastId === 0) return giveUp(reason); // it never answered: there is no Python
    rest();
    console.error(reason);
    showText("status", "The planner failed at these answers; please report it. Change the last one to go on.");
    askNext();
  },
};

function watch() {
  busy = true;
  watchdog = setTimeout(() => giveUp(`No answer in ${PATIENCE / 1000} seconds.`), PATIENCE);
}

function rest() {
  clearTimeout(watchdog);
  busy = false;
}

function giveUp(reason) {
  clearTimeout(watchdog);
  python.stop();
  busy = true; // for good
  zipButton.ariaDisabled = "true";
  console.error(reason);
  showText("status", "Python could not run in this browser, so the plan no longer follows your answers. They are kept: ");
  const again = Object.assign(document.createElement("button"), { type: "button", textContent: "try again" });
  again.dataset.do = "reload";
  document.querySelector('[data-part="status"]').append(again, ` (${reason.trim().split("\n").at(-1)})`);
}

// Never a queue: what is wanted is asked once Python is free, with the answers as they are then.
function ask(what) {
  wanted.add(what);
  askNext();
}

function askNext() {
  if (busy || wanted.size === 0) return;
  const what = wanted.has("plan") ? "plan" : "zip"; // the plan first: it tells whether there may be a download
  wanted.delete(what);
  if (what === "zip" && !zipAllowed()) return;
  watch();
  python.post(JSON.stringify({ id: ++lastId, do: what, answers: answers(), open: openFile }));
}

// --- answers -----------------------------------------------------------------------------------------------------

function answers() {
  const said = {};
  for (const { name } of form.elements) if (name) said[name] = ""; // boxes without a tick are not in FormData
  for (const [name, value] of new FormData(form)) said[name] = said[name] ? `${said[name]}\n${value}` : value;
  return said;
}

// Storage may be refused, full or damaged; the page works without it, until it is left.
function withStorage(action) {
  try {
    return action(localStorage);
  } catch {
    return null;
  }
}

const keepAnswers = () => withStorage((storage) => storage.setItem(STORE, JSON.stringify(answers())));
const forgetAnswers = () => withStorage((storage) => storage.removeItem(STORE));

function restoreAnswers() {
  const kept = withStorage((storage) => JSON.parse(storage.getItem(STORE))) ?? {};
  for (const control of form.elements) {
    const answer = kept[control.name];
    if (answer === undefined) continue;
    if (control.type === "checkbox") control.checked = answer.split("\n").includes(control.value);
    else if (control.type === "radio") control.checked = control.value === answer;
    else if (control.type !== "select-one" || [...control.options].some(({ value }) => value === answer))
      control.value = answer; // an option that is offered no more leaves the default
  }
}

// --- the plan ----------------------------------------------------------------------------------------------------

const shown = new Map();
let openFile = "";

function showPlan({ ok, asked, invalid, parts, said }) {
  for (const [name, html] of Object.entries(parts)) show(name, html);
  chooseFile(openFile);
  for (const question of document.querySelectorAll("[data-question]"))
    question.hidden = !asked.includes(question.dataset.question);
  for (const control of form.elements)
    if (control.name) control.ariaInvalid = invalid.includes(control.name) ? "true" : null;
  zipButton.ariaDisabled = String(!ok);
  showText("said", said);
}

const zipAllowed = () => zipButton.ariaDisabled !== "true"; // `disabled` would take its reason out of reach

function show(name, html) {
  if (shown.get(name) === html) return;
  shown.set(name, html);
  for (const part of document.querySelectorAll(`[data-part="${CSS.escape(name)}"]`)) {
    const unfolded = [...part.querySelectorAll("[id] > details[open]")].map(({ parentElement }) => parentElement.id);
    part.innerHTML = html;
    for (const id of unfolded) part.querySelector(`#${CSS.escape(id)} > details`)?.setAttribute("open", "");
  }
}

function showText(name, text) {
  const escape = document.createElement("span");
  escape.textContent = text;
  show(name, escape.innerHTML);
}

// Falls back to the first file: the chosen one may have left the plan.
function chooseFile(path) {
  const sections = [...document.querySelectorAll("[data-file]")];
  const chosen = sections.find(({ dataset }) => dataset.file === path) ?? sections[0];
  openFile = chosen?.dataset.file ?? "";
  for (const section of sections) section.hidden = section !== chosen;
  for (const opener of document.querySelectorAll("[data-open]"))
    opener.ariaPressed = String(opener.dataset.open === openFile);
}

// --- buttons -----------------------------------------------------------------------------------------------------

const actions = {
  zip: () => zipAllowed() && ask("zip"),
  save: ({ of, name }) => save(name, document.getElementById(of).textContent, "text/plain"),
  copy: ({ of }) =>
    navigator.clipboard.writeText(document.getElementById(of).textContent).then(
      () => showText("said", "Copied."),
      () => showText("said", "The browser does not allow copying: select the text instead."),
    ),
  reset() {
    if (!confirm("Forget all answers and start with the defaults?")) return;
    forgetAnswers();
    form.reset();
    ask("plan");
  },
  reload: () => location.reload(),
};

function saveZip({ name, base64 }) {
  save(name, Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)), "application/zip");
  showText("said", `${name} is in your downloads.`);
}

function save(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href)); // after the browser has taken it
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-do]");
  if (button) actions[button.dataset.do](button.dataset);
  const opener = target.closest("[data-open]");
  if (opener) chooseFile(opener.dataset.open);
});
form.addEventListener("input", () => {
  keepAnswers();
  ask("plan");
});
form.addEventListener("submit", (event) => event.preventDefault());

restoreAnswers();
chooseFile("");
python = startPython({ pyodide: new URL(planner.dataset.pyodide, document.baseURI).href, patience: PATIENCE / 2, on });
watch();
