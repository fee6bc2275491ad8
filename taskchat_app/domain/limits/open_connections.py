"""Limits on what is open at once in this process: sockets, streams, uploads, exports, bytes of request bodies."""

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import TooManyOpen
from taskchat_app.i18n.messages import Message

RETRY_AFTER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Bound:
    """At most `most` may be open at once for `subject`."""

    subject: str
    most: int


class OpenCounts:
    """Counts open connections, or bytes, per subject; a subject with none uses no memory."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def count(self, subject: str) -> int:
        """Return how many are open for the subject."""
        return self._open[subject]

    def take(self, bounds: Sequence[Bound], count: int = 1) -> Bound | None:
        """Count so many more for each subject and return None; if a bound has no room, count nothing and return it."""
        for bound in bounds:
            if self._open[bound.subject] + count > bound.most:
                return bound
        for bound in bounds:
            self._open[bound.subject] += count
        return None

    def give_back(self, bounds: Sequence[Bound], count: int = 1) -> None:
        """Count so many less for each subject."""
        for bound in bounds:
            self._open[bound.subject] -= count
            if self._open[bound.subject] <= 0:
                del self._open[bound.subject]

    @contextmanager
    def taken(self, bounds: Sequence[Bound], refusal: Message) -> Generator[None]:
        """Count one more for each subject within the context; raise TooManyOpen with this sentence at a bound."""
        if self.take(bounds):
            raise TooManyOpen(refusal, resets_at=now() + RETRY_AFTER)
        try:
            yield
        finally:
            self.give_back(bounds)
