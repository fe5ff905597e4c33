import pytest

TRIED: dict[str, list[int]] = {}


@pytest.fixture(scope="session")
def tried() -> dict[str, list[int]]:
    """Of each language, how many values were tried and how many escaped."""
    return TRIED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not TRIED:
        return
    terminalreporter.section("hostile values")
    terminalreporter.line(f"{'language':22}{'tried':>10}{'escaped':>10}")
    for language, (values, escaped) in TRIED.items():
        terminalreporter.line(f"{language:22}{values:>10,}{escaped:>10,}")
