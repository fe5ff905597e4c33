"""Find out which functions of Python's module the page calls, and write overrides/hooks/runtime/used_functions.txt. ``make used-functions`` runs it.

Both browsers do the same work with a module that notes each function that is called (``split.counting``), on a first
visit and on a second, which begins with a kept memory. The work is what people do on the page, and what tests do to it:
every example on every pool, the bench's edits, random answers of the property tests, hostile text in every question,
every log and file that the tests bring. What is not called here still works: it comes with the cold part.
"""

import json
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from bench.page import FAST, LOOPBACK, chromium, compress, fresh_page, host
from bench.planning import edits
from overrides.hooks.runtime import build as runtime
from overrides.hooks.runtime import used_functions, wasm
from overrides.hooks.runtime.split import counting
from planner.answers import Answers, as_texts, default_answers, questions
from planner.examples import examples
from planner.facts.pools import pools
from tests import strategies
from tests.browser.conftest import SITE
from tests.browser.firefox import find_firefox, firefox
from tests.hostile.values import hostile_values

TESTS = Path(__file__).parents[1] / "tests"
RANDOM = 60  # drawn answers
LARGEST = 20_000  # bytes of a file: a longer one has only more of the same
HOSTILE = 2  # values for each question

# In the place of `wasm-loader.js`: the whole module, and whoever asks on the channel is told which functions were called, and
# the addresses of those that types are cleaned up with.
MODULE = """
const channel = new BroadcastChannel("called");
export async function instantiate(module, imports) {
  const instance = await WebAssembly.instantiate(module, imports);
  channel.onmessage = ({ data }) => {
    if (data !== "which?") return;
    const memory = new Uint32Array(instance.exports.memory.buffer);
    const slots = (self.types?.() ?? []).flatMap((type) => SLOTS.map((slot) => memory[(type + slot) >> 2]));
    channel.postMessage({ calls: new Uint8Array(instance.exports["%called"].buffer).slice(), slots });
  };
  return instance;
}
export async function fetchRest() {}
// tp_dealloc, tp_traverse, tp_clear and tp_free in PyTypeObject, where a pointer has 4 bytes (CPython, Include/cpython/object.h)
const SLOTS = [24, 92, 96, 160];
"""
# Put into `worker.js`: what tells the addresses of all types. Which objects are looked at when garbage is collected is chance,
# so the functions that do it are taken for called, for every type that is there.
AFTER = "const { handle } ="
TYPES = """self.types = () => python.runPython(`
def all_types(of):
    yield id(of)
    for other in type.__subclasses__(of):
        yield from all_types(other)
sorted(set(all_types(object)))`).toJs();
"""
# In `worker.js`: how it takes a module that is in one part.
WHOLE = "WebAssembly.instantiate(module, imports)"
# Has a worker answer the requests, then asks all workers of the page. Returns the numbers of functions, and the replies
# that failed.
WORK = """async () => {
  while (document.querySelector("[data-do=zip]").ariaDisabled !== "false") await new Promise((later) => setTimeout(later, 50));
  const requests = await (await fetch("/work.json")).json();
  const failed = [];
  await new Promise((done) => {
    const next = () => (requests.length ? worker.post(JSON.stringify(requests.shift())) : done());
    const worker = startPython({ ...addresses(), patience: 120000 });
    worker.listen({ progress() {}, ready: next, reply: next, failed(reason) { failed.push(reason); next(); } });
  });
  await new Promise((later) => setTimeout(later, 3000)); // what is kept for the next visit is written
  const called = new Set();
  const slots = new Set();
  const channel = new BroadcastChannel("called");
  channel.onmessage = ({ data }) => {
    data.calls.forEach((isCalled, number) => isCalled && called.add(number));
    data.slots.forEach((slot) => slots.add(slot));
  };
  channel.postMessage("which?");
  await new Promise((later) => setTimeout(later, 3000));
  return { called: [...called], slots: [...slots], failed };
}"""


def main() -> None:
    """Let both browsers work, and write what they called."""
    module = (runtime.PYODIDE / runtime.MODULE).read_bytes()
    # What an earlier count found stays: some functions are called now and then only.
    called = used_functions.functions_called(module) if used_functions.is_of(module) else set()
    table = function_table(module)
    with host(LOOPBACK, beside=counting_files(module)) as server:
        address = f"{server.address}{FAST}planner/"
        for name, visits in (("Chromium", _in_chromium(address)), ("Firefox", _in_firefox(address))):
            for visit in visits:
                numbers = {*visit["called"], *(table[slot] for slot in visit["slots"] if slot in table)}
                print(f"{name}: {len(numbers)} functions, {len(numbers - called)} of them new", flush=True)
                if visit["failed"]:
                    raise SystemExit(f"The page failed: {visit['failed'][0]}")
                called |= numbers
    used_functions.LIST.write_text(used_functions.text_of(module, called))


