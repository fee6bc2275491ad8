"""Closes sockets that send parts of a message and never its end, of which Granian keeps up to 64 MiB for each socket.

Granian reports only whole messages. So when the process grows, the bytes of each connection are read from the system
(Linux), and those of its whole messages are subtracted.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from taskchat_app.tcp_connections import Peer
from taskchat_app.ui.socket.open_socket import OpenSocket
from taskchat_app.ui.socket.received_bytes import Received, memory_and_files, received_bytes, reset_all

MIB = 1024 * 1024
CHECK_SECONDS = 0.01
GROWTH_BYTES = 8 * MIB
"""How much the process grows, since the last check or its smallest size, before the connections are checked."""
STRANGER_MAX = MIB // 16
"""Unfinished bytes of one socket without a login, as for bodies (api/middleware/body_budget.py)."""
STRANGERS_MAX = 16 * MIB
ACCOUNT_MAX = 8 * MIB
TOTAL_MAX = 128 * MIB
SEARCH_REST = 20
"""A search reads all open files, and blocks the process: the pause before the next one is so many times as long."""

_open: dict[Peer, OpenSocket] = {}
_is_any_open = threading.Event()
"""Without open sockets nothing is checked: 100 checks a second take 1 % of a processor."""


class EarlierBytes:
    """Finds how many bytes connections have carried before their sockets; requests at the same time share a search."""

    def __init__(self) -> None:
        self._asked = set[Peer]()
        self._found: dict[Peer, int] = {}
        self._turn = asyncio.Lock()
        self._rests_until = 0.0

    async def of(self, peer: Peer) -> int:
        """Return how many bytes this client has sent before: a proxy sends many requests over one connection."""
        self._asked.add(peer)
        try:
            async with self._turn:
                if peer in self._asked:
                    await self._search()
            return self._found.get(peer, 0)
        finally:
            self._asked.discard(peer)
            self._found.pop(peer, None)

    async def _search(self) -> None:
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(self._rests_until - clock())
        peers = frozenset(self._asked)
        found, seconds = await asyncio.to_thread(_searched, peers)
        self._rests_until = clock() + SEARCH_REST * seconds
        self._asked -= peers
        self._found.update((connection.raddr, connection.size) for connection in found)


def _searched(peers: Set[Peer]) -> tuple[list[Received], float]:
    """Return the bytes received from these clients, and how many seconds of a processor the search took."""
    begun = time.thread_time()
    return received_bytes(peers), time.thread_time() - begun


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


@dataclass(frozen=True, slots=True)
class _Check:
    """What a check found of a connection."""

    socket: OpenSocket
    messages: int
    """Whole messages received."""
    received: int
    """Bytes received."""
    other: int
    """Bytes received that are of no message: requests before the socket opened."""


class _Unfinished(NamedTuple):
    """How many bytes of an unfinished message a connection has sent."""

    size: int
    socket: OpenSocket
    connection: Received


@dataclass(slots=True)
class UnfinishedFrames:
    """Computes how many bytes of an unfinished message each connection has sent, from one check to the next."""

    _checks: dict[Peer, _Check] = field(default_factory=dict[Peer, _Check])
    """The last check of each connection."""

    def surplus(self, message_bytes: Mapping[Peer, int], received: Sequence[Received]) -> list[Received]:
        """Return the connections with the most unfinished bytes, for which the budgets have no room.

        `message_bytes` are those of whole messages, counted before `received` was read.
        """
        checks, self._checks = self._checks, {}
        unfinished: list[_Unfinished] = []
        for connection in received:
            peer = connection.raddr
            if (socket := _open.get(peer)) is None:
                continue
            last = checks.get(peer)
            if last is None or last.socket is not socket:
                last = _Check(socket, 0, 0, socket.earlier_bytes)
            size = max(0, connection.size - message_bytes[peer] - last.other)
            if last.messages != socket.messages:
                # The bytes of the last check were of a message that is whole by now.
                size = min(size, connection.size - last.received)
            other = connection.size - message_bytes[peer] - size
            self._checks[peer] = _Check(socket, socket.messages, connection.size, other)
            unfinished.append(_Unfinished(size, socket, connection))
        unfinished.sort(key=lambda one: one.size)
        held = Counter[str]()
        return [one.connection for one in unfinished if _is_beyond(held, one.socket, one.size)]


def _is_beyond(held: Counter[str], socket: OpenSocket, size: int) -> bool:
    """Count the bytes in the budgets; return whether one has no room for them."""
    owner = socket.user_id or ""
    bounds = {owner: ACCOUNT_MAX if owner else STRANGERS_MAX, "all": TOTAL_MAX}
    is_large = not owner and size > STRANGER_MAX
    if is_large or any(held[subject] + size > most for subject, most in bounds.items()):
        return True
    held.update(dict.fromkeys(bounds, size))
    return False


async def watch_frames() -> None:
    """Close the surplus whenever the process has grown; in a thread, since the event loop may be busy."""
    ended = threading.Event()
    with ThreadPoolExecutor(1, "unfinished-frames") as thread:
        try:
            await asyncio.get_running_loop().run_in_executor(thread, _watch, ended)
        finally:
            ended.set()
            _is_any_open.set()


def _watch(ended: threading.Event) -> None:
    frames = UnfinishedFrames()
    last, _ = memory_and_files()
    while not ended.wait(CHECK_SECONDS):
        _is_any_open.clear()
        if not _open and not ended.is_set():
            _is_any_open.wait()
        size, _ = memory_and_files()
        last = min(last, size)
        if _open and size - last > GROWTH_BYTES:
            message_bytes = {peer: socket.message_bytes for peer, socket in _open.copy().items()}
            reset_all(frames.surplus(message_bytes, received_bytes(message_bytes.keys())))
            last = size
