"""How Python starts: fast, faster the second time, and the plain way whenever the fast one fails."""

import json
import re
import tomllib
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Route, expect

from planner.examples import examples
from tests.browser.conftest import KEPT_MEMORIES, wait_for_memory, wait_for_python
from tests.browser.test_bring import RAN

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


THEME = "script[src*='javascripts/bundle']"
SILENT = "export function start() {}"


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
    """Open the planner and return what was kept."""
    open_planner(page, site_url)
    return wait_for_memory(page)


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
    assert page.evaluate(KEPT_MEMORIES) == kept
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


def test_what_the_kept_memory_lacks_comes_from_the_archive(page: Page, site_url: str, warnings: list[str]) -> None:
    """What reads logs is in the archive only: a log that is brought before that is there waits for it."""
    kept_after_a_visit(page, site_url)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.context.route("**/python.zip.gz", hold)
    with page.context.expect_event("request", lambda request: request.url.endswith("python.zip.gz")):
        open_planner(page, site_url)
        page.locator("#choose").set_input_files(RAN)
    expect(page.locator("[data-part=upload]")).to_contain_text("Reading")
    for route in held:
        route.continue_()
    expect(page.locator("[data-part=uploaded]")).to_contain_text("The plan below now asks for what was measured.")
    assert warnings == []


def test_storage_that_is_refused(page: Page, site_url: str) -> None:
    # Workers of a page cannot be given a script of ours, so the file that would use the storage is changed on its way.
    def refuse(route: object) -> None:
        response = route.fetch()  # type: ignore[attr-defined]
        body = response.text().replace("navigator.storage.getDirectory()", "Promise.reject(new Error('refused'))")
        assert "refused" in body
        route.fulfill(response=response, body=body)  # type: ignore[attr-defined]

    page.context.route("**/snapshot.js", refuse)
    open_planner(page, site_url)
    assert page.evaluate(KEPT_MEMORIES) == []


def test_an_archive_that_is_missing_leaves_the_plain_way(
    page: Page, site_url: str, faults: list[str], fetched: set[str], warnings: list[str]
) -> None:
    page.context.route("**/python.zip.gz", lambda route: route.abort())
    open_planner(page, site_url)
    assert "python_stdlib.zip" in fetched
    assert any("now the plain way" in warning for warning in warnings)
    faults.clear()


def test_a_module_that_did_not_come_leaves_the_plain_way(
    page: Page, site_url: str, faults: list[str], warnings: list[str]
) -> None:
    page.context.route("**/hot.wasm", lambda route: route.abort(), times=1)
    open_planner(page, site_url)
    assert any("now the plain way" in warning for warning in warnings)
    faults.clear()


def leave_out(page: Page, *steps: str) -> None:
    """Serve the planner's page as it is built where these *steps* of the fast start declined."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.text()
        for step in steps:
            body, found = re.subn(rf'(<script id="start"[^>]*) data-{step}="[^"]*"', r"\1", body)
            assert found == 1
        if "cold" in steps:
            body = body.replace("/hot.wasm", "/pyodide.asm.wasm")
        route.fulfill(response=response, body=body)

    page.context.route("**/planner/", answer)


STEPS = ("module", "cold", "script", "archive", "snapshot")


class Without(NamedTuple):
    """Steps that declined, a file that comes in their place, and one that does not come."""

    steps: tuple[str, ...]
    comes: str
    stays_away: str


@pytest.mark.parametrize(
    "without",
    [
        Without(("cold",), "pyodide.asm.wasm", "cold.wasm"),
        Without(("cold", "script"), "pyodide.asm.mjs", "trimmed.mjs"),
        Without(("archive", "snapshot"), "python_stdlib.zip", "python.zip.gz"),
        Without(("snapshot",), "python.zip.gz", "python_stdlib.zip"),
        Without(("module", "cold", "script"), "pyodide.asm.wasm", "hot.wasm"),
        Without(STEPS, "python_stdlib.zip", "python.zip.gz"),
    ],
    ids=lambda without: "-".join(without.steps),
)
def test_the_page_works_without_steps_that_declined(
    page: Page, site_url: str, fetched: set[str], warnings: list[str], without: Without
) -> None:
    leave_out(page, *without.steps)
    open_planner(page, site_url)
    page.locator("[name=project]").fill("works")
    page.locator('[data-open="works.sub"]').wait_for()
    assert without.comes in fetched
    assert without.stays_away not in fetched
    assert warnings == []


def test_without_the_kept_memory_nothing_is_kept(page: Page, site_url: str) -> None:
    leave_out(page, "snapshot")
    with page.expect_request("**/cold.wasm"):  # after anything that is kept
        open_planner(page, site_url)
    assert page.evaluate(KEPT_MEMORIES) == []


def test_a_memory_that_cannot_be_taken_leaves_the_archives(page: Page, site_url: str, fetched: set[str]) -> None:
    def refuse(route: Route) -> None:
        response = route.fetch()
        body = response.text()
        assert "python.makeMemorySnapshot()" in body
        route.fulfill(response=response, body=body.replace("python.makeMemorySnapshot()", "python.no_such_thing()"))

    page.context.route("**/snapshot.js", refuse)
    with page.expect_console_message(lambda message: "The memory of Python cannot be kept" in message.text):
        open_planner(page, site_url)
    assert "python_stdlib.zip" not in fetched
    assert page.evaluate(KEPT_MEMORIES) == []


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


def test_a_file_is_shown_before_python_is_there(page: Page, site_url: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.context.route("**/python.zip.gz", hold)
    page.goto(f"{site_url}planner/")
    listing = page.locator('[data-part="file run.sh"]')
    expect(listing.locator("pre")).to_have_count(0)  # a browser that runs scripts makes nothing of it
    page.locator('[data-open="run.sh"]').click()
    expect(listing.locator("pre")).to_contain_text("#!/bin/bash")
    assert held


def test_an_example_is_taken_from_python_where_its_plan_cannot_be_fetched(
    page: Page, site_url: str, faults: list[str]
) -> None:
    page.context.route("**/forest.json", lambda route: route.abort())
    page.goto(f"{site_url}planner/")
    page.locator('[data-do="example"][data-name="forest"]').click()
    page.locator('[data-open="forest.sub"]').wait_for()
    faults.clear()


@pytest.fixture
def waiting_page(page: Page, site_url: str) -> Page:
    """The planner's page, whose clock stands and whose Python does not come."""
    page.context.route("**/worker.js", lambda route: route.fulfill(body=SILENT, content_type="text/javascript"))
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.goto(f"{site_url}planner/")
    return page


