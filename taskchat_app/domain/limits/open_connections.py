"""Limits on concurrently open sockets and streams in this process."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """At most `most` may be open at once for `subject`."""

    subject: str
    most: int


class OpenCounts:
    """Counts open connections per subject; a subject with none uses no memory."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def take(self, bounds: Sequence[Bound]) -> Bound | None:
        """Count one more for each subject and return None; if a bound is reached, count nothing and return it."""
        for bound in bounds:
            if self._open[bound.subject] >= bound.most:
                return bound
        for bound in bounds:
            self._open[bound.subject] += 1
        return None

    def give_back(self, bounds: Sequence[Bound]) -> None:
        """Count one less for each subject."""
        for bound in bounds:
            self._open[bound.subject] -= 1
            if self._open[bound.subject] <= 0:
                del self._open[bound.subject]

    def open(self, subject: str) -> int:
        return self._open[subject]
