"""MCP with the official client, by handshake and in 2026-07-28: tools, scopes, batches, proposals, undo, isolation."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import httpx2
import jsonschema
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, Implementation, TextContent
from sqlalchemy.exc import OperationalError
from sqlmodel import col, update

from taskchat_app.api.app import build_api
from taskchat_app.api.mcp.tools import TOOLS
from taskchat_app.assistant.tools import deletion_proposals
from taskchat_app.domain.accounts import access_tokens
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity import last_action, undo
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from tests.api.responses import Api, code_of
from tests.assistant.threads.leased_turns import is_waited_for
from tests.chatting import Configure, write
from tests.conftest import ORIGIN, row_level_security
from tests.conftest import client as http_client
from tests.waiting import PATIENCE_SECONDS, until_async

MODES = ("legacy", "auto", "2026-07-28")
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
Connect = Callable[..., Any]


async def token_of(person: Person, *scopes: str, name: str = "Claude") -> str:
    return (await access_tokens.create_token(person, name, scopes or ("read", "write"))).token


@asynccontextmanager
async def connected(token: str, mode: str = "auto", name: str = "test") -> AsyncGenerator[Client]:
    """Connect a client of this name, which its User-Agent has too."""
    transport = httpx2.ASGITransport(build_api())
    headers = {"Authorization": f"Bearer {token}", "User-Agent": f"{name}/1.0"}
    info = Implementation(name=name, version="1.0")
    async with (
        httpx2.AsyncClient(transport=transport, headers=headers) as http,
        Client(streamable_http_client(f"{ORIGIN}/mcp", http_client=http), mode=mode, client_info=info) as client,
    ):
        yield client


def text_of(result: CallToolResult, place: int = 0) -> str:
    content = result.content[place]
    assert isinstance(content, TextContent)
    return content.text


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool that succeeds; return its structured content, which the client checks with the schema."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert not result.is_error, result.content
    assert json.loads(text_of(result, -1)) == result.structured_content
    return result.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> CallToolResult:
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert result.is_error
    return result


@pytest.mark.parametrize("mode", MODES)
async def test_every_tool_works_in_every_mode(person: Person, api: Api, mode: str):
    async with connected(await token_of(person), mode) as client:
        assert mode == "2026-07-28" or "every change can be undone" in (client.instructions or ""), "if it asks"
        tasks = [{"title": "Buy milk", "due_at": "2031-03-05 9am", "reminder": "1_hour", "tags": ["home"]}]
        tasks.append({"title": "Water plants", "recurrence": "FREQ=DAILY", "priority": "high"})
        added = await call(client, "add-tasks", tasks=tasks)
        assert [line["outcome"] for line in added["results"]] == ["added", "added"]
        assert (added["tasks"][0]["due"], added["tasks"][0]["rings"]) == ("2031-03-05T09:00", "2031-03-05T08:00")
        assert added["tasks"][0]["url"] == f"{ORIGIN}/?task=1"

        changed = await call(client, "update-tasks", tasks=[{"task_id": 1, "title": "Buy oat milk"}, {"task_id": 2}])
        assert [line["outcome"] for line in changed["results"]] == ["changed", "unchanged"]
        found = await call(client, "find-tasks", search="oat", limit=1)
        assert [task["title"] for task in found["tasks"]] == ["Buy oat milk"]
        assert [task["number"] for task in (await call(client, "find-tasks", search="#2"))["tasks"]] == [2]
        first = await call(client, "find-tasks", limit=1)
        following = await call(client, "find-tasks", limit=1, cursor=first["next_cursor"])
        assert [page["tasks"][0]["number"] for page in (first, following)] == [1, 2]
        urgent = await call(client, "find-tasks", sort="priority")
        assert [task["number"] for task in urgent["tasks"]] == [2, 1]
        done = await call(client, "complete-tasks", task_ids=[2])
        assert [task["number"] for task in done["tasks"]] == [2, 3], "the next of the series"
        assert done["message"] == "Completed #2. The next of what repeats: #3."
        found = await call(client, "find-tasks", tag="home")
        assert [found[name] for name in ("open", "done", "overdue")] == [2, 1, 0]
        hits = await call(client, "search", query="oat")
        assert hits["results"] == [{"id": "1", "title": "Buy oat milk", "url": f"{ORIGIN}/?task=1"}]
        document = await call(client, "fetch", id=hits["results"][0]["id"])
        assert (document["title"], document["metadata"]["due"]) == ("Buy oat milk", "2031-03-05T09:00")
        deleted = await call(client, "delete-tasks", task_ids=[1])
        assert deleted["status"] == "done"
        assert (await api.get("/api/tasks/1")).status_code == 404
        undone = await call(client, "undo")
        assert undone["undone"] == [1]
        assert (await api.get("/api/tasks/1")).status_code == 200
        log = await call(client, "what-changed", call_id=changed["call_id"])
        told = [(change["action"], change["token"], change["call_id"]) for change in log["changes"]]
        assert told == [("updated", "Claude", changed["call_id"])]
        newest = await call(client, "what-changed", task_id=2, limit=1)
        older = await call(client, "what-changed", task_id=2, limit=1, cursor=newest["next_cursor"])
        listed = [(change["number"], change["action"]) for page in (newest, older) for change in page["changes"]]
        assert listed == [(2, "completed"), (2, "created")]
        await api.post("/api/tasks", json={"title": "Plant roses", "start_at": "2031-03-06"})
        [later] = (await call(client, "find-tasks", search="roses"))["tasks"]
        assert (later["begins"], "2031" in later["begins_in_words"]) == ("2031-03-06", True)


def _arguments(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the schemas of all arguments, those of the objects in lists included."""
    arguments: list[dict[str, Any]] = [*schema.get("properties", {}).values()]
    return arguments + [inner for one in arguments if "items" in one for inner in _arguments(one["items"])]


