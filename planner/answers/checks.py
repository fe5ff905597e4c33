"""What no single answer shows: answers that do not go together, and text that looks like a key."""

import re
from collections.abc import Callable, Iterator
from math import ceil, prod
from typing import TYPE_CHECKING

from planner.answers.by_stage.tasks import MOST_TASKS, PART_TIME
from planner.answers.command import placeholders, words
from planner.answers.environment import is_environment, read_environment
from planner.errors import Problem
from planner.facts.frameworks import frameworks
from planner.facts.pools import pools

if TYPE_CHECKING:
    from planner.answers import Answers

# Forms of keys that are known: Hugging Face, GitHub, AWS, OpenAI and the like, private keys, and name = secret.
# The page reads this pattern too, in the common part of both languages: it stores no answer that matches.
# Weights & Biases keys are 40 hexadecimal digits; so are git commits, which follow an @ or a slash.
KEYS = (
    r"hf_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|\bAKIA[0-9A-Z]{16}\b|\bsk-(?:[a-z]+-)?[A-Za-z0-9_]{20,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|(?<![@/0-9a-fA-F])[0-9a-f]{40}(?![0-9a-fA-F])"
    r"|(?:api_?key|secret|passw(?:or)?d|access_token|auth_token|hf_token)\w*[ \t]*[=:][ \t]*[^\s{$]"
)
_KEYS = re.compile(KEYS, re.IGNORECASE | re.ASCII)


def looks_like_a_key(raw: object) -> bool:
    """Tell whether *raw*, or any text in it, has the form of a key, token or password."""
    if isinstance(raw, list):
        return any(looks_like_a_key(item) for item in raw)
    return isinstance(raw, str) and bool(_KEYS.search(raw))


def check_together(answers: "Answers", unread: set[str]) -> Iterator[Problem]:
    """Yield what is wrong with the answers as a whole; *unread* are ids that already have a problem of their own."""
    for ids, check in _CHECKS:
        if not unread & set(ids):
            yield from check(answers)


def _command(answers: "Answers") -> Iterator[Problem]:
    try:
        if not words(answers.command) or not words(answers.command)[0]:
            yield Problem("command", "is empty.", "Write what you type to run one task, such as python train.py")
    except ValueError as error:
        yield Problem("command", "cannot be used.", str(error))


def _values_in_command(answers: "Answers") -> Iterator[Problem]:
    names = placeholders(answers.command)
    if answers.task_source == "one":
        if names:
            yield Problem(
                "command",
                f"holds {{{names[0]}}}, but there is only one task.",
                "Write the value, or say how tasks differ.",
            )
    elif answers.task_source == "numbered":
        if len(names) != 1 or names == ["task"]:
            yield Problem("command", "needs one {name} where the number goes.", "For example: --seed {seed}")
        if answers.count > MOST_TASKS:
            yield Problem("count", f"makes {answers.count:,} tasks.", f"At most {MOST_TASKS:,}: let a task do several.")
    elif answers.task_source == "parts":
        if len(names) != 1 or names == ["task"]:
            yield Problem("command", "needs one {name} where the name of a part goes.", "For example: --input {part}")
        yield from _too_many_parts(answers)
    else:
        yield from _columns_in_command(answers, names)


def _too_many_parts(answers: "Answers") -> Iterator[Problem]:
    if answers.input_time is None:
        return
    each = max(1, int(PART_TIME.seconds / answers.input_time.seconds))
    if (many := ceil(answers.count / each)) > MOST_TASKS:
        yield Problem("count", f"makes {many:,} jobs.", f"At most {MOST_TASKS:,}: plan a part of the list first.")


def _columns_in_command(answers: "Answers", used_names: list[str]) -> Iterator[Problem]:
    grid = answers.task_source == "grid"
    columns = [name for name, _ in answers.grid] if grid else list(answers.rows.columns)
    where = "grid" if grid else "rows"
    if not columns or (not grid and not answers.rows.rows):
        yield Problem(where, "is empty.", "Write the values." if grid else "Paste a table with at least one task.")
        return
    for name in used_names:
        if name not in columns:
            yield Problem(
                "command", f"holds {{{name}}}, which has no values.", f"Add {name} to the values, or take it out."
            )
    for name in columns:
        # A table may hold columns for people; a value that is combined and not used only repeats tasks.
        if grid and name not in used_names:
            yield Problem(
                "grid", f"{name} is not in the command.", f"Write {{{name}}} into the command, or take it out."
            )
    if grid and (many := prod(len(values) for _, values in answers.grid)) > MOST_TASKS:
        yield Problem("grid", f"makes {many:,} tasks.", f"Combine fewer values: at most {MOST_TASKS:,} tasks.")


