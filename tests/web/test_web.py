import base64
import json
from html.parser import HTMLParser
from typing import Any

import pytest

from planner.answers import as_texts, default_answers, questions, read_answers
from planner.bundle import make_zip
from planner.engine import make_plan
from planner.pools import pools
from planner.web import first_page, handle


def ask(do: str = "plan", opened: str = "", **changed: str) -> dict[str, Any]:
    answers = {**as_texts(default_answers()), **changed}
    reply: dict[str, Any] = json.loads(handle(json.dumps({"id": 7, "do": do, "answers": answers, "open": opened})))
    assert reply.pop("id") == 7
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
    assert set(sent) == set(questions())
    reply = json.loads(handle(json.dumps({"id": 1, "do": "plan", "answers": sent})))
    assert reply["parts"]["files"] == page["files"]
    assert reply["parts"]["advice"] == page["advice"]


def test_every_control_has_a_label() -> None:
    elements = Elements(first_page()["form"]).found
    labelled = {attributes["for"] for tag, attributes in elements if tag == "label" and "for" in attributes}
    for tag, attributes in elements:
        if tag in ("input", "select", "textarea") and attributes.get("type") != "radio":
            assert attributes["id"] in labelled


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
    assert "rows" in ask(spread="rows", rows="lr,batch\n1,2")["asked"]


def test_problems_stand_beside_their_questions_and_the_plan_stays() -> None:
    reply = ask(hours_gpu="3", memory="lots")
    assert reply["ok"] is False
    assert reply["invalid"] == ["hours_gpu", "memory"]
    assert reply["said"] == "2 things need a look."
    assert reply["parts"]["problem-hours_gpu"] == (
        "<p>&#34;3&#34; cannot be used. Write a number and a unit, for example &#34;3 h&#34;, &#34;90 min&#34; or "
        "&#34;2 d&#34;.</p>"
    )
    assert reply["parts"]["problem-gpus"] == ""
    assert "files" not in reply["parts"]


def test_a_mended_answer_takes_its_problem_away() -> None:
    assert ask()["parts"]["problem-hours_gpu"] == ""


def test_a_stop_comes_with_the_question_to_change() -> None:
    parts = ask(data_confidential="yes")["parts"]
    assert "Do not use this data here" in parts["stops"]
    assert 'href="#question-data_confidential"' in parts["stops"]
    assert "sweep.sub" not in parts["files"].split("</div>")[0]


def test_the_zip_is_the_one_that_the_command_line_writes() -> None:
    reply = ask("zip", project="mine")
    answers = read_answers({"project": "mine"})
    assert reply["name"] == "mine.zip"
    assert base64.b64decode(reply["base64"]) == make_zip(make_plan(answers, pools()["chtc"]))


def test_no_zip_for_answers_with_problems() -> None:
    assert ask("zip", hours_gpu="soon")["invalid"] == ["hours_gpu"]


def test_the_file_that_was_open_stays_open() -> None:
    assert 'data-file="run.sh" aria-label="run.sh">' in ask(opened="run.sh")["parts"]["files"]
    assert 'data-file="README.md" aria-label="README.md">' in ask(opened="gone.txt")["parts"]["files"]


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
