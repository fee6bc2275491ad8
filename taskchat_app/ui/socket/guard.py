"""ASGI middleware: limits the number of sockets and the frames that arrive over them."""

import asyncio
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from reflex_base.utils.format import format_event_handler
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.domain.accounts import tokens
from taskchat_app.domain.accounts.tokens import COOKIE
from taskchat_app.domain.limits.networks import client_network
from taskchat_app.domain.limits.open_connections import Bound, OpenCounts
from taskchat_app.runtime import metrics
from taskchat_app.runtime.event_loop import start_background
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.socket import closed_tab_states
from taskchat_app.ui.socket.events import browser_error, checked
from taskchat_app.ui.socket.frames import FRAME_MAX, NAMESPACE, Frame, Refused, frame_of, text_of
from taskchat_app.ui.socket.rates import SOCKET_BURST, SOCKET_PER_SECOND, TokenBucket, network_rate
from taskchat_app.ui.socket.refused_log import note_refusal

SOCKET_PATH = "/_event"
HEADERS_MAX_BYTES = 16_384
"""All headers of a handshake; each state stores a copy of them."""
QUERY_MAX_BYTES = 512
TOKEN = re.compile(r"[A-Za-z0-9-]{1,64}")
"""The token by which a tab identifies itself: a UUID; longer ones are allowed."""

ANONYMOUS_SOCKETS_MAX = 1_000
"""Sockets without a login in total: with their states about 60 MB."""
ANONYMOUS_SOCKETS_PER_NETWORK = 100
"""Sockets without a login for each network: a whole office on the sign-in page."""
SOCKETS_PER_USER = 200
"""Sockets of one account: one for each open tab."""
SOCKETS_PER_NETWORK = 2_000
"""Sockets with a login for each network: a large office, or all users if TRUSTED_PROXY_HOPS is set too low."""
SOCKETS_MAX = 8_000

CONNECT_COST = 20
"""Opening a page counts as this many events."""
CONNECT_WITHIN_SECONDS = 20.0
"""A socket over which no page is opened within this time is closed."""
REFUSALS_MAX = 20
"""Refused frames after which a socket is closed: our page does not send them repeatedly."""
POLICY_VIOLATION = 1008
TRY_LATER = 1013
"""Close codes of RFC 6455 and of its registry."""
TOO_MANY = "too_many_sockets"
"""Sent when a socket is refused; `connection.js` shows the sentence for it."""

_open = OpenCounts()
_sockets: set["_Socket"] = set()
"""The open sockets. A duplicated tab's has the token of the first one until it gets its own."""


def close_socket(token: str) -> None:
    """Close the socket of the tab with this token: the page reconnects and loads everything again."""
    for socket in [socket for socket in _sockets if socket.token == token]:
        start_background(socket.close())


@dataclass(frozen=True, slots=True)
class Opener:
    """Who opens a socket: an account, by a token that we signed, or an anonymous client of a network."""

    network: str
    user_id: str | None

    @property
    def owner(self) -> str:
        return f"person {self.user_id}" if self.user_id else f"network {self.network}"

    @property
    def bounds(self) -> Sequence[Bound]:
        if self.user_id is None:
            own = (
                Bound(f"stranger {self.network}", ANONYMOUS_SOCKETS_PER_NETWORK),
                Bound("strangers", ANONYMOUS_SOCKETS_MAX),
            )
        else:
            own = Bound(self.owner, SOCKETS_PER_USER), Bound(f"network {self.network}", SOCKETS_PER_NETWORK)
        return (*own, Bound("sockets", SOCKETS_MAX))