def function_table(module: bytes) -> dict[int, int]:
    """Return the number of the function at each place of the table by which *module* calls what an address stands for."""
    sections = wasm.sections(module)
    imported = sum(item.kind == wasm.A_FUNCTION for item in wasm.items(sections[wasm.IMPORT], wasm.read_import))
    reader = wasm.Reader(sections[wasm.ELEMENT])
    segments, kind, constant, begin = reader.number(), reader.number(), reader.byte(), reader.number()
    if (segments, kind, constant, reader.byte()) != (1, 0, wasm.I32_CONST, wasm.END):
        raise ValueError("The table is filled in another way.")
    return {begin + at: reader.number() - imported for at in range(reader.number())}


def counting_files(module: bytes) -> dict[str, bytes]:
    """Return what is served in the place of the site's own files, by path, compressed: what counts, and the work."""
    counted = counting(module)
    # Of another module than the one in the list the build makes no hot part, and the page takes the whole.
    replaced = {"hot.wasm": counted, runtime.MODULE: counted, "wasm-loader.js": MODULE.encode()}
    for worker in (SITE / "runtime").glob("*/worker.js"):
        script = worker.read_text()
        if script.count(AFTER) != 1 or script.count(WHOLE) != 1:
            raise ValueError("The worker has no place where types could be told, or where the whole module is taken.")
        replaced["worker.js"] = (
            script.replace(AFTER, TYPES + AFTER).replace(WHOLE, "instantiate(module, imports)").encode()
        )
    files = {
        f"/{file.relative_to(SITE)}": replaced[file.name] for file in SITE.glob("runtime/*/*") if file.name in replaced
    }
    files["/work.json"] = json.dumps(list(work())).encode()
    return {path: compress(content) for path, content in files.items()}


def _in_chromium(address: str) -> Iterator[dict[str, list[int]]]:
    with chromium() as browser, fresh_page(browser) as page:
        for _ in range(2):
            page.goto(address)
            yield page.evaluate(WORK)


def _in_firefox(address: str) -> Iterator[dict[str, list[int]]]:
    program = find_firefox()
    if program is None:
        raise SystemExit("There is no Firefox, and its functions are others: Debian: apt-get install firefox-esr")
    with tempfile.TemporaryDirectory() as folder, firefox(program, Path(folder)) as visitor:
        for _ in range(2):
            visitor.open(address)
            yield visitor.evaluate(f"({WORK})()")


def work() -> Iterator[dict[str, object]]:
    """Yield requests for ``planner.web.handle``."""
    now = as_texts(default_answers())
    for answers in _sets_of_answers():
        for wanted in ("plan", "files", "zip"):
            yield {"id": 1, "do": wanted, "answers": answers, "before": now, "open": "README.md"}
        yield {"id": 1, "do": "compare", "answers": answers, "with": now}
    yield {"id": 1, "do": "file", "answers": now, "last": now, "path": "README.md"}
    for name, example in examples().items():
        for kind, text in (("example", name), ("file", example.text), ("link", f"project={name}&memory=30+GB")):
            yield {"id": 1, "do": "open", "answers": now, "kind": kind, "text": text}
    yield {"id": 1, "do": "open", "answers": now, "kind": "file", "text": "no = [toml"}
    for name, text in edits():
        now |= {name: text}
        yield {"id": 1, "do": "plan", "answers": now}
    for file in _files():
        yield {"id": 1, "do": "bring", "answers": now, "step": "begin"}
        text = file.read_text(encoding="utf-8", errors="replace")
        yield {"id": 1, "do": "bring", "answers": now, "step": "piece", "name": file.name, "text": text, "begins": True}
        yield {"id": 1, "do": "bring", "answers": now, "step": "end"}


def _sets_of_answers() -> Iterator[dict[str, str]]:
    for example in examples().values():
        for pool in pools():
            yield as_texts(example.answers) | {"pool": pool}
    drawn: list[dict[str, str]] = []

    @settings(max_examples=RANDOM, derandomize=True, database=None, phases=[Phase.generate], deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(strategies.answers())
    def draw(answers: Answers) -> None:
        drawn.append(as_texts(answers))

    draw()
    yield from drawn
    values = hostile_values(HOSTILE * len(questions()))
    for id in questions():
        for value in islice(values, HOSTILE):
            yield as_texts(default_answers()) | {id: value}


def _files() -> list[Path]:
    """Return logs, and files of every kind that can be reviewed."""
    golden = [file for file in (TESTS / "golden").rglob("*") if file.is_file() and file.stat().st_size < LARGEST]
    return sorted([*TESTS.rglob("*.log"), *golden])


if __name__ == "__main__":
    main()
