import base64
import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from planner.answers import as_texts, default_answers, questions, read_answers
from planner.answers.file import AnswersFile
from planner.bundle import make_zip
from planner.engine import make_plan
from planner.examples import examples
from planner.facts.pools import pools
from planner.web import handle
from planner.web.cli_commands import commands
from planner.web.first_page import first_page


def ask(do: str = "plan", **changed: str) -> dict[str, Any]:
    answers = {**as_texts(default_answers()), **changed}
    reply = send(do, answers=answers)
    if "parts" in reply:
        reply["parts"] = {name: html for name, (html, _) in reply["parts"].items()}
    return reply


def send(do: str, **more: object) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(handle(json.dumps({"id": 7, "do": do, **more})))
    assert reply.pop("id") == 7
    assert reply.pop("do") == do
    return reply


class Elements(HTMLParser):
    """The elements of a piece of HTML, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_form_says_of_itself_what_the_plan_beside_it_was_made_from() -> None:
    """What the form would send unchanged gives the very plan that stands beside it."""
    page = first_page()
    sent: dict[str, str] = {}
    select = ""
    for tag, attributes in Elements(page["form"]).found:
        name = attributes.get("name")
        if tag == "select":
            select = name or ""
        if tag == "option" and "selected" in attributes:
            sent[select] = attributes["value"] or ""
        if tag == "input" and name and (attributes.get("type") != "radio" or "checked" in attributes):
            sent[name] = attributes.get("value") or ""
    texts = [piece.split("</textarea>")[0] for piece in page["form"].split("<textarea ")[1:]]
    for piece in texts:
        attributes_text, _, text = piece.partition(">\n")
        name = attributes_text.split('name="')[1].split('"')[0]
        sent[name] = text.replace("&#34;", '"').replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">")
    assert set(sent) == {*questions(), "measured"}
    reply = json.loads(handle(json.dumps({"id": 1, "do": "plan", "answers": sent})))
    shown = {name: html for name, (html, _) in reply["parts"].items()}
    assert {name: shown[name] for name, _ in page["listings"]} == dict(page["listings"])
    assert all(shown[name] == html for _, _, items in page["levels"] for name, html in items)
    assert shown["tree"] == page["tree"]


def test_every_control_has_a_label() -> None:
    elements = Elements(first_page()["form"]).found
    labelled = {attributes["for"] for tag, attributes in elements if tag == "label" and "for" in attributes}
    for tag, attributes in elements:
        if tag in ("input", "select", "textarea") and attributes.get("type") != "radio" and "hidden" not in attributes:
            assert attributes["id"] in labelled


def test_python_sends_nothing_of_the_plan_that_stands_in_the_page() -> None:
    digests = first_page()["digests"]
    reply = send("plan", answers=as_texts(default_answers()), has=digests)
    assert reply["parts"] == {}
    assert send("files", answers=as_texts(default_answers()), has=digests)["parts"] == {}
    assert set(send("plan", answers=as_texts(default_answers()), has={})["parts"]) == set(digests)


def test_a_question_that_is_not_asked_is_hidden_but_there() -> None:
    html = first_page()["form"]
    assert 'data-question="rows" id="question-rows" hidden' in html
    assert 'data-question="grid" id="question-grid">' in html


def test_a_plan_tells_which_questions_matter_and_what_to_say_aloud() -> None:
    reply = ask()
    assert reply["ok"] is True
    assert reply["invalid"] == []
    assert "grid" in reply["asked"]
    assert "rows" not in reply["asked"]
    assert reply["said"] == "Plan ready: Run on GPUs, use the short length."
    assert "rows" in ask(task_source="rows", rows="lr,batch\n1,2")["asked"]


def test_problems_stand_beside_their_questions_and_the_plan_stays() -> None:
    reply = ask(time_on_gpu="3", memory="lots")
    assert reply["ok"] is False
    assert reply["invalid"] == ["time_on_gpu", "memory"]
    assert reply["said"] == "2 things need a look."
    assert reply["parts"]["problem-time_on_gpu"] == (
        "<p>&#34;3&#34; cannot be used. Write a number and a unit, for example &#34;3 h&#34;, &#34;90 min&#34; or "
        "&#34;2 d&#34;.</p>"
    )
    assert reply["parts"]["problem-gpus"] == ""
    assert "tree" not in reply["parts"]
    assert "lists" not in reply


def test_a_key_in_a_question_that_is_not_asked_is_shown_and_told() -> None:
    assert "image" not in ask()["asked"]
    reply = ask(image="hf_" + "aB3" * 11)
    assert (reply["ok"], reply["invalid"]) == (False, ["image"])
    assert "image" in reply["asked"]
    assert "looks like a key" in reply["parts"]["problem-image"]


def test_a_mended_answer_takes_its_problem_away() -> None:
    assert ask()["parts"]["problem-time_on_gpu"] == ""


def test_a_stop_comes_with_the_question_to_change() -> None:
    reply = ask(data_confidential="yes")
    parts = reply["parts"]
    assert "Do not use this data here" in parts["stops"]
    assert 'href="#question-data_confidential"' in parts["stops"]
    assert "file sweep.sub" not in reply["lists"]["files"]
    assert "file sweep.sub" not in parts


def test_the_zip_is_the_one_that_the_command_line_writes() -> None:
    reply = ask("zip", project="mine")
    answers = read_answers({"project": "mine"})
    assert reply["name"] == "mine.zip"
    assert base64.b64decode(reply["base64"]) == make_zip(make_plan(answers, pools()["chtc"]))


def test_no_zip_for_answers_with_problems() -> None:
    assert ask("zip", time_on_gpu="soon")["invalid"] == ["time_on_gpu"]


def test_only_what_the_page_does_not_show_yet_is_sent() -> None:
    answers = as_texts(default_answers())
    first = send("plan", answers=answers)
    has = {name: mark for name, (_, mark) in first["parts"].items()}
    assert send("plan", answers=answers, has=has)["parts"] == {}
    changed = send("plan", answers={**answers, "memory": "30 GB"}, has=has)["parts"]
    assert "file sweep.sub" in changed
    assert "advice memory" in changed
    assert not {"file run.sh", "advice disk", "tree"} & set(changed)
    assert len(json.dumps(changed)) < len(json.dumps(first["parts"])) / 2


def test_new_lines_are_marked_and_told_with_the_answer_and_the_reason() -> None:
    answers = as_texts(default_answers())
    reply = send("plan", answers={**answers, "memory": "30 GB"}, before=answers)
    listing = reply["parts"]["file sweep.sub"][0]
    marked = [piece.split("\n")[0] for piece in listing.split('<span class="line new">')[1:]]
    assert any("request_memory" in line for line in marked)
    assert not any("request_disk" in line for line in marked)
    told = reply["parts"]["changes"][0]
    assert "<strong>30 GB</strong>" in told
    assert "request_memory = 30 GB" in told
    assert 'href="#advice-memory"' in told
    assert reply["said"] == "Lines changed: 1 in test.sub, 3 in sweep.sub."


def test_a_decided_line_names_its_rule() -> None:
    block = ask()["parts"]["file sweep.sub"].split('data-why="memory"')[1].split("data-why")[0]
    assert "request_memory" in block
    assert "request_disk" not in block


def test_the_address_holds_only_what_differs_and_gives_the_same_plan_back() -> None:
    reply = ask(memory="30 GB", project="mine", user="")
    assert reply["link"] == "project=mine&memory=30+GB"
    opened = send("open", answers={}, kind="link", text=reply["link"])
    assert opened == {
        "ok": True,
        "texts": {**as_texts(read_answers({"project": "mine", "memory": "30 GB"})), "measured": ""},
        "words": "",
    }
    assert ask()["link"] == ""
    assert ask(task_source="rows", rows="lr,batch\n" + "0.1,16\n" * 3000)["link"] is None


@pytest.mark.parametrize(
    ("link", "word"),
    [
        ("memory=30+GB&colour=red", "colour in the link is no question of this planner."),
        ("memory=30+GB&time_on_gpu=soon", "How long does one task take on a GPU? &#34;soon&#34; cannot be used."),
        ("memory=30+GB&cpus=", "An empty answer cannot be used."),
        ("memory=1+GB&memory=30+GB", "memory stands twice in the link"),
        ("schema=0&memory=30+GB", "made by another version of the planner (0)"),
        (
            "memory=30+GB&hours_gpu=2+h",
            "written by an earlier version of the planner, and was read: hours_gpu is now time_on_gpu",
        ),
    ],
)
def test_a_link_that_cannot_be_taken_whole_is_taken_in_part_with_a_word(link: str, word: str) -> None:
    opened = send("open", answers={}, kind="link", text=link)
    assert opened["texts"]["memory"] == "30 GB"
    assert word in opened["words"]


def test_an_answers_file_is_opened_as_the_shell_reads_it() -> None:
    saved = send("file", path="answers.toml", last={"memory": "30 GB", "project": "mine"})
    opened = send("open", answers={}, kind="file", text=saved["text"])
    assert opened["texts"] == {**as_texts(read_answers({"memory": "30 GB", "project": "mine"})), "measured": ""}
    broken = send("open", answers={}, kind="file", text="memory =")
    assert broken["ok"] is False
    assert "This is no answers file" in broken["words"]


@pytest.mark.parametrize("name", list(examples()))
def test_an_example_fills_the_form(name: str) -> None:
    texts = send("open", answers={}, kind="example", text=name)["texts"]
    assert AnswersFile.from_form(texts) == AnswersFile(examples()[name].answers)


@pytest.mark.parametrize("changed", [{}, {"memory": "30 GB", "outputs": "a/\nit.txt", "test_arguments": "--a 'b c'"}])
def test_the_commands_shown_make_the_same_zip(changed: dict[str, str], tmp_path: Path) -> None:
    answers = read_answers(changed)
    lines = commands(AnswersFile(answers)).replace("python3 planner.pyz", f"{sys.executable} -m planner")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run(["/bin/bash", "-euc", lines], cwd=tmp_path, check=True, env=environment, capture_output=True)
    assert (tmp_path / f"{answers.project}.zip").read_bytes() == make_zip(make_plan(answers, pools()[answers.pool]))


def test_two_plans_side_by_side() -> None:
    reply = send("compare", answers={"memory": "30 GB"}, **{"with": {}})
    html = reply["parts"]["compare"][0]
    assert "<td>16 GB</td><td>30 GB</td>" in html
    assert "-request_memory = 16 GB" in html
    assert "+request_memory = 30 GB" in html
    assert "cannot be used" in send("compare", answers={"memory": "lots"}, **{"with": {}})["parts"]["compare"][0]


@pytest.mark.parametrize("text", ["<script>x()</script>", '"><img src=x onerror=x()>', "</textarea><b>", "{{ 7 * 7 }}"])
def test_text_of_an_answer_never_becomes_an_element(text: str) -> None:
    reply = ask(
        image=text, test_arguments=f"'{text}'", environment=f"A={text}", command=f"python '{text}' {{lr}} {{batch}}"
    )
    assert reply["ok"], reply
    plain = [tag for tag, _ in Elements("".join(ask()["parts"].values())).found]
    found = Elements("".join(reply["parts"].values())).found
    assert {tag for tag, _ in found} == set(plain)
    assert not any(name.startswith("on") for _, attributes in found for name in attributes)
    assert "49" not in reply["parts"]["consequence-test_arguments"]
