"""A run of tests that is interrupted leaves no server, browser, Postgres or file."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests import leftovers
from tests.serving import PROJECT, START_SECONDS
from tests.waiting import until

TESTS = "tests/running/support/endless_tests.py"
GONE_SECONDS = 60
"""Within seconds; the machine may be slow."""
pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Run:
    """A run of `endless_tests` with one worker; `temporary` is where all its files are."""

    main: psutil.Process
    temporary: str
    started: Path

    def wait_for_worker(self, count: int) -> psutil.Process:
        """Wait until so many tests have started everything; return the worker of the last one."""
        until(lambda: len(list(self.started.iterdir())) == count, 2 * START_SECONDS)
        [*_, last] = sorted(self.started.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return psutil.Process(int(last.name))

    def processes(self) -> list[psutil.Process]:
        return [one for one in psutil.process_iter() if leftovers.works_in(one, self.temporary)]


def press_control_c(main: psutil.Process) -> None:
    """Interrupt all processes of the terminal, as it does."""
    os.killpg(main.pid, signal.SIGINT)


def wait_for_the_end(run: Run) -> None:
    until(lambda: run.processes() == [], GONE_SECONDS)
    until(lambda: os.listdir(run.temporary) == [], GONE_SECONDS)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    # Not below tmp_path: the path of a Unix socket has about 100 characters at most.
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="t", ignore_cleanup_errors=True) as temporary:
        os.chmod(temporary, 0o755)
        (tmp_path / "started").mkdir()
        with (tmp_path / "output").open("wb") as output:
            main = subprocess.Popen(
                [sys.executable, "-m", "pytest", "-n", "1", "-p", "no:cacheprovider", TESTS],
                cwd=PROJECT,
                env={**os.environ, "TMPDIR": temporary, "STARTED": str(tmp_path / "started")},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        yield Run(psutil.Process(main.pid), temporary, tmp_path / "started")
        leftovers.kill_all(temporary)
        main.wait()


def test_a_killed_worker_and_a_killed_run_leave_nothing(run: Run):
    worker = run.wait_for_worker(1)
    before = set(run.processes())
    assert {"postgres", "chromium"} <= {one.name() for one in before}
    worker.kill()
    until(lambda: before & set(run.processes()) <= {run.main, *run.main.children()}, GONE_SECONDS)
    run.wait_for_worker(2)  # its successor goes on with the next test
    run.main.kill()
    wait_for_the_end(run)


@pytest.mark.parametrize("end", [psutil.Process.terminate, press_control_c], ids=["SIGTERM", "Ctrl+C"])
def test_an_interrupted_run_leaves_nothing(run: Run, end: Callable[[psutil.Process], None]):
    run.wait_for_worker(1)
    end(run.main)
    wait_for_the_end(run)
