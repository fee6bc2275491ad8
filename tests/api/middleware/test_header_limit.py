"""Limits of a request's headers."""

import time
from collections.abc import AsyncIterator

import httpx
import pytest

from taskchat_app.api.middleware.header_limit import HEADERS_MAX_BYTES, HeaderLimit
from tests.conftest import ORIGIN, SignedInPerson

ROOM_OF_OTHER_HEADERS = 1_000


@pytest.fixture
async def anonymous(asgi: httpx.ASGITransport, postgres: object) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API behind the limit; taskchat_app.py puts it before the page, too."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(HeaderLimit(asgi.app)), base_url=ORIGIN) as limited:
        yield limited


@pytest.mark.parametrize("escaped", ["\\a", '\\"', "\\101"])
async def test_a_quoted_cookie_takes_no_time_of_others(anonymous: httpx.AsyncClient, escaped: str):
    size = HEADERS_MAX_BYTES - ROOM_OF_OTHER_HEADERS
    cookie = f'theirs="{escaped * (size // len(escaped))}"'
    began = time.process_time()
    answer = await anonymous.post("/api/nothing", headers={"Cookie": cookie})
    assert answer.status_code == 404
    assert time.process_time() - began < 0.3


async def test_a_login_counts_beside_quoted_cookies(anonymous: httpx.AsyncClient, signed_in: SignedInPerson):
    cookies = f'a="1;2"; auth_token={signed_in.token}; b="3"'
    answer = await anonymous.get("/api/auth/me", headers={"Cookie": cookies})
    assert answer.json()["user"]["id"] == signed_in.person.id


async def test_a_quoted_login_is_none(anonymous: httpx.AsyncClient, signed_in: SignedInPerson):
    answer = await anonymous.get("/api/auth/me", headers={"Cookie": f'auth_token="{signed_in.token}"'})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/api/tasks", "/auth/login", "/login"])
async def test_headers_that_are_too_large_are_431(anonymous: httpx.AsyncClient, path: str):
    answer = await anonymous.post(path, headers={"X-Long": "a" * HEADERS_MAX_BYTES})
    assert answer.status_code == 431
    assert answer.json()["code"] == "headers_too_large"


async def test_headers_below_the_limit_are_accepted(anonymous: httpx.AsyncClient, signed_in: SignedInPerson):
    headers = {**signed_in.bearer, "X-Long": "a" * (HEADERS_MAX_BYTES - ROOM_OF_OTHER_HEADERS)}
    assert (await anonymous.get("/api/tasks", headers=headers)).status_code == 200
