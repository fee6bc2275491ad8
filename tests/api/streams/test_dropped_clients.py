"""The connections of clients that stopped reading are closed, with one search for all that are dropped together."""

import asyncio
import os
import socket
import threading
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import psutil
import pytest

from taskchat_app.api.streams import sse
from taskchat_app.domain.accounts.accounts import Person
from tests.api.open_stream import send_without_reading

pytestmark = pytest.mark.usefixtures("announcements")

COUNT = 5
Pair = tuple[socket.socket, socket.socket]
"""A client's end of a connection, and the server's."""


@pytest.fixture(autouse=True)
def _short_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "SEND_TIMEOUT_SECONDS", 0.2)


@pytest.fixture
def connections() -> Iterator[list[Pair]]:
    """COUNT open connections of this process to itself."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        pairs = [(socket.create_connection(server.getsockname()), server.accept()[0]) for _ in range(COUNT)]
    yield pairs
    for pair in pairs:
        for end in pair:
            end.close()


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """The threads of the searches for connections, one for each."""
    threads: list[threading.Thread] = []
    search = psutil.Process.net_connections

    def counted(process: psutil.Process, kind: str) -> Any:
        threads.append(threading.current_thread())
        return search(process, kind)

    monkeypatch.setattr(psutil.Process, "net_connections", counted)
    return threads


async def drop(person: Person, connection: Pair) -> None:
    """Follow a stream over this connection without reading, until it is dropped."""

    async def endless() -> AsyncGenerator[list[bytes]]:
        while True:
            yield [b"data: x\n\n"]

    address, port = connection[0].getsockname()
    await send_without_reading(endless(), person, client=(address, str(port)))


def is_closed(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False


async def test_several_drops_at_once_are_one_search_outside_of_the_event_loop(
    person: Person, connections: list[Pair], searches: list[threading.Thread]
):
    *dropped, other = connections
    await asyncio.gather(*(drop(person, connection) for connection in dropped))
    assert all(is_closed(client) for client, _ in dropped)
    assert not is_closed(other[0])
    assert len(searches) == 1
    assert searches[0] is not threading.current_thread()


async def test_a_descriptor_used_again_is_not_closed(
    person: Person, connections: list[Pair], monkeypatch: pytest.MonkeyPatch
):
    dropped, other, *_ = connections
    with monkeypatch.context() as patch:
        find_at(other[1].fileno(), dropped, patch)
        await drop(person, dropped)
    assert not is_closed(other[0])
    reading, writing = os.pipe()
    find_at(reading, connections[2], monkeypatch)
    await drop(person, connections[2])
    os.close(reading)
    with pytest.raises(BrokenPipeError):  # no copy of `reading` is open
        os.write(writing, b"x")
    os.close(writing)


def find_at(descriptor: int, connection: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have searches find only this connection, at this descriptor, as if that had been reused since."""
    [found] = [one for one in psutil.Process().net_connections("tcp") if one.fd == connection[1].fileno()]
    monkeypatch.setattr(psutil.Process, "net_connections", lambda *_: [found._replace(fd=descriptor)])
