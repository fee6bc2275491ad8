"""Starts `python -m …` as forks of one process that has imported the packages: a server's imports take 2 s of CPU.

That process, `python -m tests.forking SOCKET`, imports what the modules of the application import, and of these the
grammar alone: it knows nothing of the application's settings. It runs no thread, and ends with the tests' process.
"""

import atexit
import gc
import json
import os
import re
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Protocol

PROJECT = Path(__file__).parents[1]
IMPORT = re.compile(r"^(?:from|import) ([\w.]+)", re.MULTILINE)
LAZY = ("reflex.app", "reflex.reflex", "reflex.utils.build", "granian.cli")
"""What Reflex imports later, and the commands themselves."""
GRAMMAR = "taskchat_app.assistant.grammar.clauses"
"""Its patterns, and those of the dates, take 0.9 s of CPU to compile; no setting changes them."""
MODE = {"REFLEX_ENV_MODE": "prod"}
"""`reflex run --env prod` sets it before it imports the modules that read it."""
MESSAGE_MAX = 200_000
"""Bytes; a message holds an environment."""


class Process(Protocol):
    """What tests use of a server's process, `subprocess.Popen` or a fork."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...
    def terminate(self) -> None: ...


class Forks:
    """Starts commands of one environment; the process that forks begins with the first command."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = {**environment, **MODE}
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self._read_at_import: list[str] = []
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 -- as long as the process that forks

    def fits(self, environment: Mapping[str, str]) -> bool:
        """Return whether the packages, and Python itself, would have read the same from this environment."""
        with self._lock:
            if self._connection is None:
                self._begin()
        names = {*self._read_at_import, *(name for name in environment if name.startswith("PYTHON"))}
        expected = {**environment, **MODE}
        return all(expected.get(name) == self._environment.get(name) for name in names)

    def start(self, command: Sequence[str], environment: Mapping[str, str], output: Path) -> Process:
        """Start `python -m` with this command in the project's folder, as a session of its own."""
        request = {"command": command, "environment": environment, "output": str(output)}
        pid, ending = self._ask(request)
        return ForkedProcess(pid, ending[0], lambda: self._ask({"ended": pid})[0])

    def _ask(self, request: dict[str, Any]) -> tuple[int, list[int]]:
        """Return the answer, a process id or an exit code, and the file descriptors that came with it."""
        with self._lock:
            assert self._connection is not None
            self._connection.send(json.dumps(request).encode())
            answer, descriptors, _, _ = socket.recv_fds(self._connection, MESSAGE_MAX, 1)
            if not answer:
                raise RuntimeError(f"The process that forks has ended:\n{self._end_of_output()}")
            return json.loads(answer), descriptors

    def _begin(self) -> None:
        ours, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.forking", str(other.fileno())],
                cwd=PROJECT,
                env=self._environment,
                stdout=self._output,
                stderr=self._output,
                pass_fds=[other.fileno()],
                start_new_session=True,
            )
            other.close()
            names = ours.recv(MESSAGE_MAX)
            if not names:
                raise RuntimeError(f"The packages cannot be imported:\n{self._end_of_output()}")
        self._read_at_import, self._connection = json.loads(names), ours
        atexit.register(_end, process, ours)

    def _end_of_output(self) -> str:
        self._output.seek(0)
        return self._output.read().decode(errors="replace")[-4000:]


def _end(process: subprocess.Popen[bytes], connection: socket.socket) -> None:
    connection.close()
    process.wait()


class ForkedProcess:
    """A grandchild; its pidfd, which polls as readable once it has ended, never means another process."""

    def __init__(self, pid: int, pidfd: int, exit_code: Callable[[], int]) -> None:
        self.pid = pid
        self._pidfd = pidfd
        self._exit_code = exit_code
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, or minus the number of the signal that ended it; None while it runs."""
        return self._wait(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return as `poll` does."""
        code = self._wait(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("a forked process", timeout or 0)
        return code

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._pidfd, sig)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _wait(self, timeout: float | None) -> int | None:
        if self._code is None:
            ending = select.poll()  # select() refuses the descriptors of a process with many connections
            ending.register(self._pidfd, select.POLLIN)
            if ending.poll(timeout and timeout * 1000):
                self._code = self._exit_code()
                os.close(self._pidfd)
        return self._code


class _Recorder(type(os.environ)):
    """The environment, with the names that were read; class of `os.environ` while packages are imported."""

    names: ClassVar[set[str]] = set()

    def __getitem__(self, key: str) -> str:
        self.names.add(key)
        return super().__getitem__(key)


def _prepare() -> list[str]:
    """Import the packages; return the names of the environment variables that they read meanwhile."""
    sources = (path.read_text() for path in (PROJECT / "taskchat_app").rglob("*.py"))
    modules = {name for source in sources for name in IMPORT.findall(source)}
    plain = type(os.environ)
    os.environ.__class__ = _Recorder
    for name in (*sorted(name for name in modules if name.split(".")[0] != "taskchat_app"), *LAZY, GRAMMAR):
        import_module(name)
    os.environ.__class__ = plain
    assert threading.active_count() == 1, threading.enumerate()
    assert "rxconfig" not in sys.modules, "A package imports the settings of Reflex."
    assert not sys.modules["taskchat_app.config"].settings.cache_info().currsize, "The grammar reads the settings."
    gc.collect()
    gc.freeze()
    return sorted(_Recorder.names)


def _serve(connection: socket.socket) -> dict[str, Any] | None:
    """Answer requests until the other side ends; in a fork, return what it has to run."""
    running: dict[int, int] = {}
    codes: dict[int, int] = {}
    while True:
        has_message = connection in select.select([connection, *running.values()], [], [])[0]
        for pid in list(running):  # after the look for a message, which may ask for the code of one that has just ended
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                codes[pid] = os.waitstatus_to_exitcode(status)
                os.close(running.pop(pid))
        if not has_message:
            continue
        message = connection.recv(MESSAGE_MAX)
        if not message:
            return None
        request = json.loads(message)
        if "ended" in request:
            connection.send(json.dumps(codes[request["ended"]]).encode())  # two threads may ask for the same one
            continue
        pid = os.fork()
        if pid == 0:
            for pidfd in running.values():
                os.close(pidfd)
            return request
        running[pid] = os.pidfd_open(pid)
        socket.send_fds(connection, [json.dumps(pid).encode()], [running[pid]])


def _become(request: dict[str, Any]) -> None:
    """Run the command as `python -m` would."""
    os.setsid()
    output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.close(output)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(PROJECT)
    sys.path[0] = str(PROJECT)
    module, *arguments = request["command"]
    sys.argv = [module, *arguments]
    sys.orig_argv = [sys.executable, "-m", *sys.argv]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _main() -> None:
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        connection.send(json.dumps(_prepare()).encode())
        request = _serve(connection)
    if request is not None:
        _become(request)


if __name__ == "__main__":
    _main()
