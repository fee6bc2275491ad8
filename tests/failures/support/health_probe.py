"""Requests /api/health of a host repeatedly; prints the time of each request, its seconds, and for how many of these
the server's processes or this one were ready to run and waited for a processor.

A separate program without imports of the project: in the test's process it would measure the test.
"""

import http.client
import sys
import time
from pathlib import Path

INTERVAL_SECONDS = 0.02
TIMEOUT_SECONDS = 120


def probe(host: str, port: int, servers: list[str]) -> None:
    """Request until the process is killed; times are of the monotonic clock, which all processes share."""
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    while True:
        started, waited = time.monotonic(), waited_seconds(servers)
        try:
            connection.request("GET", "/api/health")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            connection.close()
        sys.stdout.write(f"{started} {time.monotonic() - started} {waited_seconds(servers) - waited}\n")
        sys.stdout.flush()
        time.sleep(INTERVAL_SECONDS)


def waited_seconds(servers: list[str]) -> float:
    """Return how long the threads of these processes and of this one have waited for a processor; 0 if it is not told.

    See "schedstat" in the kernel's documentation: the second number are these nanoseconds.
    """
    files = [path for pid in (*servers, "self") for path in Path("/proc", pid, "task").glob("*/schedstat")]
    try:
        return sum(int(path.read_text().split()[1]) for path in files) / 1e9
    except (OSError, IndexError):  # a thread has ended meanwhile, or another system than Linux
        return 0.0


if __name__ == "__main__":
    probe(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