def test_the_theme_waits_for_python_but_not_for_ever(waiting_page: Page) -> None:
    theme = waiting_page.locator(THEME)
    waiting_page.clock.run_for(9900)
    expect(theme).to_have_count(0)
    waiting_page.clock.run_for(200)
    expect(theme).to_have_count(1)


def test_the_theme_comes_at_once_when_somebody_touches_the_page(waiting_page: Page) -> None:
    theme = waiting_page.locator(THEME)
    expect(theme).to_have_count(0)
    waiting_page.locator("#planner").click(position={"x": 1, "y": 1})
    expect(theme).to_have_count(1)


def test_the_theme_comes_with_the_first_answer(waiting_page: Page) -> None:
    waiting_page.context.unroute_all()
    waiting_page.reload()
    wait_for_python(waiting_page)
    expect(waiting_page.locator(THEME)).to_have_count(1)


@pytest.mark.parametrize(("prefers", "scheme"), [("light", "default"), ("dark", "slate")])
def test_the_page_is_light_or_dark_before_the_theme_comes(
    waiting_page: Page, prefers: Literal["light", "dark"], scheme: str
) -> None:
    """The same as the theme then finds: colours do not change when it comes."""
    waiting_page.emulate_media(color_scheme=prefers)
    waiting_page.reload()
    colours = """() => Object.fromEntries([...document.body.attributes].map(({ name, value }) => [name, value])
      .filter(([name]) => /^data-md-color-(scheme|primary|accent)$/.test(name)))"""
    before = waiting_page.evaluate(colours)
    assert before["data-md-color-scheme"] == scheme
    waiting_page.clock.run_for(10_000)
    expect(waiting_page.locator("[data-md-component=palette] label:visible")).to_have_count(1)  # the theme is there
    assert waiting_page.evaluate(colours) == before


# Starts a Python of its own, posts the requests one after another, and returns the texts that came back.
POST = """async (requests) => {
  const said = [];
  await new Promise((done) => {
    const note = (text) => said.push(text) && next();
    const next = () => (requests.length ? python.post(requests.shift()) : done());
    const python = startPython({ ...addresses(), patience: 60000 });
    python.listen({ progress() {}, ready: next, reply: note, failed: note });
  });
  return said;
}"""

# Printing this number takes functions that no plan calls.
LARGE = 1.7976931348623157e308
NEEDS_THE_COLD_PART = json.dumps({"id": LARGE, "do": "plan", "answers": {}})


def test_every_example_is_planned_from_the_archives_and_the_hot_part_of_the_module(
    page: Page, site_url: str, warnings: list[str], faults: list[str]
) -> None:
    """What they lack would be missed here. A failure that names cold.wasm: what is called has changed, so `make used-functions`."""
    page.context.route("**/cold.wasm", lambda route: route.abort())
    page.context.route("**/more.zip.gz", lambda route: route.abort())
    open_planner(page, site_url)
    requests = [
        json.dumps({"id": 1, "do": wanted, "answers": tomllib.loads(example.text)})
        for example in examples().values()
        for wanted in ("plan", "zip", "files")
    ]
    said = page.evaluate(POST, requests)
    assert [text for text in said if not text.startswith("{")] == []
    replies = [json.loads(text) for text in said]
    assert [reply.get("ok", True) for reply in replies] == [True] * 3 * len(examples())
    assert all(warning.startswith("Some of Python could not be loaded") for warning in warnings)
    faults.clear()


def test_what_the_hot_part_lacks_is_fetched_when_it_is_called(
    page: Page, site_url: str, warnings: list[str], faults: list[str]
) -> None:
    fetched: list[str] = []

    def first_refused(route: Route) -> None:
        fetched.append(route.request.resource_type)
        if len(fetched) == 1:
            route.abort()  # when there was time: before anybody needed it
        else:
            route.continue_()

    page.context.route("**/cold.wasm", first_refused)
    with page.expect_console_message(lambda message: "Some of Python could not be loaded" in message.text):
        open_planner(page, site_url)
    assert warnings
    (reply,) = page.evaluate(POST, [NEEDS_THE_COLD_PART])
    assert json.loads(reply)["id"] == LARGE
    assert fetched[:2] == ["fetch", "xhr"]
    faults.clear()


def test_python_fails_with_words_when_what_it_lacks_does_not_come(page: Page, site_url: str, faults: list[str]) -> None:
    page.context.route("**/cold.wasm", lambda route: route.abort())
    open_planner(page, site_url)
    (said,) = page.evaluate(POST, [NEEDS_THE_COLD_PART])
    assert "cold.wasm" in said
    faults.clear()


def test_the_cold_part_comes_when_there_is_time(page: Page, site_url: str, fetched: set[str]) -> None:
    with page.expect_request("**/cold.wasm"):
        open_planner(page, site_url)
        assert "cold.wasm" not in fetched
