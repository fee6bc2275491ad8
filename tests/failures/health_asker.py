"""Asks 127.0.0.1 or another host for its health, and writes when it asked and how many seconds the answer took.

A program of its own, without imports of the project: beside a busy test it would measure the test.
"""

import http.client
import sys
import time

EVERY_SECONDS = 0.02
PATIENCE_SECONDS = 60


def ask(host: str, port: int) -> None:
    """Go on until this process is ended; the moments are of the clock that all processes share."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
    while True:
        asked = time.monotonic()
        try:
            connection.request("GET", "/api/health")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            connection.close()
        sys.stdout.write(f"{asked} {time.monotonic() - asked}\n")
        sys.stdout.flush()
        time.sleep(EVERY_SECONDS)


if __name__ == "__main__":
    ask(sys.argv[1], int(sys.argv[2]))
