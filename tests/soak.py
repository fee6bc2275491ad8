"""Selects what `make soak` runs: faults, other servers, further windows (decision 45), and larger budgets.

`@pytest.mark.soak` runs with `make soak` only. `@pytest.mark.also_soak` runs with `make test` and `make soak`,
then with the larger number of its `budget`. `make soak` also runs what needs programs of the system: on a new machine
`make test` has skipped it.

With `--within SECONDS` no test begins after that time, and the end of the run says how many are missing.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests import programs

T = TypeVar("T")

ONLY, ALSO = "soak", "also_soak"
LATE = "no time was left"
"""The reason of a skip after the time of `--within`."""
_is_soaking = False
_changed: set[Path] = set()
_end = float("inf")


def add_options(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run what needs minutes, instead of the rest (make soak)")
    parser.addoption("--changed", action="append", help="a file that is run whole (make test-changed)")
    parser.addoption("--within", type=float, metavar="SECONDS", help="begin no test after this time")


def configure(config: pytest.Config) -> None:
    """Read whether this is `make soak`; before the tests are imported, since decorators use `budget`."""
    global _is_soaking, _changed, _end
    _is_soaking = bool(config.getoption("soak"))
    _changed = {config.rootpath / file for file in config.getoption("changed") or ()}
    if (seconds := config.getoption("within")) is not None:
        _end = time.monotonic() + seconds


def budget(short: T, long: T) -> T:
    """Return how much a test does, such as a number of examples: `long` in `make soak`, else `short`."""
    return long if _is_soaking else short


def select(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what this run does not run."""
    selected = [item for item in items if _is_selected(item)]
    if len(selected) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if not _is_selected(item)])
        items[:] = selected


def _is_selected(item: pytest.Item) -> bool:
    if _is_soaking:
        return any(item.get_closest_marker(name) for name in (ONLY, ALSO, programs.MARK))
    return item.get_closest_marker(ONLY) is None or item.path in _changed


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    if time.monotonic() > _end:
        pytest.skip(LATE)


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Print the number of tests that did not begin in time."""
    yield
    skipped: list[Any] = terminalreporter.stats.get("skipped", [])
    late = sum(LATE in str(report.longrepr) for report in skipped)
    if late:
        terminalreporter.write_line(f"Not run: {late} tests, since no time was left")
