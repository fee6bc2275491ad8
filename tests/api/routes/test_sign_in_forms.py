"""The page's forms sent by fetch, if page and API have different origins: the response names the next path."""

import uuid

import httpx
import pytest

from tests.conftest import ORIGIN, PASSWORD

BY_FETCH = {"Origin": ORIGIN, "Accept": "application/json"}


@pytest.fixture
def account() -> dict[str, str]:
    return {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD, "next": "/settings"}


async def test_a_form_gets_its_next_path_and_the_longest_one_fits_into_it(
    anonymous: httpx.AsyncClient, account: dict[str, str]
):
    refused = await anonymous.post("/auth/login", data=account, headers=BY_FETCH)
    assert refused.status_code == 200
    assert refused.json()["location"].startswith("/login?error=bad_credentials&email=")
    assert "set-cookie" not in refused.headers
    longest = "/?" + "&".join(f"tag={'%F0%9F%98%80' * 50}" for _ in range(20))
    answer = await anonymous.post("/auth/register", data=account | {"next": longest}, headers=BY_FETCH)
    assert (answer.status_code, answer.json()) == (200, {"location": longest})
    assert (await anonymous.get("/api/auth/me")).json()["user"]["email"] == account["email"]
    bearer = {"Authorization": f"Bearer {anonymous.cookies['auth_token']}"}
    answer = await anonymous.post("/auth/logout", headers=BY_FETCH)
    assert (answer.status_code, answer.json()) == (200, {"location": "/login"})
    assert (await anonymous.get("/api/auth/me", headers=bearer)).status_code == 401


async def test_a_browser_without_scripts_is_redirected(anonymous: httpx.AsyncClient, account: dict[str, str]):
    headers = {"Origin": ORIGIN, "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = await anonymous.post("/auth/register", data=account, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings")


async def test_a_page_on_another_port_cannot_sign_in(anonymous: httpx.AsyncClient, account: dict[str, str]):
    for origin in ("http://localhost:3001", "http://localhost:8000", "https://localhost:3000", "null"):
        answer = await anonymous.post("/auth/register", data=account, headers=BY_FETCH | {"Origin": origin})
        assert answer.status_code == 403, origin
        assert "set-cookie" not in answer.headers


async def test_a_form_that_is_too_large_is_not_decoded(anonymous: httpx.AsyncClient):
    headers = {"Origin": ORIGIN, "Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/auth/login", "/auth/register", "/auth/set-password"):
        answer = await anonymous.post(path, content=b"%" * 1_000_000, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large"), path
