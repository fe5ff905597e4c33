"""What people come to rely on: nothing is lost, reasons are a click away, and the keyboard is enough."""

import json
import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from planner.examples import examples
from tests.browser.conftest import SITE, wait_for_python
from tests.browser.test_pages import what_axe_finds
from tests.browser.test_planner import download, plan_made
from tests.helpers import required

LOGS = Path(__file__).parents[1] / "logs"


def opened(page: Page, path: str) -> None:
    page.locator(f'.tree [data-open="{path}"]').click()


def test_a_decided_line_says_why_and_leads_to_the_question(planner_page: Page) -> None:
    opened(planner_page, "sweep.sub")
    planner_page.locator('[data-part="file sweep.sub"] [data-why=memory]').click()
    why = planner_page.locator("#why")
    expect(why).to_contain_text("Request 16 GB of memory")
    expect(why).to_contain_text("rule memory")
    why.get_by_role("link", name="How much main memory").click()
    expect(planner_page.locator("[name=memory]")).to_be_focused()
    expect(why).to_be_hidden()


def test_a_decided_line_can_be_asked_with_the_keyboard_alone(planner_page: Page) -> None:
    opened(planner_page, "test.sub")
    planner_page.locator('[data-part="file test.sub"] pre').focus()
    planner_page.keyboard.press("ArrowDown")
    planner_page.keyboard.press("ArrowDown")
    planner_page.keyboard.press("Enter")
    expect(planner_page.locator("#why .do").first).to_be_visible()
    planner_page.keyboard.press("Escape")
    expect(planner_page.locator("#why")).to_be_hidden()


def test_new_lines_are_marked_and_told(planner_page: Page) -> None:
    planner_page.locator("[name=memory]").fill("30 GB")
    expect(planner_page.locator(".changes")).to_contain_text("30 GB")
    expect(planner_page.locator("[data-part=said]")).to_have_text("Lines changed: 1 in test.sub, 3 in sweep.sub.")
    opened(planner_page, "sweep.sub")
    new = planner_page.locator('[data-part="file sweep.sub"] .line.new')
    expect(new.filter(has_text="request_memory = 30 GB").first).to_be_visible()
    # The next answer is compared with this one.
    planner_page.locator("[name=cpus]").fill("6")
    expect(new).to_have_text([re.compile("request_cpus = 6")])


def test_what_was_opened_stays_open_and_nothing_else_opens(planner_page: Page) -> None:
    """Without a GPU the picture of cards goes; the pictures that follow it move up."""
    cards, ways = (planner_page.locator(f"#picture-{name} details") for name in ("cards", "ways"))
    cards.locator("summary").click()
    planner_page.locator("[name=gpu][value=no]").check()
    expect(cards).to_have_count(0)
    expect(ways).not_to_have_attribute("open", "")
    ways.locator("summary").click()
    planner_page.locator("[data-do=undo]").click()
    expect(cards).to_have_count(1)
    expect(cards).not_to_have_attribute("open", "")
    expect(ways).to_have_attribute("open", "")


def test_undo_and_redo(planner_page: Page) -> None:
    memory, undo = planner_page.locator("[name=memory]"), planner_page.locator("[data-do=undo]")
    expect(undo).to_have_attribute("aria-disabled", "true")
    memory.press_sequentially("0")  # key by key: one step
    memory.press("Backspace")
    planner_page.locator("[name=resume][value=no]").check()
    undo.click()
    expect(planner_page.locator("[name=resume][value=no]")).not_to_be_checked()
    planner_page.locator("[data-do=redo]").click()
    expect(planner_page.locator("[name=resume][value=no]")).to_be_checked()
    undo.click()
    undo.click()
    expect(undo).to_have_attribute("aria-disabled", "true")
    # Starting afresh is a step like any other.
    memory.fill("99 GB")
    planner_page.get_by_role("button", name="More …").click()
    planner_page.get_by_role("button", name="Start afresh").click()
    expect(memory).to_have_value("16 GB")
    undo.click()
    expect(memory).to_have_value("99 GB")


def test_the_address_is_the_plan(planner_page: Page) -> None:
    planner_page.locator("[name=memory]").fill("30 GB")
    planner_page.locator("[name=project]").fill("mine")
    expect(planner_page).to_have_url(re.compile(r"#project=mine&memory=30\+GB$"))
    link = planner_page.url
    with required(planner_page.context.browser).new_context() as elsewhere:
        other = elsewhere.new_page()
        other.goto(link)
        plan_made_slowly(other, "mine")
        expect(other.locator("[name=memory]")).to_have_value("30 GB")


