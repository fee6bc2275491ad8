"""Measure everything once and print one table: `python -m benchmarks`, under three minutes, everything on 127.0.0.1."""

import signal
import sys
from typing import NoReturn

from benchmarks import chat, live, memory, servers, tasks
from benchmarks.figures import Row, table

MOST_SECONDS = 180
MEASUREMENTS = (chat.first_token, chat.tool_status, chat.sessions, live.events, tasks.task_api, memory.memory)


def main() -> None:
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(MOST_SECONDS)
    lines: list[tuple[str, ...]] = []
    with servers.running() as running:
        for measure in MEASUREMENTS:
            sys.stderr.write(f"{measure.__name__} …\n")
            lines += [found.cells() if isinstance(found, Row) else found for found in measure(running)]
    print(table(lines))


def _too_long(*_: object) -> NoReturn:
    sys.exit(f"The benchmarks took longer than {MOST_SECONDS} seconds and were ended.")


if __name__ == "__main__":
    main()
