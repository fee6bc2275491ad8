"""How many connections the server keeps open at once, and how many of them one network may hold."""

import asyncio
import inspect
import os
import resource
import socket
from collections import defaultdict
from contextlib import suppress
from typing import Any

import psutil
from granian.server.common import AbstractServer

from taskchat_app.config import settings
from taskchat_app.domain.limits.networks import client_network

CONNECTIONS_MAX = 10_000
"""Granian's own 1,024 were taken by one client that opened as many and sent nothing: nobody else got an answer."""
CONNECTIONS_IN_NETWORK = 5_000
"""The sockets and streams that a network may have (2,000 each), and as many requests between."""
OTHER_FILES = 500
"""Files that are no connections: the database's, logs, code."""
LOOK_EVERY_SECONDS = 2.0


def take_more() -> None:
    """Have Granian take so many connections, as far as the system lets this process open files.

    Reflex starts it without a word on this, so its default is another one.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_MAX + OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    init: Any = AbstractServer.__init__  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]: typed in part
    names = [name for name, one in inspect.signature(init).parameters.items() if one.default is not one.empty]
    defaults: dict[str, Any] = dict(zip(names, init.__defaults__ or (), strict=True))
    defaults["backlog"] = max(defaults["backlog"], max(soft, allowed) - OTHER_FILES)
    init.__defaults__ = tuple(defaults.values())


async def bound_networks() -> None:
    """Hang up, every few seconds, what a network has open beyond its bound; behind a proxy that is the proxy's task."""
    while not settings().trusted_proxy_hops:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        if psutil.Process().num_fds() > CONNECTIONS_IN_NETWORK:
            await asyncio.to_thread(_hang_up_surplus)


def _hang_up_surplus() -> None:
    """Close the newest connections of each network that has more than its bound."""
    of_network: dict[str, list[int]] = defaultdict(list)
    for one in psutil.Process().net_connections("tcp"):
        if one.raddr and one.fd >= 0:
            of_network[client_network(one.raddr.ip, ())].append(one.fd)
    for files in of_network.values():
        for file in sorted(files)[CONNECTIONS_IN_NETWORK:]:
            with suppress(OSError), socket.socket(fileno=os.dup(file)) as connection:
                connection.shutdown(socket.SHUT_RDWR)
