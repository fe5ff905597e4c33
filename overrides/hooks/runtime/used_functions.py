"""Which functions of Python's module the page's work calls, as browsers have counted them (``make used-functions``).

``used_functions.txt`` holds the SHA-256 of the module, then their numbers without those of imported functions, in ranges.
"""

import hashlib
from collections.abc import Collection, Iterator
from itertools import batched, groupby
from pathlib import Path

LIST = Path(__file__).with_name("used_functions.txt")
NUMBERS_A_LINE = 12


def is_of(module: bytes) -> bool:
    """Tell whether the list was made with *module*: of another, functions have other numbers."""
    return LIST.read_text().split(maxsplit=1)[0] == hashlib.sha256(module).hexdigest()


def functions_called(module: bytes) -> set[int]:
    """Return the numbers of the functions in *module* that are called. Raises ValueError if the list is of another."""
    if not is_of(module):
        raise ValueError("Pyodide's module is another than the one whose functions were counted: `make used-functions`")
    return {number for text in LIST.read_text().split()[1:] for number in _range(text)}


def text_of(module: bytes, numbers: Collection[int]) -> str:
    """Return the list that says that functions with these *numbers* are called in *module*."""
    # In a run of neighbours number and place differ by the same.
    runs = [
        [number for _, number in run] for _, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0])
    ]
    texts = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    lines = (" ".join(some) for some in batched(texts, NUMBERS_A_LINE))
    return "\n".join([hashlib.sha256(module).hexdigest(), *lines, ""])


def _range(text: str) -> Iterator[int]:
    first, _, last = text.partition("-")
    return iter(range(int(first), int(last or first) + 1))
