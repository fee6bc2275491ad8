"""What a process with limits tries in test_file_reading.py."""

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence


def main(arguments: Sequence[str]) -> int:
    what, *places = arguments
    if what == "read":
        sys.stdout.write(
            json.dumps({"opened": [place for place in places if _opens(place)], "environment": _variables()})
        )
    elif what == "niceness":
        before = os.nice(0)
        while os.nice(0) == before:
            pass
        sys.stdout.write(json.dumps([before, os.nice(0)]))
    elif what == "reach":
        sys.stdout.write(json.dumps([name for name, reach in REACHES.items() if _succeeds(reach, places[0])]))
    elif what == "memory":
        return len([bytearray(1024 * 1024) for _ in range(1_000)])
    elif what == "time":
        while True:
            pass
    elif what == "output":
        sys.stdout.buffer.write(b"x" * 2 * 1024 * 1024)
        sys.stdout.buffer.flush()
    elif what == "wait":
        time.sleep(60)
    return 0


def _send_to_file(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)


def _send_datagram(_: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"x", ("127.0.0.1", 9))


def _fork(_: str) -> None:
    if os.fork() == 0:
        os._exit(0)


REACHES: dict[str, Callable[[str], None]] = {
    "socket in a file": _send_to_file,
    "datagram": _send_datagram,
    "process": _fork,
    "thread": lambda _: threading.Thread(target=int).start(),
}


def _succeeds(reach: Callable[[str], None], path: str) -> bool:
    try:
        reach(path)
    except (OSError, RuntimeError):
        return False
    return True


def _opens(place: str) -> bool:
    try:
        with open(place, "rb") as file:
            return bool(file.read(1)) or True
    except OSError:
        return False


def _variables() -> list[str]:
    """Return the variables, without those that Python or the C library sets by itself."""
    return sorted(os.environ.keys() - {"LC_CTYPE"})
