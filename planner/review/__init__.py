"""Review: what is wrong in files that people already have, why, and the files mended.

    found = review({"train.sub": text, "run.sh": script}, pools()["chtc"])
    for finding in found.findings: ...

A pure function of texts and a pool; it raises nothing, whatever the texts hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from planner.advice import Level
from planner.facts.pools import Pool
from planner.incoming import FileType
from planner.review import (
    look_builds,
    look_cards,
    look_files,
    look_images,
    look_jobs,
    look_lists,
    look_scripts,
    look_values,
)
from planner.review.case import Case
from planner.review.checks import Check, Finding, Mend, checks
from planner.review.mend import diff, mended

__all__ = ["Check", "Finding", "Mend", "Review", "checks", "review"]

# A file with more is no submit description; a person reads the first ones anyway.
_MOST_OF_A_KIND = 100
_MOST_ROUNDS = 6
# Characters above which one round of mending has to do.
_LARGE = 100_000

_OF_A_SUBMIT = (
    look_values.values,
    look_cards.cards,
    look_cards.several,
    look_files.inputs,
    look_files.outputs,
    look_jobs.logs,
    look_jobs.many,
    look_images.image,
    look_jobs.checkpoints,
    look_jobs.needs,
)
_OF_ALL = (look_scripts.scripts, look_builds.builds, look_lists.lists, look_lists.dags, look_jobs.secrets)
_WEIGHT = {Level.STOP: 0, Level.WARN: 1}


@dataclass(frozen=True)
class Review:
    """What was found, by file and line.

    *mended* holds the files that change, *diffs* what changes in them.
    """

    kinds: dict[str, FileType]
    findings: tuple[Finding, ...]
    mended: dict[str, str]
    diffs: dict[str, str]

    @property
    def stops(self) -> bool:
        """Whether something will fail or be refused."""
        return any(finding.check.level is Level.STOP for finding in self.findings)


def review(files: Mapping[str, str], pool: Pool) -> Review:
    """Review *files* (texts by name) for *pool*: submit descriptions and what lies beside them."""
    case = Case(pool, dict(files))
    findings = _findings(case)
    new = _mend(case, findings)
    changed = {name: text for name, text in new.items() if text != files[name]}
    order = {name: at for at, name in enumerate(files)}
    return Review(
        kinds=case.kinds,
        findings=tuple(sorted(findings, key=lambda found: (order.get(found.file, 0), found.line))),
        mended=changed,
        diffs={name: diff(name, files[name], text) for name, text in changed.items()},
    )


def _findings(case: Case) -> list[Finding]:
    found: list[Finding] = []
    for submit in case.submits:
        for look in _OF_A_SUBMIT:
            found += islice(look(submit, case), _MOST_OF_A_KIND)
    for look_at_all in _OF_ALL:
        found += islice(look_at_all(case), _MOST_OF_A_KIND)
    # A file that two descriptions include, or a list both read, is said once.
    return list(dict.fromkeys(found))


def _mend(case: Case, findings: list[Finding]) -> dict[str, str]:
    """Mend round by round: where two findings want the same line, the second is found again on the mended one."""
    files = dict(case.files)
    rounds = _MOST_ROUNDS if sum(map(len, files.values())) < _LARGE else 1
    for at in range(rounds):
        before = dict(files)
        files = {
            name: mended(text, _whole(found for found in findings if found.file == name))
            for name, text in before.items()
        }
        if files == before:
            break
        if at < rounds - 1:
            findings = _findings(Case(case.pool, files))
    return files


def _whole(findings: Iterator[Finding]) -> Iterator[Mend]:
    """Yield the mends of findings that can be made whole: half of one would be worse than none."""
    taken: set[int] = set()
    for found in findings:
        touched = {number for mend in found.mends for number in range(mend.first, mend.last + 1)}
        if not touched & taken:
            taken |= touched
            yield from found.mends
