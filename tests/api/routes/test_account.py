"""The routes of a signed-in account: settings, deletion, password, chat secrets."""

from datetime import datetime, timedelta

import httpx
import pytest

from taskchat_app.domain.accounts import accounts, chat_secrets, message_limits
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.sign_in import PASSWORD_FRESH_FOR
from taskchat_app.domain.limits.rate_limits import take
from taskchat_app.domain.log.changes import last_change_id
from taskchat_app.domain.storage.database import now, system_transaction, transaction
from taskchat_app.domain.storage.models import IdempotencyKey, Login
from tests.api.responses import Api, is_refused
from tests.chatting import Configure
from tests.conftest import PASSWORD


class TestMe:
    async def test_me_returns_the_user_and_the_quota(self, api: Api, person: Person, configure: Configure):
        async with system_transaction() as session:
            await take(session, message_limits.chat_daily_limit(), person.id)
        body = (await api.get("/api/auth/me")).json()
        assert body["user"] == {"id": person.id, "email": person.email, "timezone": "UTC"}
        assert (body["quota"]["limit"], body["quota"]["used"]) == (None, 1)  # the built-in assistant has no daily limit
        configure(gemini_api_key="key")
        assert (await api.get("/api/auth/me")).json()["quota"] == body["quota"] | {"limit": 10_000}
        assert body["quota"]["resets_at"].endswith("T00:00:00Z")

    async def test_the_timezone_becomes_a_known_one_and_an_invalid_preference_nothing(self, api: Api, person: Person):
        before = (await api.get("/api/auth/settings")).json()
        for body, field in (
            *(({}, "timezone"), ({"timezone": None}, None), ({"timezone": "localtime"}, "timezone")),
            ({"timezone": "Mars/Phobos", "language": "de"}, "timezone"),
            ({"timezone": "Asia/Tokyo", "language": "tlh"}, "language"),
            ({"timezone": "Asia/Tokyo", "week_start": "tuesday"}, "week_start"),
        ):
            refused = await api.patch("/api/auth/me", json=body)
            assert is_refused(refused, 422, "invalid")
            assert refused.json().get("field") == field
            assert (await api.get("/api/auth/settings")).json() == before, body
        assert await last_change_id(person.id) == 0
        answer = await api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
        assert (answer.status_code, answer.json()["user"]["timezone"]) == (200, "Asia/Tokyo")
        assert (await api.get("/api/auth/me")).json()["user"]["timezone"] == "Asia/Tokyo"

    async def test_language_and_week_start_are_stored_separately(self, api: Api, person: Person):
        answer = await api.patch("/api/auth/me", json={"language": "de", "week_start": "sunday"})
        assert answer.status_code == 200
        assert answer.json()["user"] == {"id": person.id, "email": person.email, "timezone": "UTC"}
        kept = {"timezone": "UTC", "language": "de", "week_start": "sunday", "clock": "", "date_order": ""}
        kept |= {"due_meanings": ""}
        assert (await api.get("/api/auth/settings")).json() == kept
        assert (await api.patch("/api/auth/me", json={"language": ""})).status_code == 200
        assert (await api.get("/api/auth/settings")).json() == kept | {"language": ""}

    async def test_deletion_asks_for_the_password_later(self, api: Api, anonymous: Api, person: Person, other_api: Api):
        await api.post("/api/tasks", json={"title": "Buy milk"})
        earlier = person.login_expires_at - PASSWORD_FRESH_FOR
        async with transaction(person.id) as session:
            (await session.get_one(Login, person.login_id)).expires_at = earlier
        assert is_refused(await api.delete("/api/auth/me"), 422, "invalid")
        answer = await api.request("DELETE", "/api/auth/me", json={"password": "not the password"})
        assert is_refused(answer, 401, "bad_credentials")
        gone = await api.request("DELETE", "/api/auth/me", json={"password": PASSWORD})
        assert gone.status_code == 204
        assert "Max-Age=0" in gone.headers["set-cookie"]
        assert is_refused(await api.get("/api/auth/me"), 401, "not_signed_in")
        body = {"email": person.email, "password": PASSWORD}
        assert is_refused(await anonymous.post("/api/auth/login", json=body), 401, "bad_credentials")
        assert (await other_api.get("/api/auth/me")).status_code == 200
        assert (await other_api.delete("/api/auth/me")).status_code == 204, "soon after"

    async def test_wrong_passwords_of_a_user_have_their_own_limit(self, api: Api, other_browser: Api, person: Person):
        async def change(current: str, new: str = "another password") -> httpx.Response:
            return await api.post("/api/auth/password", json={"current_password": current, "new_password": new})

        async def delete(password: str) -> httpx.Response:
            return await api.request("DELETE", "/api/auth/me", json={"password": password})

        assert is_refused(await change(PASSWORD, "short"), 422, "invalid")
        for attempt in (change, delete) * 5:
            assert is_refused(await attempt("not the password"), 401, "bad_credentials")
        for attempt in (change, delete):
            refused = await attempt(PASSWORD)
            assert is_refused(refused, 429, "burst_limit")
            assert 0 < int(refused.headers["retry-after"]) <= 15 * 60
        body = {"email": person.email, "password": PASSWORD}
        assert (await other_browser.post("/api/auth/login", json=body)).status_code == 200
        assert (await api.get("/api/auth/me")).status_code == 200

    async def test_a_password_change_asks_for_it_and_ends_logins(self, api: Api, other_browser: Api, person: Person):
        change = {"current_password": "not the password", "new_password": "another password"}
        assert is_refused(await api.post("/api/auth/password", json=change), 401, "bad_credentials")
        before = {"email": person.email, "password": PASSWORD}
        assert (await other_browser.post("/api/auth/login", json=before)).status_code == 200
        change["current_password"] = PASSWORD
        assert (await api.post("/api/auth/password", json=change)).status_code == 204
        assert (await api.get("/api/auth/me")).status_code == 200
        assert is_refused(await other_browser.get("/api/auth/me"), 401, "not_signed_in")
        assert is_refused(await other_browser.post("/api/auth/login", json=before), 401, "bad_credentials")
        after = before | {"password": "another password"}
        assert (await other_browser.post("/api/auth/login", json=after)).status_code == 200


