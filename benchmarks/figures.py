"""Formats measurements as a table."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("", "median", "p95", "baseline", "ratio", "wanted")


@dataclass(frozen=True)
class Row:
    """One measurement: seconds of taskchat and, if there is one, of its baseline."""

    name: str
    ours: Sequence[float]
    baseline: Sequence[float] = ()
    wanted: str = ""

    @property
    def ratio(self) -> float | None:
        """Median divided by median: other load on the machine changes means."""
        return statistics.median(self.ours) / statistics.median(self.baseline) if self.baseline else None

    def cells(self) -> tuple[str, ...]:
        baseline = milliseconds(statistics.median(self.baseline)) if self.baseline else "-"
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}"
        ours = (milliseconds(statistics.median(self.ours)), milliseconds(p95(self.ours)))
        return (self.name, *ours, baseline, ratio, self.wanted)


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile, which is one of the values."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def table(lines: Sequence[tuple[str, ...]]) -> str:
    """Return the lines below their headings, names left-aligned, figures right-aligned."""
    columns = list(zip(HEADINGS, *lines, strict=True))
    names, *figures = columns
    width = max(len(name) for name in names)
    padded = [[name.ljust(width) for name in names]]
    for column in figures:
        width = max(len(cell) for cell in column)
        padded.append([cell.rjust(width) for cell in column])
    return "\n".join("  ".join(line) for line in zip(*padded, strict=True))
