"""The planner as a new user meets it: answer, read, download."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

# What somebody types, question by question, and the same as an answers file.
TYPED = {
    "project": "flowers",
    "framework_version": "2.9.1",
    "packages": "torch==2.9.1\ntimm==1.0.22\nscikit-learn==1.7.2",
    "command": "python src/train.py --lr {lr} --seed {seed} --out 'my results'",
    "code": "src/",
    "time_on_gpu": "90 min",
    "gpu_memory": "40 GB",
    "memory": "24GB",
    "grid": "lr = 0.1, 0.01\nseed = 1, 2, 3",
    "data_path": "flowers/",
    "data_size": "2.5 GB",
    "data_files": "8,189",
    "user": "bucky",
    "outputs": "results/",
    "test_arguments": "--epochs 1",
}
CHOSEN = {"resume": "yes", "monitoring": "wandb-offline"}


def answers_file(folder: Path) -> Path:
    lines = [f"{id} = {_toml(text)}" for id, text in {**TYPED, **CHOSEN, "schema": 2}.items()]
    path = folder / "answers.toml"
    path.write_text("\n".join(lines).replace('"8,189"', "8189"), encoding="utf-8")
    return path


def _toml(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    return '"""' + str(value) + '"""' if "\n" in str(value) else '"' + str(value) + '"'


def fill_in(page: Page) -> None:
    for id, text in TYPED.items():
        page.locator(f"[name={id}]").fill(text)
    for id, choice in CHOSEN.items():
        page.locator(f"[name={id}][value={choice}]").check()


def plan_made(page: Page, project: str) -> None:
    """Wait until the plan on the page is the one for the answers given last."""
    expect(page.locator(f'.tree [data-open="{project}.sub"]')).to_be_visible()


def download(page: Page, target: Path) -> bytes:
    with page.expect_download() as waiting:
        page.locator("[data-do=zip]").click()
    waiting.value.save_as(target)
    return target.read_bytes()


def test_the_zip_from_the_page_is_byte_for_byte_the_one_from_the_shell(planner_page: Page, tmp_path: Path) -> None:
    fill_in(planner_page)
    plan_made(planner_page, "flowers")
    downloaded = download(planner_page, tmp_path / "page.zip")
    command = [
        sys.executable,
        "-m",
        "planner",
        "plan",
        str(answers_file(tmp_path)),
        "--zip",
        str(tmp_path / "shell.zip"),
    ]
    subprocess.run(command, check=True)
    assert downloaded == (tmp_path / "shell.zip").read_bytes()
    assert b"request_memory = 24 GB" in downloaded


def test_answers_typed_while_python_loads_are_kept(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}planner/")
    page.locator("[name=project]").fill("early")
    expect(page.locator('.tree [data-open="early.sub"]')).to_be_visible(timeout=90_000)


def test_advice_and_files_follow_an_answer(planner_page: Page) -> None:
    planner_page.locator("[name=time_on_gpu]").fill("30 h")
    expect(planner_page.locator("#advice-run-time-limit .do")).to_have_text("Use the long length")
    planner_page.locator('.tree [data-open="sweep.sub"]').click()
    expect(planner_page.locator('[data-part="file sweep.sub"] pre')).to_contain_text('+GPUJobLength = "long"')
    # The file that was chosen stays chosen through the next answer.
    planner_page.locator("[name=time_on_gpu]").fill("3 h")
    expect(planner_page.locator('[data-part="file sweep.sub"] pre')).to_contain_text('+GPUJobLength = "short"')
    expect(planner_page.locator("[data-part=said]")).to_contain_text("in sweep.sub.")


def test_a_question_appears_when_it_begins_to_matter(planner_page: Page) -> None:
    expect(planner_page.locator("#question-rows")).to_be_hidden()
    planner_page.locator("[name=task_source]").select_option("rows")
    expect(planner_page.locator("#question-rows")).to_be_visible()
    expect(planner_page.locator("#question-grid")).to_be_hidden()
    # What was typed there comes back with the question.
    planner_page.locator("[name=rows]").fill("lr,batch\n0.1,7")
    planner_page.locator("[name=task_source]").select_option("grid")
    expect(planner_page.locator("#question-rows")).to_be_hidden()
    planner_page.locator("[name=task_source]").select_option("rows")
    expect(planner_page.locator("[name=rows]")).to_have_value("lr,batch\n0.1,7")


def test_a_problem_stands_beside_its_field_and_the_plan_stays(planner_page: Page) -> None:
    planner_page.locator("[name=time_on_gpu]").fill("3")
    expect(planner_page.locator("#problem-time_on_gpu")).to_have_text(
        '"3" cannot be used. Write a number and a unit, for example "3 h", "90 min" or "2 d".'
    )
    expect(planner_page.locator("[name=time_on_gpu]")).to_have_attribute("aria-invalid", "true")
    expect(planner_page.locator("[data-do=zip]")).to_have_attribute("aria-disabled", "true")
    expect(planner_page.locator("#advice-run-time-limit")).to_be_visible()
    planner_page.locator("[name=time_on_gpu]").fill("3 h")
    expect(planner_page.locator("#problem-time_on_gpu")).to_have_text("")
    expect(planner_page.locator("[data-do=zip]")).to_have_attribute("aria-disabled", "false")


def test_a_stop_is_said_first_and_the_submit_descriptions_are_gone(planner_page: Page) -> None:
    planner_page.locator("[name=data_confidential][value=yes]").check()
    expect(planner_page.get_by_role("alert")).to_contain_text("Do not use this data here")
    expect(planner_page.locator('.tree [data-open="sweep.sub"]')).to_have_count(0)


def test_answers_survive_a_reload(planner_page: Page) -> None:
    planner_page.locator("[name=project]").fill("kept")
    plan_made(planner_page, "kept")
    planner_page.reload()
    expect(planner_page.locator("[name=project]")).to_have_value("kept")
    expect(planner_page.locator('.tree [data-open="kept.sub"]')).to_be_visible(timeout=90_000)


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "</textarea><script>alert(1)</script>"])
def test_text_typed_into_a_field_stays_text(planner_page: Page, text: str) -> None:
    planner_page.locator("[name=test_arguments]").fill(f"'{text}'")
    planner_page.locator('.tree [data-open="test.sub"]').click()
    expect(planner_page.locator('[data-part="file test.sub"] pre')).to_contain_text(text)
    assert planner_page.locator("#planner img, #planner script").count() == 0


def test_one_file_can_be_downloaded_alone(planner_page: Page, tmp_path: Path) -> None:
    planner_page.locator('.tree [data-open="run.sh"]').click()
    shown = planner_page.locator('[data-part="file run.sh"] pre').text_content()
    with planner_page.expect_download() as waiting:
        planner_page.locator('[data-part="file run.sh"] [data-do=save]').click()
    waiting.value.save_as(tmp_path / "run.sh")
    assert waiting.value.suggested_filename == "run.sh"
    assert (tmp_path / "run.sh").read_text(encoding="utf-8") == shown


def test_without_javascript_form_and_first_plan_can_be_read(page: Page, site_url: str) -> None:
    browser = page.context.browser
    assert browser is not None
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto(f"{site_url}planner/")
        expect(plain.locator("[name=project]")).to_have_value("sweep")
        expect(plain.locator("#advice-run-time-limit .do")).to_have_text("Use the short length")
