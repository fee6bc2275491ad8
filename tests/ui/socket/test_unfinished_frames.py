"""Sockets that send parts of messages without end."""

import asyncio
import os
import socket
import threading
from typing import Any

import pytest
from starlette.types import Message

from taskchat_app.tcp_connections import Peer
from taskchat_app.ui.socket import unfinished_frames
from taskchat_app.ui.socket.open_socket import OpenSocket
from taskchat_app.ui.socket.received_bytes import Received, received_bytes, reset_all
from taskchat_app.ui.socket.unfinished_frames import EarlierBytes

NOBODY: Any = None
EARLIER = 9 * unfinished_frames.ACCOUNT_MAX
"""What a proxy has sent over a connection before."""


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> dict[Peer, OpenSocket]:
    watched: dict[Peer, OpenSocket] = {}
    monkeypatch.setattr(unfinished_frames, "_open", watched)
    return watched


def closed(watched: dict[Peer, OpenSocket], sizes: list[int], users: list[str | None]) -> list[int]:
    """Return which of these sockets are closed, each with so many unfinished bytes."""
    watched.clear()
    for port, user_id in enumerate(users):
        watched["192.0.2.1", port] = OpenSocket("192.0.2.1", user_id, "token", NOBODY, NOBODY, earlier_bytes=EARLIER)
    received = [Received(0, peer, EARLIER + size) for peer, size in zip(watched, sizes, strict=True)]
    return sorted(
        one.client[1] for one in unfinished_frames.UnfinishedFrames().surplus(dict.fromkeys(watched, 0), received)
    )


async def test_a_stranger_has_little_room_and_strangers_together_no_more_than_bodies(watched: dict[Peer, OpenSocket]):
    assert closed(watched, [unfinished_frames.STRANGER_MAX, unfinished_frames.STRANGER_MAX + 1], [None, None]) == [1]
    many = unfinished_frames.STRANGERS_MAX // unfinished_frames.STRANGER_MAX
    assert len(closed(watched, [unfinished_frames.STRANGER_MAX] * (many + 9), [None] * (many + 9))) == 9


async def test_of_an_account_the_sockets_with_the_most_are_closed_and_of_all_accounts(watched: dict[Peer, OpenSocket]):
    half = unfinished_frames.ACCOUNT_MAX // 2
    assert closed(watched, [half, half + 1, 1], ["me", "me", "other"]) == [1]
    accounts = unfinished_frames.TOTAL_MAX // unfinished_frames.ACCOUNT_MAX + 2
    assert len(closed(watched, [unfinished_frames.ACCOUNT_MAX] * accounts, [f"user {n}" for n in range(accounts)])) == 2


async def test_whole_messages_do_not_count(watched: dict[Peer, OpenSocket]):
    texts = ["3", "é" * 50_000]

    async def from_page() -> Message:
        return {"type": "websocket.receive", "text": texts.pop()}

    peer, sent = ("192.0.2.1", 1), 0
    one = watched[peer] = OpenSocket("192.0.2.1", None, "token", from_page, NOBODY)
    frames = unfinished_frames.UnfinishedFrames()
    while texts:
        sent += 14 + len(texts[-1].encode())
        await one._next()  # pyright: ignore[reportPrivateUsage]  # what receive() calls
        before = {peer: one.message_bytes}
        assert frames.surplus(before, [Received(0, peer, sent)]) == []
    before = {peer: one.message_bytes}
    unfinished = Received(0, peer, sent + unfinished_frames.STRANGER_MAX + 1)
    assert frames.surplus(before, [unfinished]) == [unfinished]


async def test_what_connections_carried_before_their_sockets_is_searched_for_once(monkeypatch: pytest.MonkeyPatch):
    searches: list[set[Peer]] = []
    first_began, go_on = threading.Event(), threading.Event()

    def received_bytes(peers: set[Peer]) -> list[Received]:
        searches.append(peers)
        first_began.set()
        go_on.wait(60)
        return [Received(0, peer, peer[1]) for peer in peers if peer[1] != 4]

    monkeypatch.setattr(unfinished_frames, "received_bytes", received_bytes)
    monkeypatch.setattr(unfinished_frames, "SEARCH_REST", 0)
    earlier = EarlierBytes()
    peers = [("192.0.2.1", port) for port in range(1, 6)]
    first, cancelled = (asyncio.create_task(earlier.of(peer)) for peer in (peers[0], peers[4]))
    await asyncio.to_thread(first_began.wait, 60)
    others = [asyncio.create_task(earlier.of(peer)) for peer in peers[1:4]]
    cancelled.cancel()
    await asyncio.gather(cancelled, return_exceptions=True)
    go_on.set()
    assert [await first, *await asyncio.gather(*others)] == [1, 2, 3, 0]
    assert searches == [{peers[0], peers[4]}, {*peers[1:4]}]
    assert earlier._found == {}, "nothing is kept for the cancelled call"  # pyright: ignore[reportPrivateUsage]


async def test_open_sockets_have_the_process_watched(watched: dict[Peer, OpenSocket], monkeypatch: pytest.MonkeyPatch):
    rests, looks = threading.Event(), threading.Event()

    class Opening(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            looks.clear()
            rests.set()
            return super().wait(timeout)

    def look() -> int:
        looks.set()
        return 0

    async def none_before(_peer: Peer) -> int:
        return 0

    monkeypatch.setattr(unfinished_frames, "_is_any_open", Opening())
    monkeypatch.setattr(unfinished_frames, "process_memory", look)
    monkeypatch.setattr(unfinished_frames._earlier, "of", none_before)
    watching = asyncio.create_task(unfinished_frames.watch_frames())
    await asyncio.to_thread(rests.wait, 60)
    assert not looks.is_set()
    peer, opened = ("192.0.2.1", 1), OpenSocket("192.0.2.1", None, "token", NOBODY, NOBODY)
    await unfinished_frames.socket_opened(peer, opened)
    assert await asyncio.to_thread(looks.wait, 60)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


def test_the_system_tells_how_much_of_a_client_was_read_and_resets_it():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        connection, peer = server.accept()
        with connection:
            client.sendall(bytes(10_000))
            [unread] = received_bytes({peer})
            assert (unread.size, len(connection.recv(10_000, socket.MSG_WAITALL))) == (0, 10_000)
            [found] = received_bytes({peer, ("127.0.0.1", 1)})
            assert (found.client, found.size) == (peer, 10_000)
            assert os.path.sameopenfile(found.fd, connection.fileno())
            reset_all([found._replace(client=("127.0.0.1", 1))])
            client.sendall(b"x")
            reset_all([found])
            with pytest.raises(ConnectionResetError):
                client.recv(1)
            with pytest.raises(OSError, match=r"not connected|reset"):
                connection.recv(1)