def plan_made_slowly(page: Page, project: str) -> None:
    expect(page.locator(f'.tree [data-open="{project}.sub"]')).to_be_visible(timeout=90_000)


def test_a_link_may_be_old_and_point_at_a_question(returning_page: Page, site_url: str) -> None:
    returning_page.goto(f"{site_url}planner/#project=linked&colour=red&memory=&cpus=6&at=time_on_gpu")
    plan_made_slowly(returning_page, "linked")
    expect(returning_page.locator("[data-part=words]")).to_contain_text(
        "colour in the link is no question of this planner."
    )
    expect(returning_page.locator("[name=cpus]")).to_have_value("6")
    expect(returning_page.locator("[name=time_on_gpu]")).to_be_focused()
    # What was there before the link is one step back.
    returning_page.locator("[data-do=undo]").click()
    expect(returning_page.locator("[name=project]")).to_have_value("sweep")


def test_a_link_to_a_question_leaves_the_answers(planner_page: Page, site_url: str) -> None:
    planner_page.locator("[name=project]").fill("mine")
    plan_made(planner_page, "mine")
    planner_page.goto(f"{site_url}guide/develop/cuda/")
    planner_page.get_by_role("link", name="Plan with the question open").click()
    expect(planner_page.locator("[name=cuda]")).to_be_focused()
    plan_made_slowly(planner_page, "mine")
    expect(planner_page.locator("[name=project]")).to_have_value("mine")


def test_answers_are_saved_and_opened_as_a_file(planner_page: Page, tmp_path: Path) -> None:
    planner_page.locator("[name=memory]").fill("30 GB")
    planner_page.get_by_role("button", name="More …").click()
    with planner_page.expect_download() as waiting:
        planner_page.get_by_role("button", name="Save answers.toml").click()
    waiting.value.save_as(tmp_path / "answers.toml")
    planner_page.locator("[name=memory]").fill("8 GB")
    planner_page.locator("#pick").set_input_files(tmp_path / "answers.toml")
    expect(planner_page.locator("[name=memory]")).to_have_value("30 GB")


@pytest.mark.parametrize("name", list(examples()))
def test_from_an_example_to_its_zip_in_two_clicks(planner_page: Page, tmp_path: Path, name: str) -> None:
    planner_page.locator("[name=project]").fill("other")
    planner_page.locator(f'[data-do=example][data-name="{name}"]').click()
    plan_made(planner_page, examples()[name].answers.project)
    expect(planner_page.locator("[data-part=said]")).not_to_be_empty()
    assert download(planner_page, tmp_path / "it.zip") == (SITE / "planner" / f"{name}.zip").read_bytes()


def test_a_stop_leads_to_its_question_in_one_click(planner_page: Page) -> None:
    planner_page.locator("[name=data_confidential][value=yes]").check()
    planner_page.get_by_role("alert").get_by_role("link").click()
    expect(planner_page.locator("[name=data_confidential][value=yes]")).to_be_focused()
    expect(planner_page.locator("#planner-status")).to_contain_text("Stop")


def test_two_plans_are_compared(planner_page: Page) -> None:
    planner_page.locator("[data-do=keepToCompare]").click()
    planner_page.locator("[name=memory]").fill("30 GB")
    planner_page.locator("[data-do=compareKept]").click()
    expect(planner_page.locator("[data-part=compare]")).to_contain_text("16 GB")
    # It follows the answers.
    planner_page.locator("[name=memory]").fill("44 GB")
    expect(planner_page.locator("[data-part=compare]")).to_contain_text("44 GB")


def test_keys(planner_page: Page) -> None:
    planner_page.locator("h1").click()
    planner_page.keyboard.press("?")
    expect(planner_page.locator("#keys")).to_be_visible()
    planner_page.keyboard.press("Escape")
    expect(planner_page.locator("#keys")).to_be_hidden()
    planner_page.locator("[name=memory]").fill("30 GB")
    planner_page.locator("[name=memory]").press("u")  # in a field a letter is a letter
    expect(planner_page.locator("[name=memory]")).to_have_value("30 GBu")
    planner_page.locator("[name=memory]").blur()
    planner_page.keyboard.press("u")
    planner_page.keyboard.press("u")
    expect(planner_page.locator("[name=memory]")).to_have_value("16 GB")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 360])
