"""Limits on open event streams per account and network."""

from contextlib import AsyncExitStack
from dataclasses import replace

import httpx
import pytest
from starlette.requests import HTTPConnection

from taskchat_app.api.streams import sse
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.open_connections import OpenCounts
from taskchat_app.domain.storage.errors import TooManyOpen
from tests.api.open_stream import open_stream
from tests.api.responses import Api, code_of
from tests.chatting import Chat, message
from tests.conftest import SignedInPerson

pytestmark = pytest.mark.usefixtures("announcements")


async def test_streams_per_account_and_network_are_limited_and_a_closed_stream_frees_a_place(
    asgi: httpx.ASGITransport,
    api: Api,
    signed_in: SignedInPerson,
    other_signed_in: SignedInPerson,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(sse, "STREAMS_OF_PERSON", 2)
    async with open_stream(asgi.app, "/api/events", signed_in.bearer) as first:
        async with AsyncExitStack() as others:
            await others.enter_async_context(open_stream(asgi.app, "/api/events", signed_in.bearer))
            refused = await api.get("/api/events")
            assert code_of(refused) == (429, "too_many_open")
            assert refused.json()["detail"].endswith("for your account. Close some, then try again.")
            assert 1 <= int(refused.headers["Retry-After"]) <= 5
            theirs = await others.enter_async_context(open_stream(asgi.app, "/api/events", other_signed_in.bearer))
            assert theirs.status == 200
        async with open_stream(asgi.app, "/api/events", signed_in.bearer) as again:
            assert (first.status, again.status) == (200, 200)
    monkeypatch.setattr(sse, "STREAMS_IN_NETWORK", 1)
    async with open_stream(asgi.app, "/api/events", other_signed_in.bearer):
        assert "from your network" in (await api.get("/api/events")).json()["detail"]
    assert not sse._open._open  # pyright: ignore[reportPrivateUsage]  # nothing is left in it


async def test_a_message_over_the_limit_starts_no_turn_and_frees_its_place(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    used = await chat.quota_used()
    with monkeypatch.context() as full:
        full.setattr(sse, "STREAMS_OF_PERSON", 0)
        assert (await chat.http.post("/api/chatkit", json=message("add Buy milk"))).status_code == 429
    assert await chat.titles() == {}
    assert await chat.quota_used() == used
    assert (await chat.request("threads.list", limit=5)).json()["data"] == []
    assert (await chat.http.post("/api/chatkit", json=message("a" * 10_001))).status_code == 400
    assert (await chat.http.get("/api/turns/msg_nothing/events")).status_code == 404
    assert not sse._open._open  # pyright: ignore[reportPrivateUsage]  # nothing is left in it


def test_forty_accounts_of_four_networks_leave_streams_for_others(person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sse, "_open", OpenCounts())

    def open_all(account: str, network: str) -> int:
        request = HTTPConnection({"type": "http", "client": (network, 1), "headers": []})
        for opened in range(sse.STREAMS_MAX):
            try:
                sse.stream_place(request, replace(person, id=account))
            except TooManyOpen:
                return opened
        return sse.STREAMS_MAX

    assert 40 * sse.STREAMS_OF_PERSON >= 4 * sse.STREAMS_IN_NETWORK >= sse.STREAMS_MAX
    opened = sum(open_all(f"account {number}", f"192.0.2.{number % 4}") for number in range(40))
    assert opened < 0.6 * sse.STREAMS_MAX
    assert open_all("another account", "198.51.100.1") > 0
    assert sum(open_all(f"in a site {number}", f"2001:db8:1:{number:x}::1") for number in range(200)) <= 2_000
