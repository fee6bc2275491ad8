"""Limits on open TCP connections and their buffers; closes connections of clients that stopped reading."""

import asyncio
import os
import resource
import socket
from collections import defaultdict
from collections.abc import Set
from contextlib import suppress
from functools import partialmethod
from typing import Any, cast

import granian.server
import psutil
from granian.constants import HTTPModes
from granian.http import HTTP1Settings

from taskchat_app.config import settings
from taskchat_app.domain.limits.networks import client_network, wider_network

CONNECTIONS_MAX = 10_000
"""With Granian's default of 1,024, one client that opened as many idle connections blocked all other clients."""
CONNECTIONS_IN_NETWORK = 5_000
"""The sockets and streams of a network (at most 2,000 each), and other requests."""
CROWDED = 8_500
"""From so many connections on, a network may have CROWDED_IN_NETWORK only: no other limit closes silent ones."""
CROWDED_IN_NETWORK = 500
BUFFER_BYTES = 48 * 1024
"""What the server reads of a connection before the app takes it: all headers (see header_limit.py), and parts
of bodies. With Granian's default of 418 kB, 400 bodies that nobody took held 220 MB."""
OTHER_FILES = 500
"""Open files that are not client connections: database connections, logs, code."""
CHECK_SECONDS = 2.0
COLLECT_SECONDS = 0.5
"""close_connection waits this long, so that several calls share a search: it takes 20 ms of CPU for 1,000 sockets."""

Peer = tuple[str, int]
"""Address and port of a client."""

_to_close = set[Peer]()
"""Clients whose connections the next search closes."""


def set_connection_limits() -> None:
    """Let Granian hold CONNECTIONS_MAX connections, as far as open files are permitted, with buffers of BUFFER_BYTES.

    Refuse HTTP/2, of which each connection can hold 200 requests: browsers speak it with the proxy only. Reflex passes
    none of this to Granian.
    """
    server = cast(Any, granian.server.Server)
    server.__init__ = partialmethod(
        server.__init__,
        backlog=max(1_024, _raise_file_limit() - OTHER_FILES),  # at least Granian's own
        http1_settings=HTTP1Settings(max_buffer_size=BUFFER_BYTES),
        http=HTTPModes.http1,
    )


def _raise_file_limit() -> int:
    """Permit this process as many open files as it needs, as far as the system allows; return the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_MAX + OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft >= allowed:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed


async def limit_networks() -> None:
    """Close connections beyond CONNECTIONS_IN_NETWORK every CHECK_SECONDS; behind a proxy this is the proxy's task."""
    while not settings().trusted_proxy_hops:
        await asyncio.sleep(CHECK_SECONDS)
        if psutil.Process().num_fds() > CONNECTIONS_IN_NETWORK:
            await asyncio.to_thread(_close_surplus)


def _close_surplus() -> None:
    """Close the newest connections of each network, and of each IPv6 /48, that has more than its share."""
    found = _connections()
    share = CROWDED_IN_NETWORK if len(found) >= CROWDED else CONNECTIONS_IN_NETWORK
    by_network: dict[str, list[Any]] = defaultdict(list)
    for tcp in found:
        network = client_network(tcp.raddr.ip, forwarded=())
        by_network[wider_network(network, 48)].append(tcp)
    for connections in by_network.values():
        oldest_first = sorted(connections, key=lambda tcp: tcp.fd)  # a later connection mostly has a higher descriptor
        for tcp in oldest_first[share:]:
            _shut_down(tcp)


async def close_connection(address: str, port: int) -> None:
    """Close the connection of a client that stopped reading: the server would keep it, with all unsent data."""
    peer = (address, port)
    _to_close.add(peer)
    try:
        await asyncio.sleep(COLLECT_SECONDS)
        if peer in _to_close:  # else the search of an earlier call includes it
            peers = frozenset(_to_close)
            _to_close.clear()
            await asyncio.to_thread(_close, peers)
    finally:
        _to_close.discard(peer)  # if this was cancelled: a later client may have the same address and port


def _close(peers: Set[Peer]) -> None:
    for tcp in _connections():
        if tcp.raddr in peers:
            _shut_down(tcp)


def _connections() -> list[Any]:
    return [tcp for tcp in psutil.Process().net_connections("tcp") if tcp.raddr and tcp.fd >= 0]


def _shut_down(tcp: Any) -> None:
    """Shut down the connection if it still is this client's: since the search, the descriptor may have been reused."""
    with suppress(OSError), _copy(tcp.fd) as connection:
        address, port, *_ = connection.getpeername()
        if (address.partition("%")[0], port) == tcp.raddr:  # "fe80::1%eth0" is "fe80::1" there
            connection.shutdown(socket.SHUT_RDWR)


def _copy(fd: int) -> socket.socket:
    """Return a copy of the socket. Raises OSError for another file, of which socket.fromfd would leave a copy open."""
    copy = os.dup(fd)
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise
