// The page's Python. This script stands first in the page and waits for nothing: Python starts while the rest of the page
// is still being read.

import { startPython } from "./start.js";

const { content } = document.querySelector('meta[name="pyodide"]');

export const python = startPython({ pyodide: new URL(content, document.baseURI).href, patience: 45_000 });
