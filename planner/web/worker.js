// Runs Python in a worker, so that typing never waits for it. page.js says how it is started, and why that way.
//
// To the page go { type, text } with the types progress, ready, reply (JSON from Python) and failed;
// from the page come requests, as JSON for `planner.web.handle`.

const tell = (type, text = "") => self.postMessage({ type, text });

export async function start({ pyodide, lock }) {
  try {
    tell("progress", "Loading Python (about 8 MB on the first visit) …");
    const { loadPyodide } = await import(`${pyodide}pyodide.mjs`);
    // Pyodide reports each package to the console as it loads; the page has its own words for that.
    const python = await loadPyodide({ lockFileURL: lock, packages: ["htc-planner"], stdout: () => {} });
    tell("progress", "Starting the planner …");
    const { handle } = python.pyimport("planner.web");
    self.onmessage = ({ data }) => {
      try {
        tell("reply", handle(data));
      } catch (error) {
        tell("failed", String(error));
      }
    };
    tell("ready");
  } catch (error) {
    tell("failed", String(error));
  }
}
