"""GET /api/export: everything of one user, its schema, its limits; conversations as Markdown."""

import asyncio
import json
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from sqlalchemy import text
from starlette.types import Message, Receive, Scope, Send

from taskchat_app.api.streams import sse
from taskchat_app.assistant.account_data.record_types import AccountFile
from taskchat_app.config import settings
from taskchat_app.domain.storage.database import connection_string
from tests.api.responses import Api, bring, export, tasks_of
from tests.chatting import Chat, rows
from tests.conftest import ORIGIN
from tests.serving import PROJECT
from tests.waiting import until_async

SCHEMA = PROJECT / "docs" / "export.schema.json"


async def file_ids(api: Api) -> list[str]:
    """Return the ids of all files that messages show."""
    chat = Chat(api)
    threads = (await chat.request("threads.list")).json()["data"]
    items = [item for thread in threads for item in await chat.items(thread["id"])]
    return [file["id"] for item in items for file in item.get("attachments") or ()]


async def test_an_import_into_an_empty_account_is_the_inverse_of_the_export(full: Api, other_api: Api):
    answer = await full.get("/api/export")
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["content-length"]) == len(answer.content)
    outcome = await bring(other_api, file := answer.text)
    assert (outcome["skipped"], outcome["conversations"]) == ([], 3)
    assert await export(other_api) == file
    assert await tasks_of(other_api) == await tasks_of(full)
    AccountFile.model_validate_json(file)
    assert len(json.loads(file)["items"]) > 4
    assert "signature=" not in file
    ids = ((full, [one["id"] for one in json.loads(file)["files"]]), (other_api, await file_ids(other_api)))
    mine, theirs = [[(await api.get(f"/api/attachments/{one}")).content for one in own] for api, own in ids]
    assert mine == theirs
    assert [len(one) for one in mine][1:] == [3_000_000]


def test_the_schema_in_the_documentation_is_that_of_the_records():
    assert json.loads(SCHEMA.read_text()) == AccountFile.model_json_schema()


async def test_a_conversation_comes_as_markdown(full: Api, other_api: Api):
    conversations = (await full.get("/api/conversations")).json()["conversations"]
    bread, deletion, files = sorted(conversations, key=lambda one: one["title"].lower())
    answer = await full.get(f"/api/conversations/{bread['id']}/markdown", headers={"Accept-Language": "de"})
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="conversation.md"'
    lines = answer.text.splitlines()
    assert lines[0] == f"# {bread['title']}"
    said_at = datetime.strptime(lines[2], "## Du · %Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    assert abs(said_at - datetime.fromisoformat(bread["created_at"])) < timedelta(minutes=2)
    assert "add buy bread tomorrow" in lines
    assert any(line.startswith("## Assistent · 20") for line in lines)
    assert any(line.startswith("- ") and "Buy bread" in line for line in lines)
    proposal = (await full.get(f"/api/conversations/{deletion['id']}/markdown")).text
    assert any(line.startswith("> ") and "Milk" in line for line in proposal.splitlines())
    assert "[board.jpg]" in (await full.get(f"/api/conversations/{files['id']}/markdown")).text.splitlines()
    assert (await other_api.get(f"/api/conversations/{bread['id']}/markdown")).status_code == 404


async def waiting_for_locks(number: int) -> None:
    """Until so many transactions wait for a lock."""
    waiting = text(f"SELECT count(*) >= {number} FROM pg_stat_activity WHERE wait_event_type = 'Lock'")

    async def are_waiting() -> bool:
        return (await rows(waiting))[0][0]

    await until_async(are_waiting, 60)


async def test_a_third_export_at_once_is_429_and_leaves_database_connections_to_others(full: Api, other_api: Api):
    [conversation, *_] = (await full.get("/api/conversations")).json()["conversations"]
    paths = ("/api/export", "/api/tasks.csv", f"/api/conversations/{conversation['id']}/markdown")
    async with await psycopg.AsyncConnection.connect(connection_string(settings())) as holder:
        await holder.execute("LOCK TABLE proposals")  # which exports read
        exports = [asyncio.create_task(full.get("/api/export")) for _ in range(2)]
        await waiting_for_locks(2)
        async with asyncio.timeout(60):
            refused = [await full.get(path) for path in paths]
            assert (await other_api.get("/api/auth/me")).status_code == 200
            assert (await other_api.get("/api/tasks.csv")).status_code == 200
        assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(429, "too_many_open")] * 3
        assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
        await holder.rollback()
    assert [(await answer).status_code for answer in exports] == [200, 200]
    assert [(await full.get(path)).status_code for path in paths] == [200, 200, 200]


async def test_a_download_whose_client_has_left_before_it_starts_gives_its_place_back(
    full: Api, asgi: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch
):
    async def leave(message: Message) -> None:
        raise OSError("The client has left")

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        await asgi.app(scope, receive, leave)

    monkeypatch.setattr(sse, "STREAMS_OF_PERSON", 1)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(call), base_url=ORIGIN, headers=full.headers) as gone:
        with suppress(Exception):
            await gone.get("/api/export")
    assert (await full.get("/api/export")).status_code == 200
