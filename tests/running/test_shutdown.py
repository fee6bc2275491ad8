"""Shutdown: hanging processes end, early termination leaves nothing behind."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from taskchat_app.domain.storage.postgres_process import ServerPaths, postmaster
from taskchat_app.shutdown import SUPERVISOR_PATIENCE_SECONDS
from tests.serving import PROJECT
from tests.waiting import has_ended, until

BOUND_SECONDS = 10
"""Of what ends within a second or two; a machine may be slow."""
START_SECONDS = 60
"""Of what makes a new database on its way."""

HANGING = """
import threading
from taskchat_app import shutdown
shutdown.exit_within(0.2, 0)
threading.Thread(target=threading.Event().wait).start()
"""
SUPERVISING = """
from granian import server
from taskchat_app import shutdown
shutdown.limit_supervisor_shutdown(1)
made = server.Server("starlette.applications:Starlette", port=0, interface="asgi", factory=True, log_enabled=False)
made.on_startup(lambda: print("starts", flush=True))
made.serve()
"""
STARTING = """
import time
from granian import server
from taskchat_app import start
from taskchat_app.run_options import RunOptions
start.supervise(RunOptions("prod", "127.0.0.1", 3000))
print(vars(server.Server)["__init__"].keywords["workers_kill_timeout"], flush=True)
time.sleep(60)
"""
FORKING = """
import multiprocessing, signal, time
from taskchat_app import shutdown
shutdown.limit_supervisor_shutdown()
signal.signal(signal.SIGTERM, lambda *_: None)  # as Granian's own, which a worker inherits
child = multiprocessing.get_context("fork").Process(target=time.sleep, args=[60])
child.start()
child.terminate()
child.join()
print(child.exitcode)
"""


@contextmanager
def started(script: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """The script as a process of its own; however the test ends, nothing of its group is left, stopped or not."""
    command = [sys.executable, "-c", script]
    process = subprocess.Popen(
        command, cwd=PROJECT, env=os.environ | environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):  # all have ended
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(BOUND_SECONDS)
        if process.stdout is not None:
            process.stdout.close()


def said(process: subprocess.Popen[str]) -> str:
    """The next line that it writes."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    assert ready, f"It writes nothing within {START_SECONDS} s"
    return process.stdout.readline()


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Path]:
    """A TASKCHAT_HOME of its own, whose Postgres does not outlive the test."""
    yield tmp_path
    left = postmaster(ServerPaths(tmp_path.resolve()))
    if left is not None:
        left.kill()


def test_what_hangs_on_its_way_out_is_gone_within_its_bound():
    with started(HANGING) as process:
        assert process.wait(BOUND_SECONDS) == 0


def test_a_supervisor_does_not_wait_for_ever_for_a_worker_that_is_stopped():
    with started(SUPERVISING) as process:
        assert said(process) == "starts\n"
        supervisor = psutil.Process(process.pid)
        until(supervisor.children, BOUND_SECONDS)
        [worker] = supervisor.children()
        worker.suspend()
        until(lambda: worker.status() == psutil.STATUS_STOPPED, BOUND_SECONDS)
        supervisor.terminate()
        assert process.wait(BOUND_SECONDS) == 0
        until(lambda: has_ended(worker), BOUND_SECONDS)


def test_a_worker_that_is_asked_to_end_before_it_listens_ends():
    with started(FORKING) as process:
        assert said(process) == "-15\n"
        assert process.wait(BOUND_SECONDS) == 0


def test_an_end_in_the_middle_of_a_start_leaves_no_postgres(new_home: Path):
    with started(STARTING, TASKCHAT_HOME=str(new_home)) as process:
        assert said(process) == f"{SUPERVISOR_PATIENCE_SECONDS}\n"
        server = postmaster(ServerPaths(new_home.resolve()))
        assert server is not None
        process.terminate()
        assert process.wait(BOUND_SECONDS) == 0
        # On a slow machine it is left to end by itself.
        until(lambda: has_ended(server), BOUND_SECONDS)
