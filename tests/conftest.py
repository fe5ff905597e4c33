from typing import cast

import pytest
from hypothesis import settings

# The same cases each time, and no deadline: machines differ, and a test that depends on luck or speed is no test.
settings.register_profile("planner", derandomize=True, deadline=None)
settings.load_profile("planner")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests: the last minute of a run on several cores is then shared by all of them."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden files anew, then compare")
    parser.addoption("--keep-logs", action="store_true", help="keep the pool's event logs in tests/logs")


# Of each language, how many hostile values were tried and how many escaped. Reports bring it, so that it comes from
# other processes too; this file is the only one of its kind that pytest-xdist's first process reads.
TRIED: dict[str, tuple[int, int]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "teardown":
        for name, value in report.user_properties:
            if name == "hostile":
                language, values, escaped = cast("tuple[str, int, int]", value)
                TRIED[language] = (values, escaped)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not TRIED:
        return
    terminalreporter.section("hostile values")
    terminalreporter.line(f"{'language':22}{'tried':>10}{'escaped':>10}")
    for language, (values, escaped) in sorted(TRIED.items()):
        terminalreporter.line(f"{language:22}{values:>10,}{escaped:>10,}")
