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
    <!-- plan: hours_gpu -->                   a link that opens the planner at a question
    <!-- example: sweep -->                    an example's answers, what the planner says to them, the files;
                                               <!-- examples: all --> lists all of them

Every page of the guide ends with the days on which its facts were read, and a link to the planner.

An unknown marker is an error, so that page and planner cannot drift apart.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from overrides.hooks.pages import examples, licences, listings, tables
from overrides.hooks.pages.tables import table
from planner.answers import questions, stages
from planner.bundle.manifest import MANIFEST
from planner.cli.main import help_texts
from planner.errors import did_you_mean
from planner.estimate import gpu_memory, gpu_memory_errors
from planner.facts.fact import Fact
from planner.facts.frameworks import frameworks
from planner.facts.hold_reasons import holds, messages
from planner.facts.pools import Pool, pools
from planner.facts.sources import Source, source, sources
from planner.review import Check, checks
from planner.rules import in_reading_order, rule_called
from planner.rules.base import Rule

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
    days = sorted(cited.read for match in _MARKER.finditer(markdown) for cited in _behind(match["kind"], match["name"]))
    if not days:
        return ""
    when = f"on {days[0]}" if days[0] == days[-1] else f"between {days[0]} and {days[-1]}"
    return f"*What this page says of pools and software was read {when}: [all sources]({up}reference/sources.md).*\n"


def _behind(kind: str, name: str) -> list[Source]:
    """Return the sources of what a marker puts on the page."""
    if kind == "rule" and (rule := rule_called(name)):
        return [source(key) for key in rule.sources]
    if kind == "figure":
        key, _, path = name.partition(" ")
        found = _at(pools()[key], path)
        return [found.source] if isinstance(found, Fact) else _sources_of(pools()[key].cards)
    return _sources_of(_DATA[kind](name)) if kind in _DATA else []


def _unknown(name: str, known: Iterable[str]) -> NoReturn:
    raise LookupError(f"nothing is called {name}. {did_you_mean(name, known)}")


def _rule(id: str, page: str) -> str:
    rule = rule_called(id)
    if rule is None:
        return _unknown(id, [rule.id for rule in in_reading_order()])
    if page != page_of(rule):
        raise LookupError(f"it is taught on {page_of(rule)}")
    cited = ", ".join(_link(source(key)) for key in rule.sources)
    return f"## {rule.title} {{ #{rule.id} }}\n\n{_escaped(rule.why)}\n\n*Rule `{rule.id}`. Sources: {cited}.*\n"


def page_of(rule: Rule) -> str:
    """Return the path of the page that teaches *rule*."""
    return rule.url.split("/#")[0] + ".md"


def _link(cited: Source) -> str:
    return f"[{cited.title}]({cited.url}) (read {cited.read})" if cited.url else f"{cited.title} ({cited.read})"


def _escaped(text: str) -> str:
    return re.sub(r"([<>*_\[\]])", r"\\\1", text)


def _figure(name: str, _page: str) -> str:
    key, _, path = name.partition(" ")
    value = figure(_pool_called(key), path)
    return f"{value:.0%}" if path.endswith(".share") else f"{value}"


def figure(pool: Pool, path: str) -> object:
    """Return the value at a dotted *path* of a pool; members of lists go by their key or their position.

    Raises LookupError that names the nearest known name.
    """
    found = _at(pool, path)
    return found.value if isinstance(found, Fact) else found


def _at(pool: Pool, path: str) -> object:
    at: Any = pool
    for step in path.split("."):
        if isinstance(at, tuple):
            named = {getattr(member, "key", str(number)): member for number, member in enumerate(at)}
            at = named[step] if step in named else _unknown(step, named)
        else:
            known = [name for name in dir(at) if not name.startswith("_")]
            at = getattr(at, step) if step in known else _unknown(step, known)
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


