"""Runs all measurements on 127.0.0.1, prints a table and writes results.json and the plots: `python -m benchmarks`.

Arguments select measurements by name: `python -m benchmarks pages events`. `--smoke` does as little as possible, to
show that the measurements work; its figures mean nothing. `--into FOLDER` writes into another folder.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks import chat, growth, live, long_list, memory, page, page_bytes, servers, streams, tasks, understanding
from benchmarks.figures import Curve, Row, table
from benchmarks.results import write_results
from benchmarks.sizes import SMOKE, Sizes

Measure = Callable[[servers.Servers, Sizes], Iterator[Row | Curve]]
MEASUREMENTS: tuple[Measure, ...] = (
    chat.first_token,
    chat.tool_status,
    chat.sessions,
    chat.long_threads,
    chat.statements,
    streams.throughput,
    streams.streams,
    streams.followers,
    growth.others,
    growth.own_tasks,
    growth.bulk,
    tasks.task_api,
    live.events,
    page.pages,
    page_bytes.page_bytes,
    long_list.long_lists,
    memory.memory,
    understanding.understanding,
)
BROWSER_MEASUREMENTS = {page.pages, page_bytes.page_bytes, long_list.long_lists}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the measurements; exit with 1 at the end if one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent)
    options = parser.parse_args(arguments)
    rows, failed = run(select(options.names), SMOKE if options.smoke else Sizes(), options.into)
    print(table(rows))
    if failed:
        sys.exit(f"These measurements failed: {', '.join(failed)}")


def run(measurements: Sequence[Measure], sizes: Sizes, into: Path) -> tuple[list[Row], list[str]]:
    """Return the rows, and the names of the measurements that failed; the others go on.

    Writes results.json and the plots into the folder after each measurement.
    """
    rows, curves, failed = list[Row](), list[Curve](), list[str]()
    with servers.running() as running:
        for measure in measurements:
            began = time.monotonic()
            try:
                for figure in measure(running, sizes):
                    (curves if isinstance(figure, Curve) else rows).append(figure)  # pyright: ignore[reportArgumentType]  # each goes in its list
            except (Exception, SystemExit):
                traceback.print_exc()
                failed.append(measure.__name__)
            sys.stderr.write(f"{measure.__name__}: {time.monotonic() - began:.0f} s\n")
            write_results(into, rows, curves)
    return rows, failed


def select(names: Sequence[str]) -> list[Measure]:
    """Return the measurements with these names, or all; exit with the known names if one is unknown."""
    known = {measure.__name__: measure for measure in MEASUREMENTS}
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"There is no {unknown[0]}. Choose from {', '.join(known)}.")
    return [measure for name, measure in known.items() if name in names or not names]


if __name__ == "__main__":
    main()
