"""Closes sockets that send parts of a message and never its end: Granian keeps up to 64 MiB of them for each socket.

Granian reports only whole messages. So whenever the process has grown, the bytes that each connection has received are
read from Linux, and those of its whole messages are subtracted.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from taskchat_app.tcp_connections import Peer
from taskchat_app.ui.socket.open_socket import OpenSocket
from taskchat_app.ui.socket.received_bytes import Received, process_memory, received_bytes, reset_all

SEARCH_REST = 20
"""A search blocks the process; the next one starts after a pause that is so many times as long."""


class EarlierBytes:
    """Searches for the bytes of one connection after another; calls that wait at the same time share one search."""

    def __init__(self) -> None:
        self._asked = set[Peer]()  # the clients that were not searched for yet
        self._found: dict[Peer, int] = {}  # the bytes of clients whose calls have not returned yet
        self._searching = asyncio.Lock()
        self._rests_until = 0.0

    async def of(self, peer: Peer) -> int:
        """Return how many bytes this client has sent before: a proxy sends many requests over one connection.

        Called once for a connection, which becomes one WebSocket: never twice at once for the same client.
        """
        self._asked.add(peer)
        try:
            async with self._searching:
                if peer in self._asked:  # else another call has searched for it meanwhile
                    await self._search()
            return self._found.get(peer, 0)
        finally:
            self._asked.discard(peer)
            self._found.pop(peer, None)

    async def _search(self) -> None:
        """Search for all clients that are asked for once the pause is over."""
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(self._rests_until - clock())
        peers = frozenset(self._asked)
        found, seconds = await asyncio.to_thread(_searched, peers)
        self._rests_until = clock() + SEARCH_REST * seconds
        asked = self._asked & peers  # without those whose calls were cancelled during the search
        self._asked -= peers
        self._found.update((connection.client, connection.size) for connection in found if connection.client in asked)


def _searched(peers: Set[Peer]) -> tuple[list[Received], float]:
    """Return the bytes received from these clients, and how many seconds of CPU time the search took."""
    begun = time.thread_time()
    return received_bytes(peers), time.thread_time() - begun


MIB = 1024 * 1024
CHECK_SECONDS = 0.01
GROWTH_BYTES = 8 * MIB
"""The sockets are checked when the process has grown by this, since the last check or its smallest size after it."""
STRANGER_MAX = MIB // 16
"""Unfinished bytes of one socket without a login, as for bodies (api/middleware/body_budget.py)."""
STRANGERS_MAX = 16 * MIB
ACCOUNT_MAX = 8 * MIB
TOTAL_MAX = 128 * MIB

_open: dict[Peer, OpenSocket] = {}
_is_any_open = threading.Event()
"""Without open sockets nothing is checked: 100 checks a second take 1 % of a processor."""
_earlier = EarlierBytes()


async def socket_opened(peer: Peer, socket: OpenSocket) -> None:
    """Watch the socket of this client, before it sends anything over it."""
    socket.earlier_bytes = await _earlier.of(peer)
    _open[peer] = socket
    _is_any_open.set()


def socket_closed(peer: Peer, socket: OpenSocket) -> None:
    """Watch the socket no longer; by now its address may be another socket's."""
    if _open.get(peer) is socket:
        del _open[peer]


async def watch_frames() -> None:
    """Close sockets with too many unfinished bytes, until cancelled; in a thread, since the event loop may be busy."""
    ended = threading.Event()
    with ThreadPoolExecutor(1, "unfinished-frames") as thread:
        try:
            await asyncio.get_running_loop().run_in_executor(thread, _watch, ended)
        finally:
            ended.set()
            _is_any_open.set()


def _watch(ended: threading.Event) -> None:
    frames = UnfinishedFrames()
    last_memory = process_memory()
    while not ended.wait(CHECK_SECONDS):
        _is_any_open.clear()  # before `_open` is read: a socket that opens after that sets it again
        if not _open and not ended.is_set():
            _is_any_open.wait()
        memory = process_memory()
        last_memory = min(last_memory, memory)
        if _open and memory - last_memory > GROWTH_BYTES:
            message_bytes = {peer: socket.message_bytes for peer, socket in _open.copy().items()}
            reset_all(frames.surplus(message_bytes, received_bytes(message_bytes.keys())))
            last_memory = memory


class UnfinishedFrames:
    """Estimates how many bytes of an unfinished message each socket has sent, from one check to the next."""

    def __init__(self) -> None:
        self._checks: dict[OpenSocket, _Check] = {}

    def surplus(self, message_bytes: Mapping[Peer, int], received: Sequence[Received]) -> list[Received]:
        """Return the connections to close: those with the most unfinished bytes, for which the budgets have no room.

        `message_bytes` are the bytes of whole messages, counted before `received` was read.
        """
        last_checks = self._checks
        self._checks = {}
        for connection in received:
            if socket := _open.get(connection.client):
                other_bytes = connection.size - message_bytes[connection.client]
                self._checks[socket] = _check(socket, connection, other_bytes, last_checks.get(socket))
        held = Counter[str]()
        surplus: list[Received] = []
        for check in sorted(self._checks.values(), key=lambda check: check.unfinished):
            budgets = _budgets_with_room(held, check.socket, check.unfinished)
            if budgets:
                held.update(dict.fromkeys(budgets, check.unfinished))
            else:
                surplus.append(check.connection)
        return surplus


class _Check(NamedTuple):
    """A check of a socket. Its received bytes are those of whole messages, `unfinished` ones and `overhead`."""

    socket: OpenSocket
    connection: Received
    messages: int
    """The number of whole messages: at least those whose bytes were counted before."""
    unfinished: int
    """Bytes of a message whose end has not arrived."""
    overhead: int
    """The rest: requests before the socket opened, control frames, errors of the estimate."""


def _check(socket: OpenSocket, connection: Received, other_bytes: int, last: _Check | None) -> _Check:
    """Divide `other_bytes`, those beside whole messages: what exceeds the overhead of the last check is unfinished."""
    expected_overhead = last.overhead if last else socket.earlier_bytes
    unfinished = max(0, other_bytes - expected_overhead)
    if last and last.messages != socket.messages:
        # A message became whole since the last check. The bytes that were unfinished then were part of it.
        unfinished = min(unfinished, connection.size - last.connection.size)
    return _Check(socket, connection, socket.messages, unfinished, overhead=other_bytes - unfinished)


def _budgets_with_room(held: Counter[str], socket: OpenSocket, size: int) -> list[str]:
    """Return the budgets of the socket's bytes; none if one has no room for them. `held` are the bytes in each."""
    limits = {socket.user_id: ACCOUNT_MAX} if socket.user_id else {"strangers": STRANGERS_MAX}
    limits["all"] = TOTAL_MAX
    is_too_large = not socket.user_id and size > STRANGER_MAX
    if is_too_large or any(held[budget] + size > most for budget, most in limits.items()):
        return []
    return list(limits)
