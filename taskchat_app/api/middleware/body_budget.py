"""Budgets of the memory that requests with a body hold: small ones for unknown senders, others for accounts.

A request counts from its headers until its answer, with the bytes of its body that have arrived; in this process.
"""

from collections.abc import Sequence
from typing import Self

from starlette.requests import HTTPConnection

from taskchat_app.api.core.credentials import bearer_token, cookie_token, network_of
from taskchat_app.api.core.request_bodies import BODY_MAX_BYTES, BODY_SECONDS
from taskchat_app.domain.accounts import access_tokens, accounts
from taskchat_app.domain.limits.networks import wider_network
from taskchat_app.domain.limits.open_connections import RETRY_AFTER, Bound, OpenCounts
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Overloaded, PersonError, TooLarge
from taskchat_app.i18n.messages import gettext

KIB = 1024
MIB = 1024 * KIB
REQUEST_BYTES = 8 * KIB
"""What a request counts in addition to its body: a silent one takes some 35 kB of the process."""
UNKNOWN_BODY_MAX = 64 * KIB
"""One body of an unknown sender; a sign-in needs less than 1 KiB."""
UNKNOWN_SECONDS = 60.0
UNKNOWN_IN_NETWORK = MIB
"""Unknown senders of one network, an IPv4 address or an IPv6 /64: 128 requests at once, or 14 of the largest."""
UNKNOWN_IN_SITE = 4 * MIB
"""Unknown senders of one IPv6 /48."""
UNKNOWN_TOTAL = 16 * MIB
ACCOUNT_TOTAL = 8 * MIB
"""One account: seven of the largest bodies at once, or a thousand small ones."""
ACCOUNTS_TOTAL = 128 * MIB
TOO_LARGE = gettext("The request is too large for one without a login. Send at most 64 KiB, or sign in.")
FULL = gettext("The server is reading as many requests as it can. Try again in a few seconds.")

_held = OpenCounts()


class HeldBody:
    """A request's body, counted in the budgets of its sender (None: unknown) until the context ends."""

    def __init__(self, user_id: str | None, network: str) -> None:
        self.content = bytearray()
        self.seconds = BODY_SECONDS if user_id else UNKNOWN_SECONDS
        self._body_max = BODY_MAX_BYTES if user_id else UNKNOWN_BODY_MAX
        self._bounds = _bounds_of(user_id, network)
        self._counted_bytes = 0

    def __enter__(self) -> Self:
        """Raise Overloaded if there is no room for the request, whatever its body holds."""
        self._count(REQUEST_BYTES)
        return self

    def __exit__(self, *_: object) -> None:
        _held.give_back(self._bounds, self._counted_bytes)

    def keep(self, part: bytes) -> None:
        """Append the part; drop everything and raise TooLarge, or Overloaded if a budget has no room."""
        try:
            if len(self.content) + len(part) > self._body_max:
                raise TooLarge(TOO_LARGE)
            self._count(len(part))
        except PersonError:
            self.content = bytearray()
            _held.give_back(self._bounds, self._counted_bytes - REQUEST_BYTES)
            self._counted_bytes = REQUEST_BYTES
            raise
        self.content += part

    def _count(self, size: int) -> None:
        if _held.take(self._bounds, size):
            raise Overloaded(FULL, resets_at=now() + RETRY_AFTER)
        self._counted_bytes += size

    def take_content(self) -> bytes:
        """Return the content for the app, and hold no second copy of it; it stays counted."""
        content, self.content = bytes(self.content), bytearray()
        return content


async def sender_of(connection: HTTPConnection) -> str:
    """Return the subject under which what a request holds is counted: its account, or its network without one."""
    user_id = await user_of(connection)
    return f"account {user_id}" if user_id else f"network {network_of(connection)}"


async def user_of(connection: HTTPConnection) -> str | None:
    """Return the id of the sender's user; None for an unknown sender.

    A login names its user by its signature, even if it has ended. The user of an access token is looked up in the
    database; to save that, a small request with one is an unknown sender's while those have room.
    """
    bearer = bearer_token(connection.headers)
    if bearer is not None and bearer.startswith(access_tokens.PREFIX):
        if _has_room_if_unknown(connection):
            return None
        use = await access_tokens.user_of_token(bearer)
        return use.person.id if use else None
    token = cookie_token(connection) if bearer is None else bearer
    if not token:
        return None
    claim = accounts.read_token(token, "app") or accounts.read_token(token, "chat")
    return claim.user_id if claim else None


def _bounds_of(user_id: str | None, network: str) -> Sequence[Bound]:
    if user_id is not None:
        return Bound(f"account {user_id}", ACCOUNT_TOTAL), Bound("accounts", ACCOUNTS_TOTAL)
    return (
        Bound(f"network {network}", UNKNOWN_IN_NETWORK),
        Bound(f"site {wider_network(network, 48)}", UNKNOWN_IN_SITE),
        Bound("unknown", UNKNOWN_TOTAL),
    )


def _has_room_if_unknown(connection: HTTPConnection) -> bool:
    """Return whether the body is small enough for an unknown sender, and there is room for two of the largest."""
    length = connection.headers.get("content-length", "")
    if not length.isdecimal() or int(length[:20]) > UNKNOWN_BODY_MAX:  # int() refuses thousands of digits
        return False
    return _held.full(_bounds_of(None, network_of(connection)), 2 * UNKNOWN_BODY_MAX) is None
