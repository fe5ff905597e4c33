import tomllib

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlannerError
from planner.units import Duration, Size
from planner.usage import Usage, as_table, read_usage

sizes = st.none() | st.integers(1, 2**50).map(Size)
times = st.none() | st.integers(1, 10**7).map(lambda seconds: Duration(float(seconds)))
usages = st.builds(
    Usage,
    jobs=st.integers(0, 10**6),
    memory=sizes,
    memory_usual=sizes,
    memory_cut_off=st.booleans(),
    disk=sizes,
    cpus=st.none() | st.floats(0.01, 999),
    gpus=st.integers(0, 8),
    gpu_memory=sizes,
    gpu_use=st.none() | st.floats(0.01, 8),
    time=times,
    stay=times,
    evictions=st.integers(0, 10**6),
    asked_cpus=st.none() | st.integers(1, 999),
)


@given(usages)
def test_what_is_written_is_read_again(usage: Usage) -> None:
    assert read_usage(tomllib.loads(tomli_w.dumps(as_table(usage)))) == usage


def test_use_of_nothing_is_a_figure_and_not_the_lack_of_one() -> None:
    idle = Usage(jobs=5, gpus=1, gpu_use=0.0, cpus=0.0)
    assert read_usage(as_table(idle)) == idle


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "measured.jobs: is missing."),
        ({"jobs": -1}, "measured.jobs: -1 cannot be used."),
        ({"jobs": True}, "measured.jobs: True cannot be used."),
        ({"jobs": 1, "memory": "9 GB"}, "measured.memory: '9 GB' cannot be used."),
        ({"jobs": 1, "cpus": float("nan")}, "measured.cpus: nan cannot be used."),
        ({"jobs": 1, "memory_cut_off": 1}, "measured.memory_cut_off: 1 cannot be used."),
        ({"jobs": 1, "memry": 1}, "measured.memry: is no figure. Did you mean memory"),
    ],
)
def test_what_is_no_measurement_is_refused(table: dict[str, object], message: str) -> None:
    with pytest.raises(PlannerError) as refused:
        read_usage(table)
    assert message in str(refused.value)
