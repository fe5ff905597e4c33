"""How Python starts: fast, faster the second time, and the plain way whenever the fast one fails."""

import tomllib
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Route

from planner.examples import examples
from tests.browser.conftest import wait_for_python

# Names and sizes of the files that hold kept memories, in the page's private files, without those not yet finished.
KEPT = """async () => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("htc-planner", { create: true });
  const found = [];
  for await (const [name, file] of folder.entries())
    if (!name.endsWith(".part")) found.push([name, (await file.getFile()).size]);
  return found;
}"""

# Writes over a kept memory at the place (0 to 1) that is given, or cuts it off there.
DAMAGE = """async ({ at, cut }) => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("htc-planner");
  for await (const file of folder.values()) {
    const size = (await file.getFile()).size;
    const stream = await file.createWritable({ keepExistingData: true });
    const position = Math.floor(size * at);
    if (cut) await stream.truncate(position);
    else await stream.write({ type: "write", position, data: new Uint8Array([171, 205, 239]) });
    await stream.close();
  }
}"""


@pytest.fixture
def warnings(page: Page) -> list[str]:
    """What the page and its workers warn of."""
    found: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "warning":
            found.append(message.text)

    page.on("console", note)
    page.on("worker", lambda worker: worker.on("console", note))
    return found


@pytest.fixture
def fetched(page: Page) -> set[str]:
    """The names of the files that were fetched."""
    names: set[str] = set()
    page.context.on("request", lambda request: names.add(urlsplit(request.url).path.rsplit("/", 1)[-1]))
    return names


def open_planner(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}planner/")
    wait_for_python(page)


def kept_after_a_visit(page: Page, site_url: str) -> list[list[object]]:
    """Open the planner and return what was kept: that is written once the first plan is on the page."""
    open_planner(page, site_url)
    kept: list[list[object]] = page.evaluate(
        f"""async () => {{
          for (;;) {{
            const kept = await ({KEPT})();
            if (kept.length) return kept;
            await new Promise((later) => setTimeout(later, 50));
          }}
        }}"""
    )
    return kept


def test_the_first_visit_loads_the_archive_only_and_keeps_the_memory(
    page: Page, site_url: str, fetched: set[str], warnings: list[str]
) -> None:
    ((_, size),) = kept_after_a_visit(page, site_url)
    assert "python.zip.gz" in fetched
    assert not {name for name in fetched if name.endswith(".whl") or name == "python_stdlib.zip"}
    assert isinstance(size, int)
    assert 5e6 < size < 20e6
    assert warnings == []


def test_the_second_visit_starts_from_the_kept_memory(page: Page, site_url: str, warnings: list[str]) -> None:
    kept = kept_after_a_visit(page, site_url)
    page.locator("[name=project]").fill("second")
    open_planner(page, site_url)
    page.locator('[data-open="second.sub"]').wait_for()
    assert page.evaluate(KEPT) == kept
    assert warnings == []


@pytest.mark.parametrize("damage", [{"at": 0.0}, {"at": 0.5}, {"at": 0.7, "cut": True}, {"at": 0.0, "cut": True}])
def test_a_damaged_memory_is_noticed_and_made_anew(
    page: Page, site_url: str, warnings: list[str], damage: dict[str, object]
) -> None:
    kept = kept_after_a_visit(page, site_url)
    page.evaluate(DAMAGE, {"cut": False, **damage})
    again = kept_after_a_visit(page, site_url)
    assert any("memory of Python is not used" in warning for warning in warnings)
    assert again[0][0] == kept[0][0]


def test_storage_that_is_refused(page: Page, site_url: str) -> None:
    # Workers of a page cannot be given a script of ours, so the file that would use the storage is changed on its way.
    def refuse(route: object) -> None:
        response = route.fetch()  # type: ignore[attr-defined]
        body = response.text().replace("navigator.storage.getDirectory()", "Promise.reject(new Error('refused'))")
        assert "refused" in body
        route.fulfill(response=response, body=body)  # type: ignore[attr-defined]

    page.context.route("**/snapshot.js", refuse)
    open_planner(page, site_url)
    assert page.evaluate(KEPT) == []


def test_an_archive_that_is_missing_leaves_the_plain_way(
    page: Page, site_url: str, faults: list[str], fetched: set[str], warnings: list[str]
) -> None:
    page.context.route("**/python.zip.gz", lambda route: route.abort())
    open_planner(page, site_url)
    assert "python_stdlib.zip" in fetched
    assert any("now the plain way" in warning for warning in warnings)
    faults.clear()


def test_an_example_is_shown_before_python_is_there(page: Page, site_url: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.context.route("**/python.zip.gz", hold)
    page.goto(f"{site_url}planner/")
    page.locator('[data-do="example"][data-name="forest"]').click()
    page.locator('[data-open="forest.sub"]').wait_for()
    assert page.locator("[name=project]").input_value() == "forest"
    page.locator("[name=project]").fill("mine")
    for route in held:
        route.continue_()
    page.locator('[data-open="mine.sub"]').wait_for()
    assert page.locator("[name=framework]").input_value() == "scikit-learn"


def test_an_example_is_taken_from_python_where_its_plan_cannot_be_fetched(
    page: Page, site_url: str, faults: list[str]
) -> None:
    page.context.route("**/forest.json", lambda route: route.abort())
    page.goto(f"{site_url}planner/")
    page.locator('[data-do="example"][data-name="forest"]').click()
    page.locator('[data-open="forest.sub"]').wait_for()
    faults.clear()


def test_every_example_is_planned_from_the_archive(page: Page, site_url: str, warnings: list[str]) -> None:
    """A module that the archive lacks would be missed here; the archive was made from the same work, in Node."""
    open_planner(page, site_url)
    replies = page.evaluate(
        """async (requests) => {
          const folder = [...document.scripts].find(({ src }) => src.endsWith("/page.js")).src;
          const { startPython } = await import(new URL("start.js", folder).href);
          const pyodide = new URL(document.querySelector("meta[name=pyodide]").content, document.baseURI).href;
          const said = [];
          await new Promise((done) => {
            const next = () => (requests.length ? python.post(JSON.stringify(requests.shift())) : done());
            const on = {
              progress() {},
              ready: next,
              reply(text) { said.push(JSON.parse(text).ok); next(); },
              failed(reason) { said.push(reason); next(); },
            };
            const python = startPython({ pyodide, patience: 60000 });
            python.listen(on);
          });
          return said;
        }""",
        [
            {"id": 1, "do": wanted, "answers": tomllib.loads(example.text)}
            for example in examples().values()
            for wanted in ("plan", "zip")
        ],
    )
    assert replies == [True] * 2 * len(examples())
    assert warnings == []
