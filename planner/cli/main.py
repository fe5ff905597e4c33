"""The command line: reads files, calls the same functions as the page, writes files. It decides nothing.

Exit codes: 0 all is well · 2 the input cannot be used, nothing was written · 3 written, but the plan has a stop.
"""

import argparse
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import planner
from planner.advice import Level, Plan
from planner.answers.file import AnswersFile
from planner.bundle import make_files, make_zip
from planner.cli import logs as cli_logs
from planner.cli import pools as cli_pools
from planner.cli import review as cli_review
from planner.engine import make_plan
from planner.errors import PlannerError, Problem, did_you_mean
from planner.examples import examples
from planner.facts.pools import pools
from planner.facts.sources import Source, oldest_first, source
from planner.review.base import Check
from planner.review.checks import CHECKS, check_called
from planner.rules import RULES, in_reading_order, rule_called
from planner.rules.base import Rule
from planner.sentences import plural

OK, BAD_INPUT, STOPPED = 0, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except PlannerError as error:
        for problem in error.problems:
            print(f"{problem.where}: {problem.what}\n    {problem.fix}", file=sys.stderr)
        problems = len(error.problems)
        print(f"{problems} {plural(problems, 'problem')}; nothing was written.", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        # Whoever reads our output has seen enough, as `planner rules | head` does.
        sys.stderr.close()
        return OK


class _Help(argparse.HelpFormatter):
    """Help of one width everywhere: it stands in the reference too."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=88)


class _Command(argparse.ArgumentParser):
    """One of the commands."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, formatter_class=_Help)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="planner", description="Plan machine-learning work for an HTCondor pool.", formatter_class=_Help
    )
    parser.add_argument("--version", action="version", version=f"htc-planner {planner.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Command)

    plan = commands.add_parser("plan", help="write the files for an answers file")
    plan.add_argument("answers", type=Path, metavar="ANSWERS.toml")
    plan.add_argument(
        "--pool", metavar="POOL", help=f"plan for this pool instead of the one in the file: {cli_pools.POOL_HELP}"
    )
    place = plan.add_mutually_exclusive_group(required=True)
    place.add_argument("--out", type=Path, metavar="DIR", help="write the files into this folder")
    place.add_argument("--zip", type=Path, metavar="FILE", help="write one zip")
    plan.add_argument("--force", action="store_true", help="write into a folder or over a zip that is there already")
    plan.set_defaults(run=_plan)

    check = commands.add_parser("check", help="say what the planner would advise, and what is wrong")
    check.add_argument("answers", type=Path, metavar="ANSWERS.toml")
    check.add_argument(
        "--pool", metavar="POOL", help=f"check for this pool instead of the one in the file: {cli_pools.POOL_HELP}"
    )
    check.set_defaults(run=_check)

    explain = commands.add_parser("explain", help="explain a rule, or a check of review, by its id")
    explain.add_argument("id", metavar="ID")
    explain.set_defaults(run=_explain)

    rules = commands.add_parser("rules", help="list every rule with its sources")
    rules.set_defaults(run=_rules)

    logs = commands.add_parser("logs", help="say what jobs used, why they failed, and what to ask for next")
    cli_logs.add_options(logs)
    logs.set_defaults(run=_logs)

    why = commands.add_parser("why", help="explain what condor_q -better-analyze or -hold printed")
    cli_logs.add_why_options(why)
    why.set_defaults(run=_why)
    cli_review.add_command(commands)
    sources_parser = commands.add_parser("sources", help="list every source, the one read longest ago first")
    sources_parser.set_defaults(run=_sources)

    cli_pools.add_command(commands)

    examples_parser = commands.add_parser("examples", help="list the examples, or print one as an answers file")
    examples_parser.add_argument("name", nargs="?", metavar="NAME")
    examples_parser.set_defaults(run=_examples)
    return parser


def help_texts() -> dict[str, str]:
    """Return what each command says of itself with ``--help``, for the reference."""
    parser = _parser()
    help_of: dict[str, str] = {}
    for action in parser._actions:  # noqa: SLF001  # argparse has no other way to its own commands
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            help_of = {name: command.format_help() for name, command in action.choices.items()}
    return {"--help": parser.format_help(), **help_of}


def _plan(options: argparse.Namespace) -> int:
    plan = _read_plan(options)
    if options.out:
        _refuse_to_overwrite(options.out, options.force, exists=options.out.is_file() or _holds_something(options.out))
        for file in make_files(plan):
            target = options.out / file.path
            if file.path.endswith("/"):
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(file.text, encoding="utf-8", newline="\n")
            target.chmod(0o755 if file.executable else 0o644)
        print(f"Wrote the files to {options.out}; begin with {options.out / 'README.md'}.")
    else:
        _refuse_to_overwrite(options.zip, options.force, exists=options.zip.exists())
        options.zip.write_bytes(make_zip(plan))
        print(f"Wrote {options.zip}; begin with {plan.answers.project}/README.md in it.")
    return _say_stops(plan)


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _refuse_to_overwrite(target: Path, force: bool, *, exists: bool) -> None:
    if exists and not (force and not (target.is_file() and target.suffix != ".zip")):
        raise PlannerError([Problem(str(target), "is there already.", "Choose another name, or add --force.")])


def _say_stops(plan: Plan) -> int:
    for advice in plan.of_level(Level.STOP):
        print(f"Stop: {advice.do}. {advice.because} [{advice.rule}]", file=sys.stderr)
    if plan.stopped:
        print("The submit descriptions of jobs are not written until that is changed.", file=sys.stderr)
        return STOPPED
    return OK


def _check(options: argparse.Namespace) -> int:
    plan = _read_plan(options)
    for advice in plan.advice:
        if advice.level is not Level.STOP:
            print(f"{advice.level.word}: {advice.do} [{advice.rule}]")
            print(textwrap.indent(textwrap.fill(advice.because, 100), "    "))
    return _say_stops(plan)


def _read_plan(options: argparse.Namespace) -> Plan:
    file = _read_file(options.answers, options.pool)
    return make_plan(file.answers, pools()[file.answers.pool], measured=file.usage)


def _read_file(path: Path, pool: str | None) -> AnswersFile:
    try:
        text = path.read_text(encoding="utf-8")
        file = AnswersFile.read(text, pool=cli_pools.pool_called(pool) if pool else None)
    except OSError as error:
        raise PlannerError([Problem(str(path), f"{error.strerror}.", "Give the name of an answers file.")]) from None
    except UnicodeDecodeError:
        raise PlannerError([Problem(str(path), "is no text in UTF-8.", "Save it as UTF-8.")]) from None
    except tomllib.TOMLDecodeError as error:
        raise PlannerError([Problem(str(path), f"is not TOML: {error}.", "Correct the line named.")]) from None
    if file.old_names:
        print(f"{path}: {file.old_words}", file=sys.stderr)
    return file


def _logs(options: argparse.Namespace) -> int:
    cli_logs.logs(options, _read_file(options.answers, options.pool).answers if options.answers else None)
    return OK


def _why(options: argparse.Namespace) -> int:
    cli_logs.why(options)
    return OK


def _explain(options: argparse.Namespace) -> int:
    if rule := rule_called(options.id):
        _explain_rule(rule)
    elif check := check_called(options.id):
        _explain_check(check)
    else:
        ids = [rule.id for rule in RULES] + [check.id for check in CHECKS]
        raise PlannerError([Problem(options.id, "is no rule and no check.", did_you_mean(options.id, ids))])
    return OK


def _explain_rule(rule: Rule) -> None:
    print(f"{rule.id}: {rule.title}\n\n{rule.why}\n")
    print(f"Stage: {rule.stage.title}, {rule.family}")
    if rule.decides:
        print(f"Decides: {', '.join(rule.decides)}")
    _print_sources(source(key) for key in rule.sources)


def _explain_check(check: Check) -> None:
    print(f"{check.id}: {check.title}\n\n{check.why}\n")
    print(f"Severity: {check.severity.label}")
    if check.taught_by:
        print(f"Rules that cover it: {', '.join(check.taught_by)}")
    if check.in_plans:
        print(f"In a plan: {check.in_plans}")
    print(f"Seen by planner review: {f'no. {check.unseen}' if check.unseen else 'yes'}")
    _print_sources(check.sources)


def _print_sources(sources: Iterable[Source]) -> None:
    print("Rests on:")
    for entry in sources:
        print(f"  {entry}")


def _rules(_: argparse.Namespace) -> int:
    for rule in in_reading_order():
        print(f"{rule.id:28} {rule.title}  [{rule.stage.value}/{rule.family}; {', '.join(rule.sources)}]")
    return OK


def _sources(_: argparse.Namespace) -> int:
    for entry in oldest_first():
        print(f"{entry.read}  {entry.key:24} {entry.title}  {entry.url}".rstrip())
    return OK


def _examples(options: argparse.Namespace) -> int:
    by_name = examples()
    if options.name is None:
        for example in by_name.values():
            print(f"{example.name:20} {example.about}")
        return OK
    if options.name not in by_name:
        raise PlannerError([Problem(options.name, "is no example.", did_you_mean(options.name, by_name))])
    print(by_name[options.name].text, end="")
    return OK
