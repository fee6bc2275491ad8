"""Limits on open event streams: per user, per network and in total."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

from starlette.requests import HTTPConnection

from taskchat_app.api.core.credentials import client_address
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.open_counts import Bound, OpenCounts
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import TooManyOpen
from taskchat_app.i18n.messages import gettext

STREAMS_OF_PERSON = 1_500
"""A server must serve 1,000 idle followers of one account and 300 concurrent answers; a stream takes about 40 kB."""
STREAMS_IN_NETWORK = 2_000
"""Equal to the limit for sockets: a large office, or all users of a proxy that TRUSTED_PROXY_HOPS does not count."""
STREAMS_MAX = 8_000
RETRY_AFTER = timedelta(seconds=5)
REFUSALS = (
    gettext("Too many event streams are open for your account. Close some, then try again."),
    gettext("Too many event streams are open from your network. Close some, then try again."),
    gettext("Too many event streams are open on this server. Close some, then try again."),
)
"""For the bounds of `stream_place`, in their order."""

_open = OpenCounts()


class StreamPlace:
    """One counted stream. Its end gives the place back; repeating that has no effect."""

    def __init__(self, bounds: tuple[Bound, ...]) -> None:
        self._bounds: tuple[Bound, ...] = bounds

    def give_back(self) -> None:
        _open.give_back(self._bounds)
        self._bounds = ()


@contextmanager
def stream_place(request: HTTPConnection, person: Person) -> Generator[StreamPlace]:
    """Count a stream; its response gives the place back at its end, this context manager only after an exception.

    Raises TooManyOpen.
    """
    bounds = (
        Bound(f"person {person.id}", STREAMS_OF_PERSON),
        Bound(f"network {client_address(request)}", STREAMS_IN_NETWORK),
        Bound("streams", STREAMS_MAX),
    )
    if reached := _open.take(bounds):
        raise TooManyOpen(REFUSALS[bounds.index(reached)], resets_at=now() + RETRY_AFTER)
    place = StreamPlace(bounds)
    try:
        yield place
    except BaseException:
        place.give_back()
        raise
