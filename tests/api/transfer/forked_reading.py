"""Reads files in forks of one process, which has imported the readers: a start takes 0.1 s of CPU, with dates 0.6 s.

The forks have the limits of the application's processes; the tests of other folders start those.
"""

import fcntl
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from importlib import import_module
from typing import IO

import pytest

from taskchat_app.runtime import limited_child
from taskchat_app.runtime.limited_process import Ended, Limits

LISTS = "taskchat_app.assistant.account_data.json_stream"
READERS = "csv_list calendar_import date_words ticktick todoist vikunja".split()
REQUEST_MAX, FILES_MAX = 10_000, 50
FREE = 200
"""No process has descriptors from this number on."""


@contextmanager
def forked_reading() -> Iterator[None]:
    """Meanwhile, have file_reading start forks."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", __name__, str(theirs.fileno())]
    forking = subprocess.Popen(command, stderr=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
    theirs.close()
    lock = threading.Lock()

    def run(
        module: str, arguments: Sequence[str], source: IO[bytes], output: IO[bytes], limits: Limits, *, files: list[int]
    ) -> Ended:
        source.seek(0)
        request = [[0, 1, *files], [*map(str, astuple(limits)), module, *arguments]]
        with lock:
            socket.send_fds(ours, [json.dumps(request).encode()], [source.fileno(), output.fileno(), *files])
            status, cpu_seconds = json.loads(ours.recv(REQUEST_MAX))
        return Ended(limited_child.TOO_COSTLY if status < 0 else status, cpu_seconds)

    with ours, pytest.MonkeyPatch.context() as patch:
        patch.setattr("taskchat_app.domain.limits.file_reading.run", run)
        yield
    forking.wait()


def _serve(connection: socket.socket) -> None:
    for module in (LISTS, *(f"taskchat_app.domain.transfer.readers.{name}" for name in READERS)):
        import_module(module)
    while True:
        request, descriptors, _, _ = socket.recv_fds(connection, REQUEST_MAX, FILES_MAX)
        if not request:
            return
        numbers, arguments = json.loads(request)
        pid = os.fork()
        if pid == 0:
            _read(dict(zip(numbers, descriptors, strict=True)), arguments)
        for descriptor in descriptors:
            os.close(descriptor)
        _, status, usage = os.wait4(pid, 0)
        ended = [os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime]
        connection.send(json.dumps(ended).encode())


def _read(descriptors: dict[int, int], arguments: list[str]) -> None:
    """Call the module as limited_child does, with the descriptors at their numbers; end this process."""
    copies = {number: fcntl.fcntl(descriptor, fcntl.F_DUPFD, FREE) for number, descriptor in descriptors.items()}
    for number, copy in copies.items():
        os.dup2(copy, number)
    sys.argv[1:] = arguments
    status = limited_child.main()
    sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as to_tests:
        _serve(to_tests)