def _pool(key: str, _page: str) -> str:
    pool = _pool_called(key)
    cards = [
        [c.model.value, c.count, c.servers.value, c.capability.value, c.memory.value, c.safe_memory.value]
        for c in pool.cards
    ]
    lengths = [[x.key, x.processor.upper(), x.limit.value, _most(x.share, x.cards)] for x in pool.lengths]
    bands = [
        [
            place.name,
            f"up to {band.up_to.value}" if band.up_to else "any size",
            f"`{band.url.value}`",
            _code(band.requirement),
        ]
        for place in pool.places
        for band in place.bands
    ]
    return "\n\n".join(
        [
            *_cards(pool, cards),
            "## How long a job may run",
            table(["length", "for", "limit", "cards of one user at once"], lengths)
            if lengths
            else "No limit is known.",
            "## Where files are kept",
            table(["place", "files", "address", "needs"], bands),
            "## Where this was read",
            "\n".join(f"- {_link(cited)}" for cited in _sources_of(pool)),
        ]
    )


def _cards(pool: Pool, rows: list[list[object]]) -> list[str]:
    """Return the pool's cards as a table, or that it lists none."""
    if not rows:
        return ["## Cards", "It does not list its cards; how many match a demand is not known."]
    return [
        f"## Cards\n\n{len(pool.cards)} models, {pool.card_count} cards.",
        table(["card", "how many", "servers", "capability", "memory", "ask for at most"], rows),
    ]


def _most(share: Fact[float] | None, cards: Fact[int] | None) -> str:
    if share is not None:
        return f"{share.value:.0%} of them"
    return str(cards.value) if cards is not None else "no limit is published"


def _code(fact: Fact[str] | None) -> str:
    return f"`{fact.value}`" if fact else ""


def _sources_of(thing: object) -> list[Source]:
    """Return the sources of every figure in *thing*, by title."""
    found: set[Source] = set()

    def walk(at: object) -> None:
        if isinstance(at, Fact):
            found.add(at.source)
        elif isinstance(at, tuple):
            for member in at:
                walk(member)
        elif hasattr(at, "__dataclass_fields__"):
            for name in at.__dataclass_fields__:
                walk(getattr(at, name))

    walk(thing)
    return sorted(found, key=lambda cited: cited.title)


def _reference(name: str, _page: str) -> str:
    return _REFERENCE[name]() if name in _REFERENCE else _unknown(name, _REFERENCE)


def reference_rules() -> str:
    """Return every rule, by stage and family, each with a link to where it is taught."""
    out, family = [], ""
    for rule in in_reading_order():
        if rule.family != family:
            family = rule.family
            out.append(f"\n## {rule.stage.title}: {family}\n")
        cited = ", ".join(source(key).title for key in rule.sources)
        out.append(f"- [`{rule.id}`](../{page_of(rule)}#{rule.id}) {rule.title}. *{cited}*")
    return "\n".join(out)


def reference_sources() -> str:
    """Return every source with the day it was read."""
    rows = [f"- {_link(cited)} {{ #{key} }}" for key, cited in sorted(sources().items())]
    return "\n".join(rows)


def reference_questions() -> str:
    """Return every question by stage."""
    out = []
    for stage, asked in stages():
        rows = [[f"`{q.id}`", _escaped(q.label), "★" if q.newcomer else "–", _escaped(q.help)] for q in asked]
        out += [f"## {stage.title}", table(["id", "question", "newcomers", "help"], rows)]
    return "\n\n".join(out)


def reference_files() -> str:
    """Return every file a plan can have."""
    rows = [[f"`{o.path}`", "yes" if o.executable else "", "yes" if o.job else ""] for o in MANIFEST]
    return table(["file", "runs", "not written where the plan stops"], rows)


def reference_cli() -> str:
    """Return what the command line says of itself."""
    return "\n\n".join(f"## planner {name}\n\n```text\n{text.rstrip()}\n```" for name, text in help_texts().items())


