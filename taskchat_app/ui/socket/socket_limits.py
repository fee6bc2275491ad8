"""ASGI middleware: limits the number of open sockets; `open_socket.py` limits what arrives over one.

It also limits how many states of closed tabs stay in memory, of which Reflex keeps all for an hour.
"""

import asyncio
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.limits.networks import client_network
from taskchat_app.domain.limits.open_connections import Bound, OpenCounts, Shares
from taskchat_app.reflex_patches.tab_states import forget_state
from taskchat_app.runtime import metrics
from taskchat_app.runtime.event_loop import start_background
from taskchat_app.ui.socket import unfinished_frames
from taskchat_app.ui.socket.events import FRAME_MAX
from taskchat_app.ui.socket.open_socket import POLICY_VIOLATION, TRY_LATER, OpenSocket, connect_error, note_refusal

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
_SHARES = Shares(SOCKETS_PER_USER, SOCKETS_PER_NETWORK, SOCKETS_MAX)
TOO_MANY = "too_many_sockets"
"""Sent when a socket is refused; `connection.js` shows the sentence for it."""
ANONYMOUS_STATE_SECONDS = 60.0
"""How long the state of a closed tab without a login is kept: a reconnect on a bad network takes less."""
STATES_PER_OWNER_MAX = 50
"""States of closed tabs kept for each account or network; the oldest is deleted first. A tab that reconnects without
a state loads everything again, as after a restart."""
STATES_MAX = 4_000

_open = OpenCounts()
_sockets: set[OpenSocket] = set()
"""The open sockets. A duplicated tab's has the token of the first one until it gets its own."""
_closed_tabs: dict[str, tuple[str, float]] = {}
"""The tokens of closed tabs, oldest first, each with its owner and the time of its closing."""


def close_socket(token: str) -> None:
    """Close the socket of the tab with this token: the page reconnects and loads everything again."""
    for socket in _sockets:
        if socket.token == token:
            start_background(socket.close())


@dataclass(frozen=True, slots=True)
class Opener:
    """Who opens a socket: an account, by a token that we signed, or an anonymous client of a network."""

    network: str
    user_id: str | None

    @property
    def owner(self) -> str:
        return f"person {self.user_id}" if self.user_id else f"network {self.network}"

    def token_of_state(self, token: str) -> str:
        """Return the token under which Reflex keeps the state of this tab: it also depends on the owner.

        The tab's own token is in the socket's address, which a proxy may log: its reader must not get the state.
        """
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.owner} {token}"))

    @property
    def bounds(self) -> Sequence[Bound]:
        if self.user_id is not None:
            return _SHARES.bounds(_open, self.user_id, self.network)
        return (
            Bound(f"stranger {self.network}", ANONYMOUS_SOCKETS_PER_NETWORK),
            Bound("strangers", ANONYMOUS_SOCKETS_MAX),
            Bound("all", SOCKETS_MAX),
        )


class SocketGuard:
    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not scope["path"].startswith(SOCKET_PATH):
            return await self.app(scope, receive, send)
        if scope["type"] == "http":
            return await PlainTextResponse("This address takes WebSockets only.", 426)(scope, receive, send)
        query = _query(scope)
        if query is None:
            note_refusal("a handshake with too much in it, or without a token")
            return await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        opener = _opener(HTTPConnection(scope))
        exceeded = _open.take(opener.bounds)
        if exceeded is not None:
            note_refusal(f"a socket, for {exceeded.most} are open ({exceeded.subject.split()[0]})")
            return await _refuse_socket(scope, receive, send)
        query["token"] = opener.token_of_state(query["token"])
        socket = OpenSocket(opener.network, opener.user_id, query["token"], receive, send)
        address, port = scope.get("client") or ("", 0)
        peer = (address, int(port))  # the server gives the number as text
        try:
            _closed_tabs.pop(socket.token, None)
            _sockets.add(socket)
            await unfinished_frames.socket_opened(peer, socket)
            with metrics.SOCKETS.track_inprogress():
                await self.app({**scope, "query_string": urlencode(query).encode()}, socket.receive, socket.send)
        finally:
            _open.give_back(opener.bounds)
            _sockets.discard(socket)
            unfinished_frames.socket_closed(peer, socket)
            tab_closed(socket.token, opener.owner, is_anonymous=opener.user_id is None)


def tab_closed(token: str, owner: str, *, is_anonymous: bool) -> None:
    """Count the tab as closed, and delete states beyond the limits; `owner` is its account or network."""
    _closed_tabs.pop(token, None)  # so that it becomes the last one
    loop = asyncio.get_running_loop()
    closing = (owner, loop.time())
    _closed_tabs[token] = closing
    tokens_of_owner = [closed for closed, (its_owner, _) in _closed_tabs.items() if its_owner == owner]
    if len(tokens_of_owner) > STATES_PER_OWNER_MAX:
        _delete_state(tokens_of_owner[0])
    if len(_closed_tabs) > STATES_MAX:
        _delete_state(next(iter(_closed_tabs)))  # the oldest
    if is_anonymous:
        loop.call_later(ANONYMOUS_STATE_SECONDS, _expire_state, token, closing)


def _expire_state(token: str, closing: tuple[str, float]) -> None:
    if _closed_tabs.get(token) == closing:  # not opened again since
        _delete_state(token)


def _delete_state(token: str) -> None:
    _closed_tabs.pop(token, None)
    forget_state(token)


async def _refuse_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Accept a socket and close it with a reason: from a failed handshake the page would learn none."""
    await receive()
    # Browsers reject a handshake without the subprotocol that they requested: Reflex's version.
    requested = scope.get("subprotocols")
    await send({"type": "websocket.accept", "subprotocol": requested[0] if requested else None})
    open_packet: dict[str, Any] = {
        "sid": "none",
        "upgrades": [],
        "pingInterval": 25_000,
        "pingTimeout": 20_000,
        "maxPayload": FRAME_MAX,
    }
    await send({"type": "websocket.send", "text": f"0{json.dumps(open_packet)}"})
    await send({"type": "websocket.send", "text": connect_error(TOO_MANY)})
    await send({"type": "websocket.close", "code": TRY_LATER})


def _query(scope: Scope) -> dict[str, str] | None:
    """Return the parameters of a handshake; None without one token, or if the handshake is larger than a page's."""
    if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADERS_MAX_BYTES:
        return None
    query: bytes = scope.get("query_string", b"")
    if len(query) > QUERY_MAX_BYTES:
        return None
    pairs = parse_qsl(query.decode("latin-1"))
    values = [value for name, value in pairs if name == "token"]
    return dict(pairs) if len(values) == 1 and TOKEN.fullmatch(values[0]) else None


def _opener(connection: HTTPConnection) -> Opener:
    """Return who opens the socket. An ended login counts as a login: only the token's signature is checked here."""
    peer = connection.client.host if connection.client else ""
    network = client_network(peer, connection.headers.getlist("x-forwarded-for"))
    token = accounts.token_in("; ".join(connection.headers.getlist("cookie")))
    claim = accounts.read_token(token or "", "app")
    return Opener(network, claim.user_id if claim else None)
