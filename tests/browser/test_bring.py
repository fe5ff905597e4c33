"""Bring your own: logs become the next plan, files come back fixed, and nothing waits for a long log."""

import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from planner.facts.pools import pools
from planner.review import review
from tests.browser.conftest import PYTHON_STARTS_WITHIN

LOGS = Path(__file__).parents[1] / "logs"
RAN = LOGS / "every-job-of-the-list-has-its-own-values-and-its-own-results.sweep.log"
BAD = "executable = run.sh\nrequest_memory = 16\nrequest_cpus = 4 # cores\nrequest_disk = 1 GB\nqueue\n"
DROP = """(text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "job.log"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def test_a_dropped_log_becomes_the_next_plan(planner_page: Page, tmp_path: Path) -> None:
    planner_page.evaluate(DROP, RAN.read_text())
    uploaded = planner_page.locator('[data-part="uploaded"]')
    expect(uploaded).to_contain_text("The plan below now asks for what was measured.", timeout=PYTHON_STARTS_WITHIN)
    expect(uploaded.locator("tr", has_text="request_memory").first).to_contain_text("16 GB")
    expect(planner_page.locator('[data-part="measured"]')).to_contain_text("10 jobs")
    with planner_page.expect_download() as waiting:
        planner_page.locator("[data-do=zip]").click()
    waiting.value.save_as(tmp_path / "sweep.zip")
    with zipfile.ZipFile(tmp_path / "sweep.zip") as bundle:
        assert "\nrequest_memory = 1 GB\n" in bundle.read("sweep/sweep.sub").decode()
        assert "[measured]" in bundle.read("sweep/answers.toml").decode()
    # It is kept like an answer, and taken back like one.
    planner_page.reload()
    expect(planner_page.locator('[data-part="measured"]')).to_contain_text("10 jobs", timeout=90_000)
    planner_page.locator("[data-do=forget]").click()
    expect(planner_page.locator('[data-part="measured"]')).to_have_text("")
    planner_page.locator("[data-do=undo]").click()
    expect(planner_page.locator('[data-part="measured"]')).to_contain_text("10 jobs")


def test_a_submit_file_comes_back_fixed_and_becomes_a_plan(planner_page: Page, tmp_path: Path) -> None:
    file = tmp_path / "old.sub"
    file.write_text(BAD)
    planner_page.locator("#choose").set_input_files(file)
    uploaded = planner_page.locator('[data-part="uploaded"]')
    message = "To HTCondor the comment is part of the value of request_cpus."
    expect(uploaded).to_contain_text(message, timeout=PYTHON_STARTS_WITHIN)
    with planner_page.expect_download() as waiting:
        uploaded.get_by_role("button", name="Download the fixed old.sub").click()
    waiting.value.save_as(tmp_path / "fixed.sub")
    assert (tmp_path / "fixed.sub").read_text() == review({"old.sub": BAD}, pools()["chtc"]).fixed["old.sub"]
    expect(planner_page.locator("[name=memory]")).to_have_value("16 GB")
    file.write_text("executable = run.sh\nrequest_cpus = 6\nrequest_memory = 20 GB\nqueue\n")
    planner_page.locator("#choose").set_input_files(file)
    uploaded.get_by_role("button", name="Make this a plan").click()
    expect(planner_page.locator("[name=memory]")).to_have_value("20 GB")
    planner_page.locator("[data-do=undo]").click()
    expect(planner_page.locator("[name=memory]")).to_have_value("16 GB")


def test_pasted_text_leads_to_its_question(planner_page: Page) -> None:
    planner_page.locator("#bring > summary").click()
    planner_page.get_by_role("button", name="Paste text …").click()
    planner_page.locator("#pasted").fill("[5]           0  TARGET.GPUs_GlobalMemoryMb >= 81920\n")
    planner_page.get_by_role("button", name="Read it").click()
    planner_page.get_by_role("link", name="Go to the question").click()
    expect(planner_page.locator("[name=gpu_memory]")).to_be_focused()


def test_a_long_log_can_be_stopped_and_does_not_hold_up_the_plan(planner_page: Page, tmp_path: Path) -> None:
    file = tmp_path / "long.log"
    file.write_text(RAN.read_text() * (40_000_000 // RAN.stat().st_size))
    planner_page.locator("#choose").set_input_files(file)
    status = planner_page.locator('[data-part="upload"]')
    expect(status).to_contain_text("Reading long.log:")
    planner_page.locator("[name=project]").fill("meanwhile")
    expect(planner_page.locator('.tree [data-open="meanwhile.sub"]')).to_be_visible()
    expect(status).to_contain_text("Reading long.log:")
    # Another file does not wait until the first is read, and is not taken for it.
    planner_page.locator("#choose").set_input_files(RAN)
    expect(planner_page.locator('[data-part="measured"]')).to_contain_text("10 jobs")
    planner_page.locator("[data-do=forget]").click()
    planner_page.locator("#choose").set_input_files(file)
    expect(status).to_contain_text("Reading long.log:")
    planner_page.locator("[data-do=stopUpload]").click()
    expect(status).to_have_text("Stopped. Nothing of it was taken.")
    expect(planner_page.locator('[data-part="measured"]')).to_have_text("")
