"""Kinds of answers that are tables: values to be combined, and rows of tasks."""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache

from planner.answers.fields import Field, split_lines

# Columns of a table in the order in which they are typed, each with its values.
Grid = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Table:
    """A table of tasks: the names of its columns, and one row a task."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


def _column(name: str) -> str:
    if not _COLUMN.fullmatch(name):
        raise ValueError(f'"{name}" cannot name a value: use letters, digits and _, and begin with a letter.')
    # The first column of jobs.csv: which task a job is.
    if name == "task":
        raise ValueError('"task" is the number of the task: call the value something else.')
    return name


class GridOfValues(Field[Grid]):
    """Values to be combined: a line ``name = value, value`` each; a value with a comma needs double quotes."""

    control = "lines"

    def read(self, raw: object) -> Grid:
        grid: dict[str, tuple[str, ...]] = {}
        for line in split_lines(raw):
            name, equals, values = line.partition("=")
            if not equals or not values.strip():
                raise ValueError(f'Write "{line[:40]}" as a name, "=" and its values: lr = 0.1, 0.01')
            name = _column(name.strip())
            if name in grid:
                raise ValueError(f'"{name}" stands twice: put all its values on one line.')
            (row,) = _csv_rows([values])
            grid[name] = tuple(_inert(value) for value in row if value.strip())
            if not grid[name]:
                raise ValueError(f'"{name}" has no value: write them behind "=", with commas between them.')
        return tuple(grid.items())

    def write(self, value: Grid) -> object:
        return [f"{name} = {', '.join(_csv_value(item) for item in values)}" for name, values in value]


class TableOfTasks(Field[Table]):
    """A pasted table (CSV): its first line names the columns, every other line is a task."""

    control = "lines"

    def read(self, raw: object) -> Table:
        lines = split_lines(raw)
        if not lines:
            return Table()
        header, *rows = _csv_rows(lines)
        columns = tuple(_column(name.strip()) for name in header)
        if len(set(columns)) < len(columns):
            raise ValueError("Two columns have the same name.")
        for number, row in enumerate(rows, start=2):
            if len(row) != len(columns):
                raise ValueError(f"Line {number} has {len(row)} values, the first line names {len(columns)}.")
        return Table(columns, tuple(tuple(_inert(value) for value in row) for row in rows))

    def write(self, value: Table) -> object:
        return list(_lines_of(value))


# A plan asks for a table as text several times: with 20,000 rows that is half of an edit (216 of 439 ms, CPython).
@lru_cache(maxsize=4)
def _lines_of(table: Table) -> tuple[str, ...]:
    return tuple(",".join(_csv_value(item) for item in row) for row in (table.columns, *table.rows) if row)


def _csv_rows(lines: list[str]) -> list[list[str]]:
    try:
        return list(csv.reader(lines, skipinitialspace=True, strict=True))
    except csv.Error:
        raise ValueError("A quotation mark is not closed, or something stands behind it.") from None


# A spreadsheet runs such a cell of jobs.csv when somebody opens it; "-0.5" and "--fast" stay what they are.
_FORMULA = re.compile(r"[=@]|[+-].*[(|!]")


def _inert(value: str) -> str:
    """Return a value without blanks around it. Raises ValueError for one that a spreadsheet would act on."""
    value = value.strip()
    if _FORMULA.match(value):
        raise ValueError(f'"{value[:40]}" is a formula to a spreadsheet: begin it with another sign.')
    return value


_NEEDS_QUOTES = re.compile(r'[",]|^\s|\s$|^$')


def _csv_value(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if _NEEDS_QUOTES.search(value) else value
