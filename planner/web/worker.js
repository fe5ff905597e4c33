// Runs Python in a worker, so that typing never waits for it. start.js says how it is started, and why that way.
//
// To the page go { type, text } with the types progress, ready, reply (JSON from Python) and failed;
// from the page come requests, as JSON for `planner.web.handle`.

import { readSnapshot, removeSnapshot, snapshotName, writeSnapshot } from "./snapshot.js";
import { fetchCold, instantiate } from "./wasm-loader.js";

const IDLE = 1000; // ms after the start; by then the first plan is on the page

// Where archives lie in Python's file system, besides that of its own library.
const PLANNER = "/lib/planner.zip";
const MORE = "/lib/more.zip";

const EMPTY_ZIP = new Uint8Array([0x50, 0x4b, 5, 6, ...Array(18).fill(0)]);

/**
 * @import { WorkerMessage } from "./page/messages.js"
 * @import { Cold } from "./wasm-loader.js"
 * @typedef {any} Pyodide its API (pyodide.org), beyond which the fast way uses two private options
 * @typedef {object} Python
 * @property {Pyodide} python
 * @property {() => Promise<void>} [whenIdle] loads what the first plan did not need
 * @property {Cold} [cold]
 */

/** @type {(type: WorkerMessage["type"], text?: string) => void} */
const tell = (type, text = "") => self.postMessage({ type, text });

// `archive`: the address of the byte code of Python's own library, for the fast way, beside which lies that of all else; null for Pyodide's documented way.
// `module`: a promise of the first part of Pyodide's module, compiled, for the fast way.
/** @param {{ pyodide: string, lock: string, archive: string | null, module: Promise<WebAssembly.Module> }} settings */
export async function start({ pyodide, lock, archive, module }) {
  try {
    const { python, whenIdle, cold } = await (archive
      ? startFast(pyodide, lock, archive, module)
      : startPlain(pyodide, lock));
    const { handle } = python.pyimport("planner.web");
    /** @type {Promise<void> | undefined} */
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
    setTimeout(() => settle()?.then(() => cold && optional(fetchCold(cold))), IDLE);
  } catch (error) {
    tell("failed", String(error));
  }
}

/** @type {(pyodide: string, lock: string) => Promise<Python>} */
async function startPlain(pyodide, lock) {
  tell("progress", "Loading Python (about 8 MB on the first visit) …");
  const { loadPyodide } = await import(`${pyodide}pyodide.mjs`);
  // Pyodide reports each package to the console as it loads; the page has its own words for that.
  return { python: await loadPyodide({ lockFileURL: lock, packages: ["htc-planner"], stdout: () => {} }) };
}

/** @type {(pyodide: string, lock: string, archive: string, module: Promise<WebAssembly.Module>) => Promise<Python>} */
async function startFast(pyodide, lock, archive, module) {
  tell("progress", "Loading Python (about 4 MB on the first visit) …");
  const name = snapshotName(archive, pyodide);
  const snapshotRead = readSnapshot(name);
  const cold = { address: `${pyodide}cold.wasm` };
  const ours = { path: PLANNER, address: new URL("planner.zip.gz", archive).href };
  const more = { path: MORE, address: new URL("more.zip.gz", archive).href };
  // A kept memory holds every module that a plan needs: the archives come when there is time, for what goes wrong.
  const reallyFetch = self.fetch;
  const library = snapshotRead.then((found) => (found ? new Response(EMPTY_ZIP) : reallyFetch(archive).then(unpacked)));
  // What Python needs to start comes first, so that it starts while ours is on its way.
  const oursRead = Promise.all([library, module, snapshotRead]).then(([, , found]) =>
    found ? EMPTY_ZIP : bytesOf(ours.address),
  );
  oursRead.catch(() => {}); // said to who waits for it
  answerFetches({ [`${pyodide}pyodide.asm.wasm`]: Promise.resolve(new Response()), [archive]: library });
  /** @type {any} */ (WebAssembly).instantiateStreaming = async (
    /** @type {unknown} */ _,
    /** @type {WebAssembly.Imports} */ imports,
  ) => {
    const compiled = await module;
    return { module: compiled, instance: await instantiate(compiled, imports, cold) };
  };
  const [{ loadPyodide }, { default: createPyodideModule }, lockFileContents, snapshot] = await Promise.all([
    import(`${pyodide}pyodide.mjs`),
    import(`${pyodide}hot.mjs`),
    fetch(lock).then((response) => response.json()), // of it only Pyodide's version is used: the archives hold it all
    snapshotRead,
  ]);
  tell("progress", "Starting the planner …");
  const options = { indexURL: pyodide, createPyodideModule, stdLibURL: archive, lockFileContents, stdout: () => {} };
  if (snapshot) {
    try {
      const python = await loadPyodide({ ...options, _loadSnapshot: snapshot });
      python.FS.writeFile(ours.path, await oursRead);
      const settle = async () => {
        const path = python.runPython("import sys; next(path for path in sys.path if path.endswith('.zip'))");
        for (const one of [{ path, address: archive }, ours]) python.FS.writeFile(one.path, await bytesOf(one.address));
        addArchive(python, more.path, await bytesOf(more.address));
      };
      return { python, whenIdle: () => optional(settle()), cold };
    } catch (error) {
      await removeSnapshot(name); // start.js tries again in a fresh worker
      throw error;
    }
  }
  const env = { HOME: "/home/pyodide", PYTHONHASHSEED: "0" };
  const python = await loadPyodide({ ...options, _makeSnapshot: true, env });
  addArchive(python, ours.path, await oursRead);
  // Taken before the first answer, so that it holds nothing that anybody typed.
  python.runPython("import planner.web, gc; planner.web.warm_up(); gc.collect()");
  const memory = python.makeMemorySnapshot();
  const settle = async () => {
    await writeSnapshot(name, memory);
    addArchive(python, more.path, await bytesOf(more.address));
  };
  return { python, whenIdle: () => optional(settle()), cold };
}

/**
 * What no plan needs: without it, who asks for it is told.
 *
 * @param {Promise<void>} coming
 */
const optional = (coming) =>
  coming.catch((error) => console.warn(`Some of Python could not be loaded: ${error.message}`));

/**
 * overrides/hooks/runtime/archive_importer.py
 *
 * @param {Pyodide} python
 * @param {string} path
 * @param {Uint8Array} content
 */
function addArchive(python, path, content) {
  python.FS.writeFile(path, content);
  python.pyimport("sitecustomize").add(path);
}

/**
 * Makes Pyodide take what is already on its way; each once.
 *
 * @param {Record<string, Promise<Response>>} answers
 */
function answerFetches(answers) {
  const reallyFetch = self.fetch;
  self.fetch = (resource, options) => {
    const address = resource instanceof Request ? resource.url : String(resource);
    const answer = answers[address];
    delete answers[address];
    return answer ?? reallyFetch(resource, options);
  };
  for (const answer of Object.values(answers)) answer.catch(() => {}); // it is reported to who asks for it
}

/** @param {string} address */
const bytesOf = async (address) => new Uint8Array(await (await unpacked(await fetch(address))).arrayBuffer());

/**
 * Some hosts unpack .gz files on the way, others do not.
 *
 * @param {Response} response
 */
async function unpacked(response) {
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const bytes = await response.arrayBuffer();
  const [first, second] = new Uint8Array(bytes, 0, 2);
  if (first !== 0x1f || second !== 0x8b) return new Response(bytes);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
}
