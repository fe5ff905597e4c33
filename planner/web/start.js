// Starts Python in a worker: the fast way, and when that fails, in a fresh worker the plain way.
//
// Fast: one archive of byte code, and from the second visit on a picture of memory (worker.js, snapshot.js).
// Plain: Pyodide as it is documented. It needs three times as long, and nothing of ours but the wheels.

const here = (name) => new URL(name, import.meta.url).href;

// A worker obeys the policy of the page only if it starts from a `blob:`; started from its own address it would obey
// that address's headers, and a static host sends none. Then Python could reach any host.
function startWorker(options) {
  const code = `import { start } from "${here("worker.js")}"; start(${JSON.stringify(options)});`;
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  return new Worker(address, { type: "module" });
}

// Returns { listen, post, stop, again }. `listen` takes an object with a function for each type of message, of which `failed`
// tells that no worker could start, and `died` that one has ended; what came before somebody listened is told then. `patience` is how long (ms) the
// fast way may keep silent before the plain way is tried.
export function startPython({ pyodide, patience }) {
  let worker;
  let watchdog;
  let listener;
  const untold = [];

  function tell(type, text) {
    if (listener) listener[type](text);
    else untold.push([type, text]);
  }

  function run(fast) {
    let started = false;
    worker = startWorker({ pyodide, lock: here("pyodide-lock.json"), archive: fast ? here("python.zip.gz") : null });
    const failed = (reason) => {
      clearTimeout(watchdog);
      if (started || !fast) return tell("failed", reason);
      console.warn(`The fast way to start Python failed, so now the plain way: ${reason}`);
      worker.terminate(); // a broken Python cannot be used again
      run(false);
    };
    worker.onerror = ({ message = "The worker could not be loaded." }) => (started ? tell("died", message) : failed(message));
    worker.onmessage = ({ data: { type, text } }) => {
      if (type === "failed") return failed(text);
      if (type === "ready") {
        started = true;
        clearTimeout(watchdog);
      }
      tell(type, text);
    };
    if (fast) watchdog = setTimeout(() => failed(`No answer in ${patience / 1000} seconds.`), patience);
  }

  run(true);
  return {
    listen(on) {
      listener = on;
      for (const [type, text] of untold.splice(0)) tell(type, text);
    },
    post: (request) => worker.postMessage(request),
    stop() {
      clearTimeout(watchdog);
      worker.terminate();
    },
    again: () => run(true), // after a stop: in a fresh worker
  };
}
