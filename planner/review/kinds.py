"""What kind of file somebody gave: by its name, and where that says nothing, by its first lines."""

import re
from pathlib import PurePosixPath

SUBMIT, SCRIPT, PYTHON, DEFINITION, DOCKERFILE, REQUIREMENTS, ENVIRONMENT, DAG, SLURM, LIST, OTHER = (
    "submit",
    "script",
    "python",
    "definition",
    "dockerfile",
    "requirements",
    "environment",
    "dag",
    "slurm",
    "list",
    "other",
)
_BY_SUFFIX = {
    ".sub": SUBMIT,
    ".submit": SUBMIT,
    ".jdl": SUBMIT,
    ".condor": SUBMIT,
    ".sh": SCRIPT,
    ".bash": SCRIPT,
    ".py": PYTHON,
    ".def": DEFINITION,
    ".dag": DAG,
    ".sbatch": SLURM,
    ".slurm": SLURM,
    ".csv": LIST,
    ".lst": LIST,
    ".list": LIST,
    ".md": OTHER,
    ".toml": OTHER,
    ".yml": OTHER,
    ".yaml": OTHER,
}
# Lists of packages, by their usual names; any other .yml is somebody's configuration.
_LISTS = ((REQUIREMENTS, r"[\w.-]*requirements[\w.-]*\.txt"), (ENVIRONMENT, r"[\w.-]*environment[\w.-]*\.ya?ml"))
_SIGNS = (
    (SLURM, r"(?m)^#SBATCH\b"),
    (PYTHON, r"\A#!.*python"),
    (SCRIPT, r"\A#!"),
    (DEFINITION, r"(?mi)^Bootstrap:"),
    (DOCKERFILE, r"(?m)\A(?:\s*#.*\n|\s*ARG .*\n|\s*\n)*\s*FROM\s+\S+"),
    (ENVIRONMENT, r"(?m)^dependencies:\s*\n\s*-"),
    (DAG, r"(?mi)^(JOB|PARENT)\s+\S+\s+\S+"),
    (SUBMIT, r"(?mi)^\s*(queue\b|executable\s*=|universe\s*=|request_\w+\s*=)"),
)


def kind_of(name: str, text: str) -> str:
    """Return the kind of a file; "other" where nothing tells."""
    head = text[:20_000]
    path = PurePosixPath(name)
    if path.name.lower().startswith("dockerfile") or path.suffix.lower() == ".dockerfile":
        return DOCKERFILE
    if re.search(_SIGNS[0][1], head):
        return SLURM
    for kind, form in _LISTS:
        if re.fullmatch(form, path.name.lower()):
            return kind
    if path.suffix.lower() in _BY_SUFFIX:
        return _BY_SUFFIX[path.suffix.lower()]
    return next((kind for kind, sign in _SIGNS if re.search(sign, head)), OTHER)
