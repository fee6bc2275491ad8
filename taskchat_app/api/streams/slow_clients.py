"""Closes the connections of clients whose streams were ended because they read too slowly."""

import asyncio
import os
import socket
from contextlib import suppress

import psutil

COLLECT_SECONDS = 0.5
"""Drops within this time share a search, which reads all connections of the process: 20 ms of CPU for 1,000."""

Peer = tuple[str, int]

_dropped = set[Peer]()
"""Clients whose connections the next search closes."""


async def close_connection(address: str, port: int) -> None:
    """Close a client's connection: the server would keep it, with all unsent data, until that is read."""
    peer = (address, port)
    _dropped.add(peer)
    try:
        await asyncio.sleep(COLLECT_SECONDS)
        if peer in _dropped:  # else another one's search has found it
            peers = frozenset(_dropped)
            _dropped.clear()
            await asyncio.to_thread(_close, peers)
    finally:
        _dropped.discard(peer)  # cancelled: later it could be another client's


def _close(peers: frozenset[Peer]) -> None:
    for found in psutil.Process().net_connections("tcp"):
        if found.raddr and (peer := (found.raddr.ip, found.raddr.port)) in peers:
            with suppress(OSError):
                _shut_down(found.fd, peer)


def _shut_down(descriptor: int, peer: Peer) -> None:
    """Shut down the connection if it still is this client's: since the search, the descriptor may have been reused."""
    copy = os.dup(descriptor)
    try:
        connection = socket.socket(fileno=copy)
    except OSError:  # not a socket
        os.close(copy)
        raise
    with connection:
        if connection.getpeername()[:2] == peer:
            connection.shutdown(socket.SHUT_RDWR)
