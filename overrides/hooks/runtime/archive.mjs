// Makes the archives of byte code that the page's Python starts from. Pyodide itself compiles it, under Node: byte code
// fits one version of Python only, and the builder's own is another. archive.py says what goes in.
//
// usage: node archive.mjs PYODIDE FOLDER WHEEL…
// Prints, as JSON, why smaller steps within were left out, by their names.

import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [pyodide, folder, ...wheels] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")));

const python = await loadPyodide({
  stdout: () => {},
  packages: [],
  // The same order of every set, and line numbers without columns: a third less to download.
  env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" },
});
const booted = python.runPython("import sys; list(sys.modules)");
python.FS.mkdir("/wheels");
for (const wheel of wheels) python.FS.writeFile(`/wheels/${basename(wheel)}`, readFileSync(wheel));
const globals = python.toPy({ __name__: "__archive__" });
const beside = (name) => readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8");
globals.set("booted", booted);
globals.set("importer", beside("archive_importer.py"));
python.runPython(beside("archive.py"), { globals });
for (const name of globals.get("ARCHIVES")) writeFileSync(join(folder, name), python.FS.readFile(`/${name}`));
console.log(JSON.stringify(globals.get("declined").toJs({ dict_converter: Object.fromEntries })));
