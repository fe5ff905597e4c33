"""What the codes of holds mean, and what to do about each.

Codes and meanings are those of HTCondor's manual (codes-other-values/hold-table); what to do is ours.
"""

from typing import NamedTuple

from planner.logs.jobs import Hold


class Meaning(NamedTuple):
    """A hold in words, and what to do."""

    means: str
    do: str


_MEMORY = Meaning("The job used more memory than it asked for.", "Ask for more memory, or use retry_request_memory.")
_DISK = Meaning("The job used more disk than it asked for.", "Ask for more disk; the log's table shows what it used.")
_INPUT = "An input file could not be brought to the job."
_OUTPUT = "A result could not be brought back."
_TOO_LONG = Meaning(
    "The job ran longer than it may.", "Let it save checkpoints and stop at them, or choose a longer length."
)

_CODES = {
    1: Meaning("Somebody held the job with condor_hold.", "Release it with condor_release."),
    3: Meaning("A line of the submit description held it.", "Read the reason: it names on_exit_hold or periodic_hold."),
    4: Meaning("A credential is not valid.", "Log in again; if that does not help, ask the staff."),
    5: Meaning("A policy of the submit description has no value.", "Mend the expression that the reason names."),
    6: Meaning(
        "The program could not be started.",
        "Look at its first line (#!), at line ends from Windows, and whether it is executable.",
    ),
    7: Meaning("The file for standard output cannot be opened.", "Make the folder that output names."),
    8: Meaning("The file for standard input cannot be opened.", "Give input the name of a file that is there."),
    12: Meaning(
        _OUTPUT,
        "Compare transfer_output_files with what the program writes, and look into its output: it may have failed before.",
    ),
    13: Meaning(_INPUT, "Look for the file that the reason names: its path, its spelling, and whether it may be read."),
    14: Meaning("The job's folder on the access point is not there.", "Make it, or mend initialdir."),
    15: Meaning("It was submitted on hold.", "Release it with condor_release."),
    21: Meaning("The machine that ran it put it on hold.", "Ask the staff: a rule of that machine may be the reason."),
    22: Meaning("The log cannot be written.", "Make the folder that log names."),
    26: Meaning("A rule of the pool put it on hold.", "Read the reason; limits on time and memory are the usual ones."),
    32: Meaning("The input is larger than may be transferred.", "Move it to the pool's place for large data."),
    33: Meaning("The results are larger than may be transferred.", "Send them to the pool's place for large data."),
    34: Meaning("The job used more than it was given.", "Ask for more of what the reason names."),
    35: Meaning("The image cannot be used.", "Check its name and tag, and that it may be fetched without a password."),
    36: Meaning(
        "A checkpoint could not be saved.",
        "Let the program write every file of transfer_checkpoint_files before it stops.",
    ),
    43: Meaning("A script that runs before the job failed.", "Run it by hand and read what it says."),
    44: Meaning("A script that runs after the job failed.", "Run it by hand and read what it says."),
    45: Meaning(
        "The container could not be started.", "Check the image: try it with apptainer exec on your own machine."
    ),
    46: _TOO_LONG,
    47: _TOO_LONG,
}
_SUBCODES = {
    (34, 102): _MEMORY,
    (34, 104): _DISK,
    (6, 2): Meaning("The program, or the interpreter in its first line, is not there.", "Mend the path after #!."),
    (6, 8): Meaning("The program is nothing that this machine can run.", "Begin a script with #!/bin/bash."),
    (6, 13): Meaning("The program may not be run.", "chmod +x it."),
    (12, 2): Meaning(
        "A result that the job should bring back is not there.",
        "Look into the program's output: it may have failed before it wrote the file.",
    ),
    (13, 2): Meaning("An input file is not there.", "Mend the path that the reason names."),
    (13, 13): Meaning("An input file may not be read.", "Change its permissions."),
}
_FULL = Meaning("There is no room left where the files go.", "Make room, or ask for a larger quota.")
# Errors of the operating system for a full disk and an exhausted quota.
_NO_SPACE = (28, 122)
_UNKNOWN = Meaning("No meaning is known for this code.", "Read the reason; the pool's staff can say more.")


def is_for_memory(hold: Hold) -> bool:
    """Tell whether a job was held because of its memory, by code or, where a pool has its own rule, by the text."""
    text = hold.text.lower()
    return (hold.code, hold.subcode) == (34, 102) or (
        hold.code in (26, 34, 32)
        and "memory" in text
        and any(word in text for word in ("over", "exceeded", "more than"))
    )


def meaning(hold: Hold) -> Meaning:
    """Return what a hold means and what to do."""
    if is_for_memory(hold):
        return _MEMORY
    if hold.code in (12, 13) and (hold.subcode in _NO_SPACE or "quota exceeded" in hold.text.lower()):
        return _FULL
    if hold.code is None:
        return _UNKNOWN
    return _SUBCODES.get((hold.code, hold.subcode or 0)) or _CODES.get(hold.code, _UNKNOWN)
