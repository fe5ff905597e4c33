// Puts Python's WebAssembly module together from its two parts (overrides/hooks/runtime/split.py): the hot one, which every visit
// needs, and the cold one, which comes with the first call of a function in it, or earlier, when the worker is idle.

/** The part that comes later: its address, and the module once `fetchCold` has it. @typedef {{ address: string, module?: WebAssembly.Module }} Cold */

/**
 * Returns the instance of the hot part.
 *
 * @param {WebAssembly.Module} hot
 * @param {WebAssembly.Imports} imports
 * @param {Cold} cold
 */
export async function instantiate(hot, imports, cold) {
  const instance = /** @type {any} */ (await WebAssembly.instantiate(hot, imports));
  const load = () => {
    const module = cold.module ?? new WebAssembly.Module(fetchNow(cold.address));
    new WebAssembly.Instance(module, { ...imports, hot: instance.exports });
  };
  instance.exports["%cold"].set(0, asWebAssembly(load));
  return instance;
}

/**
 * So that no call has to wait for the line, or fails without one.
 *
 * @param {Cold} cold
 */
export async function fetchCold(cold) {
  cold.module ??= await WebAssembly.compileStreaming(fetch(cold.address));
}

/**
 * A call in WebAssembly cannot wait for a promise.
 *
 * @param {string} address
 */
function fetchNow(address) {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`${address}: ${request.status}`);
  return request.response;
}

/**
 * A table takes functions of WebAssembly only: the smallest module that imports a function and exports it again.
 *
 * @param {() => void} f
 */
function asWebAssembly(f) {
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 97, 1, 97, 0, 0, 7, 5, 1, 1, 97, 0, 0];
  return new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)), { a: { a: f } }).exports.a;
}
