"""What templates see: the plan, what is computed from it in advance, and the comments for decided lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import PurePosixPath
from typing import Self

import planner
from planner.advice import Advice, Level, Plan, Settings
from planner.answers import Answers, stages
from planner.answers.checks import R_PACKAGE
from planner.answers.command import placeholders, words
from planner.answers.file import USAGE, AnswersFile
from planner.bundle.paths import Paths
from planner.bundle.quoting import Quoted, comment, sh, sh_path, toml, trusted
from planner.estimate.tasks import TaskList
from planner.facts.frameworks import Framework, frameworks
from planner.facts.sources import Source
from planner.units import Size

# The file in which each way of installing finds its packages.
INGREDIENTS = {"pip": "requirements.txt", "conda": "environment.yml", "r": "install.R"}


def installs_with(plan: Plan) -> str:
    """Return what installs the packages in the image: "pip", "conda" or "r"."""
    if plan.settings.conda:
        return "conda"
    return "r" if frameworks()[plan.answers.framework].language == "r" else "pip"


@dataclass(frozen=True)
class Context:
    """What the templates of one plan see. A field is a variable of the templates.

    *a*, *s*: the plan's answers and settings, which nearly every line of a template names; *r_packages*: name and
    version of each; *schema*, as TOML, that of the answers file; *answer_lines*: by stage, each question as a comment and its answer as TOML; *usage_lines*: what
    jobs used, as TOML; *trial*: the words added to the command in a test, *trial_words* the same for a shell;
    *placeholders*: names that the command mentions; *held*: a regular expression of packages whose version stays that
    of the image; *archives*: paths under which an archive may arrive in a job, *data_file* that of the data, for a
    shell; *trial_data*: the data that a test on the user's own machine reads; *input_column*: the value that names each
    task's own file; *sample_of_parts*: the part of a long list that a test reads, *ending* its suffix; *model_room*:
    disk for a model while it is downloaded, in KB as df has it, 0 where nobody knows the model's size.
    """

    plan: Plan
    a: Answers
    s: Settings
    paths: Paths
    framework: Framework
    packages: tuple[str, ...]
    installer: str
    ingredients: str
    r_packages: tuple[tuple[str, str], ...]
    schema: Quoted
    answer_lines: list[tuple[str, list[tuple[Quoted, Quoted]]]]
    usage_lines: list[Quoted]
    advice: list[tuple[Level, tuple[Advice, ...]]]
    sources: list[Source]
    trial: list[str]
    trial_words: Quoted
    placeholders: list[str]
    held: str
    archives: list[Quoted]
    data_file: Quoted
    data_folder: str
    trial_data: str
    input_column: str
    sample_of_parts: str
    ending: str
    model_room: int
    Level: type[Level]

    @classmethod
    def of(cls, plan: Plan, bundle: tuple[str, ...]) -> Self:
        """Return the context of *plan*, whose files have the paths *bundle*."""
        answers, settings, paths = plan.answers, plan.settings, Paths(plan, bundle)
        installer, trial = installs_with(plan), words(answers.test_arguments)
        # The answers as entered, and the usage with them, so that making the plan again gives the same plan.
        table = AnswersFile(plan.said, plan.measured).to_table()
        return cls(
            plan=plan,
            a=answers,
            s=settings,
            paths=paths,
            framework=frameworks()[answers.framework],
            packages=_packages(settings),
            installer=installer,
            ingredients=INGREDIENTS[installer],
            r_packages=tuple(map(_r_package, settings.r_packages)),
            schema=toml("schema", table["schema"]),
            answer_lines=_answer_lines(table),
            usage_lines=[toml(key, value) for key, value in table.get(USAGE, {}).items()],
            advice=_by_level(plan),
            sources=_sources(plan),
            trial=trial,
            trial_words=Quoted("".join(f" {sh(word)}" for word in trial)),
            placeholders=placeholders(answers.command),
            held=f"^({'|'.join(settings.held_packages)})==",
            archives=_archives(plan, paths),
            data_file=_data_in_shell(plan, paths),
            data_folder=settings.data_path.rpartition("/")[0] + "/",
            trial_data=_trial_data(plan, paths),
            input_column=TaskList(answers).input_column,
            sample_of_parts=TaskList(answers).sample_part,
            ending=PurePosixPath(answers.inputs).suffix,
            model_room=2 * (answers.model_size or Size(0)).bytes // 1024,
            Level=Level,
        )

    def variables(self) -> dict[str, object]:
        """Return the variables of every template: the fields, and what a template calls.

        Functions are not stored on the context: they would be a reference cycle, which keeps the whole plan in memory
        until Python's next garbage collection.
        """
        values = cache(lambda: _input_values(self.plan))
        return {
            **{field.name: getattr(self, field.name) for field in fields(self)},
            "why": self.why,
            "says": self.says,
            "jobs": lambda: map(trusted, jobs(self.plan)),
            "input_of": lambda job: values()[int(job) - 1],
        }

    def of_file(self, path: str) -> dict[str, object]:
        """Return the variables that only the template of the file at *path* has."""
        return {
            "path": path,
            "head": lambda about: Quoted(f"{comment(f'{path}: {about}')}\n{generated_by(self.plan)}"),
        }

    def why(self, setting: str, indent: str = "") -> Quoted:
        """Return the comment above the lines of *setting*: the reason for it and the rule it comes from."""
        return self.says(self.plan.decided_by[setting].rule, indent)

    def says(self, rule: str, indent: str = "") -> Quoted:
        """Return what the rule called *rule* says in this plan, as a comment."""
        advice = next(advice for advice in self.plan.advice if advice.rule == rule)
        return comment(f"{advice.because} [{advice.rule}]", indent)


def generated_by(plan: Plan) -> Quoted:
    """Return the second comment of each file: what made it, from what, and when its figures were read."""
    newest = max(source.read for advice in plan.advice for source in advice.sources)
    return comment(
        f"Made by htc-planner {planner.__version__} for {plan.pool.name}; newest source read {newest}. "
        "Make it again with: planner plan answers.toml --out FOLDER"
    )


def _arrives_as(plan: Plan, paths: Paths) -> str:
    """Return the data's path in a job: with its folders if it comes from here, else its last name."""
    return plan.settings.data_input if paths.data_here else plan.settings.data_file


def _archives(plan: Plan, paths: Paths) -> list[Quoted]:
    """Return the paths under which an archive may arrive, for a shell: all of the data, or in a test the sample."""
    archive = plan.settings.archive
    if archive is None:
        return [_data_in_shell(plan, paths)]
    arrives_as = _arrives_as(plan, paths)
    return [sh(arrives_as), sh(arrives_as.replace(archive.name, archive.sample))]


def _data_in_shell(plan: Plan, paths: Paths) -> Quoted:
    """Return the data's path as a word of a shell; a task's own file is named by that task's value."""
    column = TaskList(plan.answers).input_column
    return sh_path(_arrives_as(plan, paths), f"value_{column}" if column else "")


def _input_values(plan: Plan) -> list[str]:
    """Return what names each task's own file, in the order of the tasks."""
    column = TaskList(plan.answers).columns.index(TaskList(plan.answers).input_column)
    return [values[column] for values in TaskList(plan.answers).values()]


def _trial_data(plan: Plan, paths: Paths) -> str:
    """Return the path of the data that one short task on the user's own machine reads."""
    arrives_as, sample = _arrives_as(plan, paths), plan.settings.sample_input
    if "$(own)" in arrives_as or plan.settings.archive:
        return sample if paths.data_here else sample.rpartition("/")[2]
    return arrives_as


def jobs(plan: Plan) -> Iterator[str]:
    """Yield what each job is called with: the number of its task, or those of its first and last one."""
    many, together = TaskList(plan.answers).count, plan.settings.tasks_in_a_job
    for first in range(1, many + 1, together):
        last = min(first + together - 1, many)
        yield str(first) if together == 1 else f"{first}-{last}"


def _packages(settings: Settings) -> tuple[str, ...]:
    """Return what is installed into the image, whoever installs it."""
    of_conda = (*settings.conda.packages, *settings.conda.pip) if settings.conda else ()
    return (*settings.requirements_txt, *of_conda, *settings.r_packages)


def _r_package(line: str) -> tuple[str, str]:
    """Return name and version of an R package; the version is empty where none was named."""
    match = R_PACKAGE.fullmatch(line)
    return (match["name"], match["version"] or "") if match else (line, "")


def _answer_lines(table: Mapping[str, object]) -> list[tuple[str, list[tuple[Quoted, Quoted]]]]:
    """Return, for each stage, its questions as comments and their answers as lines of TOML."""
    return [
        (stage.title, [(comment(question.label), toml(question.id, table[question.id])) for question in questions])
        for stage, all_of_stage in stages()
        if (questions := [question for question in all_of_stage if question.id in table])
    ]


def _by_level(plan: Plan) -> list[tuple[Level, tuple[Advice, ...]]]:
    return [(level, plan.of_level(level)) for level in Level if plan.of_level(level)]


def _sources(plan: Plan) -> list[Source]:
    sources: dict[Source, None] = {}
    for advice in plan.advice:
        sources.update(dict.fromkeys(advice.sources))
    return sorted(sources, key=lambda source: source.title)
