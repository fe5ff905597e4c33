"""Cut Python's WebAssembly module in two: the hot part that every visit needs, and the cold part, fetched later.

The page calls a sixth of the functions; ``used_functions.txt`` lists them (``make used-functions`` finds them). For each
other function the hot part keeps a stub of a few bytes: it loads the cold part, once, and calls the function there. So
every answer is the same, whatever is called; only the first call of a cold function is slow.

- Hot part: the called functions, a stub for each other one; memory and data, tables, variables, exports.
- Cold part: the other functions, a stub for each called one; it imports memory, tables and variables from the hot part.

Binaryen's wasm-split does the same, but npm and Debian's stable release do not have it. Here no instruction is read or
changed, so little can go wrong: both parts keep the numbers that functions, types and variables have in the whole
module, and reach over to each other through two tables. `planner/web/wasm-loader.js` puts them together.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from overrides.hooks.runtime import wasm
from overrides.hooks.runtime.wasm import (
    A_FUNCTION,
    A_GLOBAL,
    A_MEMORY,
    A_TABLE,
    A_TAG,
    END,
    FUNCREF,
    I32,
    Export,
    Import,
    Item,
    Reader,
    bytes_of,
    i32_const,
    items,
    number,
    vector,
    with_more,
)

# `wasm-loader.js` knows these names: the module that the cold part imports from, and the table of cold functions, in
# whose first place it puts the function that loads the cold part.
HOT = b"hot"
COLD = b"%cold"
# Under this name a counting module exports what it has noted.
CALLED = b"%called"

LOCAL_GET, GLOBAL_GET, GLOBAL_SET, CALL, CALL_INDIRECT, IF, IS_ZERO = 0x20, 0x23, 0x24, 0x10, 0x11, 0x04, 0x45
NO_RESULT = 0x40
I32_STORE8 = 0x3A
PAGE = 65536  # bytes, the unit of memories
NOTHING_TO_NOTHING = bytes([wasm.TO_FUNCTION, 0, 0])


class Parts(NamedTuple):
    """Both parts of a module."""

    hot: bytes
    cold: bytes


class _Shared(NamedTuple):
    """What the hot part has and the cold part imports: a table, memory, tag or variable, and its type as it is written."""

    name: bytes
    kind: int
    at: int
    type: bytes


def split(module: bytes, called: Collection[int], used: Callable[[bytes], bool] = lambda _: True) -> Parts:
    """Cut *module* so that its functions with the numbers in *called*, not counting imported ones, are in the hot part.

    An export whose name is not *used* by anybody is left out. Raises ValueError where the module has what is not known here.
    """
    whole = _Whole(module)
    in_hot, in_cold = sorted(called), sorted({*range(len(whole.functions))} - {*called})
    return Parts(_hot(whole, in_hot, in_cold, used), _cold(whole, in_hot, in_cold))


class _Whole:
    """The whole module, as far as its parts depend on it. Numbers of functions are without the imported ones."""

    def __init__(self, module: bytes) -> None:
        self.sections = wasm.sections(module)
        self.imports = self._items(wasm.IMPORT, wasm.read_import)
        self.types = self._items(wasm.TYPE, wasm.read_type)
        self.functions = self._items(wasm.FUNCTION, Reader.number)  # the number of its type for each
        self.bodies = self._items(wasm.CODE, Reader.counted)
        self.globals = self._items(wasm.GLOBAL, wasm.read_global)
        self.tables = self._items(wasm.TABLE, wasm.read_table)

    def _items(self, section: int, read: Callable[[Reader], Item]) -> list[Item]:
        return items(self.sections.get(section, number(0)), read)

    def index(self, kind: int, number: int) -> int:
        """Return under which index the *number*-th of a *kind* is known: the imported ones come first."""
        return sum(item.kind == kind for item in self.imports) + number

    @property
    def table_of_hot(self) -> int:
        """The index of the table of called functions."""
        return self.index(A_TABLE, len(self.tables))

    @property
    def table_of_cold(self) -> int:
        """The index of the table of all others, behind what loads them."""
        return self.table_of_hot + 1

    def stub(self, function: int, table: int, place: int, before: bytes = b"") -> bytes:
        """Return a body for *function* that calls the one in a *place* of a *table* with the same arguments."""
        type = self.functions[function]
        parameters, _ = self.types[type]
        arguments = b"".join(bytes([LOCAL_GET]) + number(at) for at in range(parameters))
        call = bytes([CALL_INDIRECT]) + number(type) + number(table)
        return number(0) + before + arguments + i32_const(place) + call + bytes([END])

    def fill(self, table: int, functions: Sequence[int], begin: int = 0) -> bytes:
        """Return the segment that puts *functions* into a *table* from the place *begin* on."""
        indices = vector(number(self.index(A_FUNCTION, function)) for function in functions)
        return number(2) + number(table) + i32_const(begin) + bytes([END, 0]) + indices

    def shared(self, new_tables: Iterable[bytes]) -> list[_Shared]:
        """Return what both parts have in common, as the hot part has it."""
        # Variables that never change are in both.
        changing = 1 + max((at for at, variable in enumerate(self.globals) if variable.changes), default=-1)
        kinds = {
            A_TABLE: [*self.tables, *new_tables],
            A_MEMORY: self._items(wasm.MEMORY, Reader.limits),
            A_TAG: self._items(wasm.TAG, wasm.read_tag),
            A_GLOBAL: [variable.type for variable in self.globals[:changing]],
        }
        shared = []
        for kind, types in kinds.items():
            for at, type in enumerate(types):
                index = self.index(kind, at)
                is_cold = (kind, index) == (A_TABLE, self.table_of_cold)
                shared.append(_Shared(COLD if is_cold else b"%%%d-%d" % (kind, index), kind, index, type))
        return shared


def _new_tables(in_hot: Sequence[int], in_cold: Sequence[int]) -> list[bytes]:
    return [FUNCREF + number(0) + number(size) for size in (len(in_hot), 1 + len(in_cold))]


def _hot(whole: _Whole, in_hot: Sequence[int], in_cold: Sequence[int], used: Callable[[bytes], bool]) -> bytes:
    loaded = whole.index(A_GLOBAL, len(whole.globals))
    call_loader = i32_const(0) + bytes([CALL_INDIRECT]) + number(len(whole.types)) + number(whole.table_of_cold)
    load_once = (
        *(bytes([GLOBAL_GET]) + number(loaded), bytes([IS_ZERO, IF, NO_RESULT]), call_loader),
        *(i32_const(1), bytes([GLOBAL_SET]) + number(loaded), bytes([END, END])),
    )
    before = bytes([CALL]) + number(whole.index(A_FUNCTION, len(whole.functions)))
    bodies = list(whole.bodies)
    for place, function in enumerate(in_cold, 1):
        bodies[function] = whole.stub(function, whole.table_of_cold, place, before)
    tables = _new_tables(in_hot, in_cold)
    exports = [export for export in items(whole.sections[wasm.EXPORT], wasm.read_export) if used(export.name)]
    exports += [Export(item.name, item.kind, item.at) for item in whole.shared(tables)]
    old = whole.sections
    more = {
        wasm.TYPE: [NOTHING_TO_NOTHING],
        wasm.FUNCTION: [number(len(whole.types))],
        wasm.TABLE: tables,
        wasm.GLOBAL: [I32 + bytes([1]) + i32_const(0) + bytes([END])],
        wasm.ELEMENT: [whole.fill(whole.table_of_hot, in_hot)],
    }
    return wasm.module(
        {
            **old,
            **{section: with_more(old.get(section, number(0)), added) for section, added in more.items()},
            wasm.EXPORT: vector(map(bytes_of, exports)),
            wasm.CODE: vector(map(wasm.counted, [*bodies, number(0) + b"".join(load_once)])),
        }
    )


def _cold(whole: _Whole, in_hot: Sequence[int], in_cold: Sequence[int]) -> bytes:
    bodies = list(whole.bodies)
    for place, function in enumerate(in_hot):
        bodies[function] = whole.stub(function, whole.table_of_hot, place)
    shared = whole.shared(_new_tables(in_hot, in_cold))
    imports = [*whole.imports, *(Import(HOT, item.name, item.kind, item.type) for item in shared)]
    own = whole.globals[sum(item.kind == A_GLOBAL for item in shared) :]
    return wasm.module(
        {
            wasm.TYPE: whole.sections[wasm.TYPE],
            wasm.IMPORT: vector(map(bytes_of, imports)),
            wasm.FUNCTION: whole.sections[wasm.FUNCTION],
            wasm.GLOBAL: vector(variable.type + variable.value for variable in own),
            wasm.ELEMENT: vector([whole.fill(whole.table_of_cold, in_cold, begin=1)]),
            wasm.CODE: vector(map(wasm.counted, bodies)),
        }
    )


def counting(module: bytes) -> bytes:
    """Return *module* so that it notes which of its functions are called: a byte each in the memory ``%called``."""
    whole = _Whole(module)
    memory = whole.index(A_MEMORY, len(items(whole.sections[wasm.MEMORY], Reader.limits)))
    pages = 1 + len(whole.functions) // PAGE
    bodies = [_noting(body, number_of, memory) for number_of, body in enumerate(whole.bodies)]
    exports = whole.sections[wasm.EXPORT]
    return wasm.module(
        {
            **whole.sections,
            wasm.MEMORY: with_more(whole.sections[wasm.MEMORY], [number(0) + number(pages)]),
            wasm.EXPORT: with_more(exports, [bytes_of(Export(CALLED, A_MEMORY, memory))]),
            wasm.CODE: vector(map(wasm.counted, bodies)),
        }
    )


def _noting(body: bytes, function: int, memory: int) -> bytes:
    """Return *body* with a first instruction that notes a call of *function*."""
    reader = Reader(body)
    for _ in range(reader.number()):  # groups of variables: how many, of which type
        reader.number()
        reader.byte()
    # The flag in the alignment says that the memory's index follows.
    note = i32_const(function) + i32_const(1) + bytes([I32_STORE8, 0x40]) + number(memory) + number(0)
    return body[: reader.at] + note + body[reader.at :]
