// Keeps a picture of Python's memory in the browser's private files (OPFS), so that the next visit starts from it.
//
// A file holds SHA-256 (32 bytes) of all that follows · length of the memory in bytes (4) · how many pages are
// kept (4) · their numbers (4 each) · the pages. Pages of zeros, more than half, are not kept. The hash is checked because
// Python would start from a damaged memory without a word, and perhaps answer wrongly.

const PAGE = 65536;
const HASH = 32;
const UNFINISHED = ".part";

// Sites of one host share these files: the name carries the site's path, and the content hash of all that Python was
// made from, which is the name of the folder that the archive lies in.
export function snapshotName(archive, pyodide) {
  const path = (address) => new URL(".", address).pathname;
  return encodeURIComponent(`${path(archive)} ${path(pyodide)}`);
}

const ours = (name) => encodeURIComponent(decodeURIComponent(name).replace(/[^/]+\/ .*$/, ""));

// Returns the memory, or null where there is none that can be used; a damaged one is removed.
export async function readSnapshot(name) {
  const folder = await folderOrNull();
  if (!folder) return null;
  let bytes;
  try {
    const file = await folder.getFileHandle(name);
    bytes = await (await file.getFile()).arrayBuffer();
  } catch {
    return null; // not there, or in use by another tab
  }
  try {
    const kept = new Uint8Array(bytes, HASH);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", kept));
    const expected = new Uint8Array(bytes, 0, HASH);
    if (hash.some((byte, index) => byte !== expected[index])) throw new Error("it was damaged");
    return unpack(bytes);
  } catch (error) {
    console.warn(`The kept memory of Python is not used: ${error.message}`);
    await removeSnapshot(name);
    return null;
  }
}

// Storage may be refused or full, and another tab may be writing: then the next visit starts without.
export async function writeSnapshot(name, memory) {
  const folder = await folderOrNull();
  if (!folder) return;
  try {
    for await (const other of folder.keys())
      if (other !== name && ours(other) === ours(name)) await folder.removeEntry(other);
    // Under its name it is there whole or not at all.
    const file = await folder.getFileHandle(`${name}${UNFINISHED}`, { create: true });
    const packed = pack(memory);
    packed.set(new Uint8Array(await crypto.subtle.digest("SHA-256", packed.subarray(HASH))));
    const access = await file.createSyncAccessHandle();
    try {
      access.truncate(0);
      access.write(packed);
      access.flush();
    } finally {
      access.close();
    }
    await file.move(name);
  } catch (error) {
    console.warn(`The memory of Python could not be kept: ${error.message}`);
  }
}

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

function pack(memory) {
  const total = Math.ceil(memory.length / PAGE);
  const numbers = [];
  for (let number = 0; number < total; number++) {
    if (!isZero(memory.subarray(number * PAGE, (number + 1) * PAGE))) numbers.push(number);
  }
  const head = HASH + 8 + 4 * numbers.length;
  const packed = new Uint8Array(head + PAGE * numbers.length);
  new Uint32Array(packed.buffer, HASH, 2 + numbers.length).set([memory.length, numbers.length, ...numbers]);
  numbers.forEach((number, index) => {
    packed.set(memory.subarray(number * PAGE, (number + 1) * PAGE), head + index * PAGE);
  });
  return packed;
}

function unpack(bytes) {
  const [length, count] = new Uint32Array(bytes, HASH, 2);
  const numbers = new Uint32Array(bytes, HASH + 8, count);
  const memory = new Uint8Array(length);
  const head = HASH + 8 + 4 * count;
  numbers.forEach((number, index) => {
    const size = Math.min(PAGE, length - number * PAGE);
    memory.set(new Uint8Array(bytes, head + index * PAGE, size), number * PAGE);
  });
  return memory.buffer;
}

function isZero(page) {
  const words = page.length >> 3;
  if (page.byteOffset % 8 === 0 && page.length % 8 === 0)
    return new BigUint64Array(page.buffer, page.byteOffset, words).every((word) => word === 0n);
  return page.every((byte) => byte === 0);
}