def reference_estimates() -> str:
    """Return how GPU memory is estimated: the formulas, how far they are off, and every measurement behind that."""
    formulas = [
        f"- {_escaped(fact.value)}. {_link(fact.source)}{f'; {fact.note}' if fact.note else ''}"
        for fact in gpu_memory.FORMULAS
    ]
    ranges = (
        f"The middle is the sum of the terms and {gpu_memory.CONTEXT:g} GB for CUDA and the program, and "
        f"{gpu_memory.SLACK:.0%} for what the allocator leaves unused. Where the network is known by its name, the range "
        f"goes from {gpu_memory.KNOWN[0]:g} to {gpu_memory.KNOWN[1]:g} times the middle, and {gpu_memory.LARGE_CONTEXT:g} GB; "
        f"where only its number of weights is known, from {gpu_memory.GUESSED[0]:g} times to {gpu_memory.GUESSED[1]:g} times, "
        f"or more if a network of about that size needs more; for images from {gpu_memory.IMAGES[0]:g} to "
        f"{gpu_memory.IMAGES[1]:g} times."
    )
    errors = [
        [x.what, x.points, f"{x.middle:.1%}", f"{x.ninth_tenth:.1%}", f"{x.largest:.0%}", f"{x.bias:+.1%}"]
        for x in gpu_memory_errors.summaries()
    ]
    measured = [
        [
            error.of.network.name,
            f"{error.of.work['task']}, {error.of.work['weights']}",
            error.batch,
            error.tokens,
            f"{error.measured:.2f}",
            f"{error.estimated:.2f}",
            f"{error.share:+.0%}",
            _link(error.of.source),
        ]
        for error in gpu_memory_errors.errors()
    ]
    return "\n\n".join(
        [
            "## GPU memory: the terms",
            "\n".join(formulas),
            "## GPU memory: the range",
            ranges,
            "## GPU memory: how far the terms are off",
            (
                "On runs of which shape and settings are published. Some constants were fitted to these very runs, so expect a "
                "larger error on others. Runs with compiled layers, with weights shared among servers, or with attention that is "
                "not fused are left out: the formulas do not hold for them."
            ),
            table(["work", "runs", "middle error", "nine in ten below", "largest", "middle, with sign"], errors),
            "## GPU memory: measured and estimated",
            table(["network", "work", "batch", "tokens", "measured", "estimated", "error", "source"], measured),
        ]
    )


def reference_checks() -> str:
    """Return every check of files that people have: what covers it in a plan, and whether review sees it."""
    rows = []
    for check in checks().values():
        rules = ", ".join(f"`{rule}`" for rule in check.rules)
        covered = "; ".join(part for part in (rules, check.planner) if part)
        seen = "yes" if check.is_seen else f"no: {check.review}"
        rows.append([f"`{check.id}`", check.when, check.level.word, covered, seen, _tested(check), _link(check.source)])
    return table(["check", "what goes wrong", "weight", "in a plan", "seen by review", "tests", "source"], rows)


def _tested(check: Check) -> str:
    """Return where the tests behind a check stand: of the rule, of what cannot happen, of what review sees."""
    of_rules = [rule for id in check.rules if (rule := rule_called(id))]
    found = [f"`tests/rules/{rule.stage.value}/test_{rule.family}.py`" for rule in of_rules]
    found += [f"`{check.test}`"] if check.test else []
    found += ["`tests/review/test_traps.py`"] if check.is_seen else []
    return ", ".join(dict.fromkeys(found)) or "none"


_REFERENCE: dict[str, Callable[[], str]] = {
    "rules": reference_rules,
    "sources": reference_sources,
    "questions": reference_questions,
    "files": reference_files,
    "estimates": reference_estimates,
    "cli": reference_cli,
    "checks": reference_checks,
    "licences": licences.page,
}
_KINDS: dict[str, Callable[[str, str], str]] = {
    "rule": _rule,
    "figure": _figure,
    "pool": _pool,
    "reference": _reference,
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
    "examples": _all(examples.listed),
}
# What the tables are made from.
_DATA: dict[str, Callable[[str], object]] = {
    "cards": lambda key: (*pools()[key].cards, *frameworks().values()),
    "holds": lambda _: holds(),
    "messages": lambda _: messages(),
}
