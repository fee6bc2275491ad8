"""Measure everything once and print one table: `python -m benchmarks`, everything on 127.0.0.1.

Names of measurements choose some of them: `python -m benchmarks pages events`.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from typing import NoReturn

from benchmarks import chat, live, long_list, memory, page, servers, tasks
from benchmarks.figures import Row, table

MOST_SECONDS = 420
"""Of which the page's build takes up to a minute, and so does a list of 5,000 rows until all of them are drawn."""
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
)


def main() -> None:
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(MOST_SECONDS)
    lines: list[tuple[str, ...]] = []
    with servers.running() as running:
        for measure in chosen(sys.argv[1:]):
            sys.stderr.write(f"{measure.__name__} …\n")
            lines += [found.cells() if isinstance(found, Row) else found for found in measure(running)]
    print(table(lines))


def chosen(names: list[str]) -> list[Measure]:
    """The measurements of these names, or all; an unknown name ends the run with the known ones."""
    known = {measure.__name__: measure for measure in MEASUREMENTS}
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"There is no {unknown[0]}. Choose from {', '.join(known)}.")
    return [measure for name, measure in known.items() if name in names or not names]


def _too_long(*_: object) -> NoReturn:
    sys.exit(f"The benchmarks took longer than {MOST_SECONDS} seconds and were ended.")


if __name__ == "__main__":
    main()
