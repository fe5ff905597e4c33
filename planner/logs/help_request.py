"""A help request for the staff: the problem and the last lines of a log, without names and addresses."""

import re
import sys

import planner

LAST_LINES = 30


def ask_for_help(findings: list[str], log: str) -> str:
    """Return a text to send to the staff: versions, findings, the last lines of the log, and nothing private."""
    lines = [without_names(line) for line in log.splitlines()[-LAST_LINES:]]
    versions = f"htc-planner {planner.__version__}, Python {sys.version.split()[0]}"
    return "\n".join(
        ["My jobs do not run as they should.", versions, *findings, "The last lines of the log:", "", *lines]
    )


_PRIVATE = (
    (re.compile(r"<[^<>\s]*:\d+[^<>]*>"), "<address>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), "ADDRESS"),
    (re.compile(r"(?:/[\w.+-]+){2,}/?"), "/PATH"),
    (re.compile(r"\(by user [^)]*\)"), "(by user USER)"),
    (re.compile(r"\b[\w.+-]+@[\w.-]+"), "NAME@HOST"),
)


def without_names(line: str) -> str:
    """Return a line of a log without addresses, paths and names."""
    for pattern, instead in _PRIVATE:
        line = pattern.sub(instead, line)
    return line
