"""Limits on open TCP connections and their buffers; closes connections of clients that stopped reading."""

import asyncio
import ctypes
import inspect
import os
import resource
import socket
import sys
import termios
from collections import defaultdict
from collections.abc import Generator, Iterable, Set
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

import psutil
from granian.constants import HTTPModes
from granian.http import HTTP1Settings
from granian.server.common import AbstractServer

from taskchat_app.config import settings
from taskchat_app.domain.limits.networks import client_network, wider_network

CONNECTIONS_MAX = 10_000
"""With Granian's default of 1,024, one client that opened as many idle connections blocked all other clients."""
CONNECTIONS_IN_NETWORK = 5_000
"""The sockets and streams of a network (at most 2,000 each), and other requests."""
CROWDED = 8_500
"""From so many connections on, a network may have CROWDED_IN_NETWORK: a silent one is never closed otherwise."""
CROWDED_IN_NETWORK = 500
BUFFER_BYTES = 48 * 1024
"""What the server reads of a connection before the app takes it: all headers (see header_limit.py), and parts
of bodies. With Granian's default of 418 kB, 400 bodies that nobody took held 220 MB."""
OTHER_FILES = 500
"""Open files that are not client connections: database connections, logs, code."""
CHECK_SECONDS = 2.0
COLLECT_SECONDS = 0.5
"""Drops within this time share a search, which reads all connections of the process: 20 ms of CPU for 1,000."""

RECEIVED_AT = 128
"""Where Linux has the number of received bytes in its struct tcp_info, 8 bytes."""
ADDRESS_BYTES = 128
NO_ADDRESS = bytes(16)
"""AF_UNSPEC: Linux ends a connection with its buffers. Once shut down only, all that has arrived could be read."""
Peer = tuple[str, int]
"""Address and port of a client."""


class Received(NamedTuple):
    """The bytes that the server has read of what a client sent over its connection."""

    fd: int
    raddr: Peer
    size: int


_dropped = set[Peer]()
"""Clients whose connections the next search closes."""


def set_connection_limits() -> None:
    """Raise Granian's backlog to CONNECTIONS_MAX, and the process's limit of open files as far as permitted.

    Lower its buffers to BUFFER_BYTES. Refuse HTTP/2, of which each connection can hold 200 requests: browsers speak it
    with the proxy only. Reflex passes none of this to Granian, so this replaces Granian's defaults.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_MAX + OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    init: Any = AbstractServer.__init__  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # typed in part
    parameters = inspect.signature(init).parameters
    names = [name for name, parameter in parameters.items() if parameter.default is not parameter.empty]
    defaults: dict[str, Any] = dict(zip(names, init.__defaults__ or (), strict=True))
    defaults["backlog"] = max(defaults["backlog"], max(soft, allowed) - OTHER_FILES)
    defaults["http1_settings"] = HTTP1Settings(max_buffer_size=BUFFER_BYTES)
    defaults["http"] = HTTPModes.http1
    init.__defaults__ = tuple(defaults.values())


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
        by_network[wider_network(client_network(tcp.raddr.ip, ()), 48)].append(tcp)
    for connections in by_network.values():
        for tcp in sorted(connections, key=lambda tcp: tcp.fd)[share:]:
            _shut_down(tcp)


async def close_connection(address: str, port: int) -> None:
    """Close the connection of a client that stopped reading: the server would keep it, with all unsent data."""
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


def _close(peers: Set[Peer]) -> None:
    for tcp in _connections():
        if tcp.raddr in peers:
            _shut_down(tcp)


def received_bytes(peers: Set[Peer]) -> list[Received]:
    """Return how many bytes of each of these clients have been read; nothing but on Linux.

    Takes 7 us for each open file. Lets no other Python thread run in between: each time, one that computes would go
    on for 5 ms.
    """
    libc = ctypes.PyDLL(None)
    found: list[Received] = []
    length, info, unread = ctypes.c_uint32(), ctypes.create_string_buffer(RECEIVED_AT + 8), ctypes.c_int()
    for fd, copy, peer in _clients(libc, range(memory_and_files()[1])):
        length.value = len(info)
        if peer in peers and not libc.getsockopt(copy, socket.IPPROTO_TCP, socket.TCP_INFO, info, ctypes.byref(length)):
            libc.ioctl(copy, termios.FIONREAD, ctypes.byref(unread))
            found.append(Received(fd, peer, int.from_bytes(info.raw[RECEIVED_AT:], sys.byteorder) - unread.value))
    return found


def reset_all(connections: Iterable[Received]) -> None:
    """Reset these connections, those that still are these clients', so that nothing of what they sent is read."""
    libc = ctypes.PyDLL(None)
    clients = {connection.fd: connection.raddr for connection in connections}
    for fd, copy, peer in _clients(libc, clients):
        if peer == clients[fd]:
            libc.connect(copy, NO_ADDRESS, len(NO_ADDRESS))


def _clients(libc: ctypes.PyDLL, files: Iterable[int]) -> Generator[tuple[int, int, Peer]]:
    """Yield the number of each file that is a connection, that of a copy, which is closed then, and the client."""
    length, address = ctypes.c_uint32(), ctypes.create_string_buffer(ADDRESS_BYTES)
    for fd in files:
        if (copy := libc.dup(fd)) >= 0:
            length.value = ADDRESS_BYTES
            if not libc.getpeername(copy, address, ctypes.byref(length)) and (peer := _peer(address.raw)):
                yield fd, copy, peer
            libc.close(copy)


def _peer(address: bytes) -> Peer | None:
    """Return the client that Linux describes by this struct sockaddr."""
    family, port = int.from_bytes(address[:2], sys.byteorder), int.from_bytes(address[2:4])
    if family == socket.AF_INET:
        return socket.inet_ntop(family, address[4:8]), port
    return (socket.inet_ntop(family, address[8:24]), port) if family == socket.AF_INET6 else None


def memory_and_files() -> tuple[int, int]:
    """Return how many bytes of memory the process holds, and a number above all open files': 0, 0 but on Linux."""
    if sys.platform != "linux":
        return 0, 0
    status = os.pread(_status_file(os.getpid()), 4096, 0)
    memory, files = (int(status.split(name, 1)[1].split(None, 1)[0]) for name in (b"\nVmRSS:", b"\nFDSize:"))
    return memory * 1024, files


@cache
def _status_file(_pid: int) -> int:
    return os.open("/proc/self/status", os.O_RDONLY | os.O_CLOEXEC)


def _connections() -> list[Any]:
    return [tcp for tcp in psutil.Process().net_connections("tcp") if tcp.raddr and tcp.fd >= 0]


def _shut_down(tcp: Any) -> None:
    """Shut down the connection if it still is this client's: since the search, the descriptor may have been reused."""
    with suppress(OSError), _copy(tcp.fd) as connection:
        address, port, *_ = connection.getpeername()
        if (address.partition("%")[0], port) == tcp.raddr:  # "fe80::1%eth0" is "fe80::1" there
            connection.shutdown(socket.SHUT_RDWR)


def _copy(fd: int) -> socket.socket:
    """Return a copy of the socket. Raises OSError for another file."""
    copy = os.dup(fd)
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise
