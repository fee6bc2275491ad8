"""Shutdown: hanging processes exit, early termination leaves nothing behind."""

import os
import re
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
from taskchat_app.shutdown_limits import SUPERVISOR_PATIENCE_SECONDS
from tests import empty_database
from tests.serving import PROJECT
from tests.waiting import PATIENCE_SECONDS, has_ended, until

pytestmark = pytest.mark.soak

HANGING = """
import threading
from taskchat_app import shutdown_limits
shutdown_limits.exit_within(0.2)
threading.Thread(target=threading.Event().wait).start()
"""
SUPERVISING = """
import multiprocessing
from granian import server
from taskchat_app import shutdown_limits
shutdown_limits.SUPERVISOR_PATIENCE_SECONDS = 1
shutdown_limits.limit_supervisor_shutdown()
multiprocessing.set_start_method("fork", force=True)  # as Reflex does
made = server.Server("starlette.applications:Starlette", port=0, interface="asgi", factory=True, log_enabled=False)
made.on_startup(lambda: print("starts", flush=True))
made.serve()
"""
IN_BACKGROUND = """
import signal
signal.signal(signal.SIGHUP, signal.SIG_IGN)
"""
"""What nohup does before it starts a program."""
STARTING = """
import time
from granian import server
from taskchat_app import start
from taskchat_app.run_options import RunOptions
start.supervise(RunOptions("prod", "127.0.0.1", 3000))
print(vars(server.Server)["__init__"].keywords["workers_kill_timeout"], flush=True)
while True:
    time.sleep(0.1)  # a signal between the print and a single sleep would be handled after the sleep only
"""
DROPPED = """
import os, signal, weakref
class Object: pass
referred = Object()
reference = weakref.ref(referred, lambda _: os.kill(os.getpid(), signal.SIGTERM))
del referred
print("goes on", flush=True)
"""
"""A signal in the callback of a weak reference, where Python drops the exception that its handler raises."""
ENDED_WHILE_IT_STARTS = f"""
import time
from taskchat_app import shutdown_limits
shutdown_limits.limit_supervisor_shutdown()
{DROPPED}
try:
    while True:
        time.sleep(0.1)
finally:
    time.sleep(1)  # longer than EXIT_AGAIN_SECONDS: what ends in order is not interrupted
    print("ended", flush=True)
"""
ENDED_BEFORE_IT_SERVES = SUPERVISING.replace("made.serve()", f"{DROPPED}\nmade.serve()")
ENDED_BEFORE_ITS_THREADS = """
import signal, threading, time
from taskchat_app import shutdown_limits
shutdown_limits.limit_supervisor_shutdown()
def work():
    time.sleep(1)
    print("worked", flush=True)
threading.Thread(target=work).start()
signal.raise_signal(signal.SIGTERM)
"""
FORKING = """
import multiprocessing, signal, time
from taskchat_app import shutdown_limits
shutdown_limits.limit_supervisor_shutdown()
signal.signal(signal.SIGTERM, lambda *_: None)  # like Granian's handler, which a worker inherits
child = multiprocessing.get_context("fork").Process(target=time.sleep, args=[60])
child.start()
child.terminate()
child.join()
print(child.exitcode)
"""


@contextmanager
def started(script: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run the script as a process; at the end, kill its whole process group, even if stopped."""
    command = [sys.executable, "-c", script]
    process = subprocess.Popen(
        command, cwd=PROJECT, env=os.environ | environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):  # all have ended
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_SECONDS)
        if process.stdout is not None:
            process.stdout.close()


def next_line(process: subprocess.Popen[str]) -> str:
    """Return the next line that the process writes."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE_SECONDS)
    assert ready, f"No output within {PATIENCE_SECONDS} s"
    return process.stdout.readline()


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        (HANGING, []),
        (ENDED_WHILE_IT_STARTS, ["goes on", "ended"]),
        (ENDED_BEFORE_ITS_THREADS, ["worked"]),
        (FORKING, ["-15"]),
    ],
    ids=[
        "a process that hangs exits within its timeout",
        "a signal whose exception Python drops ends the supervisor all the same",
        "an exit waits for threads",
        "a worker ends by SIGTERM before it listens",
    ],
)
def test_a_process_ends_in_order(script: str, lines: list[str]):
    with started(script) as process:
        assert [next_line(process) for _ in lines] == [f"{line}\n" for line in lines]
        assert process.wait(PATIENCE_SECONDS) == 0


def test_a_supervisor_kills_a_suspended_worker():
    with started(SUPERVISING) as process:
        assert next_line(process) == "starts\n"
        supervisor = psutil.Process(process.pid)
        until(supervisor.children, PATIENCE_SECONDS)
        [worker] = supervisor.children()
        worker.suspend()
        until(lambda: worker.status() == psutil.STATUS_STOPPED, PATIENCE_SECONDS)
        supervisor.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
        until(lambda: has_ended(worker), PATIENCE_SECONDS)


def test_a_supervisor_ends_with_its_terminal():
    with started(SUPERVISING) as process:
        assert next_line(process) == "starts\n"
        process.send_signal(signal.SIGHUP)
        assert process.wait(PATIENCE_SECONDS) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_a_server_that_nohup_started_ignores_the_end_of_its_terminal():
    with started(IN_BACKGROUND + SUPERVISING) as process:
        assert next_line(process) == "starts\n"
        supervisor = psutil.Process(process.pid)
        until(supervisor.children, PATIENCE_SECONDS)
        workers = supervisor.children()
        assert all(ignores_sighup(one) for one in (supervisor, *workers))
        os.killpg(process.pid, signal.SIGHUP)
        assert supervisor.children() == workers


def ignores_sighup(process: psutil.Process) -> bool:
    status = Path(f"/proc/{process.pid}/status").read_text()
    [ignored] = re.findall(r"^SigIgn:\s+(\w+)$", status, re.MULTILINE)
    return bool(int(ignored, 16) & 1 << signal.SIGHUP - 1)


def test_a_signal_whose_exception_python_drops_right_before_the_supervisor_serves_ends_it_with_its_workers():
    with started(ENDED_BEFORE_IT_SERVES) as process:
        assert [next_line(process), next_line(process)] == ["goes on\n", "starts\n"]
        children = psutil.Process(process.pid).children()
        assert process.wait(PATIENCE_SECONDS) == 0
        until(lambda: all(has_ended(child) for child in children), PATIENCE_SECONDS)


def test_an_end_during_the_start_leaves_no_postgres(tmp_path: Path):
    empty_database.provide(tmp_path)
    for numbers in (
        (signal.SIGTERM, signal.SIGTERM),
        (signal.SIGHUP, signal.SIGHUP),  # a shell sends it once more
        (signal.SIGHUP, signal.SIGTERM),
    ):
        with started(STARTING, TASKCHAT_HOME=str(tmp_path)) as process:
            assert next_line(process) == f"{SUPERVISOR_PATIENCE_SECONDS}\n"
            server = postmaster(ServerPaths(tmp_path.resolve()))
            assert server is not None
            for number in numbers:
                process.send_signal(number)
            assert process.wait(PATIENCE_SECONDS) == 0
            # On a slow machine, Postgres ends after the process.
            until(lambda ended=server: has_ended(ended), PATIENCE_SECONDS)
