"""Selects what `make soak` runs: tests that need minutes, and others with a larger budget.

`@pytest.mark.soak` runs with `make soak` only. `@pytest.mark.also_soak` runs with `make test` and `make soak`,
then with the larger number of its `budget`. `make soak` also runs what needs programs of the system: on a new machine
`make test` has skipped it.
"""

from typing import TypeVar

import pytest

from tests import programs

T = TypeVar("T")

ONLY, ALSO = "soak", "also_soak"
_is_soaking = False


def configure(config: pytest.Config) -> None:
    """Read whether this is `make soak`; before the tests are imported, since decorators use `budget`."""
    global _is_soaking
    _is_soaking = bool(config.getoption("soak"))


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
    return item.get_closest_marker(ONLY) is None