class SocketGuard:
    """Limits the number of open sockets, and passes on only frames that our page sends, within the rate limits."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not scope["path"].startswith(SOCKET_PATH):
            return await self.app(scope, receive, send)
        if scope["type"] == "http":
            return await PlainTextResponse("This address takes WebSockets only.", 426)(scope, receive, send)
        token = _token(scope)
        if token is None:
            note_refusal("a handshake with too much in it, or without a token")
            return await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        opener = _opener(HTTPConnection(scope))
        exceeded = _open.take(opener.bounds)
        if exceeded is not None:
            note_refusal(f"a socket, for {exceeded.most} are open ({exceeded.subject.split()[0]})")
            return await _refuse_socket(scope, receive, send)
        socket = _Socket(opener, token, receive, send)
        try:
            closed_tab_states.tab_opened(token)
            _sockets.add(socket)
            with metrics.SOCKETS.track_inprogress():
                await self.app(scope, socket.receive, socket.send)
        finally:
            _open.give_back(opener.bounds)
            _sockets.discard(socket)
            closed_tab_states.tab_closed(socket.token, opener.owner, is_anonymous=opener.user_id is None)


@dataclass(eq=False)
class _Socket:
    """One open socket, as the application sees it: refused frames are left out."""

    opener: Opener
    token: str
    from_page: Receive
    to_page: Send
    is_connected: bool = False
    refusals: int = 0
    rate: TokenBucket = field(default_factory=lambda: TokenBucket(SOCKET_BURST, SOCKET_PER_SECOND))

    async def send(self, message: Message) -> None:
        text = message.get("text")
        if isinstance(text, str) and text.startswith(f'42{NAMESPACE}["new_token",'):
            # A duplicated tab has the same token as the first one; the server sends it a new one.
            self.token = json.loads(text[2 + len(NAMESPACE) :])[1]
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
                if await self._count_refusal():
                    return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
                continue
            if text is not None:
                return {"type": "websocket.receive", "text": text}

    async def _next(self) -> Message:
        if self.is_connected:
            return await self.from_page()
        try:
            async with asyncio.timeout(CONNECT_WITHIN_SECONDS):
                return await self.from_page()
        except TimeoutError:
            await self.to_page({"type": "websocket.close", "code": TRY_LATER})
            return {"type": "websocket.disconnect", "code": TRY_LATER}

    async def _admitted(self, text: str | None) -> str | None:
        """Return the text to pass on; None for an error report, which is logged here. Raises Refused."""
        if text is None:
            raise Refused("a binary frame")
        frame = frame_of(text)
        if frame.kind in ("pong", "close", "disconnect"):
            return text
        if (frame.kind == "connect") == self.is_connected:
            raise Refused("a frame out of its turn")
        await self._wait_for_rate(frame)
        if error := browser_error(frame):
            note_refusal(f"a page met an error: {error}")
            return None
        fit = checked(frame)
        self.is_connected = True
        return text if fit is frame else text_of(fit)

    async def _wait_for_rate(self, frame: Frame) -> None:
        cost = CONNECT_COST if frame.kind == "connect" else 1
        await asyncio.sleep(max(self.rate.take(cost), network_rate(self.opener.network).take(cost)))

    async def _count_refusal(self) -> bool:
        """Tell the page of the refusal, or after REFUSALS_MAX close the socket. Returns whether it was closed."""
        self.refusals += 1
        if self.is_connected and self.refusals < REFUSALS_MAX:
            await self.to_page({"type": "websocket.send", "text": _refusal_frame()})
            return False
        await self.to_page({"type": "websocket.close", "code": POLICY_VIOLATION})
        return True


def _refusal_frame() -> str:
    """Return a frame that makes the page send `tell_refusal`, whose handler answers in the user's language."""
    event: dict[str, Any] = {"name": format_event_handler(UndoState.tell_refusal), "payload": {}}  # pyright: ignore[reportArgumentType]  # an event handler on the class
    return f"42{NAMESPACE}{json.dumps(['event', {'delta': {}, 'events': [event]}])}"


async def _refuse_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Accept and close a socket with a reason; a failed handshake would give the page none."""
    await receive()
    # Browsers reject a handshake without the subprotocol that they requested: Reflex's version.
    await send({"type": "websocket.accept", "subprotocol": next(iter(scope.get("subprotocols", [])), None)})
    open_packet: dict[str, Any] = {
        "sid": "none",
        "upgrades": [],
        "pingInterval": 25_000,
        "pingTimeout": 20_000,
        "maxPayload": FRAME_MAX,
    }
    await send({"type": "websocket.send", "text": f"0{json.dumps(open_packet)}"})
    await send({"type": "websocket.send", "text": f"44{NAMESPACE}{json.dumps({'message': TOO_MANY})}"})
    await send({"type": "websocket.close", "code": TRY_LATER})


def _token(scope: Scope) -> str | None:
    """Return the tab's token; None if it is missing or the handshake is larger than a page's."""
    if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADERS_MAX_BYTES:
        return None
    query: bytes = scope.get("query_string", b"")
    if len(query) > QUERY_MAX_BYTES:
        return None
    values = parse_qs(query.decode("latin-1")).get("token", [])
    return values[0] if len(values) == 1 and TOKEN.fullmatch(values[0]) else None


def _opener(connection: HTTPConnection) -> Opener:
    """Return who opens the socket. An ended login counts as a login: only the token's signature is checked here."""
    peer = connection.client.host if connection.client else ""
    network = client_network(peer, connection.headers.getlist("x-forwarded-for"))
    claim = tokens.read(connection.cookies.get(COOKIE, ""), "app")
    return Opener(network, claim.user_id if claim else None)
