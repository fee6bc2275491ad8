"""What a process with limits tries in test_file_reading.py."""

import json
import os
import sys
import time
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    what, *places = arguments
    if what == "read":
        told = {"opened": [place for place in places if _opens(place)], "environment": _variables(), "nice": os.nice(0)}
        sys.stdout.write(json.dumps(told))
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


def _opens(place: str) -> bool:
    try:
        with open(place, "rb") as file:
            return bool(file.read(1)) or True
    except OSError:
        return False


def _variables() -> list[str]:
    """Return the variables, without those that Python or the C library sets by itself."""
    return sorted(os.environ.keys() - {"LC_CTYPE"})
