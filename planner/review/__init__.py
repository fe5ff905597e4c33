"""Review: what is wrong in files that people already have, why, and the fixed files.

    report = review({"train.sub": text, "run.sh": script}, pool)
    for finding in report.findings: ...

A pure function of texts and a pool; it raises nothing, whatever the texts hold.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from planner.facts.pools import Pool
from planner.incoming import FileType
from planner.review.base import FAILS, Check, Finding, Severity
from planner.review.checks import CHECK_IDS, CHECKS
from planner.review.edits import Edit, diff, fixed
from planner.review.files import ReviewedFiles
from planner.review.ignore import ignored

__all__ = ["Check", "Edit", "Finding", "Review", "Severity", "review"]

# A file with more findings is no submit file, and people read only the first few.
_MOST_OF_A_CHECK = 100
_MOST_ROUNDS = 6
# Characters above which one round of fixing has to do.
_LARGE = 100_000


@dataclass(frozen=True)
class Review:
    """The findings, by file and line.

    *fixed* holds the files that change, *diffs* what changes in them.
    """

    kinds: dict[str, FileType]
    findings: tuple[Finding, ...]
    fixed: dict[str, str]
    diffs: dict[str, str]

    @property
    def fails(self) -> bool:
        """Whether something will fail or be refused."""
        return any(finding.check.severity is FAILS for finding in self.findings)


def review(texts: Mapping[str, str], pool: Pool) -> Review:
    """Review *texts* (by name) for *pool*: submit files and what lies beside them."""
    files = ReviewedFiles(pool, dict(texts), CHECK_IDS)
    findings = _findings(files)
    changed = {name: text for name, text in _fix(files, findings).items() if text != texts[name]}
    order = {name: place for place, name in enumerate(texts)}
    return Review(
        kinds=files.kinds,
        findings=tuple(sorted(findings, key=lambda finding: (order.get(finding.file, 0), finding.line))),
        fixed=changed,
        diffs={name: diff(name, texts[name], text) for name, text in changed.items()},
    )


def _findings(files: ReviewedFiles) -> list[Finding]:
    findings: list[Finding] = []
    for check in CHECKS:
        findings += islice(check.findings(files), _MOST_OF_A_CHECK)
    # A file that two submit files include, or a list that both read, is reported once.
    skipped = {(comment.file, comment.check) for comment in ignored(files)}
    return [finding for finding in dict.fromkeys(findings) if (finding.file, finding.check.id) not in skipped]


def _fix(files: ReviewedFiles, findings: list[Finding]) -> dict[str, str]:
    """Fix round by round: where two findings want the same line, the second is reported again on the fixed line."""
    texts = dict(files.files)
    rounds = _MOST_ROUNDS if sum(map(len, texts.values())) < _LARGE else 1
    for number in range(rounds):
        before = dict(texts)
        texts = {
            name: fixed(text, _whole(finding for finding in findings if finding.file == name))
            for name, text in before.items()
        }
        if texts == before:
            break
        if number < rounds - 1:
            findings = _findings(ReviewedFiles(files.pool, texts, files.check_ids))
    return texts


def _whole(findings: Iterable[Finding]) -> Iterator[Edit]:
    """Yield the edits of findings that can be applied completely; a partial fix would be worse than none."""
    changed_lines: set[int] = set()
    for finding in findings:
        touched = {number for edit in finding.edits for number in range(edit.first, edit.last + 1)}
        if not touched & changed_lines:
            changed_lines |= touched
            yield from finding.edits