def test_main_states_are_accessible_and_fit(
    returning_page: Page, site_url: str, tmp_path: Path, scheme: Literal["light", "dark"], width: int
) -> None:
    """Axe finds nothing in what a visitor meets after the first sight; screenshots are left for people to look at."""
    returning_page.set_viewport_size({"width": width, "height": 900})
    returning_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    returning_page.goto(f"{site_url}planner/")
    wait_for_python(returning_page)
    shots = SITE.parent / ".cache" / "screenshots"

    def look(state: str) -> None:
        returning_page.screenshot(path=shots / f"{state}-{width}-{scheme}.png")
        assert what_axe_finds(returning_page) == "", state
        assert returning_page.evaluate("document.documentElement.scrollWidth") <= width

    job = tmp_path / "old.sub"
    job.write_text("executable = run.sh\nrequest_memory = 16\nqueue\n")
    returning_page.locator("#choose").set_input_files([job, *sorted(LOGS.glob("*sweep.log"))])
    expect(returning_page.locator('[data-part="uploaded"]')).to_contain_text("Ask for help with it")
    returning_page.locator("#bring details").evaluate_all("all => all.forEach(one => one.open = true)")
    look("uploaded")
    returning_page.locator("details.more").evaluate_all("all => all.forEach(one => one.open = true)")
    returning_page.locator("[data-do=keepToCompare]").click()
    returning_page.locator("[name=memory]").fill("30 GB")
    expect(returning_page.locator(".changes")).to_be_visible()
    returning_page.locator("[data-do=compareKept]").click()
    expect(returning_page.locator("[data-part=compare] table").first).to_be_visible()
    for path in ("run.sh", "answers.toml", "container/sweep.def", "sweep.sub"):  # one of each language
        opened(returning_page, path)
        look(path.replace("/", "-"))
    returning_page.locator('[data-part="file sweep.sub"] [data-why=memory]').click()
    look("why")
    returning_page.keyboard.press("Escape")
    returning_page.get_by_role("button", name="More …").click()
    returning_page.get_by_role("button", name="Keyboard shortcuts").click()
    look("keys")
    returning_page.keyboard.press("Escape")
    returning_page.locator("[name=data_confidential][value=yes]").check()
    returning_page.locator("[name=cpus]").fill("many")
    expect(returning_page.locator("#problem-cpus")).not_to_be_empty()
    look("stop-and-problem")


def test_without_javascript_every_file_can_be_read_and_the_zips_are_plain_links(page: Page, site_url: str) -> None:
    browser = page.context.browser
    assert browser is not None
    with browser.new_context(java_script_enabled=False, accept_downloads=True) as context:
        plain = context.new_page()
        plain.goto(f"{site_url}planner/")
        expect(plain.locator('[data-part="file run.sh"] pre')).to_be_visible()
        for name in examples():
            with plain.expect_download() as waiting:
                plain.locator(f'a[href="{name}.zip"]').click()
            assert Path(waiting.value.path()).read_bytes() == (SITE / "planner" / f"{name}.zip").read_bytes()


def test_typing_is_not_held_up_by_a_long_list(planner_page: Page) -> None:
    planner_page.locator("[name=task_source]").select_option("rows")
    rows = "lr,batch\n" + "".join(f"{at},{at}\n" for at in range(2000))
    paste = "(field, text) => { field.value = text; field.dispatchEvent(new Event('input', {bubbles: true})); }"
    planner_page.locator("[name=rows]").evaluate(paste, rows)
    began = planner_page.evaluate("performance.now()")
    planner_page.locator("[name=project]").fill("quick")
    assert planner_page.evaluate("performance.now()") - began < 1000
    expect(planner_page.locator('.tree [data-open="quick.sub"]')).to_be_visible(timeout=30_000)


def test_answers_that_a_browser_kept_under_old_names_are_filled_in(page: Page, site_url: str) -> None:
    kept = {"answers": {"hours_gpu": "7 h"}, "link": ""}
    page.add_init_script(
        f"localStorage.setItem(`htc-planner answers ${{location.pathname}}`, {json.dumps(json.dumps(kept))})"
    )
    page.goto(f"{site_url}planner/")
    expect(page.locator("[name=time_on_gpu]")).to_have_value("7 h")
