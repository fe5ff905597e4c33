// Hands something to the user: a file, or text for the clipboard.

/**
 * @param {string} name
 * @param {BlobPart} content
 * @param {string} type
 */
export function save(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href)); // after the browser has read it
}

/**
 * A loop: a function called for each byte stops the page where a zip is large.
 *
 * @param {string} base64
 */
export function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/**
 * Promises what to tell the user: *done*, or that the browser did not allow it.
 *
 * @param {string} text
 * @param {string} done
 */
export function copy(text, done) {
  return navigator.clipboard.writeText(text).then(
    () => done,
    () => "The browser does not allow copying: select the text instead.",
  );
}
