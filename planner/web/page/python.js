// Asks Python, in its worker, for one thing at a time, and notices when no answer comes.

/** @import { Action, Details, Reply, Texts } from "./messages.js" */

// ms without an answer: while Python is loaded, of which a slow line needs most; and once it runs. The longest plan that
// is accepted, of a million tasks, took 4.5 s on two shared cores: ten times that is for slow phones.
const PATIENCE = { start: 90_000, answer: 45_000 };

// Answers that are opened come first, since the plan is theirs; a log comes last, piece by piece.
/** @type {Action[]} */
const ORDER = ["open", "plan", "compare", "file", "zip", "bring", "files"];

/**
 * @typedef {object} PythonCallbacks
 * @property {() => Texts} answers what the form holds
 * @property {(action: Action) => object | null} details what a request holds beside the answers, as the page is when the
 *   request is sent, which may be after the click; null drops the request
 * @property {(reply: Reply, answers: Texts) => void} reply with the answers that were sent
 * @property {(text: string) => void} progress
 * @property {() => void} ready
 * @property {() => void} lost what Python kept of an upload is gone
 * @property {() => void} failed Python raised an error, and still runs
 * @property {() => void} restarted
 * @property {(reason: string, ranBefore: boolean) => void} gaveUp
 */

/** What is wanted of Python. Never a queue of requests: each is made when Python is free, from the answers as they are then. */
export class PythonQueue {
  #worker;
  #on;
  #watchdog = 0;
  #timer = 0; // of what is asked for later
  #isBusy = true; // until Python has started
  #lastId = 0;
  #hasAnswered = false; // any worker has: Python can run in this browser
  #hasRestarted = false; // since the last answer
  /** @type {Texts} */
  #answersSent = {};
  /** @type {Map<Action, object>} */
  #wanted = new Map();

  /**
   * @param {ReturnType<typeof startPython>} worker
   * @param {PythonCallbacks} on
   */
  constructor(worker, on) {
    this.#worker = worker;
    this.#on = on;
  }

  listen() {
    this.#watch();
    this.#worker.listen({
      progress: this.#on.progress,
      ready: () => {
        this.#rest();
        this.#on.ready();
      },
      reply: (/** @type {string} */ text) => this.#reply(JSON.parse(text)),
      died: (/** @type {string} */ reason) => this.#giveUp(reason),
      failed: (/** @type {string} */ reason) => this.#fail(reason),
    });
  }

  /** Whether no answer can come yet: Python is still on its way for the first time. */
  get isStarting() {
    return !this.#hasAnswered && this.#lastId === 0;
  }

  /**
   * @template {Action} A
   * @param {A} action
   * @param {Partial<Details[A]>} [details]
   */
  ask(action, details = {}) {
    this.#wanted.set(action, details);
    this.#askNext();
  }

  /**
   * @param {Action} action
   * @param {number} delay ms
   */
  askLater(action, delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.ask(action), delay);
  }

  // Once by itself, then when the user asks for it: an answer on which Python dies would kill it again and again. The
  // page stays, and with it all that was typed, also where the browser stores nothing.
  restart() {
    this.#hasRestarted = true;
    this.#lastId = 0;
    this.#worker.again();
    this.#watch();
    this.#on.restarted();
  }

  /** @returns {void} */
  #askNext() {
    if (this.#isBusy) return;
    const action = ORDER.find((each) => this.#wanted.has(each));
    if (!action) return;
    const details = this.#wanted.get(action);
    this.#wanted.delete(action);
    const added = this.#on.details(action);
    if (!added) return this.#askNext();
    this.#watch();
    this.#answersSent = this.#on.answers();
    const request = { id: ++this.#lastId, do: action, answers: this.#answersSent, ...added, ...details };
    this.#worker.post(JSON.stringify(request));
  }

  /** @param {Reply} reply */
  #reply(reply) {
    this.#rest();
    this.#hasAnswered = true;
    this.#hasRestarted = false;
    this.#on.reply(reply, this.#answersSent);
    this.#askNext();
  }

  /** @param {string} reason */
  #fail(reason) {
    // It never answered, or never will again: there is no Python.
    if (this.#lastId === 0 || reason.includes("already fatally failed")) return this.#giveUp(reason);
    this.#rest();
    this.#dropUpload();
    console.error(reason);
    this.#on.failed();
    this.#askNext();
  }

  /** @param {string} reason */
  #giveUp(reason) {
    clearTimeout(this.#watchdog);
    this.#worker.stop();
    this.#dropUpload();
    if (this.#hasAnswered && !this.#hasRestarted) return this.restart();
    this.#isBusy = true; // for good
    console.error(reason);
    this.#on.gaveUp(reason, this.#hasAnswered);
  }

  #dropUpload() {
    this.#wanted.delete("bring");
    this.#on.lost();
  }

  #watch() {
    this.#isBusy = true;
    const patience = this.#lastId === 0 ? PATIENCE.start : PATIENCE.answer;
    this.#watchdog = setTimeout(() => this.#giveUp(`No answer in ${patience / 1000} seconds.`), patience);
  }

  #rest() {
    clearTimeout(this.#watchdog);
    this.#isBusy = false;
  }
}
