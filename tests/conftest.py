import pytest
from hypothesis import settings

# The same cases each time, and no deadline: machines differ, and a test that depends on luck or speed is no test.
settings.register_profile("planner", derandomize=True, deadline=None)
settings.load_profile("planner")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden files anew, then compare")
    parser.addoption("--keep-logs", action="store_true", help="keep the pool's event logs in tests/logs")
