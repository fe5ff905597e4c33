// Runs Python in a worker, so that typing never waits for it. start.js says how it is started, and why that way.
//
// To the page go { type, text } with the types progress, ready, reply (JSON from Python) and failed;
// from the page come requests, as JSON for `planner.web.handle`.

import { answerFetches, bytesOf, unpacked } from "./fetching.js";
import { readSnapshot, removeSnapshot, snapshotName, takeSnapshot, writeSnapshot } from "./snapshot.js";
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

/**
 * The addresses of the steps of the fast way, each of which the build may have left out:
 *
 * @typedef {object} Steps
 * @property {string} [module] Pyodide's module, whole or its hot part
 * @property {string} [cold] the cold part
 * @property {string} [script] Pyodide's script that goes with the module
 * @property {string} [archive] the byte code of Python's own library, beside which that of all else is
 * @property {string} [snapshot] whichever: keep a picture of memory
 *
 * @typedef {object} Settings
 * @property {string} pyodide the folder
 * @property {string} lock the list of wheels
 * @property {Steps | null} steps null for Pyodide's documented way
 * @property {Promise<WebAssembly.Module>} compiled the module, where it has an address
 */

/** @param {Settings} settings */
export async function start({ pyodide, lock, steps, compiled }) {
  try {
    const { python, whenIdle, cold } = await (steps
      ? startFast({ pyodide, lock, steps, compiled })
      : startPlain(pyodide, lock));
    const { handle } = python.pyimport("planner.web");
    /** @type {Promise<void> | undefined} */
    let idleWork;
    const settle = () => (idleWork ??= whenIdle?.());
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
    setTimeout(async () => {
      await settle();
      if (cold) optional(fetchCold(cold));
    }, IDLE);
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

/** @typedef {(options: object) => Promise<Pyodide>} Load starts Python, with more options for Pyodide */

/** @type {(settings: Settings & { steps: Steps }) => Promise<Python>} */
async function startFast(settings) {
  tell("progress", "Loading Python (about 4 MB on the first visit) …");
  const { pyodide, lock, steps, compiled } = settings;
  const cold = steps.cold ? { address: steps.cold } : undefined;
  if (steps.module) takeModule(pyodide, compiled, cold);
  // Without a script of ours Pyodide imports its own.
  const scripts = Promise.all([import(`${pyodide}pyodide.mjs`), steps.script ? import(steps.script) : null]);
  const loading = scripts.then(
    ([{ loadPyodide }, script]) =>
      (/** @type {object} */ options) =>
        loadPyodide({ indexURL: pyodide, createPyodideModule: script?.default, stdout: () => {}, ...options }),
  );
  if (steps.archive) return { ...(await startFromArchives(settings, steps.archive, loading)), cold };
  const load = await loading;
  return { python: await load({ lockFileURL: lock, packages: ["htc-planner"] }), cold };
}

/**
 * Makes Pyodide take the module that the page has compiled.
 *
 * @param {string} pyodide
 * @param {Promise<WebAssembly.Module>} compiled
 * @param {Cold | undefined} cold
 */
function takeModule(pyodide, compiled, cold) {
  answerFetches({ [`${pyodide}pyodide.asm.wasm`]: Promise.resolve(new Response()) });
  /** @type {any} */ (WebAssembly).instantiateStreaming = async (
    /** @type {unknown} */ _,
    /** @type {WebAssembly.Imports} */ imports,
  ) => {
    const module = await compiled;
    const instance = cold ? instantiate(module, imports, cold) : WebAssembly.instantiate(module, imports);
    return { module, instance: await instance };
  };
}

/** @type {(settings: Settings & { steps: Steps }, archive: string, loading: Promise<Load>) => Promise<Python>} */
async function startFromArchives({ pyodide, lock, steps, compiled }, archive, loading) {
  const name = snapshotName(archive, pyodide);
  const snapshotRead = steps.snapshot ? readSnapshot(name) : Promise.resolve(null);
  const ours = { path: PLANNER, address: new URL("planner.zip.gz", archive).href };
  const more = { path: MORE, address: new URL("more.zip.gz", archive).href };
  // A kept memory holds every module that a plan needs: the archives come when there is time, for what goes wrong.
  const reallyFetch = self.fetch;
  const library = snapshotRead.then((snapshot) =>
    snapshot ? new Response(EMPTY_ZIP) : reallyFetch(archive).then(unpacked),
  );
  // What Python needs to start comes first, so that it starts while ours is on its way.
  const oursRead = Promise.all([snapshotRead, library, steps.module && compiled]).then(([snapshot]) =>
    snapshot ? EMPTY_ZIP : bytesOf(ours.address),
  );
  oursRead.catch(() => {}); // the code that awaits it reports the error
  answerFetches({ [archive]: library });
  const [load, lockFileContents, snapshot] = await Promise.all([
    loading,
    fetch(lock).then((response) => response.json()), // of it only Pyodide's version is used: the archives hold it all
    snapshotRead,
  ]);
  tell("progress", "Starting the planner …");
  const options = { stdLibURL: archive, lockFileContents };
  if (snapshot) {
    try {
      const python = await load({ ...options, _loadSnapshot: snapshot });
      python.FS.writeFile(ours.path, await oursRead);
      const settle = async () => {
        const path = python.runPython("import sys; next(path for path in sys.path if path.endswith('.zip'))");
        for (const file of [{ path, address: archive }, ours])
          python.FS.writeFile(file.path, await bytesOf(file.address));
        addArchive(python, more.path, await bytesOf(more.address));
      };
      return { python, whenIdle: () => optional(settle()) };
    } catch (error) {
      await removeSnapshot(name); // start.js tries again in a fresh worker
      throw error;
    }
  }
  const env = { HOME: "/home/pyodide", PYTHONHASHSEED: "0" };
  const python = await load({ ...options, _makeSnapshot: Boolean(steps.snapshot), env });
  addArchive(python, ours.path, await oursRead);
  const memory = steps.snapshot ? takeSnapshot(python) : null;
  const settle = async () => {
    if (memory) await writeSnapshot(name, memory);
    addArchive(python, more.path, await bytesOf(more.address));
  };
  return { python, whenIdle: () => optional(settle()) };
}

/**
 * Waits for files that no plan needs: if they fail to load, requests that need them report the error.
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
