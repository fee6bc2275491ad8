"""Limits of a request's headers."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from taskchat_app.api.middleware.header_limit import HEADERS_MAX_BYTES, HeaderLimit
from tests.api.responses import Api, code_of
from tests.conftest import ORIGIN, SignedInPerson

ROOM_OF_OTHER_HEADERS = 1_000


@pytest.fixture
async def anonymous(asgi: httpx.ASGITransport, postgres: object) -> AsyncIterator[Api]:
    """A client of the API behind the limit; taskchat_app.py puts it before the page, too."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(HeaderLimit(asgi.app)), base_url=ORIGIN) as limited:
        yield limited


async def test_the_app_gets_no_quoted_cookie():
    """Python before 3.11.10 takes quadratic time to decode one."""
    received: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        received.extend(value for _, value in scope["headers"])

    unused: Any = None
    for kind in ("http", "websocket"):
        scope = {"type": kind, "headers": [(b"cookie", b'a=1;b="\\101\\101";c="d')]}
        await HeaderLimit(app)(scope, unused, unused)
    assert received == [b"a=1"] * 2


async def test_a_login_counts_beside_quoted_cookies_and_no_quoted_one(anonymous: Api, signed_in: SignedInPerson):
    cookies = f'a="1;2"; auth_token={signed_in.token}; b="3"'
    answer = await anonymous.get("/api/auth/me", headers={"Cookie": cookies})
    assert answer.json()["user"]["id"] == signed_in.person.id
    answer = await anonymous.get("/api/auth/me", headers={"Cookie": f'auth_token="{signed_in.token}"'})
    assert answer.status_code == 401


async def test_headers_that_are_too_large_are_431_and_smaller_ones_accepted(anonymous: Api, signed_in: SignedInPerson):
    for path in ("/api/tasks", "/auth/login", "/login"):
        answer = await anonymous.post(path, headers={"X-Long": "a" * HEADERS_MAX_BYTES})
        assert code_of(answer) == (431, "headers_too_large"), path
    headers = {**signed_in.bearer, "X-Long": "a" * (HEADERS_MAX_BYTES - ROOM_OF_OTHER_HEADERS)}
    assert (await anonymous.get("/api/tasks", headers=headers)).status_code == 200
