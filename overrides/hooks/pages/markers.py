"""Markers in the guide's pages, and what the build puts in their places. Pure functions; site.py calls ``expand``.

Markers are HTML comments, which no Markdown or template clashes with:

    <!-- rule: cuda-build -->                   a rule: heading with its id, the general why, its sources
    <!-- figure: chtc lengths.short.limit -->   a figure of a pool's file, within a sentence
    <!-- reference: rules -->                   a page of the reference
    <!-- cards: chtc -->                        which build runs on which card of a pool
    <!-- fields: all -->                        every field of a pool's file
    <!-- holds: all -->                         the table of holds; <!-- messages: all --> that of other messages
    <!-- picture: tuning -->                    a picture of overrides/pictures, in the page's own colours
    <!-- code: train.py -->                     a file of the worked example; `planned` one that the planner writes for
                                                it, `screen` what a terminal showed,
                                                `usage` the table in it of what a job used
    <!-- plan: time_on_gpu -->                   a link that opens the planner at a question
    <!-- example: sweep -->                    an example's answers, what the planner says to them, the files;
                                               <!-- examples: all --> lists all of them

Every page of the guide ends with the days on which its facts were read, and a link to the planner.

An unknown marker is an error, so that page and planner cannot drift apart.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from overrides.hooks.pages import examples, listings, pool, tables
from overrides.hooks.pages.markdown import escaped, link, sources_of
from overrides.hooks.pages.reference import REFERENCE, page_of
from planner.answers import questions
from planner.errors import did_you_mean
from planner.facts.fact import Fact
from planner.facts.frameworks import frameworks
from planner.facts.hold_reasons import holds, messages
from planner.facts.pools import Pool, pools
from planner.facts.sources import Source, source
from planner.rules import in_reading_order, rule_called

# One that stands as code in back-ticks is shown, not replaced.
_MARKER = re.compile(r"(?<!`)<!-- (?P<kind>\w+): (?P<name>.+?) -->")


def expand(markdown: str, page: str) -> str:
    """Return the page at path *page* with every marker replaced.

    Raises ValueError that names page and marker, for one that names nothing or a rule of another page.
    """

    def replace(match: re.Match[str]) -> str:
        kind, name = match["kind"], match["name"]
        try:
            return _KINDS[kind](name, page) if kind in _KINDS else _unknown(kind, _KINDS)
        except LookupError as error:
            raise ValueError(f"{page}: {match[0]}: {error.args[0]}") from None

    expanded = _MARKER.sub(replace, markdown)
    return f"{expanded.rstrip()}\n\n{_foot(markdown, page)}" if page.startswith("guide/") else expanded


def _foot(markdown: str, page: str) -> str:
    """Return the end of a page of the guide: when what its markers say was read, and the way to the planner."""
    up = "../" * page.count("/")
    days = sorted(
        cited.read for match in _MARKER.finditer(markdown) for cited in _sources_behind(match["kind"], match["name"])
    )
    if not days:
        return ""
    when = f"on {days[0]}" if days[0] == days[-1] else f"between {days[0]} and {days[-1]}"
    return f"*What this page says of pools and software was read {when}: [all sources]({up}reference/sources.md).*\n"


def _sources_behind(kind: str, name: str) -> list[Source]:
    """Return the sources of what a marker puts on the page."""
    if kind == "rule" and (rule := rule_called(name)):
        return [source(key) for key in rule.sources]
    if kind == "figure":
        key, _, path = name.partition(" ")
        value = _at(pools()[key], path)
        return [value.source] if isinstance(value, Fact) else sources_of(pools()[key].cards)
    return sources_of(_DATA[kind](name)) if kind in _DATA else []


def _unknown(name: str, known_names: Iterable[str]) -> NoReturn:
    raise LookupError(f"nothing is called {name}. {did_you_mean(name, known_names)}")


def _rule(id: str, page: str) -> str:
    rule = rule_called(id)
    if rule is None:
        return _unknown(id, [rule.id for rule in in_reading_order()])
    if page != page_of(rule):
        raise LookupError(f"it is taught on {page_of(rule)}")
    cited = ", ".join(link(source(key)) for key in rule.sources)
    return f"## {rule.title} {{ #{rule.id} }}\n\n{escaped(rule.why, keep_code=True)}\n\n*Rule `{rule.id}`. Sources: {cited}.*\n"


def _figure(name: str, _page: str) -> str:
    key, _, path = name.partition(" ")
    value = figure(_pool_called(key), path)
    return f"{value:.0%}" if path.endswith(".share") else f"{value}"


def figure(pool: Pool, path: str) -> object:
    """Return the value at a dotted *path* of a pool; members of lists go by their key or their position.

    Raises LookupError that names the nearest known name.
    """
    value = _at(pool, path)
    return value.value if isinstance(value, Fact) else value


def _at(pool: Pool, path: str) -> object:
    at: Any = pool
    for step in path.split("."):
        if isinstance(at, tuple):
            named = {getattr(member, "key", str(number)): member for number, member in enumerate(at)}
            at = named[step] if step in named else _unknown(step, named)
        else:
            attributes = [name for name in dir(at) if not name.startswith("_")]
            at = getattr(at, step) if step in attributes else _unknown(step, attributes)
    return at


def _pool_called(key: str) -> Pool:
    return pools()[key] if key in pools() else _unknown(key, pools())


def _plan(question: str, page: str) -> str:
    """Return the way to the planner with a question open; what stands behind "#" is no anchor, so it is HTML."""
    if question not in questions():
        return _unknown(question, questions())
    up = "../" * (page.count("/") + (not page.endswith("index.md")))
    label = f"Plan with the question open: {questions()[question].label}"
    return f'<a class="md-button md-button--primary" href="{up}planner/#at={question}">{label}</a>'


def _all(make: Callable[[], str]) -> Callable[[str, str], str]:
    return lambda name, _page: make() if name == "all" else _unknown(name, ["all"])


def _reference(name: str) -> str:
    return REFERENCE[name]() if name in REFERENCE else _unknown(name, REFERENCE)


_KINDS: dict[str, Callable[[str, str], str]] = {
    "rule": _rule,
    "figure": _figure,
    "pool": lambda key, _page: pool.page(_pool_called(key)),
    "reference": lambda name, _page: _reference(name),
    "cards": lambda key, _page: tables.cards(_pool_called(key)),
    "fields": _all(tables.pool_fields),
    "holds": _all(tables.hold_table),
    "messages": _all(tables.message_table),
    "picture": lambda name, _page: listings.picture(name),
    "code": lambda name, _page: listings.code(name),
    "planned": lambda name, _page: listings.planned(name),
    "usage": lambda name, _page: listings.usage(name),
    "screen": lambda name, _page: listings.screen(name),
    "plan": _plan,
    "example": lambda name, _page: examples.page(name),
    "examples": _all(examples.links),
}
# What the tables are made from.
_DATA: dict[str, Callable[[str], object]] = {
    "cards": lambda key: (*pools()[key].cards, *frameworks().values()),
    "holds": lambda _: holds(),
    "messages": lambda _: messages(),
}
