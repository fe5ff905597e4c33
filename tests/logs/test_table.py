import pytest

from planner.logs.table import number, read_table
from tests.logs.sample import TABLE


def test_every_row_has_what_was_used_asked_and_given() -> None:
    assert read_table(f"\t(0) CPU times\n{TABLE}") == {
        "cpus": (3.42, 4, 4, ""),
        "disk": (21508352, 41943040, 41951232, ""),
        "gpus": (0.71, 1, 1, "GPU-3f0c9a1e"),
        "gpusmemory": (18432, None, None, ""),
        "memory": (9214, 16384, 16384, ""),
        "timeexecute": (13388, None, None, ""),
        "timeslotbusy": (13502, None, None, ""),
    }


def test_columns_move_with_their_titles() -> None:
    wide = (
        "\tPartitionable Resources :    Usage  Request Allocated Assigned\n"
        "\t   Cpus                 :     0.15        4         4 \n\t   Disk (KB)            : 72620    41943040  41943040 \n"
        '\t   GPUs                 :                 1         1 "GPU-11000002"\n'
    )
    assert read_table(wide) == {
        "cpus": (0.15, 4, 4, ""),
        "disk": (72620, 41943040, 41943040, ""),
        "gpus": (None, 1, 1, "GPU-11000002"),
    }


def test_half_a_number_is_none() -> None:
    # Blanks lost from a title move its edges into the numbers below it.
    damaged = TABLE.replace("       Usage  Request", "Usage  Request")
    written = {float(cell) for cell in TABLE.split() if cell.replace(".", "").isdigit()}
    found = {cell for used, asked, given, _ in read_table(damaged).values() for cell in (used, asked, given)}
    assert found <= {None, *written}
    assert None in found
    assert len(found) > 3


def test_without_a_table_there_are_no_rows() -> None:
    assert read_table("") == {}
    assert read_table("\tPartitionable Resources :") == {}
    assert read_table("\tPartitionable Resources : nothing\n\t   Cpus  : 4\n") == {"cpus": (None, None, None, "")}


@pytest.mark.parametrize("text", ["", "-1", "1e9", "nan", "inf", "1_0", "٣", "²", "1.2.3", ".5", "9" * 30, "0x1"])
def test_only_plain_numbers_are_numbers(text: str) -> None:
    assert number(text) is None
