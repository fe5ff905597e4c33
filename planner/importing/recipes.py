"""Image recipes: what a definition file, a Dockerfile or a script installs, line by line.

Install commands are read, never run. Names that a shell would compute are left out.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.incoming import FileType

_ASSIGNS = re.compile(r"[A-Za-z_]\w*=\S*")
_PARTS = re.compile(r"&&|\|\||[;|]")
_ARGUMENT = re.compile(r"""(?:export\s+)?([A-Za-z_]\w*)=("[^"]*"|'[^']*'|\S*)""")
# Options that take the next word; those of pip that belong in a package list are kept.
_OPTIONS_WITH_VALUE = {
    *(
        "-r",
        "--requirement",
        "-c",
        "--constraint",
        "-i",
        "--index-url",
        "--extra-index-url",
        "-f",
        "--find-links",
        "-e",
    ),
    *("-t", "--target", "--prefix", "--root", "--python", "-p", "-n", "--name", "--channel", "--file", "--editable"),
}
_PACKAGE_LIST_OPTIONS = {"--extra-index-url", "-f", "--find-links", "-i", "--index-url"}
_LONGEST_LINE = 4000


@dataclass
class Recipe:
    """What a recipe says.

    *base*: the image it begins from; *pip*, *conda*, *system*, *r*: packages by installer, in order; *channels* of
    conda; *lists*: names of files that hold more packages; *variables* as NAME=value; *own*: code that is installed.
    """

    base: str = ""
    pip: list[str] = field(default_factory=list)
    conda: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    system: list[str] = field(default_factory=list)
    r: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    own: list[str] = field(default_factory=list)


def read_recipe(text: str, kind: FileType) -> Recipe:
    """Read a definition file, a Dockerfile or a shell script; it never fails."""
    recipe = Recipe()
    stages: dict[str, str] = {}
    section = "post" if kind not in (FileType.DEFINITION, FileType.DOCKERFILE) else ""
    for line in _joined(text):
        if kind == FileType.DEFINITION and line.startswith("%"):
            section = line[1:].split(None, 1)[0] if line[1:].strip() else ""
        elif (kind == FileType.DEFINITION and not section) or kind == FileType.DOCKERFILE:
            _instruction(recipe, line, stages, docker=kind == FileType.DOCKERFILE)
        elif section == "environment":
            recipe.variables |= _variables(line)
        elif section == "post":
            _commands(recipe, line)
    return recipe


def package_lines(text: str) -> list[str]:
    """Return the lines of a requirements.txt that say something: without comments and hashes, each on one line."""
    lines = (re.sub(r"(^|\s)#.*$", "", line) for line in _joined(text, comments=True))
    return [bare for line in lines if (bare := re.sub(r"\s--hash=\S+", "", line).strip())]


def _joined(text: str, *, comments: bool = False) -> Iterator[str]:
    """Yield each line that is not empty with those that continue it; a comment between them, as in a Dockerfile, is none."""
    parts: list[str] = []
    for line in text.split("\n"):
        bare = line.strip()
        if bare.startswith("#") and not comments:
            continue
        parts.append(bare.removesuffix("\\"))
        if bare.endswith("\\") and len(parts) < 1000:
            continue
        joined = " ".join(parts).strip()
        parts = []
        if joined:
            yield joined
    if joined := " ".join(parts).strip():
        yield joined


def _instruction(recipe: Recipe, line: str, stages: dict[str, str], *, docker: bool) -> None:
    word, _, rest = line.partition(" ")
    word, rest = word.rstrip(":").upper(), rest.strip()
    if word == "FROM":
        parts = [part for part in rest.split() if not part.startswith("--")]
        # A stage that builds on an earlier stage has the same base image.
        recipe.base = stages.get(parts[0].lower(), parts[0]) if parts else ""
        if len(parts) > 2 and parts[1].lower() == "as":
            stages[parts[2].lower()] = recipe.base
    elif word == "ENV":
        recipe.variables |= _variables(rest) or _variables(re.sub(r"^(\w+)\s+(.*)$", r'\1="\2"', rest))
    elif word == "RUN" or (docker and word not in _INSTRUCTIONS):
        # Lines without an instruction belong to a list of commands: RUN <<END … END.
        _commands(recipe, rest if word == "RUN" else line)