def _inputs(answers: "Answers") -> Iterator[Problem]:
    if answers.task_source != "parts":
        return
    if answers.inputs.endswith("/"):
        yield Problem(
            "inputs", "is a folder.", "Name a file with one input a line: ls lists a folder's files into one."
        )
    if answers.inputs.lower().endswith((".gz", ".zip", ".xz", ".bz2", ".parquet", ".h5", ".npy")):
        yield Problem("inputs", "is no list of lines.", "Write it out as text first, with one input a line.")


def _model(answers: "Answers") -> Iterator[Problem]:
    if (
        not re.fullmatch(r"[\w./+-]*", answers.model, re.ASCII)
        or ".." in answers.model
        or answers.model.startswith("-")
    ):
        yield Problem(
            "model", "is no name of a model.", "Write a name as on Hugging Face, or the path of a folder or file."
        )


def _image(answers: "Answers") -> Iterator[Problem]:
    if answers.container == "docker" and not re.fullmatch(
        r"(docker://)?[a-z0-9][\w.-]*(:\d+)?(/[\w.-]+)*(:[\w.-]+)?", answers.image
    ):
        yield Problem(
            "image", "is no name under which an image can be pushed.", "Write name:tag, such as bucky/sweep:1"
        )
    if answers.container != "existing":
        return
    form = r"(docker://|oras://|osdf:///|file:///|pelican://)[\w.+:@/=-]+|[\w.+@/=-]+\.sif"
    if not re.fullmatch(form, answers.image):
        yield Problem(
            "image", "is no image that HTCondor can fetch.", "Write docker://name:tag, oras://…, osdf:///…, or file.sif"
        )


def _place(answers: "Answers") -> Iterator[Problem]:
    pool = pools()[answers.pool]
    keys = {"none", "computer", *(place.key for place in pool.places)}
    if answers.data_place not in keys:
        yield Problem(
            "data_place", f"There is no such place on {pool.name}.", f"Choose one of {', '.join(sorted(keys))}."
        )
    if answers.data_place != "none" and not answers.data_path:
        yield Problem("data_path", "is empty.", "Write the name of the file or folder.")
    if answers.data_place != "computer" and ".." in answers.data_path.split("/"):
        yield Problem("data_path", 'holds "..".', "Write the path as it is, without going up.")
    if answers.data_place != "none" and re.search(r"\$\$?\w*\(", answers.data_path):
        # In a list of files $ENV(…) would be filled in with what only the reader's own machine knows.
        yield Problem(
            "data_path", "holds a macro of HTCondor.", "Write the path itself: HTCondor would fill in $(…) and $ENV(…)."
        )
    if answers.data_place != "none" and answers.data_path.startswith("~"):
        yield Problem(
            "data_path", "begins with ~.", "Write the whole path, or the path from the folder you submit from."
        )


def _own_data(answers: "Answers") -> Iterator[Problem]:
    """Check the path where each task has its own file: it needs one {name}, and values that can be paths."""
    if answers.data_place == "none":
        return
    names = placeholders(answers.data_path)
    if answers.data_shared == "same":
        if names and "{" in answers.data_path:
            yield Problem(
                "data_path",
                f"holds {{{names[0]}}}, but all tasks read the same data.",
                "Say that each task has its own file, or write the path as it is.",
            )
        return
    folder, _, file = answers.data_path.rpartition("/")
    if len(names) != 1 or not folder or placeholders(folder) or not file:
        yield Problem("data_path", "needs one {name} in the name of a file in a folder.", "Like scans/{scan}.h5")
        return
    columns = {"grid": [name for name, _ in answers.grid], "rows": list(answers.rows.columns)}
    if names[0] not in columns.get(answers.task_source, placeholders(answers.command)):
        yield Problem("data_path", f"holds {{{names[0]}}}, which has no values.", "Name a value that tasks have.")
        return
    if answers.task_source == "numbered":
        return
    column = columns[answers.task_source].index(names[0])
    values = (
        answers.grid[column][1] if answers.task_source == "grid" else tuple(row[column] for row in answers.rows.rows)
    )
    for value in values:
        if not re.fullmatch(r"[\w+-][\w./+-]*", value, re.ASCII) or ".." in value:
            yield Problem(
                answers.task_source,
                f'"{value[:40]}" cannot be part of the name of a file.',
                "Use letters, digits and . _ - + /",
            )
            return


