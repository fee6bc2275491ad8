"""Asks Linux how many bytes each TCP connection has received and how much memory the process holds; resets connections.

unfinished_frames.py finds clients that never end a message by it. Only Linux tells these numbers.
"""

import ctypes
import os
import socket
import sys
import termios
from collections.abc import Generator, Iterable, Set
from functools import cache
from typing import NamedTuple

from taskchat_app.tcp_connections import Peer

RECEIVED_AT, RECEIVED_BYTES = 128, 8
"""Offset and size of tcpi_bytes_received in Linux' struct tcp_info (linux/tcp.h), which grows only at its end."""
ADDRESS_BYTES = 128


class Received(NamedTuple):
    """How many bytes the server has read from a client, over the connection with this file descriptor."""

    fd: int
    client: Peer
    size: int


def process_memory() -> int:
    """Return how many bytes of memory the process holds; 0 except on Linux."""
    return 1024 * _status(b"VmRSS")


def _status(name: bytes) -> int:
    """Return the number of a line of /proc/self/status, such as "VmRSS:\t   81920 kB"; 0 except on Linux."""
    if sys.platform != "linux":
        return 0
    _before, _, value = os.pread(_status_file(os.getpid()), 4096, 0).partition(b"\n%s:" % name)
    return int(value.split(None, 1)[0])


@cache
def _status_file(_pid: int) -> int:
    """Open the file once for each process: after a fork the parent's would tell of the parent."""
    return os.open("/proc/self/status", os.O_RDONLY | os.O_CLOEXEC)


def received_bytes(peers: Set[Peer]) -> list[Received]:
    """Return how many bytes have been read from each of these clients; empty except on Linux.

    Looks at all open files, 7 us each. PyDLL keeps the GIL: else a thread that computes would take 5 ms at each file.
    """
    libc = ctypes.PyDLL(None)
    found: list[Received] = []
    for fd, copy, peer in _clients(libc, range(_status(b"FDSize"))):  # which is more than the number of each open file
        size = _bytes_read(libc, copy) if peer in peers else None
        if size is not None:
            found.append(Received(fd, peer, size))
    return found


def reset_all(connections: Iterable[Received]) -> None:
    """Reset these connections, so that nothing more is read of what their clients sent."""
    libc = ctypes.PyDLL(None)
    clients = {connection.fd: connection.client for connection in connections}
    for fd, copy, peer in _clients(libc, clients):
        if peer == clients[fd]:  # else the number is another connection's by now
            _disconnect(libc, copy)


def _disconnect(libc: ctypes.PyDLL, connection: int) -> None:
    """Reset a connection, and discard its buffers: after shutdown() they could still be read. See connect(2)."""
    no_address = bytes(16)  # a struct sockaddr of the family AF_UNSPEC
    libc.connect(connection, no_address, len(no_address))


def _clients(libc: ctypes.PyDLL, files: Iterable[int]) -> Generator[tuple[int, int, Peer]]:
    """Yield of each TCP connection among the file descriptors: the descriptor, a copy of it, and the client.

    The copy is closed afterwards. Until then it stays this connection, even if the server closes the original and
    opens another file under its number.
    """
    length, address = ctypes.c_uint32(), ctypes.create_string_buffer(ADDRESS_BYTES)
    for fd in files:
        copy = libc.dup(fd)
        if copy < 0:  # no open file has this number
            continue
        length.value = ADDRESS_BYTES
        is_connected = libc.getpeername(copy, address, ctypes.byref(length)) == 0
        peer = _peer(address.raw) if is_connected else None
        if peer is not None:
            yield fd, copy, peer
        libc.close(copy)


def _peer(address: bytes) -> Peer | None:
    """Return the client of Linux' struct sockaddr (family, port, IP address); None if it has no IP address."""
    family, port = int.from_bytes(address[:2], sys.byteorder), int.from_bytes(address[2:4])
    if family == socket.AF_INET:
        return socket.inet_ntop(family, address[4:8]), port
    if family == socket.AF_INET6:  # with 4 bytes of flow before the address
        return socket.inet_ntop(family, address[8:24]), port
    return None


def _bytes_read(libc: ctypes.PyDLL, connection: int) -> int | None:
    """Return the bytes that Linux has received, less those that the server has not read; None if it does not tell."""
    info, unread = ctypes.create_string_buffer(RECEIVED_AT + RECEIVED_BYTES), ctypes.c_int()
    length = ctypes.c_uint32(len(info))
    if libc.getsockopt(connection, socket.IPPROTO_TCP, socket.TCP_INFO, info, ctypes.byref(length)) != 0:
        return None
    libc.ioctl(connection, termios.FIONREAD, ctypes.byref(unread))
    return int.from_bytes(info.raw[RECEIVED_AT:], sys.byteorder) - unread.value
