"""The page of the reference that lists the checks of `planner review`."""

from collections.abc import Iterator
from itertools import groupby

from overrides.hooks.pages.markdown import escaped, link
from planner.review.base import Check
from planner.review.checks import CHECKS, FAMILIES
from planner.rules import rule_called


def page() -> str:
    """Return every check: what goes wrong, why, what covers it in a plan, and whether review sees it."""
    parts = []
    for family, checks in groupby(CHECKS, key=lambda check: check.family):
        parts.append(f"## {FAMILIES[family]}")
        parts += ["\n\n".join(_check(check)) for check in checks]
    return "\n\n".join(parts)


def _check(check: Check) -> Iterator[str]:
    yield f"### {escaped(check.title, keep_code=True)} {{ #{check.id} }}"
    yield f"`{check.id}` · {check.severity.label}"
    yield escaped(check.why, keep_code=True)
    facts = [*_in_plans(check), _seen(check), f"Sources: {', '.join(map(link, check.sources))}."]
    yield "\n".join(f"- {fact}" for fact in facts)


def _in_plans(check: Check) -> Iterator[str]:
    if rules := [rule for id in check.taught_by if (rule := rule_called(id))]:
        links = (f"[`{rule.id}`](../{rule.url.split('/#')[0]}.md#{rule.id})" for rule in rules)
        yield f"Covered in a plan by {', '.join(links)}."
    if check.in_plans:
        yield f"In a plan: {escaped(check.in_plans, keep_code=True)}."


def _seen(check: Check) -> str:
    return f"Not seen by `planner review`: {check.unseen}" if check.unseen else "Seen by `planner review`."
