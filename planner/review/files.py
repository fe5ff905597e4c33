"""The files that are reviewed together: the pool, each file's kind, and what belongs to what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from planner.facts.pools import Pool
from planner.incoming import FileType, classify
from planner.submit.description import Submit, read_submit


@dataclass
class ReviewedFiles:
    """The files that are reviewed together, by name. *check_ids*: what an ignore comment in them may name."""

    pool: Pool
    files: Mapping[str, str]
    check_ids: frozenset[str] = frozenset()

    @cached_property
    def kinds(self) -> dict[str, FileType]:
        """The kind of each file."""
        return {name: classify(name, text) for name, text in self.files.items()}

    @cached_property
    def submits(self) -> tuple[Submit, ...]:
        """Every submit description."""
        return tuple(
            read_submit(text, name, self.files, self.version)
            for name, text in self.files.items()
            if self.kinds[name] == FileType.SUBMIT
        )

    @cached_property
    def version(self) -> tuple[int, ...]:
        """The pool's version of HTCondor."""
        return tuple(int(part[:6]) for part in re.findall(r"\d+", self.pool.htcondor.value)) or (25, 0)

    def of_kind(self, *kinds: FileType) -> list[str]:
        """Return the names of the files of some kinds."""
        return [name for name in self.files if self.kinds[name] in kinds]

    def named(self, path: str) -> str | None:
        """Return the name of the file that *path* of a submit description means, if it was given."""
        file_name = path.strip().strip('"').rsplit("/", 1)[-1]
        if not file_name:
            return None
        return next((name for name in self.files if name.rsplit("/", 1)[-1] == file_name), None)

    def submits_of(self, script: str) -> list[Submit]:
        """Return the submit descriptions whose executable, or input, is this script."""
        name = script.rsplit("/", 1)[-1]
        return [
            submit
            for submit in self.submits
            if name in re.split(r"[\s,/]+", f"{submit.value('executable')} {submit.value('transfer_input_files')}")
        ]

    def is_run_by_jobs(self, script: str) -> bool:
        """Tell whether jobs run this script, as far as the files say.

        Without a submit description any script may be one; but where the planner has written none, it says why, and
        the scripts it did write are for people.
        """
        if not self.submits:
            return self.named("answers.toml") is None
        return bool(self.submits_of(script))

    def checkpoints(self, script: str) -> bool:
        """Tell whether a job with this script stops at checkpoints and goes on."""
        return any(submit.has("checkpoint_exit_code") for submit in self.submits_of(script))
