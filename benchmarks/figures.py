"""What was measured, as the rows of a table."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("", "median", "p95", "bare peer", "ratio", "wanted")


@dataclass(frozen=True)
class Row:
    """One measurement: seconds of taskchat and, where there is one, of its bare peer."""

    name: str
    ours: Sequence[float]
    bare: Sequence[float] = ()
    wanted: str = ""

    @property
    def ratio(self) -> float | None:
        """Median against median: on a machine that does other things too, means follow the other things."""
        return statistics.median(self.ours) / statistics.median(self.bare) if self.bare else None

    def cells(self) -> tuple[str, ...]:
        bare = milliseconds(statistics.median(self.bare)) if self.bare else "-"
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}"
        ours = (milliseconds(statistics.median(self.ours)), milliseconds(p95(self.ours)))
        return (self.name, *ours, bare, ratio, self.wanted)


def p95(values: Sequence[float]) -> float:
    """The smallest value that 95 of 100 do not exceed."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def table(lines: Sequence[tuple[str, ...]]) -> str:
    """The lines below their headings: names to the left, figures to the right."""
    columns = list(zip(HEADINGS, *lines, strict=True))
    names, *figures = columns
    width = max(len(name) for name in names)
    padded = [[name.ljust(width) for name in names]]
    for column in figures:
        width = max(len(cell) for cell in column)
        padded.append([cell.rjust(width) for cell in column])
    return "\n".join("  ".join(line) for line in zip(*padded, strict=True))
