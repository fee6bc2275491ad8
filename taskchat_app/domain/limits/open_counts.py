"""Limits on sockets and streams open at once in this process."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """At most `most` may be open at once for the subject."""

    subject: str
    most: int


class OpenCounts:
    """Counts what is open for each subject; what nobody holds takes no memory."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def take(self, bounds: Sequence[Bound]) -> Bound | None:
        """Count one more for each subject; the first bound that is reached, and then nothing is counted."""
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