async def test_tools_have_schemas_without_references_and_all_four_annotations(person: Person):
    async with connected(await token_of(person)) as client:
        tools = (await client.list_tools()).tools
    assert [tool.name for tool in tools] == [
        *("add-tasks", "find-tasks", "update-tasks", "complete-tasks", "delete-tasks", "undo", "what-changed"),
        *("search", "fetch"),
    ]
    for tool in tools:
        for schema in (tool.input_schema, tool.output_schema):
            assert schema is not None
            jsonschema.Draft202012Validator.check_schema(schema)
            assert not {"$ref", "$defs", "null"} & set(json.dumps(schema).replace('"', " ").split())
        hints = tool.annotations
        assert hints is not None
        assert None not in (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint)
    described = [about for tool in tools for about in _arguments(tool.input_schema)]
    assert [about for about in described if not about.get("description")] == []
    assert {tool.name for tool in tools if tool.annotations and tool.annotations.read_only_hint} == {
        *("find-tasks", "what-changed", "search", "fetch")
    }


async def test_a_token_lists_and_calls_only_the_tools_of_its_scope(person: Person, api: Api):
    async with connected(await token_of(person, "read")) as client:
        assert "add-tasks" not in {tool.name for tool in (await client.list_tools()).tools}
        result = await refused(client, "add-tasks", tasks=[{"title": "Buy milk"}])
        assert "write" in text_of(result)
    async with connected(await token_of(person, "chat")) as client:
        assert (await client.list_tools()).tools == []
        await refused(client, "find-tasks")
    assert (await api.get("/api/tasks?status=all")).json()["tasks"] == []


async def test_a_batch_does_all_or_nothing_and_says_so_for_each(person: Person, api: Api):
    task = (await api.post("/api/tasks", json={"title": "Buy milk"})).json()
    batches: list[tuple[str, dict[str, Any], list[str]]] = [
        ("add-tasks", {"tasks": [{"title": "One"}, {"title": "Two", "due_date": "someday"}]}, ["not_done", "failed"]),
        ("update-tasks", {"tasks": [{"task_id": 1, "title": "New"}, {"task_id": 9}]}, ["not_done", "failed"]),
        ("update-tasks", {"tasks": [{"task_id": 1, "title": "New", "due_reading": 1}]}, ["failed"]),
        ("complete-tasks", {"task_ids": [9, 1]}, ["failed", "not_done"]),
        ("delete-tasks", {"task_ids": [1, 9]}, ["not_done", "failed"]),
    ]
    async with connected(await token_of(person)) as client:
        for tool, arguments, outcomes in batches:
            told = (await refused(client, tool, **arguments)).structured_content
            assert told is not None
            assert [line["outcome"] for line in told["results"]] == outcomes, tool
            assert told["status"] == "failed"
        red = {"title": "A", "colour": "red"}
        for arguments in ({"tasks": [red]}, {"tasks": list[Any]()}, {"titles": ["A"]}):
            assert "Correct these arguments" in text_of(await refused(client, "add-tasks", **arguments)), arguments
        for status in ({}, {"status": "done"}):
            await refused(client, "delete-tasks", task_ids=[], **status)
    assert (await api.get("/api/tasks?status=all")).json()["tasks"] == [task]
    assert len((await api.get("/api/activity")).json()["changes"]) == 1
    assert (await api.get("/api/conversations")).json()["conversations"] == []


