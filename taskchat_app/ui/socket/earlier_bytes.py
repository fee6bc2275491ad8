"""Finds how many bytes a connection has carried before it became a WebSocket."""

import asyncio
import time
from collections.abc import Set

from taskchat_app.tcp_connections import Peer
from taskchat_app.ui.socket.received_bytes import Received, received_bytes

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
