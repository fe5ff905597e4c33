// Keeps a picture of Python's memory in the browser's private files (OPFS), so that the next visit starts from it.
//
// A file holds, each in 4 bytes, a checksum of all that follows, the length of the memory, how many pages are kept, and their
// numbers; then the pages. Pages of zeros, nearly half, are not kept. The checksum is there because Python would start
// from a damaged memory without a word, and perhaps answer wrongly.

const PAGE = 65536;
const HEAD = 3; // numbers before those of the pages
const UNFINISHED = ".part";

// Sites of one host share these files: the name carries the site's path, and the content hash of all that Python was
// made from, which is the name of the folder that the archive lies in.
/**
 * @param {string} archive its address
 * @param {string} pyodide the address of its folder
 */
export function snapshotName(archive, pyodide) {
  const path = (/** @type {string} */ address) => new URL(".", address).pathname;
  return encodeURIComponent(`${path(archive)} ${path(pyodide)}`);
}

/** @param {string} name */
const ours = (name) => encodeURIComponent(decodeURIComponent(name).replace(/[^/]+\/ .*$/, ""));

/**
 * Returns the memory, or null where there is none that can be used; a damaged one is removed.
 *
 * @param {string} name
 */
export async function readSnapshot(name) {
  /** @type {FileSystemSyncAccessHandle} */
  let access;
  try {
    const folder = await folderOrNull();
    if (!folder) return null;
    const file = await folder.getFileHandle(name);
    // Four times as fast as a File; browsers that do not know the mode let one tab read at a time.
    access = await /** @type {any} */ (file).createSyncAccessHandle({ mode: "read-only" });
  } catch {
    return null; // not there, or in use by another tab
  }
  try {
    return unpack((into, at) => {
      if (access.read(into, { at }) < into.byteLength) throw new Error("it was cut off");
      return into;
    });
  } catch (error) {
    console.warn(`The kept memory of Python is not used: ${messageOf(error)}`);
    access.close();
    await removeSnapshot(name);
    return null;
  } finally {
    access.close();
  }
}

/**
 * Taken before the first answer, so that it holds nothing that anybody typed; null where none can be taken.
 *
 * @param {any} python Pyodide
 * @returns {Uint8Array | null}
 */
export function takeSnapshot(python) {
  python.runPython("import planner.web, gc; planner.web.warm_up(); gc.collect()");
  try {
    return python.makeMemorySnapshot();
  } catch (error) {
    console.warn(`The memory of Python cannot be kept: ${error}`);
    return null;
  }
}

// Storage may be refused or full, and another tab may be writing: then the next visit starts without.
/**
 * @param {string} name
 * @param {Uint8Array} memory
 */
export async function writeSnapshot(name, memory) {
  const folder = await folderOrNull();
  if (!folder) return;
  try {
    for await (const other of folder.keys())
      if (other !== name && ours(other) === ours(name)) await folder.removeEntry(other);
    // Under its name it is there whole or not at all.
    const file = await folder.getFileHandle(`${name}${UNFINISHED}`, { create: true });
    const access = await file.createSyncAccessHandle();
    try {
      access.truncate(0);
      access.write(pack(memory));
      access.flush();
    } finally {
      access.close();
    }
    await /** @type {any} */ (file).move(name);
  } catch (error) {
    console.warn(`The memory of Python could not be kept: ${messageOf(error)}`);
  }
}

/** @param {string} name */
export async function removeSnapshot(name) {
  try {
    await (await folderOrNull())?.removeEntry(name);
  } catch {
    // it is not there
  }
}

async function folderOrNull() {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle("htc-planner", { create: true });
  } catch {
    return null; // refused, as in some private windows
  }
}

/** @param {Uint8Array} memory */
function pack(memory) {
  const total = Math.ceil(memory.length / PAGE);
  const numbers = [];
  for (let number = 0; number < total; number++) {
    if (!isZero(memory.subarray(number * PAGE, (number + 1) * PAGE))) numbers.push(number);
  }
  const head = new Uint32Array([0, memory.length, numbers.length, ...numbers]);
  const packed = new Uint8Array(head.byteLength + PAGE * numbers.length);
  head[0] = checksum(head.subarray(1), 0);
  numbers.forEach((number, index) => {
    const page = memory.subarray(number * PAGE, (number + 1) * PAGE);
    head[0] = checksum(wordsOf(page), head[0]);
    packed.set(page, head.byteLength + PAGE * index);
  });
  packed.set(new Uint8Array(head.buffer));
  return packed;
}

/** @param {<A extends Uint8Array | Uint32Array>(into: A, at: number) => A} read fills an array with the bytes from `at` on, and returns it */
function unpack(read) {
  const [expected, length, count] = read(new Uint32Array(HEAD), 0);
  const head = read(new Uint32Array(HEAD + count), 0);
  const memory = new Uint8Array(length);
  let sum = checksum(head.subarray(1), 0);
  head.subarray(HEAD).forEach((number, index) => {
    const page = memory.subarray(number * PAGE, (number + 1) * PAGE);
    read(page, head.byteLength + PAGE * index);
    sum = checksum(wordsOf(page), sum);
  });
  if (sum !== expected) throw new Error("it was damaged");
  return memory;
}

const messageOf = (/** @type {unknown} */ error) => (error instanceof Error ? error.message : String(error));

/** @param {Uint8Array} page */
const wordsOf = (page) => new Uint32Array(page.buffer, page.byteOffset, page.byteLength >> 2);

// FNV-1a over words instead of bytes: any change of one word changes it, and of more all but one in four billion. A
// tenth of the time of SHA-256, which guards against people; who could write this file could as well change the page.
/**
 * @param {Uint32Array} words
 * @param {number} before
 */
function checksum(words, before) {
  let sum = before;
  for (let at = 0; at < words.length; at++) sum = Math.imul(sum ^ words[at], 0x01000193);
  return sum >>> 0;
}

/** @param {Uint8Array} page */
function isZero(page) {
  const words = page.length >> 3;
  if (page.byteOffset % 8 === 0 && page.length % 8 === 0)
    return new BigUint64Array(page.buffer, page.byteOffset, words).every((word) => word === 0n);
  return page.every((byte) => byte === 0);
}
