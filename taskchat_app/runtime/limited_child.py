"""Gives a new process its limits, then calls main() of a module.

Runs as a script: `python -I limited_child.py MEMORY_BYTES CPU_SECONDS OUTPUT_BYTES MODULE ARGUMENT…`. Exits
with what main() returns, or with TOO_COSTLY. On Linux with Landlock (5.13) it can then open only Python's own files and
those of the module's package; it can look into no other process, and send no signal. On Linux on x86-64 and ARM64 it
can open no socket, also none in a file as Postgres has one, and start no process, which would have time of its own.
"""

import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

TOO_COSTLY, TOO_SLOW = 5, 6
NICENESS, NICE_AFTER_SECONDS = 10, 2
"""A process is niced after some time: niced at once, a small file may take 20 s on a busy machine."""
MAPPED_MAX_BYTES = 512 << 20
"""Address space beyond the memory limit: for code of libraries, and for reserved space that is never used."""
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Numbers of system calls, the same on all processors."""
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""The numbers of processors in a filter of system calls (AUDIT_ARCH_…)."""
REFUSED_CALLS = {
    "x86_64": (41, 56, 57, 58, 425, 435),  # socket, clone, fork, vfork, io_uring_setup, clone3
    "aarch64": (198, 220, 425, 435),  # socket, clone, io_uring_setup, clone3
}
CALLS_OF_X32 = 1 << 30
"""x86-64 has all its calls a second time from this number on."""
SECCOMP_ALLOW, SECCOMP_REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
LOAD, IF_EQUAL, IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions of a filter of system calls: LOAD reads a number, which the two IF compare."""
CALL_OFFSET, ARCHITECTURE_OFFSET = 0, 4
"""Where the numbers of a system call and of its processor are (seccomp(2), struct seccomp_data)."""
READ_FILE, READ_DIR = 1 << 2, 1 << 3
PATH_BENEATH = 1
REFUSED_BY_VERSION = {
    1: struct.pack("Q", 0x1FFF),
    2: struct.pack("Q", 0x3FFF),  # links between folders
    3: struct.pack("Q", 0x7FFF),  # truncation
    4: struct.pack("QQ", 0x7FFF, 0x3),  # TCP
    5: struct.pack("QQ", 0xFFFF, 0x3),  # ioctl of devices
    6: struct.pack("QQQ", 0xFFFF, 0x3, 0x3),  # sockets without a file, signals
}
"""What each version of Landlock can refuse (landlock_ruleset_attr): rights to files, to the network, scopes."""
SYSTEM_FOLDERS = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share", "/lib", "/lib64", "/etc/ld.so.cache")
DEVICES = ("/dev/null", "/dev/urandom")


def limit(memory_bytes: int, cpu_seconds: int, output_bytes: int) -> None:
    """Limit memory, processor time and the size of files that are written; be nice after the first seconds."""
    signal.signal(signal.SIGPROF, lambda _number, _frame: os.nice(NICENESS))
    signal.setitimer(signal.ITIMER_PROF, NICE_AFTER_SECONDS)
    with suppress(OSError):  # where the machine has no memory left, this process ends, and not the server
        Path("/proc/self/oom_score_adj").write_text("1000")
    for kind, most in (
        (resource.RLIMIT_DATA, memory_bytes),
        (resource.RLIMIT_AS, memory_bytes + MAPPED_MAX_BYTES),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, output_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def confine(folders: Iterable[str]) -> bool:
    """Permit only reading files in these folders; return whether the system can do that (Landlock)."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None)
    version = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)  # only asks for the version
    if version < 1:  # an older Linux, or one without Landlock
        return False
    attributes = REFUSED_BY_VERSION[min(version, max(REFUSED_BY_VERSION))]
    ruleset = libc.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    for folder in filter(os.path.exists, folders):
        place = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        allowed = READ_FILE | READ_DIR if os.path.isdir(folder) else READ_FILE
        libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", allowed, place), 0)
        os.close(place)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return libc.syscall(RESTRICT_SELF, ruleset, 0) == 0


def refuse_calls() -> bool:
    """Forbid opening sockets and starting processes and threads; return whether the system can do that (seccomp)."""
    machine = os.uname().machine
    if sys.platform != "linux" or machine not in REFUSED_CALLS:
        return False
    # Each step: the instruction, how many steps to skip if it is true and if it is false, and its operand.
    refuse = (RETURN, 0, 0, SECCOMP_REFUSE)
    steps = [
        (LOAD, 0, 0, ARCHITECTURE_OFFSET),
        (IF_EQUAL, 1, 0, ARCHITECTURES[machine]),
        refuse,  # a call of another processor
        (LOAD, 0, 0, CALL_OFFSET),
        (IF_AT_LEAST, 0, 1, CALLS_OF_X32),
        refuse,
    ]
    for call in REFUSED_CALLS[machine]:
        steps += [(IF_EQUAL, 0, 1, call), refuse]
    steps.append((RETURN, 0, 0, SECCOMP_ALLOW))
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    header = struct.pack("@HP", len(steps), ctypes.addressof(program))
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0) == 0


def main() -> int:
    memory_bytes, cpu_seconds, output_bytes, module, *arguments = sys.argv[1:]
    limit(int(memory_bytes), int(cpu_seconds), int(output_bytes))
    # Taken before the project's folder is added, of which only the module's package may be read.
    python = (sys.prefix, sys.base_prefix, *sys.path, *SYSTEM_FOLDERS, *DEVICES)
    sys.path.append(str(Path(__file__).parents[2]))
    package = import_module(module.partition(".")[0])
    confine((*python, *package.__path__))
    refuse_calls()
    try:
        return import_module(module).main(arguments)
    except (MemoryError, RecursionError, OSError):  # OSError: a file that it writes is as large as it may be
        return TOO_COSTLY


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # without the time that it takes to free millions of objects
