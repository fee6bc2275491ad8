"""30 days after its deletion no text of a task is stored any more, except in what was said about it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text as sql
from sqlalchemy import update
from sqlmodel import SQLModel, col, select

from taskchat_app.domain import retention, text_erasure
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import last_change_id
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Task, ThreadItem, ToolExecution
from tests.api.open_stream import open_stream
from tests.api.responses import Api
from tests.chatting import Chat, rows, write
from tests.conftest import SignedInPerson
from tests.standin import call, calls, text

pytestmark = pytest.mark.changes_all_users
SECRET = "Zanzibar"
AGO = timedelta(days=31)


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_erasure, "PIECE", 2)


async def age(person: Person, *numbers: int) -> None:
    """Move the deletion of the tasks, and all calls and items, 31 days back."""
    deleted = update(Task).where(col(Task.user_id) == person.id, col(Task.number).in_(numbers))
    await write(deleted.values(deleted_at=now() - AGO))
    earlier = now() - AGO - timedelta(hours=1)
    await write(update(ToolExecution).where(col(ToolExecution.user_id) == person.id).values(at=earlier))
    await write(update(ThreadItem).where(col(ThreadItem.user_id) == person.id).values(created_at=earlier))


async def tables_with(word: str, person: Person) -> list[str]:
    """Return the tables of which a row of the user contains the word; items by their type."""
    found: set[str] = set()
    for name in (name for name, table in SQLModel.metadata.tables.items() if "user_id" in table.columns):
        kind = "type" if name == "thread_items" else f"'{name}'"
        query = (
            f"SELECT DISTINCT {kind} FROM {name} AS row WHERE user_id = '{person.id}' AND row::text ILIKE '%{word}%'"
        )
        found |= {row[0] for row in await rows(sql(query))}
    return sorted(found)


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_in(part)


async def test_calls_cards_and_log_lose_the_texts_and_keep_those_of_other_tasks(
    chat: Chat, api: Api, signed_in: SignedInPerson, asgi: httpx.ASGITransport
):
    person = signed_in.person
    texts = {"description": f"{SECRET} beach", "tags": [SECRET.lower()]}
    chat.script(
        [
            calls(call("create_task", {"title": f"{SECRET} trip", **texts}), call("create_task", {"title": "Milk"})),
            calls(call("list_tasks", {}), call("update_task", {"task_id": 1, "title": f"See {SECRET}"})),
            calls(call("update_task", {"task_id": 1, "description": f"{SECRET} again"})),
            calls(call("bulk_delete_tasks", {"task_ids": [1, 2]}), call("complete_task", {"task_id": 1})),
            text("All is done."),
        ]
    )
    answer = await chat.send("do it")
    chat.script([calls(call("list_tasks", {"status": "all"})), text("There.")])
    [shown] = (await chat.send("list them")).items("widget")
    assert SECRET.lower() in shown["copy_text"]
    key = {"Idempotency-Key": "complete"}
    assert (await api.delete("/api/tasks/1", headers=key)).status_code == 204
    assert await tables_with(SECRET, person) == ["changes", "tasks", "tool_executions", "widget", "workflow"]
    await age(person, 1)
    await retention.delete_expired()
    assert await tables_with(SECRET, person) == []

    stored = " ".join(texts_in(await chat.items(answer.thread_id)))
    assert "Added #1" in stored
    assert "Added #2 Milk" in stored
    page = (await api.get("/api/activity")).json()["changes"]
    assert [change["id"] for change in page] == sorted((change["id"] for change in page), reverse=True)
    assert {change["before"]["title"] for change in page if change["task"] == 1 and change["before"]} == {""}
    newest = await last_change_id(person.id)
    async with open_stream(asgi.app, "/api/events?last_event_id=0", signed_in.bearer) as stream:
        told = await stream.first(newest)
    assert [int(event["id"]) for event in told] == list(range(1, newest + 1))
    assert (await chat.send("and now?", answer.thread_id, replies=[text("As you say.")])).text == "As you say."
    undone = (await api.post(f"/api/turns/{answer.turn_id}/undo")).json()
    assert (undone["undone"], [conflict["number"] for conflict in undone["conflicts"]]) == ([2], [1])
    assert await tables_with(SECRET, person) == []


async def test_tasks_with_longer_numbers_keep_their_texts(chat: Chat, person: Person, api: Any):
    for number in range(1, 13):
        await api.post("/api/tasks", json={"title": f"Island {number}"})
    chat.script([calls(call("list_tasks", {}), call("complete_task", {"task_id": 12})), text("Done.")])
    await chat.send("do it")
    await api.delete("/api/tasks/1")
    await age(person, 1)
    chat.script([calls(call("create_task", {"title": "Take bus #1 to town"})), text("Done.")])
    later = await chat.send("do it")
    await retention.delete_expired()
    assert later.items("workflow")[0] in await chat.items(later.thread_id), "what was done after the deletion"
    [titles, completed, since] = await rows(
        select(ToolExecution.result).where(ToolExecution.user_id == person.id).order_by(col(ToolExecution.id))
    )
    listed = {task["number"]: task["title"] for task in titles["tasks"]}
    assert listed == {1: "", **{number: f"Island {number}" for number in range(2, 13)}}
    assert (completed["task"]["title"], since["task"]["title"]) == ("Island 12", "Take bus #1 to town")
