// Starts Python in a worker: the fast way, and when that fails, in a fresh worker the plain way.
//
// Fast: archives of byte code and half of the module; from the second visit on a picture of memory (worker.js, snapshot.js).
// Plain: Pyodide as it is documented. It needs three times as long, and nothing of ours but the wheels.
//
// This script stands in the head of the page itself, before the style sheets: Python is on its way before the rest of
// the page is read, and what it needs is asked for all at once. `python`, at the end, is the page's (page/app.js).

/**
 * @import { WorkerMessage } from "./page/messages.js"
 * @typedef {object} Addresses
 * @property {string} runtime the folder of the planner's own files
 * @property {string} pyodide the folder of Pyodide
 * @property {string} archive
 * @typedef {Record<WorkerMessage["type"] | "died", (text: string) => void>} Listener
 */

// A worker obeys the policy of the page only if it starts from a `blob:`; started from its own address it would obey
// that address's headers, and a static host sends none. Then Python could reach any host.
/** @param {{ runtime: string, pyodide: string, archive: string | null }} addresses `archive` for the fast way only */
function startWorker({ runtime, pyodide, archive }) {
  const options = { pyodide, lock: `${runtime}pyodide-lock.json`, archive };
  const soon = archive
    ? [`${runtime}snapshot.js`, `${runtime}wasm-loader.js`, `${pyodide}hot.mjs`, `${pyodide}pyodide.mjs`]
    : [];
  const code = `
    const module = new Promise((resolve) => (self.onmessage = ({ data }) => resolve(data)));
    for (const script of ${JSON.stringify(soon)}) import(script).catch(() => {}); // said to who needs it
    import("${runtime}worker.js").then(
      ({ start }) => start({ ...${JSON.stringify(options)}, module }),
      (error) => self.postMessage({ type: "failed", text: String(error) }),
    );`;
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  return new Worker(address, { type: "module" });
}

// Returns { listen, post, stop, again }. `listen` takes an object with a function for each type of message, of which `failed`
// tells that no worker could start, and `died` that one has ended; what came before somebody listened is told then.
// The addresses of two folders are given, and that of the archive, without which the fast way is not tried; `patience` is
// how long (ms) it may keep silent before the plain way is.
/** @param {Addresses & { patience: number }} settings */
function startPython({ runtime, pyodide, archive, patience }) {
  /** @type {Worker} */
  let worker;
  let watchdog = 0;
  /** @type {Listener | undefined} */
  let listener;
  /** @type {[keyof Listener, string][]} */
  const untold = [];

  /** @type {(type: keyof Listener, text: string) => void} */
  function tell(type, text) {
    if (listener) listener[type](text);
    else untold.push([type, text]);
  }

  /** @param {boolean} fast */
  function run(fast) {
    let started = false;
    const mine = startWorker({ runtime, pyodide, archive: fast ? archive : null });
    worker = mine;
    const failed = (/** @type {string} */ reason) => {
      if (worker !== mine) return; // it has failed already
      clearTimeout(watchdog);
      if (started || !fast) return tell("failed", reason);
      console.warn(`The fast way to start Python failed, so now the plain way: ${reason}`);
      worker.terminate(); // a broken Python cannot be used again
      run(false);
    };
    worker.onerror = ({ message = "The worker could not be loaded." }) =>
      started ? tell("died", message) : failed(message);
    worker.onmessage = ({ data: { type, text } }) => {
      if (type === "failed") return failed(text);
      if (type === "ready") {
        started = true;
        clearTimeout(watchdog);
      }
      tell(type, text);
    };
    if (!fast) return;
    watchdog = setTimeout(() => failed(`No answer in ${patience / 1000} seconds.`), patience);
    // Here, not in the worker: it is asked for before the worker is there, whose one thread has its own scripts to read.
    const module = WebAssembly.compileStreaming(fetch(`${pyodide}hot.wasm`));
    module.then(
      (compiled) => mine.postMessage(compiled),
      (error) => failed(String(error)),
    );
  }

  const begin = () => run(Boolean(archive));
  begin();
  return {
    listen(/** @type {Listener} */ on) {
      listener = on;
      for (const [type, text] of untold.splice(0)) tell(type, text);
    },
    post: (/** @type {string} */ request) => worker.postMessage(request),
    stop() {
      clearTimeout(watchdog);
      worker.terminate();
    },
    again: begin, // after a stop: in a fresh worker
  };
}

/** @param {string} name of an address in this script's element */
const addressOf = (name) => new URL(document.currentScript?.dataset[name] ?? "", document.baseURI).href;

// biome-ignore lint/correctness/noUnusedVariables: page/app.js uses it
const python = startPython({
  runtime: addressOf("runtime"),
  pyodide: addressOf("pyodide"),
  archive: addressOf("archive"),
  patience: 45_000,
});