async def test_steps_count_among_the_tasks_that_a_program_deletes(person: Person, monkeypatch: pytest.MonkeyPatch):
    async with connected(await token_of(person)) as client:
        await call(client, "add-tasks", tasks=[{"title": "Move house"}, {"title": "Rent a van"}])
        steps = [{"title": f"Box {place}", "parent_id": place % 2 + 1} for place in range(1, 20)]
        await call(client, "add-tasks", tasks=steps)
        few = await call(client, "delete-tasks", task_ids=[1])
        assert few["message"].startswith("Deleted #1, #4, ")
        many = await call(client, "delete-tasks", task_ids=[2])
        assert many["status"] == "needs_confirmation"
        assert many["message"] == "Nothing is deleted yet. Ask the user to decide about 11 tasks."
        monkeypatch.setattr(deletion_proposals, "AT_ONCE_MAX", 10)
        await refused(client, "delete-tasks", task_ids=[2])
        assert len((await call(client, "find-tasks"))["tasks"]) == 11


async def test_deleting_many_only_proposes_until_the_user_confirms_and_tells_each_outcome(person: Person, api: Api):
    async with connected(await token_of(person)) as client:
        await call(client, "add-tasks", tasks=[{"title": f"Task {place}"} for place in range(13)])
        few, many = [9, 4, 9], [13, 12, 11, 10, 8, 7, 6, 5, 3, 2, 1]
        for task_ids, status, outcome in ((few, "done", "deleted"), (many, "needs_confirmation", "proposed")):
            told = await call(client, "delete-tasks", task_ids=task_ids)
            assert told["status"] == status
            assert [(line["index"], line["number"]) for line in told["results"]] == list(enumerate(task_ids))
            assert {line["outcome"] for line in told["results"]} == {outcome}
        asked = await call(client, "delete-tasks", status="all")
        assert asked["confirm_url"].startswith(f"{ORIGIN}/c/")
        assert len((await call(client, "find-tasks"))["tasks"]) == 11

        thread_id = asked["confirm_url"].rpartition("/")[2]
        body = {"type": "threads.get_by_id", "params": {"thread_id": thread_id}}
        thread = (await api.post("/api/chatkit", json=body)).json()
        assert thread["title"].startswith("Claude: #1 #2")
        found = (await api.get("/api/messages", params={"q": "claude"})).json()["messages"]
        assert thread_id in [one["thread_id"] for one in found]
        (card,) = thread["items"]["data"]
        action = card["widget"]["confirm"]["action"]
        click = {"thread_id": thread_id, "item_id": card["id"], "action": action}
        answer = await api.post("/api/chatkit", json={"type": "threads.custom_action", "params": click})
        assert answer.status_code == 200
        assert (await call(client, "find-tasks"))["tasks"] == []
    deletion = (await api.get("/api/activity")).json()["changes"][0]
    assert (deletion["actor"], deletion["action"]) == ("person", "deleted")


async def test_a_call_reads_what_the_write_that_it_waited_for_has_stored(person: Person, api: Api):
    await api.post("/api/tasks", json={"title": "Milk"})
    changed = [{"task_id": 1, "title": "Oat milk"}]
    async with connected(await token_of(person)) as client:
        async with transaction(person.id) as session:
            await tasks.update_task(session, person.cause("api"), 1, TaskEdit(title="Oat milk"), zone=person.zone)
            waiting = asyncio.create_task(call(client, "update-tasks", tasks=changed))
            await until_async(is_waited_for, PATIENCE_SECONDS)
        assert [line["outcome"] for line in (await waiting)["results"]] == ["unchanged"]


