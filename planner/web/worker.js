// Runs Python in a worker, so that typing never waits for it. start.js says how it is started, and why that way.
//
// To the page go { type, text } with the types progress, ready, reply (JSON from Python) and failed;
// from the page come requests, as JSON for `planner.web.handle`.

import { readSnapshot, removeSnapshot, snapshotName, writeSnapshot } from "./snapshot.js";

const IDLE = 1000; // ms after the start; by then the first plan is on the page

const tell = (type, text = "") => self.postMessage({ type, text });

// `archive`: the address of all byte code in one file, for the fast way; null for Pyodide's documented way.
export async function start({ pyodide, lock, archive }) {
  try {
    const { python, whenIdle } = await (archive ? startFast(pyodide, lock, archive) : startPlain(pyodide, lock));
    const { handle } = python.pyimport("planner.web");
    self.onmessage = ({ data }) => {
      try {
        tell("reply", handle(data));
      } catch (error) {
        tell("failed", String(error));
      }
    };
    tell("ready");
    if (whenIdle) setTimeout(whenIdle, IDLE);
  } catch (error) {
    tell("failed", String(error));
  }
}

async function startPlain(pyodide, lock) {
  tell("progress", "Loading Python (about 8 MB on the first visit) …");
  const { loadPyodide } = await import(`${pyodide}pyodide.mjs`);
  // Pyodide reports each package to the console as it loads; the page has its own words for that.
  return { python: await loadPyodide({ lockFileURL: lock, packages: ["htc-planner"], stdout: () => {} }) };
}

async function startFast(pyodide, lock, archive) {
  tell("progress", "Loading Python (about 5 MB on the first visit) …");
  // All at once; Pyodide asks for the module and the archive only after its scripts are there.
  const name = snapshotName(archive, pyodide);
  const module = `${pyodide}pyodide.asm.wasm`;
  answerFetches({ [module]: fetch(module), [archive]: fetch(archive).then(unpacked) });
  const [{ loadPyodide }, lockFileContents, snapshot] = await Promise.all([
    import(`${pyodide}pyodide.mjs`),
    fetch(lock).then((response) => response.json()), // of it only Pyodide's version is used: the archive holds it all
    readSnapshot(name),
    import(`${pyodide}pyodide.asm.mjs`), // Pyodide imports it again, and then it is there
  ]);
  tell("progress", "Starting the planner …");
  const options = { stdLibURL: archive, lockFileContents, stdout: () => {} };
  if (snapshot) {
    try {
      return { python: await loadPyodide({ ...options, _loadSnapshot: snapshot }) };
    } catch (error) {
      await removeSnapshot(name); // start.js tries again in a fresh worker
      throw error;
    }
  }
  const python = await loadPyodide({ ...options, _makeSnapshot: true, env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" } });
  // Taken before the first answer, so that it holds nothing that anybody typed.
  python.runPython("import planner.web, gc; planner.web.warm_up(); gc.collect()");
  const memory = python.makeMemorySnapshot();
  return { python, whenIdle: () => writeSnapshot(name, memory) };
}

// Makes Pyodide take what is already on its way; each once.
function answerFetches(answers) {
  const reallyFetch = self.fetch;
  self.fetch = (resource, options) => {
    const address = String(resource?.url ?? resource);
    const answer = answers[address];
    delete answers[address];
    return answer ?? reallyFetch(resource, options);
  };
  for (const answer of Object.values(answers)) answer.catch(() => {}); // it is reported to who asks for it
}

// Some hosts unpack .gz files on the way, others do not.
async function unpacked(response) {
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const bytes = await response.arrayBuffer();
  const [first, second] = new Uint8Array(bytes, 0, 2);
  if (first !== 0x1f || second !== 0x8b) return new Response(bytes);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
}
