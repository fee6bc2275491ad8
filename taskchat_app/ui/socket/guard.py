"""ASGI middleware: limits who opens a socket and what arrives over it."""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from reflex_base.utils.format import format_event_handler
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.domain.accounts import tokens
from taskchat_app.domain.limits.networks import client_network
from taskchat_app.domain.limits.open_counts import Bound, OpenCounts
from taskchat_app.ui.core.session import COOKIE
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.socket import kept_states
from taskchat_app.ui.socket.events import browser_error, checked
from taskchat_app.ui.socket.frames import FRAME_MAX, NAMESPACE, Frame, Refused, frame_of, text_of
from taskchat_app.ui.socket.rates import SOCKET_BURST, SOCKET_PER_SECOND, Rate, network_rate
from taskchat_app.ui.socket.refused_log import note_refusal

SOCKET_PATH = "/_event"
HEADERS_MAX_BYTES = 16_384
"""All headers of a handshake; each state keeps a copy of them."""
QUERY_MAX_BYTES = 512
TOKEN = re.compile(r"[A-Za-z0-9-]{1,64}")
"""A page's name for itself: a UUID, with room."""

STRANGERS_MAX = 1_000
"""Sockets without a login, of everybody: with their states about 60 MB."""
STRANGERS_IN_NETWORK = 100
"""Sockets without a login for each network: a whole office at the page of signing in."""
SOCKETS_OF_PERSON = 200
"""Sockets of one account: each open tab has one."""
SOCKETS_IN_NETWORK = 2_000
"""Sockets with a login for each network: a large office, or everybody behind a proxy that TRUSTED_PROXY_HOPS misses."""
SOCKETS_MAX = 8_000

CONNECT_COST = 20
"""A page that opens costs as much as so many events."""
CONNECT_WITHIN_SECONDS = 20.0
"""A socket over which no page has opened by then is closed."""
REFUSALS_MAX = 20
"""So many refused frames close a socket: no page of ours sends them again and again."""
POLICY_VIOLATION = 1008
TRY_LATER = 1013
"""Close codes of RFC 6455 and of its registry."""
TOO_MANY = "too_many_sockets"
"""What `connection.js` gets where a socket is refused; it says the sentence."""

_open = OpenCounts()


@dataclass(frozen=True, slots=True)
class Opener:
    """Who opens a socket: an account, by a token that we signed, or anybody in a network."""

    network: str
    user_id: str | None

    @property
    def owner(self) -> str:
        return f"person {self.user_id}" if self.user_id else f"network {self.network}"

    @property
    def bounds(self) -> Sequence[Bound]:
        if self.user_id is None:
            own = Bound(f"stranger {self.network}", STRANGERS_IN_NETWORK), Bound("strangers", STRANGERS_MAX)
        else:
            own = Bound(self.owner, SOCKETS_OF_PERSON), Bound(f"network {self.network}", SOCKETS_IN_NETWORK)
        return (*own, Bound("sockets", SOCKETS_MAX))


class SocketGuard:
    """Lets so many sockets in, and hands on only frames that our page sends, within their bounds."""

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
        reached = _open.take(opener.bounds)
        if reached is not None:
            note_refusal(f"a socket, for {reached.most} are open ({reached.subject.split()[0]})")
            return await _turn_away(scope, receive, send)
        socket = _Socket(opener, token, receive, send)
        try:
            kept_states.come(token)
            await self.app(scope, socket.receive, socket.send)
        finally:
            _open.give_back(opener.bounds)
            kept_states.leave(socket.token, opener.owner, is_stranger=opener.user_id is None)


@dataclass
class _Socket:
    """One open socket, seen from the application: what it may not read never comes."""

    opener: Opener
    token: str
    from_page: Receive
    to_page: Send
    is_connected: bool = False
    refusals: int = 0
    rate: Rate = field(default_factory=lambda: Rate(SOCKET_BURST, SOCKET_PER_SECOND))

    async def send(self, message: Message) -> None:
        text = message.get("text")
        if isinstance(text, str) and text.startswith(f'42{NAMESPACE}["new_token",'):
            # A copied tab has the token of the other one, and gets its own.
            self.token = json.loads(text[2 + len(NAMESPACE) :])[1]
        await self.to_page(message)

    async def receive(self) -> Message:
        """The next message that may be read, or the end of the socket."""
        while True:
            message = await self._next()
            if message["type"] != "websocket.receive":
                return message
            try:
                text = await self._admitted(message.get("text"))
            except Refused as refused:
                note_refusal(str(refused))
                if await self._is_over():
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
        """The text to hand on; None where it was only to be noted. Raises Refused."""
        if text is None:
            raise Refused("a binary frame")
        frame = frame_of(text)
        if frame.kind in ("pong", "close", "disconnect"):
            return text
        if (frame.kind == "connect") == self.is_connected:
            raise Refused("a frame out of its turn")
        await self._take_turn(frame)
        if error := browser_error(frame):
            note_refusal(f"a page met an error: {error}")
            return None
        fit = checked(frame)
        self.is_connected = True
        return text if fit is frame else text_of(fit)

    async def _take_turn(self, frame: Frame) -> None:
        cost = CONNECT_COST if frame.kind == "connect" else 1
        await asyncio.sleep(max(self.rate.take(cost), network_rate(self.opener.network).take(cost)))

    async def _is_over(self) -> bool:
        """Tell the page that something was refused, or close the socket of one that goes on like that."""
        self.refusals += 1
        if self.is_connected and self.refusals < REFUSALS_MAX:
            await self.to_page({"type": "websocket.send", "text": _telling()})
            return False
        await self.to_page({"type": "websocket.close", "code": POLICY_VIOLATION})
        return True


def _telling() -> str:
    """A frame that has the page ask for the sentence about what was refused, in its person's language."""
    asking: dict[str, Any] = {"name": format_event_handler(UndoState.tell_refusal), "payload": {}}  # pyright: ignore[reportArgumentType]: an event handler on the class
    return f"42{NAMESPACE}{json.dumps(['event', {'delta': {}, 'events': [asking]}])}"


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a socket with a reason: a handshake that fails would reach the page without one."""
    await receive()
    # A browser takes no answer without the subprotocol that it asked for: Reflex's version.
    await send({"type": "websocket.accept", "subprotocol": next(iter(scope.get("subprotocols", [])), None)})
    opening: dict[str, Any] = {
        "sid": "none",
        "upgrades": [],
        "pingInterval": 25_000,
        "pingTimeout": 20_000,
        "maxPayload": FRAME_MAX,
    }
    await send({"type": "websocket.send", "text": f"0{json.dumps(opening)}"})
    await send({"type": "websocket.send", "text": f"44{NAMESPACE}{json.dumps({'message': TOO_MANY})}"})
    await send({"type": "websocket.close", "code": TRY_LATER})


def _token(scope: Scope) -> str | None:
    """The page's name for itself; None where the handshake is larger than a page's."""
    if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADERS_MAX_BYTES:
        return None
    query: bytes = scope.get("query_string", b"")
    if len(query) > QUERY_MAX_BYTES:
        return None
    named = parse_qs(query.decode("latin-1")).get("token", [])
    return named[0] if len(named) == 1 and TOKEN.fullmatch(named[0]) else None


def _opener(connection: HTTPConnection) -> Opener:
    """Who asks for the socket. A login that was ended counts as one: only its signature is read here."""
    peer = connection.client.host if connection.client else ""
    network = client_network(peer, connection.headers.getlist("x-forwarded-for"))
    claim = tokens.read(connection.cookies.get(COOKIE, ""), "app")
    return Opener(network, claim.user_id if claim else None)