_INSTRUCTIONS = {
    *(
        "ADD",
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "HEALTHCHECK",
        "LABEL",
        "MAINTAINER",
        "ONBUILD",
    ),
    *("RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}


def _variables(text: str) -> dict[str, str]:
    """Return the variables whose values do not need a shell to expand."""
    if len(text) > _LONGEST_LINE:
        return {}
    pairs = ((name, value.strip("\"'")) for name, value in _ARGUMENT.findall(text))
    return {name: value for name, value in pairs if "$" not in value and "`" not in value}


def _commands(recipe: Recipe, line: str) -> None:
    if len(line) > _LONGEST_LINE or ("install" not in line and "env" not in line):
        return
    recipe.r += re.findall(r"[\"']([A-Za-z][\w.]*)[\"']", "".join(re.findall(r"install\.packages\(([^;]*?)\)", line)))
    for part in _PARTS.split(line):
        try:
            words = shlex.split(part, comments=True)
        except ValueError:
            words = part.split()
        while words and (
            words[0] in {"sudo", "RUN", "time", "env"} or _ASSIGNS.fullmatch(words[0]) or words[0].startswith("--mount")
        ):
            words = words[1:]
        _command(recipe, words)


def _command(recipe: Recipe, words: list[str]) -> None:
    head = [word.rsplit("/", 1)[-1] for word in words[:5]]
    if "install" not in head and "create" not in head and "update" not in head:
        return
    installer = head[0]
    if re.fullmatch(r"python[\d.]*", installer) and head[1:3] == ["-m", "pip"]:
        installer, words = "pip", words[2:]
    elif installer == "uv" and head[1:2] == ["pip"]:
        installer, words = "pip", words[1:]
    names, options = _arguments(words)
    if re.fullmatch(r"pip[\d.]*", installer) and "install" in words:
        _pip(recipe, names, options)
    elif installer in {"apt", "apt-get", "aptitude"} and "install" in words:
        recipe.system += [name for name in names if re.fullmatch(r"[a-z0-9][a-z0-9+.=:~-]+", name)]
    elif installer in {"conda", "mamba", "micromamba"}:
        recipe.channels += [value for option, value in options if option in {"-c", "--channel"}]
        recipe.lists += [value for option, value in options if option in {"-f", "--file"}]
        if "env" not in words[:3]:
            recipe.conda += [name for name in names if not re.search(r"[$/]", name)]


def _arguments(words: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Split the words after the action into names and options with their values."""
    at = next((n for n, word in enumerate(words) if word in {"install", "create", "update"}), len(words))
    names: list[str] = []
    options: list[tuple[str, str]] = []
    rest = iter([*words[1:at], *words[at + 1 :]])
    for word in rest:
        name, equals, value = word.partition("=")
        if word in _OPTIONS_WITH_VALUE:
            options.append((word, next(rest, "")))
        elif word.startswith("-"):
            options.append((name, value if equals else ""))
        else:
            names.append(word)
    return names, options


def _pip(recipe: Recipe, names: list[str], options: list[tuple[str, str]]) -> None:
    for option, value in options:
        if option in {"-r", "--requirement"}:
            recipe.lists.append(value)
        elif option in {"-e", "--editable"}:
            recipe.own.append(value)
        elif option in _PACKAGE_LIST_OPTIONS and value and "$" not in value:
            # Several install commands may each add options.
            recipe.pip.append(f"{option.replace('-i', '--index-url') if option == '-i' else option} {value}")
    for name in names:
        if name.startswith((".", "/")):
            recipe.own.append(name)
        elif "$" not in name and name not in {"pip", "setuptools", "wheel", "uv"}:
            recipe.pip.append(name)
