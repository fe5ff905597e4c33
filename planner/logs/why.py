"""Why a job is idle or held: what ``condor_q -better-analyze`` and ``condor_q -hold`` printed, in words.

The clause that matches nothing is what matters; the planner knows which line of the submit description makes it.
"""

import re
from typing import NamedTuple

from planner.facts.hold_reasons import ASK, NOT_KNOWN, reason_of

_STEP = re.compile(r"^\s*\[(\d+)\]\s+(\d+)\s+(\S.*)$", re.MULTILINE)
_COMBINED = re.compile(r"\[\d+\]")
_HELD = re.compile(r"^\s*(\d+\.\d+)\s+\S+\s+\d+/\d+\s+\d+:\d+\s+(\S.*)$", re.MULTILINE)


class Finding(NamedTuple):
    """One problem: *what* is wrong, what to *do* about it, and the line that shows it.

    *question* is the id of the question whose answer causes it; empty if there is none.
    """

    what: str
    do: str
    line: str
    question: str = ""


# What a clause is about, by an attribute in it. The first match counts, so the narrower attributes come first.
_CLAUSES = (
    ("GlobalMemoryMb", "the GPU memory asked for", "Lower gpus_minimum_memory; cards report less than their name says.", "gpu_memory"),
    ("Capability", "the GPU capability asked for", "Choose a build of the framework that runs on more cards.", "cuda"),
    ("MaxSupportedVersion", "the CUDA version asked for", "Choose a build for an older CUDA.", "cuda"),
    ("GPUs", "the number of GPUs in one server", "Ask for fewer GPUs a job.", "gpus"),
    ("Cpus", "the number of cores", "Ask for fewer cores.", "cpus"),
    ("Memory", "the memory asked for", "Lower request_memory, and look at its unit.", "memory"),
    ("Disk", "the disk asked for", "Lower request_disk, and look at its unit.", "data_size"),
    ("OpSysMajorVer", "the version of the operating system", "Bring a container, and drop the clause.", ""),
    ("OpSys", "the operating system", "Drop the clause on the operating system.", ""),
    ("Arch", "the processor's architecture", "Drop the clause on the architecture.", ""),
    ("HasFileTransfer", "file transfer", "Ask the staff.", ""),
    ("HasSingularity", "machines that run containers", "Ask the staff which machines run containers.", "container"),
)  # fmt: skip


def explain_idle(text: str) -> list[Finding]:
    """Return the clauses that match no slot, in plain words; empty if there are none."""
    findings: list[Finding] = []
    for _, slots, clause in _STEP.findall(text):
        if int(slots) == 0 and not _COMBINED.search(clause):
            about, do, question = next(
                ((about, do, id) for word, about, do, id in _CLAUSES if word.lower() in clause.lower()),
                (f"the clause {clause.strip()}", "Drop it from requirements, or mend its spelling and quotes.", ""),
            )
            findings.append(Finding(f"No slot matches {about}.", do, clause.strip(), question))
    return findings or _together(text)


def _together(text: str) -> list[Finding]:
    """Return the first step at which clauses that each match something match nothing together."""
    for _, slots, clause in _STEP.findall(text):
        if int(slots) == 0:
            return [
                Finding(
                    "Each clause matches some slots, but no slot matches all of them together.",
                    "Ask for less of what is largest: memory, cores, or cards.",
                    clause.strip(),
                )
            ]
    return []


def explain_held(text: str) -> list[Finding]:
    """Return the reason that ``condor_q -hold`` prints for each job, in plain words."""
    findings: list[Finding] = []
    for job, reason in _HELD.findall(text):
        hold_reason = reason_of(None, None, reason)
        what, do = (
            (f"{hold_reason.title}. {hold_reason.meaning}", hold_reason.do) if hold_reason else (f"{NOT_KNOWN}.", ASK)
        )
        findings.append(Finding(f"Job {job}: {what}", do, reason.strip()))
    return findings


def explain(text: str) -> list[Finding]:
    """Return all problems in pasted output of either command, or both."""
    return [*explain_idle(text), *explain_held(text)]
