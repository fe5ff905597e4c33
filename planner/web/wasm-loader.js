// Puts Python's WebAssembly module together from its two parts (overrides/hooks/runtime/split.py): what every visit needs, and the
// rest, which comes with the first call of a function in it, or before, when there is time.

/** The part that comes later: its address, and the module once `fetchRest` has it. @typedef {{ address: string, module?: WebAssembly.Module }} Rest */

/**
 * Returns the instance of the first part.
 *
 * @param {WebAssembly.Module} first
 * @param {WebAssembly.Imports} imports
 * @param {Rest} rest
 */
export async function instantiate(first, imports, rest) {
  const instance = /** @type {any} */ (await WebAssembly.instantiate(first, imports));
  const load = () => {
    const module = rest.module ?? new WebAssembly.Module(fetchNow(rest.address));
    new WebAssembly.Instance(module, { ...imports, first: instance.exports });
  };
  instance.exports["%rest"].set(0, asWebAssembly(load));
  return instance;
}

/**
 * So that no call has to wait for the line, or fails without one.
 *
 * @param {Rest} rest
 */
export async function fetchRest(rest) {
  rest.module ??= await WebAssembly.compileStreaming(fetch(rest.address));
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
