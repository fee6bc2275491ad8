"""Requests /api/health of a host repeatedly; prints the time of each request and how many seconds it took.

A separate program without imports of the project: in the test's process it would measure the test.
"""

import http.client
import sys
import time

INTERVAL_SECONDS = 0.02
TIMEOUT_SECONDS = 60


def probe(host: str, port: int) -> None:
    """Request until the process is killed; times are of the monotonic clock, which all processes share."""
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    while True:
        started = time.monotonic()
        try:
            connection.request("GET", "/api/health")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            connection.close()
        sys.stdout.write(f"{started} {time.monotonic() - started}\n")
        sys.stdout.flush()
        time.sleep(INTERVAL_SECONDS)


if __name__ == "__main__":
    probe(sys.argv[1], int(sys.argv[2]))
