"""Skips tests whose program the machine lacks, and names these programs at the end of a run. A plugin of pytest.

Programs have the names of Debian's packages: `@needs("caddy")`, `@needs("postgresql-15")`.
"""

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from taskchat_app.domain.storage.postgres_upgrade import DEBIAN_PROGRAMS

MARK = "needs"
LACKING = "needs "
"""How the reason of such a skip begins; the names follow."""
REASON = re.compile(rf"^Skipped: {LACKING}(.+)$")
POSTGRES = re.compile(r"postgresql-(\d+)")


def needs(*names: str) -> pytest.MarkDecorator:
    """Return the mark of tests that need programs; `make soak` runs them too."""
    return pytest.mark.needs(*names)


def skip_for_lack_of(*names: str) -> None:
    """Skip the running test, since the machine lacks these programs."""
    pytest.skip(LACKING + ", ".join(names))


def is_there(name: str) -> bool:
    """Return whether the machine has the program; of a Postgres that only Debian's tools find, its folder."""
    postgres = POSTGRES.fullmatch(name)
    return (DEBIAN_PROGRAMS / postgres[1]).exists() if postgres else shutil.which(name) is not None


def lacking(reasons: Iterable[str]) -> str:
    """Return the line for tests that were skipped for these reasons; empty if none lacked a program."""
    found = [match[1].split(", ") for reason in reasons if (match := REASON.match(reason))]
    if not found:
        return ""
    names = Counter(name for named in found for name in named)
    tests = f"{len(found)} test{'s' * (len(found) > 1)}"
    return f"Not run: {tests} for lack of {', '.join(sorted(names))} (Debian: apt install {' '.join(sorted(names))})"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARK}(*names): skipped on a machine without these programs (tests.programs)")


def pytest_runtest_setup(item: pytest.Item) -> None:
    names = [name for mark in item.iter_markers(MARK) for name in mark.args if not is_there(name)]
    if names:
        skip_for_lack_of(*names)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Print the line behind everything else."""
    yield
    skipped: list[Any] = terminalreporter.stats.get("skipped", [])
    reasons = (report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple))
    if line := lacking(reasons):
        terminalreporter.write_line(line)