def _last_and_first_step(answers: "Answers") -> Iterator[Problem]:
    for where in ("before", "after"):
        command = getattr(answers, where)
        try:
            words(command)
        except ValueError as error:
            yield Problem(where, "cannot be used.", str(error).replace("A task is", "A step is"))
        if placeholders(command):
            yield Problem(where, f"holds {{{placeholders(command)[0]}}}.", "Write a value: this step is run once.")


def _trial(answers: "Answers") -> Iterator[Problem]:
    try:
        words(answers.test_arguments)
    except ValueError as error:
        yield Problem("test_arguments", "cannot be used.", str(error))
    if re.search(r"\$\(DOLLAR", answers.test_arguments, re.IGNORECASE):
        yield Problem("test_arguments", "holds $(DOLLAR), which HTCondor would expand.", "Write another value.")
    for name in placeholders(answers.test_arguments)[:1]:
        yield Problem("test_arguments", f"holds {{{name}}}.", "Write a value: the trial is one task.")


def _files(answers: "Answers") -> Iterator[Problem]:
    if not answers.outputs:
        yield Problem(
            "outputs", "is empty: nothing would come back.", "Name the files or folders that your program writes."
        )
    if answers.resume == "yes" and not answers.checkpoint_files:
        yield Problem("checkpoint_files", "is empty.", "Name the files from which a task goes on.")


def _environment(answers: "Answers") -> Iterator[Problem]:
    if frameworks()[answers.framework].language == "r":
        yield Problem(
            "packages", "is an environment of conda, and the image is one of R.", "Write R packages, one a line."
        )
        return
    try:
        read_environment(answers.packages)
    except ValueError as error:
        yield Problem("packages", "is no environment.yml that can be used.", str(error))


# An R package, and the version if one is fixed.
R_PACKAGE = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9.]*)(?:\s*(?:==|@)\s*(?P<version>\d+(?:[.-]\d+)*))?")


def _packages(answers: "Answers") -> Iterator[Problem]:
    if is_environment(answers.packages):
        yield from _environment(answers)
    elif frameworks()[answers.framework].language == "r":
        for line in answers.packages:
            if not R_PACKAGE.fullmatch(line):
                yield Problem(
                    "packages", f'"{line[:40]}" is no R package.', "Write a name, or name==1.2.3, one a line."
                )
    for name in answers.system_packages:
        if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]+(=[\w.:~+-]+)?", name):
            yield Problem("system_packages", f'"{name[:40]}" is no package name.', "One name a line, such as libgl1")


def _whole_lines(answers: "Answers") -> Iterator[Problem]:
    for line in answers.packages:
        if line.endswith("\\"):
            yield Problem("packages", f'"{line[:40]}" ends with a backslash.', "Write each package on one line.")
            return


_CHECKS: tuple[tuple[tuple[str, ...], "Callable[[Answers], Iterator[Problem]]"], ...] = (
    (("framework", "packages", "system_packages"), _packages),
    (("packages",), _whole_lines),
    (("command",), _command),
    (("command", "grid", "rows", "count", "input_time", "task_source"), _values_in_command),
    (("inputs", "task_source"), _inputs),
    (("model",), _model),
    (("container", "image"), _image),
    (("pool", "data_place", "data_path"), _place),
    (("grid", "rows", "task_source", "command", "data_path"), _own_data),
    (("before", "after"), _last_and_first_step),
    (("test_arguments",), _trial),
    (("outputs", "checkpoint_files"), _files),
)
