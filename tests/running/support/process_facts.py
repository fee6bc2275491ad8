"""`python -m tests.running.support.process_facts [CODE]`: prints what a process starts with, and exits with CODE."""

import gc
import inspect
import json
import multiprocessing
import os
import random
import resource
import signal
import sys
import threading
from pathlib import Path

from pwdlib.hashers.argon2 import Argon2Hasher


def facts() -> dict[str, object]:
    """Return what must be the same however the process was started, except "random"."""
    main = sys.modules["__main__"]
    umask = os.umask(0)
    os.umask(umask)
    open_files = list(Path("/proc/self/fd").iterdir())  # also the one that lists them, which is closed afterwards
    files = {file.name: str(file.readlink()) for file in open_files if file.is_symlink()}
    return {
        "environment": dict(os.environ),
        "sys.path": sys.path,
        "sys.argv": sys.argv,
        "sys.orig_argv": sys.orig_argv,
        "sys.executable": sys.executable,
        "flags": [str(sys.flags), sys.warnoptions, sys.dont_write_bytecode],
        "main": [main.__name__, main.__package__, main.__file__, main.__spec__ and main.__spec__.name],
        "folder": os.getcwd(),
        # Some builds of libffi keep their own library's file open.
        "open files": {name: file for name, file in files.items() if ".so" not in file},
        "umask": umask,
        "signals": {one.name: str(signal.getsignal(one)) for one in signal.Signals},
        "blocked signals": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "leads its session": [os.getpid() == os.getsid(0), os.getpid() == os.getpgrp()],
        "threads": threading.active_count(),
        "garbage collection": [gc.isenabled(), gc.get_threshold()],
        "files at most": resource.getrlimit(resource.RLIMIT_NOFILE),
        "start method": multiprocessing.get_start_method(allow_none=True),
        "output": [[one.encoding, one.errors, one.line_buffering, one.isatty()] for one in (sys.stdout, sys.stderr)],
        "cost of a hash": str(inspect.signature(Argon2Hasher)),
        "random": random.random(),
    }


if __name__ == "__main__":
    sys.stdout.write(f"{json.dumps(facts())}\n")
    sys.exit(int((*sys.argv, 0)[1]))
