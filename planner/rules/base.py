"""How a rule is written: the decorator, and the case that is passed to a rule.

    @rule("length", decides=("length_lines",), sources=("condor-jobs",))
    def run_time_limit(case: Case) -> Verdict | None:
        '''Choose the length that the task fits

        The general why, for guide and reference.
        '''
        ...
        return case.set("Use the short queue", because="3 h is well below 12 h.", length_lines=…)

The function is the rule: its name with hyphens is its id everywhere, the first line of its docstring its title. A rule
that does not apply returns None.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from planner.advice import SETTING_NAMES, Clause, Level, Settings
from planner.answers import Answers, questions
from planner.answers.question import Stage
from planner.estimate.rightsize import Rightsized
from planner.estimate.tasks import TaskList
from planner.facts.fact import Fact
from planner.facts.pools import Pool
from planner.facts.sources import Source, source
from planner.rules.views import FactsView, FieldsView


@dataclass(frozen=True)
class Verdict:
    """What a rule returns: its level, what to do, the reason in this case, and the settings it decides."""

    level: Level
    do: str
    because: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class RuleInputs:
    """What rules read; *decided* has the fields of Settings, as far as they are decided."""

    rightsized: Rightsized
    pool: Pool
    decided: object


@dataclass(frozen=True)
class RuleReads:
    """What a rule has read: names of answers and of settings, and the sources of figures, each in the order read."""

    answers: dict[str, None] = field(default_factory=dict)
    settings: dict[str, None] = field(default_factory=dict)
    sources: dict[Source, None] = field(default_factory=dict)


class Case:
    """The plan so far, as a rule sees it.

    It records which questions and which figures a rule reads, so that the advice can name them.
    """

    def __init__(self, rule: "Rule", inputs: RuleInputs) -> None:
        self.rule = rule
        self.reads = RuleReads()
        self.rightsized = inputs.rightsized
        # For estimates, which read the pool themselves; a rule that uses their result counts the sources itself.
        self.pool_record = inputs.pool
        self.pool = self.facts(inputs.pool)
        self._inherited: dict[str, None] = {}
        # These views have the fields of the records they wrap, so type checkers may treat them as those.
        self.answers = cast(Answers, FieldsView(inputs.rightsized.answers, self.reads.answers))
        self.decided = cast(Settings, FieldsView(inputs.decided, self.reads.settings))

    @cached_property
    def tasks(self) -> TaskList:
        """The list of tasks; what is read of it counts as an answer that was read."""
        return TaskList(self.answers)

    @property
    def because_of(self) -> tuple[str, ...]:
        """The questions whose answers were read: those the rule read itself, then those behind the settings it read.

        A hidden question has no answer and does not count.
        """
        return self._visible({**self.reads.answers, **self._inherited})

    @property
    def anchor_question(self) -> str:
        """The question beside which the advice is shown; empty if the advice rests on none."""
        by_id, visible = questions(), self._visible(self.reads.answers)
        if self.rule.anchor_question in visible or not visible:
            return self.rule.anchor_question if visible else ""
        return next((id for id in visible if by_id[id].kind.control != "choice"), visible[0])

    def _visible(self, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(id for id in ids if id in self.rightsized.answers.ids_asked)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The rule's own sources and those of the figures it read."""
        return tuple(dict.fromkeys((*map(source, self.rule.sources), *self.reads.sources)))

    def inherit(self, ids: Iterable[str]) -> None:
        """Record the questions behind a setting that the rule read."""
        self._inherited.update(dict.fromkeys(ids))

    def origin_of(self, id: str, claim: str) -> str:
        """Return where the answer to the question *id* comes from: the user's *claim*, or a measurement."""
        if id in self.rightsized.changed:
            return "That is what the logs of your jobs call for"
        return f"That is {claim}, as you said"

    def facts(self, record: object) -> FactsView:
        """Return a view of *record* that yields values instead of facts, and counts the source of each that is read."""
        return FactsView(record, self.reads.sources)

    def rests_on(self, *facts: Fact[Any]) -> None:
        """Count the sources of *facts* that an estimate read for the rule."""
        self.reads.sources.update((fact.source, None) for fact in facts)

    def set(self, do: str, because: str, **settings: Any) -> Verdict:
        """Decide something."""
        return Verdict(Level.SET, do, because, settings)

    def tip(self, do: str, because: str, **settings: Any) -> Verdict:
        """Say what would be better."""
        return Verdict(Level.TIP, do, because, settings)

    def warn(self, do: str, because: str, **settings: Any) -> Verdict:
        """Say what is likely to waste time or go wrong."""
        return Verdict(Level.WARN, do, because, settings)

    def ask(self, do: str, because: str, **settings: Any) -> Verdict:
        """Say that the plan rests on something that no source states; *do* is the question for the staff."""
        return Verdict(Level.ASK, do, because, settings)

    def stop(self, do: str, because: str, **settings: Any) -> Verdict:
        """Say that the job's submit descriptions would be wrong; they are not written."""
        return Verdict(Level.STOP, do, because, settings)

    def clause(self, text: str) -> tuple[Clause, ...]:
        """Return *text* as this rule's contribution to a list."""
        return (Clause(text, self.rule.id),)


@dataclass(frozen=True)
class Rule:
    """A rule with its context: where it is taught, what it decides, and its sources."""

    ask: Callable[[Case], Verdict | None]
    stage: Stage
    family: str
    decides: tuple[str, ...]
    adds_to: tuple[str, ...]
    sources: tuple[str, ...]
    # The question beside which the page shows the rule's advice. If empty, the first question that the rule read and that
    # is not a choice.
    anchor_question: str

    # Computed once: a plan reads the id of every rule, and the title and address of each that gives advice.
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
    *, sources: tuple[str, ...], decides: tuple[str, ...] = (), adds_to: tuple[str, ...] = (), anchor_question: str = ""
) -> Callable[[Callable[[Case], Verdict | None]], Rule]:
    """Make a function a rule. Stage and family are those of its module (``planner.rules.STAGE.FAMILY``).

    Raises TypeError, at import, for a rule without a source, without a title and a why, or with an unknown setting.
    """

    def decorate(function: Callable[[Case], Verdict | None]) -> Rule:
        stage, family = function.__module__.split(".")[-2:]
        new_rule = Rule(function, Stage(stage), family, decides, adds_to, sources, anchor_question)
        if not sources:
            raise TypeError(f"{new_rule.id} has no source: name what it rests on")
        if not new_rule.title or not new_rule.why:
            raise TypeError(f"{new_rule.id} needs a docstring: a title, an empty line, the why")
        for name in (*decides, *adds_to):
            if name not in SETTING_NAMES:
                raise TypeError(f"{new_rule.id} decides {name}, which is no setting")
        for key in sources:
            source(key)
        if anchor_question and anchor_question not in questions():
            raise TypeError(f"{new_rule.id} stands beside {anchor_question}, which is no question")
        return new_rule

    return decorate
