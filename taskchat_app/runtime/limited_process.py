"""Runs a module on a file in a process of its own (limited_child.py), with limits of memory, processor and wall time.

A file made to harm can stop only this process, which reads neither the environment nor the memory nor the files of the
server. What the process writes may be anything.
"""

import contextlib
import ctypes
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from taskchat_app.runtime import limited_child
from taskchat_app.runtime.limited_child import TOO_COSTLY, TOO_SLOW

PR_SET_DUMPABLE = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may use. `output_bytes` is the size of each file that it writes."""

    memory_bytes: int
    cpu_seconds: int
    seconds: float
    """By the clock: the process shares its processor with others, and is niced after its first seconds."""
    output_bytes: int


def run(
    module: str, arguments: Sequence[str], source: IO[bytes], output: IO[bytes], limits: Limits, *, files: Sequence[int]
) -> tuple[int, float]:
    """Run main(arguments) of the module; return its exit status and the seconds of a processor that it took.

    The status is TOO_SLOW if the clock ended it, TOO_COSTLY if it reached another limit or died by a signal. The module
    reads the source as stdin, and writes the output and the other `files`: descriptors, which keep their numbers in the
    process. Source and output must have descriptors, too.
    """
    source.seek(0)
    # -I: neither the environment nor the current folder.
    own_limits = (str(limits.memory_bytes), str(limits.cpu_seconds), str(limits.output_bytes))
    command = [sys.executable, "-I", limited_child.__file__, *own_limits, module, *arguments]
    child = subprocess.Popen(
        command, stdin=source, stdout=output, stderr=subprocess.DEVNULL, env={}, pass_fds=files, close_fds=True
    )
    is_late = threading.Event()

    def end() -> None:
        is_late.set()
        child.kill()

    timer = threading.Timer(limits.seconds, end)
    timer.start()
    try:
        _, status, usage = os.wait4(child.pid, 0)
    finally:
        timer.cancel()
    child.returncode = os.waitstatus_to_exitcode(status)
    killed = TOO_SLOW if is_late.is_set() else TOO_COSTLY
    return killed if child.returncode < 0 else child.returncode, usage.ru_utime + usage.ru_stime


def hide_memory() -> None:
    """Let no other process of the same user read this one's environment and memory (/proc), and write no core dump.

    A program that is started from this one begins without that.
    """
    if Path("/proc/self/environ").exists():
        with contextlib.suppress(OSError, AttributeError):  # a system that has /proc, and not this call
            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