async def test_undo_takes_back_the_last_call_one_call_or_the_session(person: Person, api: Api):
    token, own = await token_of(person), update(Change).where(col(Change.user_id) == person.id)
    another = await token_of(person)
    async with connected(token) as client, connected(token, name="other") as one, connected(another) as two:
        old = await call(client, "add-tasks", tasks=[{"title": "Before the pause"}])
        for others in ((one, two), ()):
            await write(own.values(at=Change.at - timedelta(minutes=25)))
            for other in others:
                await call(other, "add-tasks", tasks=[{"title": "In the pause"}])
        first = await call(client, "add-tasks", tasks=[{"title": "A"}, {"title": "B"}])
        await call(client, "update-tasks", tasks=[{"task_id": 1, "title": "Changed"}])
        assert (await call(client, "undo"))["undone"] == [1], "the last call"
        assert (await call(client, "undo"))["undone"] == [4, 5], "the one before"
        assert (await call(client, "undo", call_id=first["call_id"]))["undone"] == [], "is undone"
        await call(client, "add-tasks", tasks=[{"title": "C"}])
        await call(client, "complete-tasks", task_ids=[1, 6])
        await api.patch("/api/tasks/6", json={"title": "C by hand"})
        outcome = await call(client, "undo", what="session")
        assert outcome["undone"] == [1]
        assert [conflict["number"] for conflict in outcome["conflicts"]] == [6]
        assert (await call(client, "undo", call_id=old["call_id"]))["undone"] == [1]
    assert [task["number"] for task in (await api.get("/api/tasks?status=all")).json()["tasks"]] == [2, 3, 6]


@pytest.mark.parametrize("mode", MODES)
async def test_a_session_is_of_one_client(person: Person, asgi: httpx.ASGITransport, mode: str):
    token = await token_of(person)
    async with connected(token, mode) as client, connected(token, mode, name="other") as other:
        await call(client, "add-tasks", tasks=[{"title": "Mine"}])
        await call(other, "add-tasks", tasks=[{"title": "Of another client"}])
        async with http_client(asgi, Authorization=f"Bearer {token}") as http:
            assert (await http.post("/api/tasks", json={"title": "Over HTTP"})).status_code == 201
        assert (await call(client, "undo"))["undone"] == [1]
        await call(client, "add-tasks", tasks=[{"title": "Mine again"}])
        assert (await call(client, "undo", what="session"))["undone"] == [4]
        assert [task["number"] for task in (await call(client, "find-tasks"))["tasks"]] == [2, 3]


