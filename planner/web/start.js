// Starts Python in a worker: the fast way, and when that fails, in a fresh worker the plain way.
//
// Fast: archives of byte code and half of the module; from the second visit on a picture of memory (worker.js, snapshot.js).
// Each step has an address among the data of this script, or none where the build left it out (overrides/hooks/runtime/).
// Plain: Pyodide as it is documented. It needs three times as long, and nothing of ours but the wheels.
//
// This script stands in the head of the page itself, before the style sheets: Python is on its way before the rest of
// the page is read, and what it needs is asked for all at once. `python`, at the end, is the page's (page/app.js).

/**
 * @import { WorkerMessage } from "./page/messages.js"
 * @typedef {object} Addresses
 * @property {string} runtime the folder of the planner's own files
 * @property {string} pyodide the folder of Pyodide
 * @property {Steps} steps of the fast way, which is not tried without any
 *
 * @typedef {{ module?: string, cold?: string, script?: string, archive?: string, snapshot?: string }} Steps addresses
 *
 * @typedef {Record<WorkerMessage["type"] | "died", (text: string) => void>} Listener
 */

// A worker obeys the policy of the page only if it starts from a `blob:`; started from its own address it would obey
// that address's headers, and a static host sends none. Then Python could reach any host.
/** @param {{ runtime: string, pyodide: string, steps: Steps | null }} addresses `steps` for the fast way only */
function startWorker({ runtime, pyodide, steps }) {
  const options = { pyodide, lock: `${runtime}pyodide-lock.json`, steps };
  const ours = ["snapshot.js", "wasm-loader.js", "fetching.js"].map((name) => runtime + name);
  const scripts = [...ours, `${pyodide}pyodide.mjs`, steps?.script];
  const soon = steps ? scripts.filter(Boolean) : [];
  const code = `
    const compiled = new Promise((resolve) => (self.onmessage = ({ data }) => resolve(data)));
    for (const script of ${JSON.stringify(soon)}) import(script).catch(() => {}); // the importing script reports the error
    import("${runtime}worker.js").then(
      ({ start }) => start({ ...${JSON.stringify(options)}, compiled }),
      (error) => self.postMessage({ type: "failed", text: String(error) }),
    );`;
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  return new Worker(address, { type: "module" });
}

// Returns { listen, post, stop, again }. `listen` takes an object with a function for each type of message, of which `failed`
// tells that no worker could start, and `died` that a worker has ended; earlier messages are kept until `listen` is called.
// The addresses of two folders are given, and those of the steps of the fast way; `patience` is how long (ms) that may
// keep silent before the plain way is tried.
/** @param {Addresses & { patience: number }} settings */
function startPython({ runtime, pyodide, steps, patience }) {
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
    const mine = startWorker({ runtime, pyodide, steps: fast ? steps : null });
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
    if (!steps.module) return;
    // Here, not in the worker: it is asked for before the worker is there, whose one thread has its own scripts to read.
    const module = WebAssembly.compileStreaming(fetch(steps.module));
    module.then(
      (compiled) => mine.postMessage(compiled),
      (error) => failed(String(error)),
    );
  }

  const begin = () => run(Object.keys(steps).length > 0);
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

/** @returns {Addresses} what this script's element says */
function addresses() {
  const entries = Object.entries(/** @type {HTMLElement} */ (document.getElementById("start")).dataset);
  const { runtime, pyodide, ...steps } = Object.fromEntries(
    entries.map(([name, address]) => [name, new URL(address ?? "", document.baseURI).href]),
  );
  return { runtime, pyodide, steps };
}

// biome-ignore lint/correctness/noUnusedVariables: page/app.js uses it
const python = startPython({ ...addresses(), patience: 45_000 });
