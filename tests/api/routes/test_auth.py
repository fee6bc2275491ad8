"""Signing in and out over HTTP: registration, login, logout; the page's forms: test_sign_in_forms.py."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from sqlmodel import select

from taskchat_app.domain.accounts import accounts, password_links, passwords
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Webhook
from tests.api.responses import Api, cookie_of, is_refused
from tests.chatting import Configure, rows
from tests.conftest import CHEAP_HASHER, ORIGIN, PASSWORD, SignedInPerson, client


async def register(client: Api, account: dict[str, str]) -> httpx.Response:
    return await client.post("/api/auth/register", json=account)


class CountedHasher:
    """Verifies passwords, and records the parameters of each hash that it computed."""

    def __init__(self) -> None:
        self.costs: list[str] = []

    def verify(self, password: str, stored: str) -> bool:
        self.costs.append(stored.rsplit("$", 2)[0])
        return CHEAP_HASHER.verify(password, stored)

    def hash(self, password: str) -> str:
        return CHEAP_HASHER.hash(password)


class TestRegister:
    async def test_the_response_has_the_user_a_valid_token_and_an_httponly_cookie(self, anonymous: Api, account: dict):
        anonymous.headers["Accept-Language"] = "de"
        answer = await register(anonymous, account | {"timezone": "Europe/Berlin"})
        body = answer.json()
        assert answer.status_code == 201
        assert set(body) == {"user", "token", "expires_at"}
        assert body["user"] == {"id": body["user"]["id"], "email": account["email"], "timezone": "Europe/Berlin"}
        assert body["expires_at"].endswith("Z")
        lasts = datetime.fromisoformat(body["expires_at"]) - now()
        assert timedelta(days=29, hours=23) < lasts <= timedelta(days=30)
        cookie = cookie_of(answer)
        assert cookie["auth_token"] == body["token"]
        assert "httponly" in cookie
        assert "secure" not in cookie
        assert (cookie["samesite"], cookie["path"], cookie["max-age"]) == ("lax", "/", str(30 * 24 * 3600))
        assert (await anonymous.get("/api/auth/me")).json()["user"]["email"] == account["email"]
        assert (await anonymous.get("/api/auth/settings")).json()["date_order"] == "day", "by its Accept-Language"
        without_zone = await register(anonymous, account | {"email": f"x{account['email']}"})
        assert without_zone.json()["user"]["timezone"] == "UTC"

    @pytest.mark.parametrize(
        ("page", "api", "relation", "crosses"),
        [
            ("http://page.localhost:3000", "http://api.localhost:8000", None, True),
            ("https://tasks.example.org", "https://api.example.org", None, False),
            ("https://tasks.example.co.uk", "https://tasks-api.co.uk", None, True),
            ("https://one.fly.dev", "https://two.fly.dev", None, True),  # fly.dev is on the public suffix list
            ("https://10.0.0.1", "https://127.0.0.1", None, True),
            ("https://tasks.example.org", "http://inside:8000", "same-origin", False),  # a proxy replaced the host
            ("https://tasks.example.org", "http://inside:8000", "cross-site", True),
        ],
    )
    async def test_the_cookie_crosses_sites_only_if_page_and_api_are_on_two(
        self,
        anonymous: Api,
        account: dict,
        configure: Configure,
        page: str,
        api: str,
        relation: str | None,
        crosses: bool,
    ):
        configure(PUBLIC_URL=page)
        headers = {"Origin": page, **({"Sec-Fetch-Site": relation} if relation else {})}
        for path in ("register", "logout"):
            answer = await anonymous.post(f"{api}/api/auth/{path}", json=account, headers=headers)
            cookie = cookie_of(answer)
            secure = crosses or page.startswith("https")
            assert cookie["samesite"].lower() == ("none" if crosses else "lax")
            assert ("partitioned" in cookie, "secure" in cookie) == (crosses, secure)
            name = "__Host-auth_token" if page.startswith("https") else "auth_token"
            headers["Cookie"] = f"{name}={cookie['auth_token']}"

    def test_on_https_the_former_cookie_counts_for_a_time(self, configure: Configure, monkeypatch: pytest.MonkeyPatch):
        configure(PUBLIC_URL="https://tasks.example")
        until = accounts.FORMER_COOKIE_UNTIL
        for moment, former in ((until - timedelta(seconds=1), "a"), (until, None)):
            monkeypatch.setattr(accounts, "now", lambda moment=moment: moment)
            assert accounts.token_in("auth_token=a") == former
            assert accounts.token_in("__Host-auth_token=b") == "b"
        assert until - datetime(2026, 11, 26, tzinfo=UTC) <= accounts.LOGIN_LIFETIME

    async def test_on_https_a_login_from_before_goes_on_and_the_next_one_replaces_its_cookie_by_a_secure_one(
        self, anonymous: Api, account: dict, signed_in: SignedInPerson, configure: Configure
    ):
        configure(PUBLIC_URL="https://tasks.example")
        old = {"Cookie": f"auth_token={signed_in.token}"}
        assert (await anonymous.get("/api/auth/me", headers=old)).status_code == 200
        answer = await anonymous.post("/api/auth/register", json=account, headers=old)
        new, removed = answer.headers.get_list("set-cookie")
        assert removed.startswith("auth_token=; Max-Age=0; ")
        assert new.startswith(f"__Host-auth_token={answer.json()['token']}; ")
        assert "secure" in cookie_of(answer)
        assert "domain" not in new.lower()
        both = {"Cookie": f"{old['Cookie']}; {new.partition(';')[0]}"}
        assert (await anonymous.get("/api/auth/me", headers=both)).json()["user"]["email"] == account["email"]
        [only] = (await anonymous.post("/api/auth/login", json=account)).headers.get_list("set-cookie")
        assert only.startswith("__Host-auth_token=")

    async def test_of_registrations_of_an_address_one_counts(self, anonymous: Api, other_browser: Api, account: dict):
        answers = await asyncio.gather(register(anonymous, account), register(other_browser, account))
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        other_browser.cookies.clear()
        taken = account | {"email": f" {account['email'].upper()} ", "password": "another password"}
        assert is_refused(await register(other_browser, taken), 409, "email_taken")
        assert (await other_browser.post("/api/auth/login", json=account)).status_code == 200

    async def test_an_invalid_field_is_422_and_named(self, anonymous: Api, account: dict):
        invalid: tuple[dict, ...] = (
            *({"email": "nobody"}, {"email": ""}, {"email": None}, {"email": ["a@example.org"]}),
            *({"password": "1234567"}, {"password": ""}, {"password": 12345678}, {"password": "x" * 1025}),
            *({"timezone": "Mars/Phobos"}, {"timezone": 1}),
        )
        for wrong in invalid:
            answer = await register(anonymous, account | wrong)
            assert is_refused(answer, 422, "invalid"), wrong
            assert next(iter(wrong)) in answer.json()["detail"]
            assert is_refused(await anonymous.post("/api/auth/login", json=account), 401, "bad_credentials")


class TestLogin:
    async def test_the_response_is_like_that_of_a_registration_with_a_new_login(self, anonymous: Api, account: dict):
        registered = (await register(anonymous, account)).json()
        answer = await anonymous.post("/api/auth/login", json=account)
        assert answer.status_code == 200
        assert answer.json()["user"] == registered["user"]
        assert answer.json()["token"] not in ("", registered["token"])
        assert cookie_of(answer)["auth_token"] == answer.json()["token"]

    @pytest.mark.parametrize("path", ["/api/auth/login", "/auth/login"])
    async def test_neither_words_nor_work_tell_which_addresses_have_an_account(
        self, anonymous: Api, account: dict, monkeypatch: pytest.MonkeyPatch, path: str
    ):
        await register(anonymous, account)
        anonymous.cookies.clear()
        without_password = f"new-{account['email']}"
        await password_links.add_person(without_password)
        addresses = (account["email"], f"x-{account['email']}", without_password)
        answers, costs = [], []
        for address in addresses:
            hasher = CountedHasher()
            monkeypatch.setattr(passwords, "_hasher", lambda hasher=hasher: hasher)
            fields = {"email": address, "password": "not the password"}
            is_form = path.startswith("/auth")
            answer = await anonymous.post(path, data=fields if is_form else None, json=None if is_form else fields)
            location = answer.headers.get("location", "").replace(address.split("@")[0], "")
            answers.append((answer.status_code, answer.content, {**answer.headers, "location": location}))
            costs.append(hasher.costs)
        assert answers[0] == answers[1] == answers[2]
        assert costs[0] == costs[1] == costs[2] != []

    async def test_closed_registration_tells_of_no_account(self, anonymous: Api, account: dict, configure: Configure):
        await register(anonymous, account)
        configure(REGISTRATION="closed")
        taken, free = [await register(anonymous, account | {"email": f"{x}{account['email']}"}) for x in ("", "x")]
        assert is_refused(taken, 403, "registration_closed")
        assert taken.content == free.content
        unknown = account | {"email": f"x{account['email']}"}
        assert is_refused(await anonymous.post("/api/auth/login", json=unknown), 401, "bad_credentials")

    async def test_after_ten_failures_logins_of_the_account_are_429(self, anonymous: Api, signed_in: SignedInPerson):
        wrong = {"email": signed_in.person.email, "password": "not the password"}
        for _ in range(10):
            assert is_refused(await anonymous.post("/api/auth/login", json=wrong), 401, "bad_credentials")
        answer = await anonymous.post("/api/auth/login", json=wrong | {"password": PASSWORD})
        assert is_refused(answer, 429, "burst_limit")
        assert answer.json()["resets_at"].endswith("Z")
        wait = (datetime.fromisoformat(answer.json()["resets_at"]) - now()).total_seconds()
        assert wait <= int(answer.headers["retry-after"]) <= wait + 2

    async def test_logins_and_registrations_beyond_the_networks_limit_are_429(
        self, asgi: httpx.ASGITransport, account: dict, postgres: None, configure: Configure
    ):
        configure(AUTH_BURST_LIMIT="2/hour")
        addresses = [(f"fd00:{uuid.uuid4().hex[:4]}::1", 1) for _ in range(2)]
        crowded, other = (httpx.ASGITransport(asgi.app, client=address) for address in addresses)
        async with client(crowded) as many, client(other) as few:
            assert (await register(many, account)).status_code == 201
            assert (await many.post("/api/auth/login", json=account)).status_code == 200
            assert is_refused(await many.post("/api/auth/login", json=account), 429, "burst_limit")
            unknown = account | {"email": f"x{account['email']}"}
            refused = await register(many, unknown)
            assert is_refused(await few.post("/api/auth/login", json=unknown), 401, "bad_credentials")
            assert (await few.post("/api/auth/login", json=account)).status_code == 200
        assert is_refused(refused, 429, "burst_limit")
        assert int(refused.headers["retry-after"]) > 3500


class TestLogout:
    async def test_logout_revokes_only_this_login_and_logout_all_revokes_all_of_the_user(
        self, page: Api, signed_in: SignedInPerson, other_signed_in: SignedInPerson
    ):
        body = {"email": signed_in.person.email, "password": PASSWORD}
        tokens_of_others = [(await page.post("/api/auth/login", json=body)).json()["token"] for _ in range(2)]
        others = [{"Authorization": f"Bearer {token}"} for token in tokens_of_others]
        page.cookies.clear()
        page.cookies.set("auth_token", signed_in.token)
        answer = await page.post("/api/auth/logout")
        assert (answer.status_code, answer.content) == (204, b"")
        assert cookie_of(answer)["max-age"] == "0"
        for way in ({"Cookie": f"auth_token={signed_in.token}"}, signed_in.bearer):
            assert is_refused(await page.get("/api/auth/me", headers=way), 401, "not_signed_in")
        assert [(await page.get("/api/auth/me", headers=way)).status_code for way in others] == [200, 200]
        answer = await page.post("/api/auth/logout-all", headers=others[0])
        assert (answer.status_code, cookie_of(answer)["max-age"]) == (204, "0")
        for way in others:
            assert is_refused(await page.get("/api/auth/me", headers=way), 401, "not_signed_in")
        assert (await page.get("/api/auth/me", headers=other_signed_in.bearer)).status_code == 200

    @pytest.mark.parametrize("cookies", ["auth_token=x; auth_token={}", "auth_token={}; auth_token=x"])
    async def test_a_cookie_of_another_app_is_ignored(self, anonymous: Api, signed_in: SignedInPerson, cookies: str):
        headers = {"Cookie": f"theme=dark; {cookies.format(signed_in.token)}"}
        assert (await anonymous.get("/api/auth/me", headers=headers)).status_code == 200
        assert (await anonymous.post("/auth/logout", headers={**headers, "Origin": ORIGIN})).status_code == 303
        assert is_refused(await anonymous.get("/api/auth/me", headers=headers), 401, "not_signed_in")

    @pytest.mark.parametrize("way", ["logout-all", "password", "reset", "kept"])
    async def test_a_regained_account_ends_access(self, api: Api, anonymous: Api, signed_in: SignedInPerson, way: str):
        new_token = {"name": "x", "scopes": ["read"]}
        revoked, valid = [(await api.post("/api/tokens", json=new_token)).json() for _ in range(2)]
        await api.delete(f"/api/tokens/{revoked['id']}")
        feed = (await api.post("/api/feeds", json={"view": "all", "as": "todo"})).json()["url"]
        await api.post("/api/webhooks", json={"url": "https://8.8.8.8/", "events": ["*"]})
        await api.post("/api/push/ntfy", json={"url": "https://8.8.8.8/", "topic": "mine", "device": "Phone"})
        new = {"current_password": PASSWORD, "new_password": "another password"}
        if way == "logout-all":
            await api.post("/api/auth/logout-all", params={"end_access": True})
        elif way == "reset":
            _, ended = await password_links.reset_password(signed_in.person.email)
            assert ended == (1, 1, 1, 1)
        else:
            assert (await api.post("/api/auth/password", json=new | {"end_access": way != "kept"})).status_code == 204
        ends = way != "kept"
        bearer = {"Authorization": f"Bearer {valid['token']}"}
        assert (await anonymous.get("/api/tasks", headers=bearer)).status_code == (401 if ends else 200)
        assert (await anonymous.get(urlsplit(feed).path)).status_code == (404 if ends else 200)
        mine = select(Webhook).where(Webhook.user_id == signed_in.person.id)
        assert len(await rows(mine)) == (0 if ends else 1)
        if not ends:
            assert len((await api.get("/api/push")).json()["devices"]) == 1
