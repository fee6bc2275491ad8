"""One open socket: passes on only frames that our page sends, within the rate limits."""

import asyncio
import json
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from reflex_base.utils.format import format_event_handler
from starlette.types import Message, Receive, Send

from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.socket.events import EVENT, NAMESPACE, Frame, Refused, browser_error, checked, frame_of, text_of

SOCKET_BURST = 200
"""Events that a socket may send at once: more than 50 rows that are all clicked while the network is down."""
SOCKET_PER_SECOND = 40.0
NETWORK_BURST = 2000
NETWORK_PER_SECOND = 400.0
"""For all sockets of a network together. An event takes about 0.5 ms, so one network can use a fifth of the process."""
NETWORKS_MAX = 10_000

CONNECT_COST = 20
"""Opening a page counts as this many events."""
CONNECT_WITHIN_SECONDS = 20.0
"""A socket over which no page is opened within this time is closed."""
REFUSALS_MAX = 20
"""Refused frames after which a socket is closed: our page does not send them repeatedly."""
POLICY_VIOLATION = 1008
TRY_LATER = 1013
"""Close codes of RFC 6455 and of its registry."""
FRAME_BYTES = 14
"""The longest header of a WebSocket frame: length and mask, before the text."""
OTHER_ACCOUNT = "other_account"
"""Sent to a page that holds another account's data; `connection.js` then drops it and loads the page again."""
log = logging.getLogger(__name__)
LOG_EVERY_SECONDS = 10.0
REASONS_MAX = 20
"""How many different reasons one line names."""
_refused: Counter[str] = Counter()
"""The refusals since the last summary line, by their reason; empty if none is due."""


class OtherAccount(Exception):
    """The page holds the data of an account that is no longer the signed-in one."""


@dataclass(slots=True)
class TokenBucket:
    burst: float
    per_second: float
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._at = self.burst, asyncio.get_running_loop().time()

    def take(self, count: int = 1) -> float:
        """Take `count` events; return the seconds to wait before they may be processed."""
        at = asyncio.get_running_loop().time()
        self._left = min(self.burst, self._left + (at - self._at) * self.per_second) - count
        self._at = at
        return max(0.0, -self._left / self.per_second)


@lru_cache(NETWORKS_MAX)
def network_rate(_network: str) -> TokenBucket:
    return TokenBucket(NETWORK_BURST, NETWORK_PER_SECOND)


@dataclass(eq=False)
class OpenSocket:
    """One open socket, as the application sees it: refused frames are left out."""

    network: str
    user_id: str | None
    """The account by the login's cookie; None for an anonymous client."""
    token: str
    from_page: Receive
    to_page: Send
    is_connected: bool = False
    """Whether CONNECT, the first frame of a page, was passed on."""
    refusals: int = 0
    messages: int = 0
    """Whole messages that have arrived."""
    message_bytes: int = 0
    """Their bytes, with FRAME_BYTES for each."""
    earlier_bytes: int = 0
    """What its connection received before: the handshake; behind a proxy also other requests."""
    rate: TokenBucket = field(default_factory=lambda: TokenBucket(SOCKET_BURST, SOCKET_PER_SECOND))

    async def send(self, message: Message) -> None:
        text = message.get("text")
        if isinstance(text, str) and text.startswith(f'{EVENT}["new_token",'):
            # A duplicated tab has the same token as the first one; the server sends it a new one.
            _name, self.token = json.loads(text.removeprefix(EVENT))
        await self.to_page(message)

    async def close(self) -> None:
        """Close it with the advice to try again."""
        with suppress(RuntimeError, OSError):  # it may have ended meanwhile
            await self.to_page({"type": "websocket.close", "code": TRY_LATER})

    async def receive(self) -> Message:
        """Return the next admitted message, or the end of the socket."""
        while True:
            message = await self._next()
            if message["type"] != "websocket.receive":
                return message
            try:
                text = await self._admitted(message.get("text"))
            except Refused as refused:
                note_refusal(str(refused))
                self.refusals += 1
                if not self.is_connected or self.refusals >= REFUSALS_MAX:
                    return await self._end(POLICY_VIOLATION)
                await self.to_page({"type": "websocket.send", "text": _refusal_frame()})
                continue
            except OtherAccount:
                await self.to_page({"type": "websocket.send", "text": connect_error(OTHER_ACCOUNT)})
                return await self._end(TRY_LATER)
            if text is not None:
                return {"type": "websocket.receive", "text": text}

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout(None if self.is_connected else CONNECT_WITHIN_SECONDS):
                message = await self.from_page()
                self.messages += 1
                self.message_bytes += len((message.get("text") or "").encode(errors="replace")) + FRAME_BYTES
                return message
        except TimeoutError:
            return await self._end(TRY_LATER)

    async def _end(self, code: int) -> Message:
        """Close the socket, and return the message by which the application learns it."""
        await self.to_page({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}

    async def _admitted(self, text: str | None) -> str | None:
        """Return the text to pass on; None for an error report, which is logged here. Raises Refused, OtherAccount."""
        if text is None:
            raise Refused("a binary frame")
        frame = frame_of(text)
        if frame.kind in ("pong", "close", "disconnect"):
            return text
        is_connect = frame.kind == "connect"
        if is_connect == self.is_connected:  # a second CONNECT, or an event before the first
            raise Refused("a frame out of its turn")
        cost = CONNECT_COST if is_connect else 1
        await asyncio.sleep(max(self.rate.take(cost), network_rate(self.network).take(cost)))
        if error := browser_error(frame):
            note_refusal(f"a page met an error: {error}")
            return None
        corrected = checked(frame)
        held_account = corrected.data.get("event", {}).get("account") if is_connect else None
        if held_account and self.user_id not in (None, held_account):
            raise OtherAccount  # before Reflex sends the tab's state, and before the events that wait in the page
        self.is_connected = True
        return text_of(corrected)


def connect_error(message: str) -> str:
    """Return the frame that refuses a page with this message."""
    return f"44{NAMESPACE}{json.dumps({'message': message})}"


def _refusal_frame() -> str:
    """Return a frame that makes the page send `tell_refusal`, whose handler answers in the user's language."""
    event: dict[str, Any] = {"name": format_event_handler(UndoState.tell_refusal), "payload": {}}  # pyright: ignore[reportArgumentType]  # an event handler on the class
    return text_of(Frame("event", {"delta": {}, "events": [event]}))


def note_refusal(reason: str) -> None:
    """Count a refusal; `reason` is a short text of ours. The first is logged at once, later ones in a summary line."""
    if not _refused:
        log.warning("Refused over the socket: %s", reason)
        asyncio.get_running_loop().call_later(LOG_EVERY_SECONDS, _write_summary)
    has_place = reason in _refused or len(_refused) < REASONS_MAX
    _refused[reason if has_place else "others"] += 1


def _write_summary() -> None:
    summary = ", ".join(f"{reason} ({count})" for reason, count in _refused.items())
    if _refused.total() > 1:
        log.warning("Refused over the socket within %g s: %s", LOG_EVERY_SECONDS, summary)
    _refused.clear()
