"""Closes sockets that send parts of a message and never its end: the server keeps up to 64 MiB of each.

The server below the app (Granian) sets this limit, and tells the app of whole messages only. So where the process
grows, the system is asked for the bytes of each connection since its last message, on Linux.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from operator import itemgetter

from taskchat_app.tcp_connections import Peer
from taskchat_app.ui.socket.open_socket import OpenSocket
from taskchat_app.ui.socket.received_bytes import Received, memory_and_files, received_bytes, reset_all

MIB = 1024 * 1024
CHECK_SECONDS = 0.01
GROWTH_BYTES = 8 * MIB
"""By so much the process has grown since the last look, or since it was smallest."""
STRANGER_MAX = MIB // 16
"""Unfinished bytes of a socket without a login, and of all of them, as for bodies (api/middleware/body_budget.py)."""
STRANGERS_MAX = 16 * MIB
ACCOUNT_MAX = 8 * MIB
"""Those of one account."""
TOTAL_MAX = 128 * MIB
SEARCH_REST = 20
"""After a search among all open files, which lets nothing else run, the next one waits for so many times as long."""

_open: dict[Peer, OpenSocket] = {}


class EarlierBytes:
    """Finds what connections have carried before their sockets; those that are asked about meanwhile share a search."""

    def __init__(self) -> None:
        self._asked = set[Peer]()
        self._found: dict[Peer, int] = {}
        self._turn = asyncio.Lock()
        self._rests_until = 0.0

    async def of(self, peer: Peer) -> int:
        """Return how many bytes of this client have been read: a proxy sends many requests over one connection."""
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
    """Return what of these clients has been read, and how many seconds of a processor the search took."""
    begun = time.thread_time()
    return received_bytes(peers), time.thread_time() - begun


_earlier = EarlierBytes()


async def socket_opened(peer: Peer, socket: OpenSocket) -> None:
    """Watch the socket of this client, which has sent nothing over it yet."""
    socket.earlier_bytes = await _earlier.of(peer)
    _open[peer] = socket


def socket_closed(peer: Peer, socket: OpenSocket) -> None:
    """Watch it no longer; the address may be another socket's by now."""
    if _open.get(peer) is socket:
        del _open[peer]


@dataclass(frozen=True, slots=True)
class _Look:
    """What was known of a connection when it was looked at."""

    socket: OpenSocket
    messages: int
    """Whole messages that had arrived."""
    received: int
    """Bytes that had arrived."""
    other: int
    """Those of them that are neither of whole messages nor unfinished: requests before the socket opened."""


@dataclass(slots=True)
class UnfinishedFrames:
    """Computes how many bytes of an unfinished message each connection has sent, from one look to the next."""

    _looks: dict[Peer, _Look] = field(default_factory=dict[Peer, _Look])

    def surplus(self, before: Mapping[Peer, int], received: Sequence[Received]) -> list[Received]:
        """Return the connections with the most unfinished bytes, for which the budgets have no room.

        `before` are the bytes of whole messages before those of the connections were asked for.
        """
        looks, self._looks = self._looks, {}
        unfinished: list[tuple[int, OpenSocket, Received]] = []
        for connection in received:
            peer = connection.raddr
            if (socket := _open.get(peer)) is None:
                continue
            last = looks.get(peer)
            if last is None or last.socket is not socket:
                last = _Look(socket, 0, 0, socket.earlier_bytes)
            size = max(0, connection.size - before[peer] - last.other)
            if last.messages != socket.messages:
                # What had arrived at the last look was of a message that is whole by now.
                size = min(size, connection.size - last.received)
            other = connection.size - before[peer] - size
            self._looks[peer] = _Look(socket, socket.messages, connection.size, other)
            unfinished.append((size, socket, connection))
        unfinished.sort(key=itemgetter(0))
        held = Counter[str]()
        return [connection for size, socket, connection in unfinished if _is_beyond(held, socket, size)]


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
    """Close the surplus whenever the process has grown: in a thread of its own, for the event loop may be busy."""
    ended = threading.Event()
    with ThreadPoolExecutor(1, "unfinished-frames") as thread:
        try:
            await asyncio.get_running_loop().run_in_executor(thread, _watch, ended)
        finally:
            ended.set()


def _watch(ended: threading.Event) -> None:
    frames = UnfinishedFrames()
    last, _ = memory_and_files()
    while not ended.wait(CHECK_SECONDS):
        size, _ = memory_and_files()
        last = min(last, size)
        if _open and size - last > GROWTH_BYTES:
            before = {peer: socket.message_bytes for peer, socket in _open.copy().items()}
            reset_all(frames.surplus(before, received_bytes(before.keys())))
            last = size