class TestChatSecret:
    async def test_a_chat_secret_is_valid_for_the_chat_only_until_its_login_ends(self, api: Api, anonymous: Api):
        answer = await api.post("/api/chatkit/session")
        body = answer.json()
        assert answer.status_code == 200
        assert set(body) == {"client_secret", "expires_at"}
        assert timedelta(minutes=9) < datetime.fromisoformat(body["expires_at"]) - now() <= timedelta(minutes=10)
        bearer = {"Authorization": f"Bearer {body['client_secret']}"}
        for method, path in (
            *(("GET", "/api/auth/me"), ("GET", "/api/events"), ("GET", "/api/tasks")),
            *(("POST", "/api/auth/logout"), ("POST", "/api/chatkit/session")),
        ):
            assert is_refused(await anonymous.request(method, path, headers=bearer), 401, "not_signed_in")
        listing = {"type": "threads.list", "params": {}}
        assert (await anonymous.post("/api/chatkit", json=listing, headers=bearer)).status_code == 200
        await api.post("/api/auth/logout")
        answer = await anonymous.post("/api/chatkit", json=listing, headers=bearer)
        assert is_refused(answer, 401, "not_signed_in")

    async def test_a_repeated_request_gets_the_same_secret_which_is_not_stored(
        self, api: Api, anonymous: Api, person: Person, monkeypatch: pytest.MonkeyPatch
    ):
        key = {"Idempotency-Key": "secret-1"}
        first = (await api.post("/api/chatkit/session", headers=key)).json()
        later = now() + timedelta(seconds=90)
        for module in (chat_secrets, accounts):
            monkeypatch.setattr(module, "now", lambda: later)
        assert (await api.post("/api/chatkit/session", headers=key)).json() == first
        assert (await api.post("/api/chatkit/session")).json() != first
        monkeypatch.undo()
        async with transaction(person.id) as session:
            row = await session.get_one(IdempotencyKey, (person.id, "secret-1"))
            assert first["client_secret"] not in str(row.model_dump())
        bearer = {"Authorization": f"Bearer {first['client_secret']}"}
        listing = {"type": "threads.list", "params": {}}
        assert (await anonymous.post("/api/chatkit", json=listing, headers=bearer)).status_code == 200
