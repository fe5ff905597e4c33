"""A conda ``environment.yml``, as people paste it: only the shape that it needs, and no other YAML.

What is read is a name, channels, dependencies and pip's own list among them. Anchors, tags, selectors and the rest of
YAML are refused: a file that is checked by reading should hold nothing that has to be computed.
"""

import re
from dataclasses import dataclass, field

_BEGINS = re.compile(r"(name|channels|dependencies)\s*:")
_KEY = re.compile(r"(?P<indent> *)(?P<key>[a-z]+)\s*:\s*(?P<value>.*)")
_ITEM = re.compile(r"(?P<indent> *)-\s+(?P<value>.+)")
# A conda package: its channel, its name, its version and build.
_CONDA = re.compile(r"([\w./-]+::)?[A-Za-z0-9_][\w.-]*(\[[\w.*=<>!,' -]+\])?\s*([=<>!~ ][\w.*=<>!,|~+ -]*)?")
_CHANNEL = re.compile(r"[\w][\w./:@-]*")
# Channels under Anaconda's terms of service.
ANACONDAS = ("defaults", "anaconda", "main", "r", "msys2")
FREE = "conda-forge"


@dataclass(frozen=True)
class Environment:
    """What conda installs: its *packages* from *channels*, and what *pip* adds to them."""

    channels: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    pip: tuple[str, ...] = ()

    @property
    def anacondas(self) -> tuple[str, ...]:
        """The channels that fall under Anaconda's terms."""
        return tuple(name for name in self.channels if _last(name) in ANACONDAS)

    @property
    def free_channels(self) -> tuple[str, ...]:
        """The channels without those of Anaconda; conda-forge where none is left."""
        return tuple(name for name in self.channels if name not in self.anacondas) or (FREE,)


def _last(channel: str) -> str:
    """Return a channel's name, also where it is written as an address of Anaconda's own server."""
    return channel.rstrip("/").rsplit("/", 1)[-1] if "anaconda.com" in channel else channel


def is_environment(lines: tuple[str, ...]) -> bool:
    """Tell whether *lines* are an environment.yml and not a list of packages."""
    return any(_BEGINS.match(line) for line in lines)


@dataclass
class _Reading:
    """The state of the reader: the lists it fills, by key, and the list to which the next item belongs."""

    lists: dict[str, list[str]] = field(default_factory=lambda: {"channels": [], "dependencies": [], "pip": []})
    into: str = ""
    pip_indent: int = -1


def read_environment(lines: tuple[str, ...]) -> Environment:
    """Return the environment that *lines* describe.

    Raises ValueError, which says what to write instead, for anything but the shape that ``conda env export`` writes.
    """
    reading = _Reading()
    for line in lines:
        text = re.sub(r"(^|\s)#.*$", "", line).rstrip()
        if text:
            _read_line(text, reading)
    lists = reading.lists
    if not lists["dependencies"]:
        raise ValueError("It has no dependencies: write them below a line dependencies:, each behind a dash.")
    return Environment(tuple(lists["channels"]), tuple(lists["dependencies"]), tuple(lists["pip"]))


def _read_line(text: str, reading: _Reading) -> None:
    item, key = _ITEM.fullmatch(text), _KEY.fullmatch(text)
    if item and re.fullmatch(r"pip\s*:", item["value"]):
        if reading.into != "dependencies":
            raise ValueError('Write "- pip:" among the dependencies.')
        reading.into, reading.pip_indent = "pip", len(item["indent"])
    elif item and reading.into:
        _read_item(item, reading)
    elif key and not key["indent"] and key["key"] in ("name", "prefix"):
        # Names of the environment on one machine: the image has but one.
        reading.into = ""
    elif key and not key["indent"] and key["key"] in ("channels", "dependencies") and not key["value"]:
        reading.into = key["key"]
    else:
        raise ValueError(
            f'"{text.strip()[:40]}" is not understood: keep name, channels, dependencies and "- pip:", one entry a line.'
        )


def _read_item(item: re.Match[str], reading: _Reading) -> None:
    if reading.into == "pip" and len(item["indent"]) <= reading.pip_indent:
        reading.into = "dependencies"
    value = _unquoted(item["value"])
    form = {"channels": _CHANNEL, "dependencies": _CONDA}.get(reading.into)
    if form and not form.fullmatch(value):
        example = "conda-forge" if reading.into == "channels" else "numpy=2.3.4"
        raise ValueError(f'"{value[:40]}" is not understood among the {reading.into}: write it such as {example}.')
    reading.lists[reading.into].append(value)


def _unquoted(value: str) -> str:
    """Return the text without its quotation marks, if both ends have the same."""
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
