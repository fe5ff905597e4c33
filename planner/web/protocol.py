"""What the page asks for, and what it is answered: the worker hands JSON to ``handle`` and gets JSON back."""

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

from planner.answers import Answers, as_texts, default_answers, questions, readable_answers
from planner.answers.file import AnswersFile
from planner.bundle import File, make_zip
from planner.errors import PlannerError, Problem
from planner.web import fragment
from planner.web.parts import advice, changes, form, listings, overview
from planner.web.parts.side_by_side import side_by_side
from planner.web.session import session


def handle(request_json: str) -> str:
    """Answer one request of the page; the reply has its id.

    The request is ``{"id", "do", "answers": {question: text}}`` and, by what is to be done:

    - ``plan``: ``has``, {part: digest} of what the page shows; ``before``, the answers to compare lines with; ``open``,
      the file that is seen, the only one whose text comes back. Only parts that differ come back, with their new
      digests. Answers that cannot be used are no error: the reply then says beside which question what is wrong.
    - ``files``: the same of all other files, for when nobody is waiting for a plan.
    - ``zip``: the whole bundle, base64.
    - ``file``: ``path``, and ``last``, the answers of the plan that the page shows; the text of that file.
    - ``open``: ``kind`` (link, file, example) and ``text``; the answers it holds, as texts for the form.
    - ``compare``: ``with``, other answers, and perhaps ``pool``; both plans side by side.
    - ``bring``: ``step`` begin, piece (``name``, ``text``, ``begins``) or end; the last one's reply is that of
      ``planner.web.uploads.finish``.
    """
    request = json.loads(request_json)
    return json.dumps({"id": request["id"], "do": request["do"], **_DO[request["do"]](request)})


def warm_up() -> None:
    """Read the facts and templates once, by planning the defaults: the worker keeps its memory as it is after this."""
    reply_plan({"answers": as_texts(default_answers()), "open": ""})


def reply_plan(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of the page that the plan of these answers changes, or what is wrong with the answers."""
    raw = request["answers"]
    try:
        file = session().read(raw)
    except PlannerError as error:
        return _reply_problems(error, readable_answers(raw), request.get("has", {}))
    plan, files = session().make(file)
    before = session().read_or_none(request.get("before"))
    new = _new_lines(files, before)
    by_level = advice.advice(plan)
    parts = {
        **overview.overview(plan, files),
        **form.beside_questions(plan),
        "tree": listings.tree(files, new),
        "changes": _changes(file, before, new),
        **listings.listings(plan, files, new, request.get("open")),
    }
    for members in by_level.values():
        parts.update(members)
    return {
        "ok": True,
        "asked": _visible_questions(file.answers),
        "invalid": [],
        "lists": {"files": listings.names(files), **{level: list(members) for level, members in by_level.items()}},
        "parts": changed_parts(parts, request.get("has", {})),
        "link": fragment.as_fragment(file.answers),
        "said": changes.sentence(plan, new),
    }


def _reply_problems(error: PlannerError, answers: Answers, has: Mapping[str, int]) -> dict[str, Any]:
    """Say what is wrong beside each question; the plan on the page stays as it was."""
    by_question: dict[str, list[Problem]] = {}
    for problem in error.problems:
        by_question.setdefault(problem.where, []).append(problem)
    parts = {
        **form.no_problems(),
        **{f"problem-{id}": form.problems(problems) for id, problems in by_question.items()},
        "status": form.not_planned(error.problems),
    }
    invalid = [id for id in by_question if id in questions()]
    return {
        "ok": False,
        # What needs a look is shown, whether it is asked or not.
        "asked": list(dict.fromkeys([*_visible_questions(answers), *invalid])),
        "invalid": invalid,
        "parts": changed_parts(parts, has),
        "said": form.count_of_problems(error.problems),
    }


def _reply_files(request: Mapping[str, Any]) -> dict[str, Any]:
    file = session().read_or_none(request["answers"])
    if file is None:
        return {"parts": {}}
    plan, files = session().make(file)
    parts = listings.listings(plan, files, _new_lines(files, session().read_or_none(request.get("before"))))
    return {"parts": changed_parts(parts, request.get("has", {}))}


def _reply_zip(request: Mapping[str, Any]) -> dict[str, Any]:
    try:
        file = session().read(request["answers"])
    except PlannerError as error:
        return _reply_problems(error, readable_answers(request["answers"]), {})
    archive = base64.b64encode(make_zip(session().plan(file))).decode("ascii")
    return {"ok": True, "name": f"{file.answers.project}.zip", "base64": archive}


def _reply_file(request: Mapping[str, Any]) -> dict[str, Any]:
    """Give one file whole: of a long one the page shows only how it begins."""
    _, files = session().make(session().read(request["last"]))
    file = next(file for file in files if file.path == request["path"])
    return {"ok": True, "name": file.path.rsplit("/", 1)[-1], "text": file.text}


def reply_open(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of a link, a file or an example as texts for the form."""
    opened = {"link": fragment.open_fragment, "file": fragment.open_file, "example": fragment.open_example}[
        request["kind"]
    ](request["text"])
    return {"ok": bool(opened.texts), "texts": opened.texts, "words": form.words(opened.words)}


def _reply_compare(request: Mapping[str, Any]) -> dict[str, Any]:
    try:
        here = session().read(request["answers"])
        there = session().read({**request["with"], **({"pool": request["pool"]} if request.get("pool") else {})})
    except PlannerError as error:
        return {"ok": False, "parts": changed_parts({"compare": form.problems(error.problems)}, {})}
    html = side_by_side(session().make(there), session().make(here))
    return {"ok": True, "parts": changed_parts({"compare": html}, {}), "said": "Both plans stand side by side."}


def _reply_bring(request: Mapping[str, Any]) -> dict[str, Any]:
    # Here, not above: what reads logs and submit files is a fifth of the planner, and no plan needs it.
    from planner.web.uploads import Upload, finish  # noqa: PLC0415

    if request["step"] == "begin":
        session().upload = Upload()
        return {}
    upload = session().upload
    if upload is None:
        raise LookupError(f"{request['step']} of an upload that has not begun")
    if request["step"] == "piece":
        return {"more": upload.take(request["name"], request["text"], begins=request["begins"])}
    session().upload = None
    reply = finish(upload, readable_answers(request["answers"]), session().plan)
    return {**reply, "parts": changed_parts({"uploaded": reply.pop("html")}, {})}


_DO = {
    "plan": reply_plan,
    "files": _reply_files,
    "zip": _reply_zip,
    "file": _reply_file,
    "open": reply_open,
    "compare": _reply_compare,
    "bring": _reply_bring,
}


def _new_lines(files: tuple[File, ...], before: AnswersFile | None) -> changes.NewLines:
    return changes.new_lines(session().make(before)[1], files) if before else {}


def _changes(file: AnswersFile, before: AnswersFile | None, new: changes.NewLines) -> str:
    return changes.changes(session().make(before), session().make(file), new) if before else ""


def _visible_questions(answers: Answers) -> list[str]:
    return [id for id, question in questions().items() if answers.asked(question)]


def changed_parts(parts: Mapping[str, str], has: Mapping[str, int]) -> dict[str, list[object]]:
    """Return [HTML, digest] for each part that the page, which *has* these digests, does not show yet."""
    digested = {name: (html, zlib.crc32(html.encode())) for name, html in parts.items()}
    return {name: [html, digest] for name, (html, digest) in digested.items() if has.get(name) != digest}
