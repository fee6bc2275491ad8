"""Limits on what is open at once in this process: sockets, streams, uploads, exports, bytes of request bodies."""

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from taskchat_app.domain.limits.networks import wider_network
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import TooManyOpen
from taskchat_app.i18n.messages import Message

RETRY_AFTER = timedelta(seconds=5)
CROWDED = 4_000
"""With so many open sockets or streams, each account and network may have fewer, so that others get one."""
CROWDED_PER_USER = 20
CROWDED_PER_NETWORK = 250


@dataclass(frozen=True, slots=True)
class Bound:
    """At most `most` may be open at once for `subject`."""

    subject: str
    most: int


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of a kind an account, a network or an IPv6 /48, and the process may have open."""

    per_user: int
    per_network: int
    most: int

    def bounds(self, counts: "OpenCounts", user_id: str, network: str) -> tuple[Bound, Bound, Bound, Bound]:
        """Return the bounds for one more of this user from this network; in a crowd they are narrower."""
        is_crowded = counts.count("all") >= CROWDED
        return (
            Bound(f"person {user_id}", CROWDED_PER_USER if is_crowded else self.per_user),
            Bound(f"network {network}", CROWDED_PER_NETWORK if is_crowded else self.per_network),
            Bound(f"site {wider_network(network, 48)}", self.per_network),
            Bound("all", self.most),
        )


class OpenCounts:
    """Counts open connections, or bytes, per subject; a subject with none uses no memory."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def count(self, subject: str) -> int:
        return self._open[subject]

    def full(self, bounds: Sequence[Bound], count: int) -> Bound | None:
        """Return the first bound that has no room for so many more; None if all have."""
        return next((bound for bound in bounds if self._open[bound.subject] + count > bound.most), None)

    def take(self, bounds: Sequence[Bound], count: int = 1) -> Bound | None:
        """Count so many more for each subject and return None; if a bound has no room, count nothing and return it."""
        full = self.full(bounds, count)
        if full is None:
            for bound in bounds:
                self._open[bound.subject] += count
        return full

    def give_back(self, bounds: Sequence[Bound], count: int = 1) -> None:
        for bound in bounds:
            self._open[bound.subject] -= count
            if self._open[bound.subject] <= 0:
                del self._open[bound.subject]

    @contextmanager
    def taken(self, bounds: Sequence[Bound], refusal: Message) -> Generator[None]:
        """Count one more for each subject within the context; raise TooManyOpen with this sentence at a bound."""
        with self.growing(bounds, refusal) as grow:
            grow(1)
            yield

    @contextmanager
    def growing(self, bounds: Sequence[Bound], refusal: Message) -> Generator[Callable[[int], None]]:
        """Yield a function that counts so many more for each subject until the context ends.

        It raises TooManyOpen with this sentence, and counts nothing, at a bound.
        """
        taken = 0

        def grow(count: int) -> None:
            nonlocal taken
            if self.take(bounds, count):
                raise TooManyOpen(refusal, resets_at=now() + RETRY_AFTER)
            taken += count

        try:
            yield grow
        finally:
            self.give_back(bounds, taken)
