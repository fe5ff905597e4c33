"""The page's side of the planner: a request comes in as JSON, a reply with pieces of HTML goes out.

The worker calls ``handle``, and ``warm_up`` before; the site's build calls ``first_page`` and ``replies_for_example``. None
decides anything, and none remembers: a request brings the answers, and the marks of the pieces that the page shows already. Only of a file
on its way in the pieces that came are kept. What was worked out before is used again where all that it rests on is the
same, which saves time and changes no reply.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from planner.advice import Level, Plan
from planner.answers import Answers, as_texts, default_answers, questions, readable_answers
from planner.answers.file import AnswersFile
from planner.bundle import File, make_files, make_zip
from planner.engine import make_plan
from planner.errors import PlannerError, Problem
from planner.examples import examples
from planner.facts.pools import pools
from planner.web import link, parts
from planner.web.changes import changed_answers, new_lines
from planner.web.side_by_side import side_by_side

if TYPE_CHECKING:
    from planner.web.bring import Bringing


def handle(request: str) -> str:
    """Answer one request of the page; the reply has its id.

    *request* is ``{"id", "do", "answers": {question: text}}`` and, by what is to be done:

    - ``plan``: ``has``, {piece: mark} of what the page shows; ``before``, the answers to compare lines with; ``open``,
      the file that is seen, the only one whose text comes back. Only pieces that differ come back, with their new
      marks. Answers that cannot be used are no error: the reply then says beside which question what is wrong.
    - ``files``: the same of all other files, for when nobody is waiting for a plan.
    - ``zip``: the whole bundle, base64.
    - ``file``: ``path``, and ``last``, the answers of the plan that the page shows; the text of that file.
    - ``open``: ``kind`` (link, file, example) and ``text``; the answers it holds, as texts for the form.
    - ``compare``: ``with``, other answers, and perhaps ``pool``; both plans side by side.
    - ``bring``: ``step`` begin, piece (``name``, ``text``, ``begins``) or end; the last one's reply is that of
      ``planner.web.bring.told``.
    """
    asked = json.loads(request)
    return json.dumps({"id": asked["id"], "do": asked["do"], **_DO[asked["do"]](asked)})


def warm_up() -> None:
    """Read the facts and templates once, by planning the defaults: the worker keeps its memory as it is after this."""
    _reply_plan({"answers": as_texts(default_answers()), "open": ""})


def first_page() -> dict[str, Any]:
    """Return the HTML that the page shows before Python is there: the form, the plan of the defaults, the examples.

    ``marks`` are those of its pieces, so that Python sends none of them again.
    """
    given = AnswersFile(default_answers())
    plan, files = _made(given)
    pieces, listings, advice = _pieces(plan, files, None, {}), parts.listings(plan, files, {}), parts.advice(plan)
    shown = {**pieces, **_no_problems(), **listings}
    for members in advice.values():
        shown.update(members)
    return {
        "marks": {name: mark for name, (_, mark) in _news(shown, {}).items()},
        "form": parts.form(plan),
        "examples": parts.examples(
            {name: _made(AnswersFile(example.answers))[0] for name, example in examples().items()}
        ),
        "listings": list(listings.items()),
        "levels": [(level, Level(level).word, list(members.items())) for level, members in advice.items()],
        "pools": [(key, pool.name) for key, pool in pools().items() if key != given.answers.pool],
        **pieces,
    }


def replies_for_example(name: str) -> dict[str, Any]:
    """Return the replies by which the page takes an example as long as Python is not there to give them."""
    opened = _reply_open({"kind": "example", "text": name})
    return {"open": opened, "plan": _reply_plan({"answers": opened["texts"]})}


def _reply_plan(asked: Mapping[str, Any]) -> dict[str, Any]:
    raw = asked["answers"]
    try:
        given = _given(raw)
    except PlannerError as error:
        return _reply_problems(error, readable_answers(raw), asked.get("has", {}))
    plan, files = _made(given)
    before = _given_or_none(asked.get("before"))
    new = _new_lines(files, before)
    advice, listings = parts.advice(plan), parts.listings(plan, files, new, asked.get("open"))
    pieces = {**_pieces(plan, files, before, new), **_no_problems(), **listings}
    for members in advice.values():
        pieces.update(members)
    return {
        "ok": True,
        "asked": _asked(given.answers),
        "invalid": [],
        "lists": {"files": parts.listed(files), **{level: list(members) for level, members in advice.items()}},
        "parts": _news(pieces, asked.get("has", {})),
        "link": link.as_fragment(given.answers),
        "said": parts.said(plan, new),
    }


def _reply_problems(error: PlannerError, answers: Answers, has: Mapping[str, int]) -> dict[str, Any]:
    """Say what is wrong beside each question; the plan on the page stays as it was."""
    by_question: dict[str, list[Problem]] = {}
    for problem in error.problems:
        by_question.setdefault(problem.where, []).append(problem)
    pieces = {
        **_no_problems(),
        **{f"problem-{id}": parts.problems(found) for id, found in by_question.items()},
        "status": parts.not_planned(error.problems),
    }
    invalid = [id for id in by_question if id in questions()]
    return {
        "ok": False,
        # What needs a look is shown, whether it is asked or not.
        "asked": list(dict.fromkeys([*_asked(answers), *invalid])),
        "invalid": invalid,
        "parts": _news(pieces, has),
        "said": parts.count_of_problems(error.problems),
    }


def _reply_files(asked: Mapping[str, Any]) -> dict[str, Any]:
    given = _given_or_none(asked["answers"])
    if given is None:
        return {"parts": {}}
    plan, files = _made(given)
    listings = parts.listings(plan, files, _new_lines(files, _given_or_none(asked.get("before"))))
    return {"parts": _news(listings, asked.get("has", {}))}


def _reply_zip(asked: Mapping[str, Any]) -> dict[str, Any]:
    try:
        given = _given(asked["answers"])
    except PlannerError as error:
        return _reply_problems(error, readable_answers(asked["answers"]), {})
    archive = base64.b64encode(make_zip(_made(given)[0])).decode("ascii")
    return {"ok": True, "name": f"{given.answers.project}.zip", "base64": archive}


def _reply_file(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Give one file whole: of a long one the page shows only how it begins."""
    _, files = _made(_given(asked["last"]))
    file = next(file for file in files if file.path == asked["path"])
    return {"ok": True, "name": file.path.rsplit("/", 1)[-1], "text": file.text}


