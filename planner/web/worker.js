// Runs Python in a worker, so that typing never waits for it. start.js says how it is started, and why that way.
//
// To the page go { type, text } with the types progress, ready, reply (JSON from Python) and failed;
// from the page come requests, as JSON for `planner.web.handle`.

import { readSnapshot, removeSnapshot, snapshotName, writeSnapshot } from "./snapshot.js";

const IDLE = 1000; // ms after the start; by then the first plan is on the page

const EMPTY_ZIP = new Uint8Array([0x50, 0x4b, 5, 6, ...Array(18).fill(0)]);

const tell = (type, text = "") => self.postMessage({ type, text });

// `archive`: the address of all byte code in one file, for the fast way; null for Pyodide's documented way.
// `module`: a promise of Pyodide's module, compiled, for the fast way.
export async function start({ pyodide, lock, archive, module }) {
  try {
    const { python, whenIdle } = await (archive ? startFast(pyodide, lock, archive, module) : startPlain(pyodide, lock));
    const { handle } = python.pyimport("planner.web");
    let settled;
    const settle = () => (settled ??= whenIdle?.());
    self.onmessage = async ({ data }) => {
      try {
        tell("reply", handle(data));
      } catch (error) {
        // The kept memory lacks a module, and the archive that has it is not there yet: empty, or not known.
        if (!/ModuleNotFoundError|zipimport/.test(String(error))) return tell("failed", String(error));
        await settle();
        try {
          tell("reply", handle(data));
        } catch (again) {
          tell("failed", String(again));
        }
      }
    };
    tell("ready");
    setTimeout(settle, IDLE);
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

async function startFast(pyodide, lock, archive, module) {
  tell("progress", "Loading Python (about 5 MB on the first visit) …");
  const name = snapshotName(archive, pyodide);
  const snapshotRead = readSnapshot(name);
  // A kept memory holds every module that a plan needs: the archive comes when there is time, for what goes wrong.
  const reallyFetch = self.fetch;
  const library = snapshotRead.then((found) => found ? new Response(EMPTY_ZIP) : reallyFetch(archive).then(unpacked));
  answerFetches({ [`${pyodide}pyodide.asm.wasm`]: Promise.resolve(new Response()), [archive]: library });
  WebAssembly.instantiateStreaming = async (_, imports) => {
    const compiled = await module;
    return { module: compiled, instance: await WebAssembly.instantiate(compiled, imports) };
  };
  const [{ loadPyodide }, { default: createPyodideModule }, lockFileContents, snapshot] = await Promise.all([
    import(`${pyodide}pyodide.mjs`),
    import(`${pyodide}pyodide.asm.mjs`),
    fetch(lock).then((response) => response.json()), // of it only Pyodide's version is used: the archive holds it all
    snapshotRead,
  ]);
  tell("progress", "Starting the planner …");
  const options = { indexURL: pyodide, createPyodideModule, stdLibURL: archive, lockFileContents, stdout: () => {} };
  if (snapshot) {
    try {
      const python = await loadPyodide({ ...options, _loadSnapshot: snapshot });
      const missed = (error) => console.warn(`Some of Python's modules could not be loaded: ${error.message}`);
      return { python, whenIdle: () => putArchive(python, archive).catch(missed) };
    } catch (error) {
      await removeSnapshot(name); // start.js tries again in a fresh worker
      throw error;
    }
  }
  const env = { HOME: "/home/pyodide", PYTHONHASHSEED: "0" };
  const python = await loadPyodide({ ...options, _makeSnapshot: true, env });
  // Taken before the first answer, so that it holds nothing that anybody typed.
  python.runPython("import planner.web, gc; planner.web.warm_up(); gc.collect()");
  const memory = python.makeMemorySnapshot();
  return { python, whenIdle: () => writeSnapshot(name, memory) };
}

async function putArchive(python, archive) {
  const content = await (await unpacked(await fetch(archive))).arrayBuffer();
  const path = python.runPython("import sys; next(path for path in sys.path if path.endswith('.zip'))");
  python.FS.writeFile(path, new Uint8Array(content));
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
