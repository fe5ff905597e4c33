"""What a page of an example shows beside its words: the answers, what the planner says to them, the files."""

from functools import cache
from html import escape
from pathlib import PurePosixPath

from overrides.hooks.pages.markdown import table
from planner.advice import Advice, Level, Plan
from planner.answers import questions
from planner.answers.question import Stage
from planner.bundle import make_files
from planner.engine import make_plan
from planner.errors import did_you_mean
from planner.examples import Example, examples
from planner.facts.pools import pools
from planner.web.fragment import as_fragment, changed_from_defaults

# A workflow may have thousands of lines, one much like another.
_LONGEST, _ENDS = 120, 6
_LANGUAGES = {".sub": "submit", ".dag": "dag"}
_WORDS = {Level.WARN: "take care", Level.ASK: "ask the staff", Level.TIP: "tip"}


def page(name: str) -> str:
    """Return the generated part of the page of the example *name*. Raises LookupError for an unknown one."""
    if name not in examples():
        raise LookupError(f"no example is called {name}. {did_you_mean(name, examples())}")
    example = examples()[name]
    plan = _plan(name)
    return "\n\n".join([_ways_in(example, plan), _answers(example), *_advice(plan), *_files(plan)])


def links() -> str:
    """Return every example with its sentence, as a list of links."""
    return "\n".join(f"- [{name}]({name}.md): {_plain(example.about)}." for name, example in examples().items())


@cache
def _plan(name: str) -> Plan:
    answers = examples()[name].answers
    return make_plan(answers, pools()[answers.pool])


def _ways_in(example: Example, plan: Plan) -> str:
    # Written as HTML: what stands behind "#" is no anchor of the planner's page, but its answers.
    address = escape(f"../../planner/#{as_fragment(example.answers)}")
    return (
        f'<a class="md-button md-button--primary" href="{address}">Start from it in the planner</a>\n'
        f'<a class="md-button" href="../../planner/{example.name}.zip">Take its files</a>\n\n'
        f"In a shell: `planner examples {example.name} > answers.toml`, and "
        f"`planner plan answers.toml --out {plan.answers.project}`."
    )


def _answers(example: Example) -> str:
    rows = [
        [f"{questions()[id].label}", f"`{' · '.join(text.splitlines()) or '–'}`"]
        for id, text in changed_from_defaults(example.answers).items()
    ]
    return "\n\n".join(["## What was answered", "All else is as the form begins.", table(["question", "answer"], rows)])


def _advice(plan: Plan) -> list[str]:
    parts = ["## What the planner says"]
    for stage in Stage:
        of_stage = [advice for advice in plan.advice if advice.stage is stage]
        parts += [f"### {stage.title}", "\n".join(_line(advice) for advice in of_stage)]
    return parts


def _line(advice: Advice) -> str:
    weight = f" *({_WORDS[advice.level]})*" if advice.level in _WORDS else ""
    where = advice.url.replace("/#", ".md#")
    return f"- **{_plain(advice.do)}**{weight}: {_plain(advice.because)} [`{advice.rule}`](../{where})"


def _plain(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "<>*_[]`|" else sign for sign in text)


def _files(plan: Plan) -> list[str]:
    files = make_files(plan)
    paths = [f"`{file.path}`" for file in files]
    jobs = f"{plan.answers.project}.sub"
    main_files = [file for file in files if file.path in (jobs, "workflow.dag")]
    blocks = [
        f'```{_LANGUAGES[PurePosixPath(file.path).suffix]} title="{file.path}"\n{_shortened(file.text)}```'
        for file in main_files
    ]
    return ["## The files", f"{', '.join(paths[:-1])} and {paths[-1]}. {_lead_in(len(main_files))}", *blocks]


def _shortened(text: str) -> str:
    """Return a short text whole, and of a long text both ends, with a note on how much lies between."""
    lines = text.splitlines(keepends=True)
    between = len(lines) - _LONGEST
    if between <= 0:
        return text
    return "".join([*lines[: _LONGEST - _ENDS], f"# … {between:,} lines more, all in the zip …\n", *lines[-_ENDS:]])


def _lead_in(count: int) -> str:
    return "The one that submits the work:" if count == 1 else "The two that submit the work:"
