"""How a rule is written: the decorator, and the case that a rule is asked about.

    @rule("length", decides=("length_lines",), sources=("condor-jobs",))
    def run_time_limit(case: Case) -> Said | None:
        '''Choose the length that the task fits

        The general why, for guide and reference.
        '''
        ...
        return case.set("Use the short queue", because="3 h is well below 12 h.", length_lines=…)

The function is the rule: its name with hyphens is its id everywhere, the first line of its docstring its title. A rule
that does not apply returns None.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

from planner.advice import SETTING_NAMES, Clause, Level, Settings
from planner.answers import Answers, questions
from planner.answers.question import Stage
from planner.estimate.rightsize import Rightsized
from planner.facts.fact import Fact
from planner.facts.pools import Pool
from planner.facts.sources import Source, source

T = TypeVar("T")


@dataclass(frozen=True)
class Said:
    """What a rule answers: its level, what to do, this case's reason, and the settings it decides."""

    level: Level
    do: str
    because: str
    settings: dict[str, Any]


class Case:
    """One plan in the making, as a rule sees it.

    It notes which questions and which figures a rule reads, so that the advice can name them.
    """

    def __init__(self, rule: "Rule", known: "Known", noted: "Noted | None" = None) -> None:
        """Begin a case; *noted* is what the rule went by, where it need not be asked again."""
        self.rule = rule
        self.pool = known.pool
        self.noted = noted or Noted(known.pool)
        self._answers = known.rightsized.answers
        self._read_through: dict[str, None] = {}
        # The views have the fields of what they show, so to a type checker they are that.
        self.answers = cast(Answers, _Noting(self._answers, self.noted.answers))
        self.rightsized = cast(Rightsized, _Noting(known.rightsized, self.noted.rightsized))
        self.settled = cast(Settings, _Noting(known.settled, self.noted.settings))

    @property
    def because_of(self) -> tuple[str, ...]:
        """The questions whose answers were read: those the rule read itself, then those behind the settings it read.

        A question that is not asked has no answer and does not count.
        """
        return self._asked({**self.noted.answers, **self._read_through})

    @property
    def beside(self) -> str:
        """The question beside which the advice stands; empty where it rests on none."""
        known, read = questions(), self._asked(self.noted.answers)
        if self.rule.beside in read or not read:
            return self.rule.beside if read else ""
        return next((id for id in read if known[id].kind.control != "choice"), read[0])

    def _asked(self, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(id for id in ids if id in self._answers.ids_asked)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The rule's own sources and those of the figures it cited."""
        return tuple(dict.fromkeys((*map(source, self.rule.sources), *self.noted.cited)))

    def read_through(self, ids: tuple[str, ...]) -> None:
        """Note questions that were read by way of a setting which rests on them."""
        self._read_through.update(dict.fromkeys(ids))

    def whence(self, id: str, said: str) -> str:
        """Return on whose word the answer to the question *id* rests: that it is *said*, or that it was measured."""
        if id in self.rightsized.changed:
            return "That is what the logs of your jobs call for"
        return f"That is {said}, as you said"

    def cite(self, fact: Fact[T]) -> T:
        """Return the value of *fact*, and count its source among those of the advice."""
        self.noted.cited[fact.source] = None
        return fact.value

    def set(self, do: str, because: str, **settings: Any) -> Said:
        """Decide something."""
        return Said(Level.SET, do, because, settings)

    def tip(self, do: str, because: str, **settings: Any) -> Said:
        """Say what would be better."""
        return Said(Level.TIP, do, because, settings)

    def warn(self, do: str, because: str, **settings: Any) -> Said:
        """Say what is likely to waste time or go wrong."""
        return Said(Level.WARN, do, because, settings)

    def ask(self, do: str, because: str, **settings: Any) -> Said:
        """Say that the plan rests on something no source says; *do* is the question to put to the staff."""
        return Said(Level.ASK, do, because, settings)

    def stop(self, do: str, because: str, **settings: Any) -> Said:
        """Say that the job's submit descriptions would be wrong; they are not written."""
        return Said(Level.STOP, do, because, settings)

    def clause(self, text: str) -> tuple[Clause, ...]:
        """Return *text* as this rule's contribution to a list."""
        return (Clause(text, self.rule.id),)


class _Noting:
    """The fields of something, noting which is read and what it holds."""

    def __init__(self, what: object, read: dict[str, Any]) -> None:
        self._what = what
        self._read = read

    def __getattr__(self, name: str) -> Any:
        value = self._read[name] = getattr(self._what, name)
        return value


@dataclass(frozen=True)
class Known:
    """What rules are asked about; *settled* has the fields of Settings, as far as they are decided."""

    rightsized: Rightsized
    pool: Pool
    settled: object


@dataclass(frozen=True)
class Noted:
    """What a rule went by: each field that it read, with what that held, and the sources that it cited.

    A rule is a function of what it reads. As long as all of that holds the same, it would say the same.
    """

    pool: Pool
    answers: dict[str, Any] = field(default_factory=dict)
    rightsized: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    cited: dict[Source, None] = field(default_factory=dict)

    def holds(self, known: Known) -> bool:
        """Tell whether nothing that the rule read has changed."""
        return (
            self.pool is known.pool
            and _all_same(self.answers, known.rightsized.answers)
            and _all_same(self.rightsized, known.rightsized)
            and _all_same(self.settings, known.settled)
        )


def _all_same(read: dict[str, Any], now: object) -> bool:
    return all(getattr(now, name) == value for name, value in read.items())


@dataclass(frozen=True)
class Rule:
    """A rule with what stands around it: where it is taught, what it decides, on whose word."""

    ask: Callable[[Case], Said | None]
    stage: Stage
    family: str
    decides: tuple[str, ...]
    adds_to: tuple[str, ...]
    sources: tuple[str, ...]
    # The question beside which the page shows what the rule says; empty: the first that it read and that asks for more
    # than a choice.
    beside: str

    # Worked out once: a plan asks every rule for its name, and each that speaks for its title and address.
    @cached_property
    def id(self) -> str:
        """The rule's one name, used on the page, in files, in the guide and on the command line."""
        return self.ask.__name__.replace("_", "-")

    @cached_property
    def title(self) -> str:
        """One line: what the rule is about."""
        return _docstring(self.ask).split("\n", 1)[0]

    @property
    def why(self) -> str:
        """The general reason."""
        return _docstring(self.ask).partition("\n")[2].strip()

    @cached_property
    def url(self) -> str:
        """The paragraph of the guide that teaches it, from the root of the site."""
        return f"guide/{self.stage.value}/{self.family}/#{self.id}"


def _docstring(function: Callable[..., object]) -> str:
    return inspect.getdoc(function) or ""


def rule(
    *, sources: tuple[str, ...], decides: tuple[str, ...] = (), adds_to: tuple[str, ...] = (), beside: str = ""
) -> Callable[[Callable[[Case], Said | None]], Rule]:
    """Make a function a rule. Stage and family are those of its module (``planner.rules.STAGE.FAMILY``).

    Raises TypeError, at import, for a rule without a source, without a title and a why, or with an unknown setting.
    """

    def decorate(function: Callable[[Case], Said | None]) -> Rule:
        stage, family = function.__module__.split(".")[-2:]
        made = Rule(function, Stage(stage), family, decides, adds_to, sources, beside)
        if not sources:
            raise TypeError(f"{made.id} has no source: name what it rests on")
        if not made.title or not made.why:
            raise TypeError(f"{made.id} needs a docstring: a title, an empty line, the why")
        for name in (*decides, *adds_to):
            if name not in SETTING_NAMES:
                raise TypeError(f"{made.id} decides {name}, which is no setting")
        for key in sources:
            source(key)
        if beside and beside not in questions():
            raise TypeError(f"{made.id} stands beside {beside}, which is no question")
        return made

    return decorate
