"""The way out: processes that hang end all the same, and those that are asked early leave nothing behind."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from taskchat_app.domain import embedded_server
from taskchat_app.ending import SUPERVISOR_PATIENCE_SECONDS
from tests.serving import PROJECT

BOUND_SECONDS = 10
"""Of what ends within a second or two; a machine may be slow."""

HANGING = """
import threading
from taskchat_app import ending
ending.end_within(0.2, 0)
threading.Thread(target=threading.Event().wait).start()
"""
SUPERVISING = """
from granian import server
from taskchat_app import ending
ending.bound_supervisor(1)
made = server.Server("starlette.applications:Starlette", port=0, interface="asgi", factory=True, log_enabled=False)
made.on_startup(lambda: print("starts", flush=True))
made.serve()
"""
STARTING = """
import time
from granian import server
from reflex_base.constants import CompileContext
from reflex_base.environment import environment
from taskchat_app import start
environment.REFLEX_COMPILE_CONTEXT.set(CompileContext.RUN)
start.prepare_for_run()
print(server.Server.keywords["workers_kill_timeout"], flush=True)
time.sleep(60)
"""
FORKING = """
import multiprocessing, signal, time
from taskchat_app import ending
ending.bound_supervisor()
signal.signal(signal.SIGTERM, lambda *_: None)  # as Granian's own, which a worker inherits
child = multiprocessing.get_context("fork").Process(target=time.sleep, args=[60])
child.start()
child.terminate()
child.join()
print(child.exitcode)
"""


def started(script: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script]
    return subprocess.Popen(command, cwd=PROJECT, env=os.environ | environment, stdout=subprocess.PIPE, text=True)


def test_what_hangs_on_its_way_out_is_gone_within_its_bound():
    with started(HANGING) as process:
        assert process.wait(BOUND_SECONDS) == 0


def test_a_supervisor_does_not_wait_for_ever_for_a_worker_that_is_stopped():
    with started(SUPERVISING) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "starts\n"
        supervisor = psutil.Process(process.pid)
        while not (workers := supervisor.children()):
            time.sleep(0.01)
        [worker] = workers
        worker.suspend()
        while worker.status() != psutil.STATUS_STOPPED:
            time.sleep(0.01)
        supervisor.terminate()
        assert process.wait(BOUND_SECONDS) == 0
        assert not worker.is_running()


def test_a_worker_that_is_asked_to_end_before_it_listens_ends():
    with started(FORKING) as process:
        assert process.communicate(timeout=BOUND_SECONDS)[0] == "-15\n"


def test_an_end_in_the_middle_of_a_start_leaves_no_postgres(tmp_path: Path):
    with started(STARTING, TASKCHAT_HOME=str(tmp_path)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{SUPERVISOR_PATIENCE_SECONDS}\n"
        server = embedded_server.postmaster(embedded_server.Place(tmp_path.resolve()))
        assert server is not None
        process.terminate()
        assert process.wait(BOUND_SECONDS) == 0
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE  # until init collects it
