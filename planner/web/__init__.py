"""The page's side of the planner: a request comes in as JSON, a reply with pieces of HTML goes out.

``handle`` is all that the worker calls, ``first_page`` all that the site's build calls. Neither decides anything.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from planner.advice import Plan
from planner.answers import Answers, questions, read_answers, readable_answers
from planner.bundle import make_files, make_zip
from planner.engine import make_plan
from planner.errors import PlannerError, Problem
from planner.examples import examples
from planner.pools import pools
from planner.web import parts


def handle(request: str) -> str:
    """Answer one request of the page.

    *request* is ``{"id", "do": "plan" | "zip", "answers": {question: text}, "open": path}``. The reply has the same id.
    Answers that cannot be used are no error: the reply then says beside which question what is wrong.
    """
    asked = json.loads(request)
    reply = _DO[asked["do"]](asked["answers"], asked.get("open", ""))
    return json.dumps({"id": asked["id"], **reply})


def first_page() -> dict[str, str]:
    """Return the HTML that the page shows before Python is there: the form, and the plan of the first example."""
    example = next(iter(examples().values()))
    plan = _plan(example.answers)
    return {"form": parts.form(plan), **_parts(plan, "")}


def _reply_plan(raw: Mapping[str, object], opened: str) -> dict[str, Any]:
    try:
        answers = read_answers(raw)
    except PlannerError as error:
        return _reply_problems(error, readable_answers(raw))
    plan = _plan(answers)
    return {
        "ok": True,
        "asked": _asked(answers),
        "invalid": [],
        "parts": {**_parts(plan, opened), **_no_problems()},
        "said": parts.said(plan),
    }


def _reply_problems(error: PlannerError, answers: Answers) -> dict[str, Any]:
    """Say what is wrong beside each question; the plan on the page stays as it was."""
    by_question: dict[str, list[Problem]] = {}
    for problem in error.problems:
        by_question.setdefault(problem.where, []).append(problem)
    return {
        "ok": False,
        "asked": _asked(answers),
        "invalid": [id for id in by_question if id in questions()],
        "parts": {
            **_no_problems(),
            **{f"problem-{id}": parts.problems(found) for id, found in by_question.items()},
            "status": parts.not_planned(error.problems),
        },
        "said": parts.count_of_problems(error.problems),
    }


def _reply_zip(raw: Mapping[str, object], _opened: str) -> dict[str, Any]:
    try:
        answers = read_answers(raw)
    except PlannerError as error:
        return _reply_problems(error, readable_answers(raw))
    archive = base64.b64encode(make_zip(_plan(answers))).decode("ascii")
    return {"ok": True, "name": f"{answers.project}.zip", "base64": archive}


_DO = {"plan": _reply_plan, "zip": _reply_zip}


def _plan(answers: Answers) -> Plan:
    return make_plan(answers, pools()[answers.pool])


def _asked(answers: Answers) -> list[str]:
    return [id for id, question in questions().items() if answers.asked(question)]


def _no_problems() -> dict[str, str]:
    return {f"problem-{id}": "" for id in questions()}


def _parts(plan: Plan, opened: str) -> dict[str, str]:
    """Return every piece of the page that depends on the plan, by its name."""
    files = make_files(plan)
    return {
        "stops": parts.stops(plan),
        "advice": parts.advice(plan),
        "files": parts.files(files, opened),
        "summary": parts.summary(plan, files),
        "status": parts.status(plan),
        **parts.consequences(plan),
        **parts.suggestions(plan.answers),
    }
