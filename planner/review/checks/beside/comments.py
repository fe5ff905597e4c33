"""Checks of the comments that are addressed to review itself."""

from collections.abc import Iterator
from difflib import get_close_matches

from planner.review.base import STYLE, Hit, check
from planner.review.files import ReviewedFiles
from planner.review.ignore import ignored


@check(
    severity=STYLE,
    sources=("own-convention",),
    in_plans="impossible: the planner writes no such comments",
    shown_by="test_no_generated_file_has_an_ignore_comment",
)
def unknown_check_in_ignore(files: ReviewedFiles) -> Iterator[Hit]:
    """An ignore comment names no check

    A comment such as # planner: ignore[key-or-password-in-file] turns a check off in its file. One with an id that is no
    check turns nothing off, and whoever wrote it may think that it does.
    """
    for comment in ignored(files):
        if comment.check not in files.check_ids:
            near = get_close_matches(comment.check, sorted(files.check_ids), n=1)
            fix = f"Did you mean {near[0]}?" if near else "Write the id that review prints behind a problem."
            yield Hit(comment.file, comment.line, f"No check is called {comment.check[:60]}.", fix)
