"""Ends what an interrupted run leaves: servers, browsers, Postgres, and their files.

Each process of pytest keeps its temporary files in a folder of its own, the TMPDIR of all that it starts. A second
process, `python tests/leftovers.py FOLDER`, waits until the first one is gone, also by SIGKILL, kills what still works
in the folder, and removes it.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    import pytest

FOLDER = Path(tempfile.gettempdir()) / f"tc-{secrets.token_hex(3)}"
"""The folder of this process; a short name, since the path of a Unix socket has about 100 characters at most."""
POLL_SECONDS = 0.5
END_SECONDS = 20


def begin(config: "pytest.Config") -> None:
    """Make the folder, use it for temporary files, and start the process that waits."""
    FOLDER.mkdir(mode=0o755)  # if root runs the tests, Postgres is another user
    command = [sys.executable, __file__, str(FOLDER)]
    nowhere = subprocess.DEVNULL  # an open output would keep whoever reads that of pytest waiting
    waiting = subprocess.Popen(command, cwd="/", stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
    waiting.returncode = 0  # it outlives this process, of which Popen would warn
    os.environ["TMPDIR"] = tempfile.tempdir = str(FOLDER)
    config.option.basetemp = FOLDER / "tmp"  # of the fixture tmp_path


def end() -> None:
    """Remove the folder, in which nothing works any more."""
    shutil.rmtree(FOLDER, ignore_errors=True)


def works_in(process: psutil.Process, folder: str) -> bool:
    """Return whether the process was started with this TMPDIR, or works in the folder without being somebody's shell.

    Postgres and Redis overwrite their environment. Without some rights a process's folder cannot be read.
    """
    facts: tuple[Callable[[], str], ...] = (
        lambda: process.environ().get("TMPDIR", ""),
        lambda: "" if process.terminal() else process.cwd(),
        lambda: " ".join(process.cmdline()) if process.name() == "postgres" else "",
    )
    for fact in facts:
        with suppress(psutil.Error, OSError):
            if folder in fact():
                return True
    return False


def kill_all(folder: str) -> None:
    """Kill all that works in the folder; Postgres is told to end at once, and removes its shared memory then."""
    deadline = time.monotonic() + END_SECONDS
    while found := [one for one in psutil.process_iter() if one.pid != os.getpid() and works_in(one, folder)]:
        is_late = time.monotonic() > deadline
        for process in found:
            with suppress(psutil.Error):
                is_postgres = process.name() == "postgres"
                process.send_signal(signal.SIGQUIT if is_postgres and not is_late else signal.SIGKILL)
        if is_late:
            return
        time.sleep(POLL_SECONDS)


def main(folder: str) -> None:
    """Wait for the end of the parent process, then clean up."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    kill_all(folder)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
