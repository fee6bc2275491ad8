"""Measurements: their ratio to a baseline, and their form in the table, in results.json and in the plots."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HEADINGS = ("", "median", "p95", "baseline", "ratio", "goal")
FACTORS = {"ms": 1000, "s": 1, "%": 1, "": 1, "KB": 1 / 1000, "shift": 1, "MiB": 1 / 2**20, "/s": 1}
"""Figures are seconds, bytes or counts; the table shows them multiplied by this in the unit."""
DECIMALS = {"": 0, "%": 0, "KB": 0, "MiB": 1, "shift": 3}


@dataclass(frozen=True)
class Row:
    """One measurement: figures of taskchat and, if there is one, of its baseline; `goal` says what is wanted."""

    name: str
    ours: Sequence[float]
    baseline: Sequence[float] = ()
    goal: str = ""
    unit: str = "ms"

    @property
    def ratio(self) -> float | None:
        """Median divided by median: other load on the machine changes means."""
        if not self.baseline or statistics.median(self.baseline) == 0:
            return None
        return statistics.median(self.ours) / statistics.median(self.baseline)

    def cells(self) -> tuple[str, ...]:
        baseline = shown(statistics.median(self.baseline), self.unit) if self.baseline else "-"
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}"
        return (
            self.name,
            shown(statistics.median(self.ours), self.unit),
            shown(percentile(self.ours, 95), self.unit),
            baseline,
            ratio,
            self.goal,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the row for results.json; figures are in seconds, bytes or counts."""
        return {
            "name": self.name,
            "median": statistics.median(self.ours),
            "p95": percentile(self.ours, 95),
            "baseline": statistics.median(self.baseline) if self.baseline else None,
            "ratio": self.ratio,
            "goal": self.goal,
            "unit": self.unit,
        }


@dataclass(frozen=True)
class Curve:
    """The cost of some work at several sizes, for a plot: from the size to the figures measured at it."""

    name: str
    size: str
    unit: str
    lines: Mapping[str, Mapping[int, Sequence[float]]]

    def medians(self) -> dict[str, list[tuple[int, float]]]:
        """Return size and median of each point, by line."""
        return {
            line: [(size, statistics.median(figures)) for size, figures in sorted(points.items())]
            for line, points in self.lines.items()
        }


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the percentile, which is one of the values."""
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(0, rank - 1)]


def shown(figure: float, unit: str) -> str:
    """Return the figure (seconds, bytes or a count) in the unit."""
    return f"{figure * FACTORS[unit]:,.{DECIMALS.get(unit, 1)}f} {unit}".removesuffix(" shift").rstrip()


def table(rows: Sequence[Row]) -> str:
    """Return the rows below their headings, names left-aligned, figures right-aligned."""
    columns = list(zip(HEADINGS, *(row.cells() for row in rows), strict=True))
    names, *figures = columns
    width = max(len(name) for name in names)
    padded = [[name.ljust(width) for name in names]]
    for column in figures:
        width = max(len(cell) for cell in column)
        padded.append([cell.rjust(width) for cell in column])
    return "\n".join("  ".join(line) for line in zip(*padded, strict=True))
