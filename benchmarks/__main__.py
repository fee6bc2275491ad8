"""Runs all measurements on 127.0.0.1 and prints a table: `python -m benchmarks`.

Arguments select measurements by name: `python -m benchmarks pages events`.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from typing import NoReturn

from benchmarks import chat, live, long_list, memory, page, servers, tasks, understanding
from benchmarks.figures import Row, table

TIMEOUT_SECONDS = 420
"""The build of the page takes up to a minute of it, and so does drawing a list of 5,000 rows."""
Measure = Callable[[servers.Servers], Iterator[Row | tuple[str, ...]]]
MEASUREMENTS: tuple[Measure, ...] = (
    chat.first_token,
    chat.tool_status,
    chat.sessions,
    live.events,
    page.pages,
    long_list.long_lists,
    tasks.task_api,
    memory.memory,
    understanding.understanding,
)


def main() -> None:
    signal.signal(signal.SIGALRM, _abort)
    signal.alarm(TIMEOUT_SECONDS)
    lines: list[tuple[str, ...]] = []
    with servers.running() as running:
        for measure in select(sys.argv[1:]):
            sys.stderr.write(f"{measure.__name__} …\n")
            lines += [result.cells() if isinstance(result, Row) else result for result in measure(running)]
    print(table(lines))


def select(names: list[str]) -> list[Measure]:
    """Return the measurements with these names, or all; exit with the known names if one is unknown."""
    known = {measure.__name__: measure for measure in MEASUREMENTS}
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"There is no {unknown[0]}. Choose from {', '.join(known)}.")
    return [measure for name, measure in known.items() if name in names or not names]


def _abort(*_: object) -> NoReturn:
    sys.exit(f"The benchmarks took longer than {TIMEOUT_SECONDS} seconds and were aborted.")


if __name__ == "__main__":
    main()
