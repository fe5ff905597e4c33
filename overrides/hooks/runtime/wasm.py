"""Reads and writes WebAssembly modules, section by section; what instructions say is never looked at.

The format is that of the WebAssembly core specification, chapter "Binary format"
(https://webassembly.github.io/spec/core/binary/).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

MAGIC = b"\0asm\1\0\0\0"

# The numbers of the sections, in the order in which they stand; CUSTOM ones may stand anywhere.
CUSTOM = 0
TYPE, IMPORT, FUNCTION, TABLE, MEMORY, TAG, GLOBAL, EXPORT = 1, 2, 3, 4, 5, 13, 6, 7
ELEMENT, DATA_COUNT, CODE, DATA = 9, 12, 10, 11
ORDER = (CUSTOM, TYPE, IMPORT, FUNCTION, TABLE, MEMORY, TAG, GLOBAL, EXPORT, ELEMENT, DATA_COUNT, CODE, DATA)

# What is imported and exported.
A_FUNCTION, A_TABLE, A_MEMORY, A_GLOBAL, A_TAG = range(5)

I32, FUNCREF, TO_FUNCTION = b"\x7f", b"\x70", 0x60
END, I32_CONST, I64_CONST, F32_CONST, F64_CONST = 0x0B, 0x41, 0x42, 0x43, 0x44


Item = TypeVar("Item")


class Reader:
    """Reads *content* from its beginning."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def take(self, count: int) -> bytes:
        """Read *count* bytes."""
        self.at += count
        return self.content[self.at - count : self.at]

    def byte(self) -> int:
        """Read one byte."""
        return self.take(1)[0]

    def number(self) -> int:
        """Read an unsigned number, seven bits a byte, the lowest first (LEB128)."""
        value = shift = 0
        while (byte := self.byte()) >= 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift

    def counted(self) -> bytes:
        """Read as many bytes as the number says that stands before them."""
        return self.take(self.number())

    def limits(self) -> bytes:
        """Read the size of a table or a memory: at first and, if its flag says so, at most."""
        start = self.at
        for _ in range(1 + (self.byte() & 1)):
            self.number()
        return self.content[start : self.at]


class Import(NamedTuple):
    """What a module takes from elsewhere; ``type`` is written as for something of that kind."""

    module: bytes
    name: bytes
    kind: int
    type: bytes


class Export(NamedTuple):
    """What a module gives: of its kind the one with that index; those that are imported are counted first."""

    name: bytes
    kind: int
    at: int


class Global(NamedTuple):
    """A variable: its type, with a byte that says whether it changes, and the expression of its first value."""

    type: bytes
    value: bytes

    @property
    def changes(self) -> bool:
        """Tell whether it can be set."""
        return self.type[1] == 1


def sections(module: bytes) -> dict[int, bytes]:
    """Return the contents of the sections of *module* by their numbers. Raises ValueError where one is not known."""
    reader = Reader(module)
    if reader.take(len(MAGIC)) != MAGIC:
        raise ValueError("This is no WebAssembly module of version 1.")
    contents: dict[int, bytes] = {}
    while reader.at < len(module):
        number = reader.byte()
        if number not in ORDER or number in contents:
            raise ValueError(f"Section {number} is not known, or stands twice.")
        contents[number] = reader.counted()
    return contents


def module(sections: Mapping[int, bytes]) -> bytes:
    """Return the module that has these *sections*."""
    return MAGIC + b"".join(bytes([number]) + counted(sections[number]) for number in ORDER if number in sections)


def items(section: bytes, read: Callable[[Reader], Item]) -> list[Item]:
    """Return the items of a *section*, each read by *read*."""
    reader = Reader(section)
    return [read(reader) for _ in range(reader.number())]


def read_type(reader: Reader) -> tuple[int, bytes]:
    """Read the type of a function: how many parameters, and the whole of it. Raises ValueError for another type."""
    start = reader.at
    if reader.byte() != TO_FUNCTION:
        raise ValueError("A type that is not a function's.")
    parameters = reader.counted()
    reader.counted()  # results; each type here is one byte
    return len(parameters), reader.content[start : reader.at]


def read_table(reader: Reader) -> bytes:
    """Read what a table holds and its size."""
    return reader.take(1) + reader.limits()


def read_tag(reader: Reader) -> bytes:
    """Read the type of an exception."""
    start = reader.at
    reader.byte()
    reader.number()
    return reader.content[start : reader.at]


def read_import(reader: Reader) -> Import:
    """Read an import."""
    module, name, kind = reader.counted(), reader.counted(), reader.byte()
    read: dict[int, Callable[[Reader], bytes]] = {
        A_FUNCTION: lambda reader: number(reader.number()),
        A_TABLE: read_table,
        A_MEMORY: Reader.limits,
        A_GLOBAL: lambda reader: reader.take(2),
        A_TAG: read_tag,
    }
    return Import(module, name, kind, read[kind](reader))


def read_export(reader: Reader) -> Export:
    """Read an export."""
    return Export(reader.counted(), reader.byte(), reader.number())


def read_global(reader: Reader) -> Global:
    """Read a variable. Raises ValueError where its first value is more than a number."""
    type, start = reader.take(2), reader.at
    instruction = reader.byte()
    if instruction in (I32_CONST, I64_CONST):
        reader.number()
    elif instruction in (F32_CONST, F64_CONST):
        reader.take(4 if instruction == F32_CONST else 8)
    if reader.byte() != END:
        raise ValueError(f"A variable whose first value is not a number: instruction {instruction:#x}.")
    return Global(type, reader.content[start : reader.at])


def number(value: int) -> bytes:
    """Write an unsigned number."""
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def i32_const(value: int) -> bytes:
    """Write the instruction that gives *value*, 0 or more."""
    encoded = number(value)
    if encoded[-1] & 0x40:  # as the last bit it would be read as the sign
        encoded = encoded[:-1] + bytes([encoded[-1] | 0x80, 0])
    return bytes([I32_CONST]) + encoded


def counted(content: bytes) -> bytes:
    """Write *content* behind the number of its bytes."""
    return number(len(content)) + content


def vector(items: Iterable[bytes]) -> bytes:
    """Write *items* behind their number."""
    parts = list(items)
    return number(len(parts)) + b"".join(parts)


def with_more(section: bytes, more: Iterable[bytes]) -> bytes:
    """Return *section* with *more* items at its end."""
    reader, added = Reader(section), list(more)
    return number(reader.number() + len(added)) + reader.content[reader.at :] + b"".join(added)


def bytes_of(entry: Import | Export) -> bytes:
    """Write an import or an export."""
    if isinstance(entry, Import):
        return counted(entry.module) + counted(entry.name) + bytes([entry.kind]) + entry.type
    return counted(entry.name) + bytes([entry.kind]) + number(entry.at)