def _reply_open(asked: Mapping[str, Any]) -> dict[str, Any]:
    opened = {"link": link.open_fragment, "file": link.open_file, "example": link.open_example}[asked["kind"]](
        asked["text"]
    )
    return {"ok": bool(opened.texts), "texts": opened.texts, "words": parts.words(opened.words)}


def _reply_compare(asked: Mapping[str, Any]) -> dict[str, Any]:
    try:
        here = _given(asked["answers"])
        there = _given({**asked["with"], **({"pool": asked["pool"]} if asked.get("pool") else {})})
    except PlannerError as error:
        return {"ok": False, "parts": _news({"compare": parts.problems(error.problems)}, {})}
    html = side_by_side(_made(there), _made(here))
    return {"ok": True, "parts": _news({"compare": html}, {}), "said": "Both plans stand side by side."}


# A file on its way in: the one thing that is remembered from request to request, since logs come in pieces.
_coming: "dict[str, Bringing]" = {}


def _reply_bring(asked: Mapping[str, Any]) -> dict[str, Any]:
    # Here, not above: what reads logs and submit files is a fifth of the planner, and no plan needs it.
    from planner.web.bring import Bringing, told  # noqa: PLC0415

    if asked["step"] == "begin":
        _coming["files"] = Bringing()
        return {}
    if asked["step"] == "piece":
        return {"more": _coming["files"].take(asked["name"], asked["text"], begins=asked["begins"])}
    found = told(_coming.pop("files"), readable_answers(asked["answers"]), lambda file: _made(file)[0])
    return {**found, "parts": _news({"brought": found.pop("html")}, {})}


_DO = {
    "plan": _reply_plan,
    "files": _reply_files,
    "zip": _reply_zip,
    "file": _reply_file,
    "open": _reply_open,
    "compare": _reply_compare,
    "bring": _reply_bring,
}


def _given(raw: Mapping[str, object]) -> AnswersFile:
    """Return what the form holds: the answers, and beside them what was measured. Raises PlannerError."""
    return _read(json.dumps(raw))


@lru_cache(maxsize=8)
def _read(form: str) -> AnswersFile:
    return AnswersFile.from_form(json.loads(form))


@lru_cache(maxsize=8)
def _made(given: AnswersFile) -> tuple[Plan, tuple[File, ...]]:
    """Return the plan and its files; those before and beside are asked for again and again."""
    plan = make_plan(given.answers, pools()[given.answers.pool], measured=given.usage)
    return plan, make_files(plan)


def _new_lines(files: tuple[File, ...], before: AnswersFile | None) -> dict[str, frozenset[int]]:
    return new_lines(_made(before)[1], files) if before else {}


def _given_or_none(raw: Mapping[str, object] | None) -> AnswersFile | None:
    try:
        return None if raw is None else _given(raw)
    except PlannerError:
        return None


def _asked(answers: Answers) -> list[str]:
    return [id for id, question in questions().items() if answers.asked(question)]


def _no_problems() -> dict[str, str]:
    return {f"problem-{id}": "" for id in questions()}


def _news(pieces: Mapping[str, str], has: Mapping[str, int]) -> dict[str, list[object]]:
    """Return [HTML, mark] for each piece that the page does not show yet."""
    marked = {name: (html, zlib.crc32(html.encode())) for name, html in pieces.items()}
    return {name: [html, mark] for name, (html, mark) in marked.items() if has.get(name) != mark}


def _changes(plan: Plan, files: tuple[File, ...], before: AnswersFile | None, new: parts.Changed) -> str:
    if before is None:
        return ""
    paths = {file.path for file in files}
    gone = [file.path for file in _made(before)[1] if file.path not in paths]
    return parts.changes(plan, changed_answers(before.answers, plan.said), files, new, gone)


def _pieces(plan: Plan, files: tuple[File, ...], before: AnswersFile | None, new: parts.Changed) -> dict[str, str]:
    """Return every other piece of the page that depends on the plan, by its name."""
    return {
        "stops": parts.stops(plan),
        "tree": parts.tree(files, new),
        "changes": _changes(plan, files, before, new),
        "pictures": parts.pictures(plan),
        "summary": parts.summary(plan, files),
        "status": parts.status(plan),
        "shell": parts.shell(plan),
        "measured": parts.measured(plan),
        **parts.progress(plan),
        **parts.consequences(plan),
        **parts.suggestions(plan.answers),
    }