async def test_undo_takes_back_a_whole_large_call(person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(undo, "AT_ONCE_MAX", 30)
    monkeypatch.setattr(last_action, "READ_AT_ONCE", 7)
    async with connected(await token_of(person)) as client:
        drafts = [{"title": "Water plants", "due_date": "2030-01-01", "recurrence": "FREQ=DAILY"} for _ in range(20)]
        await call(client, "add-tasks", tasks=drafts)
        await call(client, "complete-tasks", task_ids=list(range(1, 21)))  # 40 changes
        assert (await call(client, "undo"))["undone"] == list(range(1, 41))


async def test_undo_leaves_what_the_user_and_other_tokens_did(person: Person, api: Api):
    await api.post("/api/tasks", json={"title": "By hand"})
    async with connected(await token_of(person, name="Other")) as other:
        theirs = await call(other, "add-tasks", tasks=[{"title": "By another"}])
    async with connected(await token_of(person)) as client:
        for arguments in ({}, {"what": "session"}, {"call_id": theirs["call_id"]}):
            assert (await call(client, "undo", **arguments))["undone"] == []
    assert len((await api.get("/api/tasks")).json()["tasks"]) == 2


@pytest.mark.parametrize("mode", MODES)
async def test_an_unexpected_error_is_logged_and_told_without_its_words(
    person: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, mode: str
):
    errors = [
        (OperationalError("SELECT secret", {"title": "x"}, Exception("boom")), "The database cannot be", "WARNING"),
        (RuntimeError("boom"), "Something went wrong on our side", "ERROR"),
    ]
    async with connected(await token_of(person), mode) as client:
        for error, sentence, level in errors:

            async def fail(*_: Any, error: Exception = error) -> None:
                raise error

            monkeypatch.setitem(TOOLS, "search", replace(TOOLS["search"], run=fail))
            caplog.clear()
            with caplog.at_level(logging.WARNING, "taskchat_app"):
                answer = str((await refused(client, "search", query="x")).content)
            assert sentence in answer
            assert not [word for word in ("SELECT", "boom") if word in answer]
            logged = [record.levelname for record in caplog.records if record.name.startswith("taskchat_app")]
            assert logged == [level]


async def test_another_users_tasks_are_absent_for_every_tool(person: Person, other_person: Person):
    async with row_level_security(), connected(await token_of(other_person)) as other:
        theirs = await call(other, "add-tasks", tasks=[{"title": "Secret plan"}])
        async with connected(await token_of(person)) as client:
            for tool, arguments in (
                ("update-tasks", {"tasks": [{"task_id": 1, "title": "Mine"}]}),
                ("complete-tasks", {"task_ids": [1]}),
                ("delete-tasks", {"task_ids": [1]}),
                ("fetch", {"id": "1"}),
            ):
                assert "Secret" not in str(await refused(client, tool, **arguments))
            assert (await call(client, "find-tasks", status="all"))["tasks"] == []
            assert (await call(client, "search", query="secret"))["results"] == []
            assert (await call(client, "what-changed"))["changes"] == []
            assert (await call(client, "undo", call_id=theirs["call_id"]))["undone"] == []
        assert len((await call(other, "find-tasks"))["tasks"]) == 1


async def ping(http: Api, **headers: str) -> httpx.Response:
    return await http.post("/mcp", json=PING, headers=HEADERS | headers)


async def test_without_a_token_of_this_kind_mcp_is_401(anonymous: Api, api: Api, page: Api, person: Person):
    answers = [await ping(anonymous), await ping(anonymous, Authorization="Bearer tc_forged")]
    answers += [await ping(api), await ping(page)]
    for answer in answers:
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert (await ping(anonymous, Authorization=f"Bearer {await token_of(person)}")).status_code == 200


async def test_other_methods_are_405_foreign_origins_403_and_nothing_advertises_oauth(anonymous: Api, person: Person):
    for method in ("GET", "DELETE"):
        answer = await anonymous.request(method, "/mcp")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    for name in ("oauth-protected-resource", "oauth-protected-resource/mcp", "openid-configuration"):
        answer = await anonymous.get(f"/.well-known/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8"), name
    bearer = f"Bearer {await token_of(person)}"
    for foreign in ("https://evil.example", "http://localhost.evil.example:3000", "null"):
        assert code_of(await ping(anonymous, Authorization=bearer, Origin=foreign)) == (403, "forbidden")
    for own in (ORIGIN, "http://127.0.0.1:6274", "http://[::1]:6274"):
        assert (await ping(anonymous, Authorization=bearer, Origin=own)).status_code == 200


async def test_the_server_answers_under_any_host(anonymous: Api, person: Person, configure: Configure):
    configure(PUBLIC_URL="https://page.example", ALLOWED_ORIGINS="https://tool.example")
    client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    begin = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client}
    headers = HEADERS | {"Authorization": f"Bearer {await token_of(person)}"}
    for host in ("api.example", "192.168.1.5:3000"):
        for origin in ({}, {"Origin": "https://page.example"}, {"Origin": "https://tool.example"}):
            answer = await anonymous.post("/mcp", json=begin, headers=headers | {"Host": host} | origin)
            assert answer.status_code == 200, answer.text
            assert answer.json()["result"]["serverInfo"]["name"] == "taskchat"


async def test_a_revoked_token_is_refused_and_what_mcp_did_is_rolled_back(person: Person, api: Api, anonymous: Api):
    new = await access_tokens.create_token(person, "Claude", ["read", "write"])
    async with connected(new.token) as client:
        await call(client, "add-tasks", tasks=[{"title": "Spam"}])
    assert (await api.delete(f"/api/tokens/{new.id}?roll_back=true")).json()["undone"] == [1]
    assert (await ping(anonymous, Authorization=f"Bearer {new.token}")).status_code == 401


async def test_a_task_is_copied_with_its_steps_among_new_ones(person: Person, api: Api):
    await api.post("/api/tasks", json={"title": "Packing list"})
    await api.post("/api/tasks", json={"title": "Passport", "parent_number": 1})
    copy = {"title": "Packing list", "copy_of": 1, "due_at": "2031-06-13"}
    async with connected(await token_of(person)) as client:
        added = await call(client, "add-tasks", tasks=[{"title": "Bread"}, copy])
        steps = [(task["number"], task.get("steps")) for task in added["tasks"]]
        assert steps == [(3, None), (4, {"open": 1, "done": 0})]
        result = await refused(client, "add-tasks", tasks=[copy | {"tags": ["trip"]}])
        assert "a copy takes a title and a due date only" in text_of(result)
        undone = await call(client, "undo")
    assert undone["undone"] == [3, 4, 5]
