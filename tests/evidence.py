"""What a failed test leaves for its reader: the step that it had reached, where it still waits, and a folder of files.

The folder is `test-results/<test>`; the failure names it, and the test's next run removes it.
"""

import asyncio
import os
import re
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

RESULTS = Path(__file__).parents[1] / "test-results"
NAME_MAX = 120
Step = Callable[[str], None]
"""The type of the fixture `step`."""
_step = pytest.StashKey[str]()
_failed = pytest.StashKey[bool]()
_logs: dict[str, Path] = {}
_loops: list[asyncio.AbstractEventLoop] = []


def log_begins(name: str, path: Path) -> None:
    """Copy this file of a server for each test that fails, until `log_ends`."""
    _logs[name] = path


def log_ends(name: str, *, by_failure: bool) -> None:
    """Forget the file, after a last copy if the test leaves its server because it fails."""
    path = _logs.pop(name, None)
    if path is not None and by_failure:
        _copy(name, path)


def keep(name: str, content: bytes) -> None:
    """Write a file into the folder of the running test."""
    folder = _folder(os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def follow(loop: asyncio.AbstractEventLoop) -> None:
    """Name the places where this loop's tasks wait when a test fails for its time; its traceback ends in the loop."""
    _loops.append(loop)


def has_failed(item: pytest.Item) -> bool:
    return item.stash.get(_failed, False)


@pytest.fixture
def step(request: pytest.FixtureRequest) -> Step:
    """`step("a sentence")` before each step of a journey: a failure names the last one."""

    def begin(sentence: str) -> None:
        request.node.stash[_step] = sentence

    return begin


def pytest_runtest_setup(item: pytest.Item) -> None:
    shutil.rmtree(_folder(item.nodeid), ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Name the step and the folder in a failure's report."""
    report = yield
    if report.failed:
        item.stash[_failed] = True
        if item.get_closest_marker("server"):
            for name, path in _logs.items():
                _copy(name, path)
        if report.longreprtext.endswith("from pytest-timeout."):
            report.sections.append(("Tasks that wait", _waiting_tasks()))
        if _step in item.stash:
            report.sections.append(("Step", item.stash[_step]))
        folder = _folder(item.nodeid)
        if folder.exists():
            report.sections.append(("Pictures and logs", f"{folder}/"))
    return report


def _waiting_tasks() -> str:
    lines: list[str] = []
    for task in (task for loop in _loops for task in asyncio.all_tasks(loop)):
        lines.append(task.get_name())
        waits: Any = task.get_coro()
        while frame := getattr(waits, "cr_frame", None):
            lines.append(f"  {frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}")
            waits = waits.cr_await
    return "\n".join(lines)


def _copy(name: str, path: Path) -> None:
    if path.exists():
        keep(name, path.read_bytes())


def _folder(test: str) -> Path:
    return RESULTS / re.sub(r"[^\w.-]+", "-", test.removeprefix("tests/"))[-NAME_MAX:]
