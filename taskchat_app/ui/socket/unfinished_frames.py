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

from taskchat_app.tcp_connections import Peer
from taskchat_app.ui.socket.open_socket import OpenSocket
from taskchat_app.ui.socket.received_bytes import Received, memory_and_files, received_bytes, reset_all

MIB = 1024 * 1024
CHECK_SECONDS = 0.01
GROWTH_BYTES = 8 * MIB
"""How much the process grows, since the last check or its smallest size after that, before the next check."""
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
        """The clients of the next search."""
        self._found: dict[Peer, int] = {}
        self._searching = asyncio.Lock()
        self._rests_until = 0.0

    async def of(self, peer: Peer) -> int:
        """Return how many bytes this client has sent before: a proxy sends many requests over one connection."""
        self._asked.add(peer)
        try:
            async with self._searching:
                if peer in self._asked:  # else the search of another request has included it meanwhile
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
    """A check of a connection, whose received bytes are those of whole messages, `unfinished` and `overhead`."""

    socket: OpenSocket
    connection: Received
    messages: int
    """The number of whole messages, read after the bytes: at least those whose bytes were counted."""
    unfinished: int
    """Bytes of a message whose end has not arrived."""
    overhead: int
    """The rest: requests before the socket opened, control frames, and what the other two are estimated wrong by."""


@dataclass(slots=True)
class UnfinishedFrames:
    """Computes how many bytes of an unfinished message each connection has sent, from one check to the next."""

    _checks: dict[Peer, _Check] = field(default_factory=dict[Peer, _Check])

    def surplus(self, message_bytes: Mapping[Peer, int], received: Sequence[Received]) -> list[Received]:
        """Return the connections with the most unfinished bytes, for which the budgets have no room.

        `message_bytes` are those of whole messages, counted before `received` was read.
        """
        last_checks, self._checks = self._checks, {}
        for connection in received:
            peer = connection.raddr
            if socket := _open.get(peer):
                self._checks[peer] = _check(socket, connection, message_bytes[peer], last_checks.get(peer))
        held = Counter[str]()
        smallest_first = sorted(self._checks.values(), key=lambda check: check.unfinished)
        return [check.connection for check in smallest_first if _exceeds_budgets(held, check.socket, check.unfinished)]


def _check(socket: OpenSocket, connection: Received, message_bytes: int, last: _Check | None) -> _Check:
    if last is not None and last.socket is not socket:  # of another socket that had this address
        last = None
    beside_messages = connection.size - message_bytes
    expected_overhead = last.overhead if last else socket.earlier_bytes
    unfinished = max(0, beside_messages - expected_overhead)
    if last and last.messages != socket.messages:
        # A message became whole since the last check, and what was unfinished then was of it.
        unfinished = min(unfinished, connection.size - last.connection.size)
    return _Check(socket, connection, socket.messages, unfinished, overhead=beside_messages - unfinished)


def _exceeds_budgets(held: Counter[str], socket: OpenSocket, size: int) -> bool:
    """Return whether a budget has no room for these bytes; otherwise add them to `held`, the bytes in each budget."""
    owner = socket.user_id or ""  # all strangers share a budget
    budgets = {owner: ACCOUNT_MAX if owner else STRANGERS_MAX, "all": TOTAL_MAX}
    is_too_large = not owner and size > STRANGER_MAX
    if is_too_large or any(held[budget] + size > most for budget, most in budgets.items()):
        return True
    held.update(dict.fromkeys(budgets, size))
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
        _is_any_open.clear()  # before `_open` is read: a socket that opens after that sets it again
        if not _open and not ended.is_set():
            _is_any_open.wait()
        size, _ = memory_and_files()
        last = min(last, size)
        if _open and size - last > GROWTH_BYTES:
            message_bytes = {peer: socket.message_bytes for peer, socket in _open.copy().items()}
            reset_all(frames.surplus(message_bytes, received_bytes(message_bytes.keys())))
            last = size
