"""Personal access tokens over HTTP: scopes, the name in what they change, revoking and rolling back."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import col, select, update

from taskchat_app.assistant.threads import leases
from taskchat_app.domain import retention
from taskchat_app.domain.accounts import access_tokens, login_end
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits import rate_limits
from taskchat_app.domain.storage import user_lock
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import AccessToken, Change
from taskchat_app.domain.storage.user_lock import in_queue
from taskchat_app.ui.activity.rows import change_page
from tests.api.responses import Api, add
from tests.api.test_contract import OPEN_TO_ALL, OPERATIONS
from tests.chatting import Chat, follow_to_end, follow_until, json_of, message, rows, start, write
from tests.conftest import client, row_level_security
from tests.standin import Reply, Standin, call, calls, hold_after, last_user_text, text, tool_results
from tests.waiting import in_background, until_async

MakeProgram = Callable[..., Awaitable[Api]]
CHAT = ("/api/chatkit", "/api/assistant", "/api/attachments", "/api/conversations/", "/stop")
ACCOUNT = ("/api/auth/", "/api/chatkit/session", "/api/tokens", "/api/feeds", "/api/webhooks", "/api/push")


@pytest.fixture
async def program(asgi: httpx.ASGITransport, api: Api) -> AsyncIterator[MakeProgram]:
    """Factory of API clients that use a new token of `person`: `await program("read", "write", name="CI")`."""
    async with AsyncExitStack() as stack:

        async def make(*scopes: str, name: str = "CI") -> Api:
            new = json_of(await api.post("/api/tokens", json={"name": name, "scopes": scopes}), 201)
            return await stack.enter_async_context(client(asgi, Authorization=f"Bearer {new['token']}"))

        yield make


async def tokens_of(api: Api) -> list[dict[str, Any]]:
    return (await api.get("/api/tokens")).json()["tokens"]


def scope_of(method: str, path: str) -> str | None:
    """Return the scope that a route needs; None for those of the account."""
    if path.startswith(ACCOUNT):
        return None
    if method == "GET":
        return "read"
    return "chat" if any(part in path for part in CHAT) else "write"


async def test_every_route_refuses_a_token_without_its_scope(program: MakeProgram):
    scopes = access_tokens.SCOPES
    without = {needed: await program(*(one for one in scopes if one != needed)) for needed in (*scopes, None)}
    allowed: list[Any] = []
    for method, path in sorted(set(OPERATIONS) - OPEN_TO_ALL):
        needed = scope_of(method, path)
        answer = await without[needed].request(method, re.sub(r"\{\w+\}", "1", path))
        told = (answer.status_code, answer.json().get("code"), answer.json().get("scope"))
        if told != (403, "wrong_scope", needed):
            allowed.append((method, path, told))
    assert allowed == []


async def test_a_token_with_the_scope_reads_writes_and_chats(program: MakeProgram):
    writer, reader, chatter = await program("write"), await program("read"), await program("chat")
    assert await add(writer, "Buy milk") == 1
    assert (await reader.get("/api/tasks")).json()["tasks"][0]["title"] == "Buy milk"
    assert json_of(await chatter.post("/api/chatkit", json={"type": "threads.list", "params": {}}))["data"] == []


async def test_a_token_is_shown_once_and_stored_as_a_hash(api: Api, person: Person):
    new = (await api.post("/api/tokens", json={"name": " My  script ", "scopes": ["write", "read"]})).json()
    assert new["token"].startswith("tc_")
    (listed,) = await tokens_of(api)
    assert new["token"] not in str(listed)
    assert (listed["id"], listed["name"], listed["scopes"]) == (new["id"], "My script", ["read", "write"])
    [row] = await rows(select(AccessToken).where(AccessToken.user_id == person.id, AccessToken.id == new["id"]))
    begin, secret = new["token"][:36], new["token"][36:]
    assert begin == f"tc_{person.id}_"
    assert secret not in str(row.model_dump())


async def test_the_last_use_is_recorded(api: Api, program: MakeProgram, person: Person):
    reader = await program("read")
    assert (await tokens_of(api))[0]["last_used_at"] is None
    await reader.get("/api/tasks")
    used = (await tokens_of(api))[0]["last_used_at"]
    assert used is not None
    await reader.get("/api/tasks")
    assert (await tokens_of(api))[0]["last_used_at"] == used, "within a minute"
    own = update(AccessToken).where(col(AccessToken.user_id) == person.id)
    await write(own.values(last_used_at=now() - timedelta(minutes=2)))
    await reader.get("/api/tasks")
    assert (await tokens_of(api))[0]["last_used_at"] >= used, "later"


async def test_an_invalid_token_is_refused(api: Api):
    wrong: list[dict[str, Any]] = [{"name": " "}, {"name": "x" * 61}, {"name": "a\0"}, {"scopes": []}]
    moments = ("2020-01-01T00:00:00Z", "9999-12-31T23:59:59-10:00", "2030-01-01T00:00")
    for change in [*wrong, {"scopes": ["admin"]}, *({"expires_at": moment} for moment in moments)]:
        answer = await api.post("/api/tokens", json={"name": "CI", "scopes": ["read"]} | change)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), change
    assert await tokens_of(api) == []


async def test_a_revoked_an_expired_and_a_forged_token_are_401(
    api: Api, program: MakeProgram, asgi: httpx.ASGITransport, person: Person
):
    reader = await program("read")
    assert (await reader.get("/api/tasks")).status_code == 200
    (token,) = await tokens_of(api)
    assert (await api.delete(f"/api/tokens/{token['id']}")).json() == {"undone": [], "conflicts": []}
    assert (await reader.get("/api/tasks")).status_code == 401

    expiring = await program("read", name="short")
    own = update(AccessToken).where(col(AccessToken.user_id) == person.id, col(AccessToken.name) == "short")
    await write(own.values(expires_at=now()))
    assert (await expiring.get("/api/tasks")).status_code == 401
    assert [one["name"] for one in await tokens_of(api)] == ["short", token["name"]]
    await write(own.values(expires_at=now() - access_tokens.KEPT_FOR))
    assert [one["name"] for one in await tokens_of(api)] == [token["name"]]
    for forged in ("tc_", f"tc_{person.id}_{'a' * 43}", f"tc_{'0' * 32}_{'a' * 43}"):
        async with client(asgi, Authorization=f"Bearer {forged}") as forger:
            assert (await forger.get("/api/tasks")).status_code == 401


async def test_revoking_a_token_ends_its_open_streams(api: Api, person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(login_end, "CHECK_SECONDS", 0.01)
    kept, new = [await access_tokens.create_token(person, name, ["read"]) for name in ("Kept", "CI")]
    used = [await access_tokens.user_of_token(one.token) for one in (kept, new)]
    async with in_background(*(login_end.wait_for_login_end(use.person) for use in used if use)) as [other, stream]:
        await asyncio.sleep(0)
        assert not stream.done()
        await api.delete(f"/api/tokens/{new.id}")
        await asyncio.wait_for(stream, 60)
        assert not other.done(), "the other token is valid"


async def test_another_users_token_cannot_be_listed_used_or_revoked(api: Api, other_api: Api, program: MakeProgram):
    writer = await program("read", "write")
    await add(writer, "Mine")
    (token,) = await tokens_of(api)
    async with row_level_security():
        assert await tokens_of(other_api) == []
        for roll_back in ("false", "true"):
            answer = await other_api.delete(f"/api/tokens/{token['id']}?roll_back={roll_back}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert (await other_api.get("/api/tasks")).json()["tasks"] == []
        assert len((await writer.get("/api/tasks")).json()["tasks"]) == 1


async def test_the_number_of_valid_tokens_is_limited(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(access_tokens, "VALID_MAX", 2)
    body = {"name": "CI", "scopes": ["read"]}
    ids = [(await api.post("/api/tokens", json=body)).json()["id"] for _ in range(2)]
    assert (await api.post("/api/tokens", json=body)).status_code == 409
    await api.delete(f"/api/tokens/{ids[0]}")
    assert (await api.post("/api/tokens", json=body)).status_code == 201


async def test_changes_carry_the_name_of_the_token(api: Api, program: MakeProgram):
    await add(await program("write", name="Backup script"), "Buy milk")
    await add(api, "By hand")
    by_hand, by_program = (await api.get("/api/activity")).json()["changes"]
    assert "token" not in by_hand
    assert (by_program["actor"], by_program["token"]["name"]) == ("api", "Backup script")
    assert by_program["token"]["id"] == (await tokens_of(api))[0]["id"]
    assert (await tokens_of(api))[0]["changes"] == 1


async def test_a_turn_begun_with_a_token_names_it(api: Api, program: MakeProgram, person: Person):
    await Chat(await program("chat", name="Speaker")).send("add Buy milk")
    (change,) = (await api.get("/api/activity")).json()["changes"]
    assert [token["changes"] for token in await tokens_of(api)] == [1], "of tasks, not of its messages"
    assert (change["actor"], change["token"]["name"]) == ("assistant", "Speaker")
    assert await Chat(api).receipt(change["turn_id"]) == "Added #1 with the token “Speaker”"
    assert [row.who for row in (await change_page(person, limit=9))[0]] == ["Assistant (“Speaker”) added"]
    logged = await rows(select(Change.token_id, Change.token_name).where(Change.turn_id == change["turn_id"]))
    assert set(logged) == {(change["token"]["id"], "Speaker")}, "of its messages too"


async def test_rolling_back_undoes_what_a_token_did_and_names_what_was_changed_since(api: Api, program: MakeProgram):
    kept, edited = await add(api, "Kept"), await add(api, "Edited by both")
    writer, other_writer = await program("write", name="bad"), await program("write", name="good")
    await writer.delete(f"/api/tasks/{kept}")
    await writer.patch(f"/api/tasks/{edited}", json={"title": "Broken"})
    await api.patch(f"/api/tasks/{edited}", json={"title": "Mended by hand"})
    added = await add(writer, "Spam")
    await writer.post(f"/api/tasks/{added}/complete")
    others = await add(other_writer, "By the other token")
    token = next(token for token in await tokens_of(api) if token["name"] == "bad")

    outcome = (await api.delete(f"/api/tokens/{token['id']}?roll_back=true")).json()

    assert outcome["undone"] == [kept, added]
    assert [conflict["number"] for conflict in outcome["conflicts"]] == [edited]
    listed = (await api.get("/api/tasks?status=all")).json()["tasks"]
    titles = {task["number"]: task["title"] for task in listed}
    assert titles == {kept: "Kept", edited: "Mended by hand", others: "By the other token"}
    assert (await writer.get("/api/tasks")).status_code == 401
    again = (await api.delete(f"/api/tokens/{token['id']}?roll_back=true")).json()
    assert again["undone"] == []


async def test_a_token_revoked_before_is_rolled_back(api: Api, program: MakeProgram, monkeypatch: pytest.MonkeyPatch):
    added = await add(await program("write"), "Spam")
    (token,) = await tokens_of(api)
    monkeypatch.setattr(rate_limits, "WRITES", replace(rate_limits.WRITES, count=1))
    assert (await api.delete(f"/api/tokens/{token['id']}")).status_code == 200
    assert (await tokens_of(api))[0]["revoked_at"] is not None
    rolled_back = await api.delete(f"/api/tokens/{token['id']}?roll_back=true")
    assert (rolled_back.status_code, rolled_back.json()["undone"]) == (200, [added])


async def waiting_requests(person: Person, number: int) -> None:
    """Until so many requests of the user wait in the queue for the one that is served."""
    await until_async(lambda: user_lock._queues[person.id].requests > number, 60)


@pytest.mark.parametrize(
    ("path", "body"), [("/api/tasks", {"title": "Late spam"}), ("/api/chatkit", message("add Late spam"))]
)
async def test_a_request_that_waits_while_its_token_is_rolled_back_is_401_and_writes_nothing(
    api: Api, program: MakeProgram, person: Person, path: str, body: dict[str, Any]
):
    bad = await program("write", "chat")
    spam = await add(bad, "Spam")
    (token,) = await tokens_of(api)
    await program("write", "chat", name="Kept")
    async with in_queue(person.id):
        revoking = asyncio.create_task(api.delete(f"/api/tokens/{token['id']}?roll_back=true"))
        await waiting_requests(person, 1)
        late = asyncio.create_task(bad.post(path, json=body))
        await waiting_requests(person, 2)
    assert (await revoking).json()["undone"] == [spam]
    refused = await late
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json"), refused.text
    assert (await api.get("/api/tasks?status=all")).json()["tasks"] == []
    assert (await api.get("/api/conversations")).json()["conversations"] == []


async def test_rolling_back_ends_its_turns(api: Api, person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(leases, "RENEW_SECONDS", 600.0)  # the stop is announced, not found by the next look
    new = await access_tokens.create_token(person, "CI", ["chat"])
    use = await access_tokens.user_of_token(new.token)
    assert use is not None
    milk, bread = (calls(call("create_task", {"title": title})) for title in ("Buy milk", "Buy bread"))

    def script(request: dict[str, Any]) -> Reply:
        if last_user_text(request) == "hello":
            return hold_after(text("Hello."), 0)
        return (milk, hold_after(bread, 0), text("Done."))[len(tool_results(request))]

    gemini.script(script)
    of_token, by_hand = await start(use.person, "add milk and bread"), await start(person, "hello")
    await follow_until(of_token, "thread.item.updated", "Added #1 Buy milk")

    assert (await api.delete(f"/api/tokens/{new.id}?roll_back=true")).json()["undone"] == [1]

    async with asyncio.timeout(60):
        await follow_to_end(of_token)
    gemini.release()
    gemini.release()
    assert (await follow_to_end(by_hand)).text == "Hello."
    assert (await api.get("/api/tasks?status=all")).json()["tasks"] == []
    statuses = [(await api.get(f"/api/turns/{turn.id}")).json()["status"] for turn in (of_token, by_hand)]
    assert statuses == ["stopped", "done"]


@pytest.mark.changes_all_users
async def test_a_token_goes_30_days_after_its_end_and_its_name_stays(api: Api, program: MakeProgram, person: Person):
    ends = ("revoked_at", "expires_at")
    for ended in ends:
        await add(await program("write", name=ended), "Buy milk")
        own = update(AccessToken).where(col(AccessToken.user_id) == person.id, col(AccessToken.name) == ended)
        await write(own.values({ended: now() - timedelta(days=31)}))
    await retention.delete_expired()
    assert await tokens_of(api) == []
    changes = (await api.get("/api/activity")).json()["changes"]
    assert [change["token"]["name"] for change in changes] == [*reversed(ends)]
