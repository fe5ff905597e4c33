// Stands before the theme's worker for searching, and fetches it and the index when somebody searches; the theme would
// fetch both with every page. Its name is that of the theme's worker, with "later" in the place of "search".

const [SETUP, READY, QUERY] = [0, 1, 2]; // kinds of the theme's messages
const tell = postMessage.bind(self);
/** @type {object} */
let setup; // what the theme sent when the page opened, with an index without pages in it
/** @type {object | null} */
let query = null; // the last one that waits; null where nobody has searched
let theirs = false; // whether the theme's worker is there and has its index

self.postMessage = (message) => {
  if (message.type !== READY) return tell(message);
  theirs = true;
  dispatchEvent(new MessageEvent("message", { data: query }));
};

addEventListener("message", (event) => {
  if (theirs || !event.isTrusted) return; // the theme's own listener takes it
  event.stopImmediatePropagation();
  const { type, data } = event.data;
  if (type === SETUP) {
    setup = data;
    tell({ type: READY });
  } else if (type === QUERY && data) {
    const first = query === null;
    query = event.data;
    if (first) fetchThem().catch(() => (query = null)); // the next key tries again
  }
});

async function fetchThem() {
  const { docs } = await (await fetch("../../../search/docs.json")).json();
  importScripts(location.href.replace("/later.", "/search."));
  dispatchEvent(new MessageEvent("message", { data: { type: SETUP, data: { ...setup, docs } } }));
}
