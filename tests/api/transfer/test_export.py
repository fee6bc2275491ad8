"""GET /api/export and POST /api/import: everything of one user, out and in."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlmodel import col, delete

from taskchat_app.api.streams import progress_lines
from taskchat_app.assistant.account_data.record_types import AccountFile, ProposalRecord, Record, Snapshot
from taskchat_app.assistant.turns.undo_command import undo_action
from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.last_action import last_action
from taskchat_app.domain.limits import rate_limits
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import connection_string, transaction
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.fields import TAGS_SENT_MAX, TaskDraft
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX
from taskchat_app.domain.tasks.tasks import create_task
from tests.api.responses import bring
from tests.api.routes.test_attachments import attach, sent
from tests.chatting import Chat, rows, write
from tests.pictures import photo

SCHEMA = Path(__file__).parents[3] / "docs" / "export.schema.json"


async def export(api: httpx.AsyncClient) -> str:
    answer = await api.get("/api/export")
    assert answer.status_code == 200, answer.text
    return answer.text


async def add(api: httpx.AsyncClient, **fields: Any) -> int:
    answer = await api.post("/api/tasks", json=fields)
    assert answer.status_code == 201, answer.text
    return answer.json()["number"]


async def tasks_of(api: httpx.AsyncClient) -> list[dict[str, Any]]:
    listed = [
        (await api.get("/api/tasks", params={"status": status, "limit": 200})).json() for status in ("all", "deleted")
    ]
    return [task for page in listed for task in page["tasks"]]


async def numbered(api: httpx.AsyncClient) -> dict[int, dict[str, Any]]:
    """Return what the account file says of the tasks that are not deleted, by number."""
    names = ("title", "description", "tags", "due_at", "recurrence", "repeats_number", "completed_at", "remind_before")
    tasks = json.loads(await export(api))["tasks"]
    return {task["number"]: {name: task.get(name) for name in names} for task in tasks if not task.get("deleted_at")}


async def file_ids(api: httpx.AsyncClient) -> list[str]:
    """Return the ids of all files that messages show."""
    chat = Chat(api)
    threads = (await chat.request("threads.list")).json()["data"]
    items = [item for thread in threads for item in await chat.items(thread["id"])]
    return [file["id"] for item in items for file in item.get("attachments") or ()]


@pytest.fixture
async def full(api: httpx.AsyncClient, announcements: None) -> httpx.AsyncClient:
    """The API of a user with one of everything."""
    await api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
    await add(api, title="Milk", tags=["home", "café"], description="two\nlines “quoted”", priority="high")
    await add(api, title="Rent", due_at="2027-01-01", recurrence="FREQ=MONTHLY")
    await add(api, title="Call", due_at="2027-01-02T09:00:00Z")
    await add(api, title="Gone")
    await api.delete("/api/tasks/4")
    await api.post("/api/tasks/2/complete", json={})
    await api.put("/api/tasks/3/reminder", json={"before": "1_hour"})
    await api.post("/api/tasks/1/move", json={"after": 3})
    changed = await api.patch("/api/tasks/1", json={"title": "Oat milk"})
    newest = (await api.get("/api/activity", params={"limit": 1})).json()["changes"][0]
    assert changed.status_code == 200
    await api.post(f"/api/activity/{newest['id']}/undo")
    chat = Chat(api)
    await chat.send("add buy bread tomorrow")
    await chat.send("delete all tasks")
    picture = await attach(api, photo(), "board.jpg")
    await sent(chat, picture["id"], (await attach(api, b"milk\n" * 600_000))["id"])
    return api


async def test_an_import_into_an_empty_account_is_the_inverse_of_the_export(
    full: httpx.AsyncClient, other_api: httpx.AsyncClient
):
    file = await export(full)
    outcome = await bring(other_api, file)
    assert (outcome["skipped"], outcome["conversations"]) == ([], 3)
    assert await export(other_api) == file
    assert await tasks_of(other_api) == await tasks_of(full)
    AccountFile.model_validate_json(file)
    assert len(json.loads(file)["items"]) > 4
    assert "signature=" not in file
    mine, theirs = [
        [(await api.get(f"/api/attachments/{one}")).content for one in ids]
        for api, ids in (
            (full, [one["id"] for one in json.loads(file)["files"]]),
            (other_api, await file_ids(other_api)),
        )
    ]
    assert mine == theirs
    assert [len(one) for one in mine][1:] == [3_000_000]


def test_the_schema_in_the_documentation_is_that_of_the_records():
    assert json.loads(SCHEMA.read_text()) == AccountFile.model_json_schema()


@pytest.mark.parametrize(
    ("model", "field", "value", "most"),
    [(ProposalRecord, "numbers", 1, AT_ONCE_MAX), (Snapshot, "tags", "work", TAGS_SENT_MAX)],
)
def test_a_list_that_is_longer_than_any_of_ours_is_not_imported(model: type[Record], field: str, value: Any, most: int):
    at = "2026-11-21T09:00:00Z"
    fields: dict[str, Any] = {"thread_id": "t", "id": "p", "turn_id": "t", "item_id": "i", "expires_at": at}
    if model is Snapshot:
        fields = {"number": 1, "title": "Milk", "updated_at": at}
    fields["created_at"] = at
    assert len(getattr(model.model_validate(fields | {field: [value] * most}), field)) == most
    with pytest.raises(ValidationError):
        model.model_validate(fields | {field: [value] * (most + 1)})


async def test_a_second_import_creates_nothing_and_names_what_is_here(
    full: httpx.AsyncClient, other_api: httpx.AsyncClient
):
    file = await export(full)
    first = await bring(other_api, file)
    state = await export(other_api)
    again = await bring(other_api, file)
    assert (again["created"], again["conversations"], again["turn_id"]) == (0, 0, None)
    assert len(again["skipped"]) == first["created"] + first["conversations"]
    assert file.splitlines()[again["skipped"][-1]["line"] - 1].startswith('{"number":')
    itself = await bring(full, file)
    assert (itself["created"], itself["conversations"]) == (0, 0)
    assert (await export(other_api), await export(full)) == (state, file)


async def test_a_dry_run_answers_the_same_and_writes_nothing(full: httpx.AsyncClient, other_api: httpx.AsyncClient):
    file, empty = await export(full), await export(other_api)
    rehearsed = await bring(other_api, file, dry_run="true")
    assert await export(other_api) == empty
    assert rehearsed["turn_id"] is None
    imported = await bring(other_api, file)
    assert imported | {"turn_id": None} == rehearsed
    assert [task["title"] for task in imported["tasks"]][:2] == ["Milk", "Rent"]


async def test_an_import_tells_its_progress_then_its_result_or_problem(
    full: httpx.AsyncClient, other_api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(progress_lines, "EVERY_SECONDS", 0)
    file, wanted = (await export(full)).encode(), {"Accept": "application/x-ndjson"}
    rehearsed = (await other_api.post("/api/import?dry_run=true", content=file)).json()
    told = await other_api.post("/api/import?dry_run=true", content=file, headers=wanted)
    *lines, last = [json.loads(line) for line in told.text.splitlines()]
    assert (told.status_code, told.headers["content-type"]) == (200, "application/x-ndjson")
    assert last == {"result": rehearsed}
    shares = [line["progress"]["share"] for line in lines if line["progress"]["share"] is not None]
    assert shares == sorted(shares)
    assert 0 < shares[-1] <= 1
    assert {line["progress"]["part"] for line in lines} & {"tasks", "changes", "recorded"}
    broken = await other_api.post("/api/import", content=b'{"format":', headers=wanted | {"Accept-Language": "de"})
    problem = json.loads(broken.text.splitlines()[-1])["problem"]
    assert (problem["status"], problem["code"]) == (422, "invalid")
    assert problem["detail"].startswith("Die Datei")
    monkeypatch.setattr(progress_lines, "EVERY_SECONDS", 60)
    refused = await other_api.post("/api/import", content=b"[]", headers=wanted)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")


async def test_an_import_is_one_turn_that_can_be_undone_and_repeated(
    full: httpx.AsyncClient, other_api: httpx.AsyncClient
):
    file = await export(full)
    outcome = await bring(other_api, file)
    changes = (await other_api.get("/api/activity", params={"turn": outcome["turn_id"]})).json()["changes"]
    assert {(change["actor"], change["action"]) for change in changes} == {("api", "imported")}
    turn = (await other_api.get(f"/api/turns/{outcome['turn_id']}")).json()
    assert (turn["thread_id"], turn["receipt"]) == (None, f"Imported {outcome['created']} tasks")
    assert (await full.post(f"/api/turns/{outcome['turn_id']}/undo")).status_code == 404
    undone = (await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")).json()
    assert (len(undone["undone"]), undone["conflicts"]) == (outcome["created"], [])
    assert (await other_api.get("/api/tasks", params={"status": "all"})).json()["tasks"] == []
    assert (await other_api.get("/api/conversations")).json()["conversations"] == []
    assert (await other_api.get("/api/auth/me")).json()["user"]["timezone"] == "UTC"
    second = (await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")).json()
    assert second == {"undone": [], "conflicts": []}
    await other_api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
    await bring(other_api, file)
    open_tasks = (await full.get("/api/tasks")).json()
    assert (await other_api.get("/api/tasks")).json() == open_tasks


async def test_whole_days_end_in_the_time_zone_that_the_undo_of_an_import_puts_back(
    full: httpx.AsyncClient, other_api: httpx.AsyncClient
):
    outcome = await bring(other_api, await export(full))
    number = await add(other_api, title="Pay", due_at="2027-03-01")
    assert (await other_api.get(f"/api/tasks/{number}")).json()["due_at"] == "2027-03-01T14:59:59Z"
    await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")
    task = (await other_api.get(f"/api/tasks/{number}")).json()
    assert (task["due_at"], task["all_day"]) == ("2027-03-01T23:59:59Z", True)


NO_TASKS = "Imported no tasks, only conversations or settings"


async def test_an_import_of_settings_alone_is_a_turn_that_can_be_undone(api: httpx.AsyncClient):
    file = json.dumps({"format": "taskchat", "version": 1, "settings": {"timezone": "Asia/Tokyo"}})
    rehearsed = await bring(api, file, dry_run="true")
    outcome = await bring(api, file)
    assert (outcome["created"], outcome["settings"], rehearsed["turn_id"]) == (0, True, None)
    assert outcome | {"turn_id": None} == rehearsed
    turn = (await api.get(f"/api/turns/{outcome['turn_id']}")).json()
    assert (turn["status"], turn["receipt"], turn["changes"]) == ("done", NO_TASKS, [])
    assert (await api.get("/api/auth/me")).json()["user"]["timezone"] == "Asia/Tokyo"
    undone = await api.post(f"/api/turns/{outcome['turn_id']}/undo")
    assert (undone.status_code, undone.json()) == (200, {"undone": [], "conflicts": []})
    assert (await api.get("/api/auth/me")).json()["user"]["timezone"] == "UTC"


async def test_an_import_of_conversations_alone_is_a_turn(full: httpx.AsyncClient, other_api: httpx.AsyncClient):
    file = json.loads(await export(full)) | {"tasks": [], "changes": []}
    del file["settings"]
    outcome = await bring(other_api, json.dumps(file))
    assert (outcome["created"], outcome["conversations"], outcome["settings"]) == (0, 3, False)
    turn = await other_api.get(f"/api/turns/{outcome['turn_id']}")
    assert (turn.status_code, turn.json()["receipt"]) == (200, NO_TASKS)
    assert (await full.get(f"/api/turns/{outcome['turn_id']}")).status_code == 404
    await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")
    assert (await other_api.get("/api/conversations")).json()["conversations"] == []


async def test_the_undo_of_an_import_counts_as_one_write_whatever_its_size(
    full: httpx.AsyncClient, other_api: httpx.AsyncClient, other_person: Person, monkeypatch: pytest.MonkeyPatch
):
    outcome = await bring(other_api, await export(full))
    monkeypatch.setattr(rate_limits, "WRITES", replace(rate_limits.WRITES, count=1))
    undone = await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")
    assert (undone.status_code, len(undone.json()["undone"])) == (200, outcome["created"])
    assert (await other_api.get("/api/conversations")).json()["conversations"] == []
    async with transaction(other_person.id) as session:
        assert (await rate_limits.used(session, rate_limits.WRITES, other_person.id))[0] == 1


async def test_an_undo_leaves_what_was_changed_since(full: httpx.AsyncClient, other_api: httpx.AsyncClient):
    outcome = await bring(other_api, await export(full))
    await other_api.patch("/api/tasks/1", json={"title": "Soy milk"})
    [thread, *_] = (await other_api.get("/api/conversations")).json()["conversations"]
    await Chat(other_api).send("add eggs", thread["id"])
    undone = (await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")).json()
    assert [conflict["number"] for conflict in undone["conflicts"]] == [1, None]
    assert [task["title"] for task in (await other_api.get("/api/tasks")).json()["tasks"]] == ["Soy milk", "Eggs"]


async def test_what_was_done_before_the_export_can_be_undone_after_the_import(
    full: httpx.AsyncClient, other_api: httpx.AsyncClient
):
    await bring(other_api, await export(full))
    assert (await other_api.post("/api/tasks/4/restore")).json()["title"] == "Gone"
    history = (await other_api.get("/api/activity", params={"task": 2})).json()["changes"]
    completion = next(change for change in history if change["action"] == "completed")
    undone = (await other_api.post(f"/api/activity/{completion['id']}/undo")).json()
    assert undone["conflicts"] == []
    assert 2 in undone["undone"]
    assert (await other_api.get("/api/tasks/2")).json()["completed_at"] is None
    assert await add(other_api, title="Next") == 7


async def test_after_the_undo_of_an_import_the_history_that_it_brought_cannot_be_undone(
    other_api: httpx.AsyncClient, other_person: Person
):
    by = Cause(other_person.id, "person")
    async with transaction(other_person.id) as session:
        await create_task(session, by, TaskDraft("Mine"), zone=other_person.zone)
    moment = "2026-01-01T00:00:00Z"
    task = {"number": 5, "title": "Milk", "created_at": moment, "updated_at": moment, "completed_at": moment}
    change = {"at": moment, "actor": "person", "kind": "task", "task_number": 5}
    is_open = {name: value for name, value in task.items() if name != "completed_at"}
    changes = [
        {"id": 1, "action": "created", "after": is_open} | change,
        {"id": 2, "action": "completed", "before": is_open, "after": task} | change,
    ]
    file = {"format": "taskchat", "version": 1, "tasks": [task], "changes": changes}
    outcome = await bring(other_api, json.dumps(file))
    history = (await other_api.get("/api/activity", params={"task": 5})).json()["changes"]
    completion = next(change for change in history if change["action"] == "completed")
    await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")
    undone = (await other_api.post(f"/api/activity/{completion['id']}/undo")).json()
    assert (undone["undone"], [conflict["number"] for conflict in undone["conflicts"]]) == ([], [5])
    assert [task["title"] for task in (await other_api.get("/api/tasks")).json()["tasks"]] == ["Mine"]
    async with transaction(other_person.id) as session:
        action = await last_action(session, other_person.id)
        assert action is not None
        assert (await undo_action(session, by, action)).undone == [1]
        assert await last_action(session, other_person.id) is None
    [undo_of_import, *_] = (await other_api.get("/api/activity", params={"task": 5})).json()["changes"]
    assert (await other_api.post(f"/api/activity/{undo_of_import['id']}/undo")).json()["undone"] == [5]
    assert (await other_api.post(f"/api/activity/{completion['id']}/undo")).json()["undone"] == [5]
    assert (await other_api.get("/api/tasks/5")).json()["completed_at"] is None


async def test_imported_conversations_go_on_and_are_searched(full: httpx.AsyncClient, other_api: httpx.AsyncClient):
    await bring(other_api, await export(full))
    conversations = (await other_api.get("/api/conversations")).json()["conversations"]
    bread = next(one for one in conversations if "bread" in one["title"])
    assert bread["id"] not in [one["id"] for one in (await full.get("/api/conversations")).json()["conversations"]]
    items = await Chat(other_api).items(bread["id"])
    assert items[0]["content"][0]["text"] == "add buy bread tomorrow"
    assert (await other_api.get("/api/messages", params={"q": "bread"})).json()["messages"]
    answer = await Chat(other_api).send("rename it to buy rye bread", bread["id"])
    assert "rye bread" in answer.text


async def test_numbers_that_are_taken_become_new_ones(full: httpx.AsyncClient, other_api: httpx.AsyncClient):
    await add(other_api, title="Own")
    await add(other_api, title="Mine")
    file = await export(full)
    outcome = await bring(other_api, file)
    assert [note["reason"] for note in outcome["notes"]] == [
        "#1 “Milk” becomes #7, since another task has its number.",
        "#2 “Rent” becomes #8, since another task has its number.",
    ]
    assert outcome["skipped"][0]["reason"].startswith("The settings of this account stay")
    titles = {task["number"]: task["title"] for task in await tasks_of(other_api)}
    assert titles == {1: "Own", 2: "Mine", 3: "Call", 4: "Gone", 5: "Rent", 6: "Buy bread", 7: "Milk", 8: "Rent"}
    assert (await bring(other_api, file))["created"] == 0
    reopened = await other_api.post("/api/tasks/8/complete", json={"completed": False})
    assert reopened.json()["completed_at"] is None
    assert (await other_api.get("/api/tasks/5")).status_code == 404  # its next one, which nobody touched
    order = (await other_api.get("/api/tasks", params={"sort": "manual"})).json()["tasks"]
    assert [task["number"] for task in order].index(3) + 1 == [task["number"] for task in order].index(7)


async def test_tasks_with_new_numbers_come_back_after_their_import_was_undone(
    full: httpx.AsyncClient, other_api: httpx.AsyncClient
):
    await add(other_api, title="Own")
    await add(other_api, title="Mine")
    file = await export(full)
    outcome, before = await bring(other_api, file), await numbered(other_api)
    await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")
    assert list(await numbered(other_api)) == [1, 2]
    again = await bring(other_api, file)
    assert (again["created"], again["notes"]) == (5, [])  # without #4, which is deleted in the file too
    assert await numbered(other_api) == before
    assert before[5]["repeats_number"] == 8


async def test_a_task_with_a_new_number_that_was_deleted_for_good_comes_again(
    full: httpx.AsyncClient, other_api: httpx.AsyncClient, other_person: Person
):
    await add(other_api, title="Own")
    file = await export(full)
    await bring(other_api, file)
    await write(delete(Task).where(col(Task.user_id) == other_person.id, col(Task.number) == 7))
    again = await bring(other_api, file)
    assert [note["reason"] for note in again["notes"]] == ["#1 “Milk” becomes #8, since another task has its number."]
    assert (await numbered(other_api))[8]["title"] == "Milk"
    assert (await bring(other_api, file))["created"] == 0


async def test_an_imported_task_does_not_become_the_next_one_of_another_series(
    api: httpx.AsyncClient, other_api: httpx.AsyncClient, person: Person
):
    rent: dict[str, Any] = {"title": "Pay rent", "due_at": "2027-01-01", "recurrence": "FREQ=MONTHLY"}
    for mine, theirs in (("Milk", "Tea"), ("Bread", "Jam")):
        await add(api, title=mine)
        await add(other_api, title=theirs)
    await add(api, **rent | {"title": "Water plants"})
    await add(other_api, **rent)
    await api.post("/api/tasks/3/complete", json={})
    await write(delete(Task).where(col(Task.user_id) == person.id, col(Task.number) == 3))
    file = await export(api)
    await bring(other_api, file)
    assert (await numbered(other_api))[4]["title"] == "Water plants"
    changes = [change for change in json.loads(await export(other_api))["changes"] if change["task_number"] == 4]
    assert changes
    assert not [change for change in changes if (change.get("after") or {}).get("repeats_number")]
    await other_api.post("/api/tasks/3/complete", json={})
    is_open = (await other_api.get("/api/tasks")).json()["tasks"]
    assert [task["title"] for task in is_open].count("Pay rent") == 1
    await other_api.post("/api/tasks/3/complete", json={"completed": False})
    assert {"Pay rent", "Water plants"} <= {one["title"] for one in (await numbered(other_api)).values()}


async def test_a_task_keeps_the_one_that_it_repeats_also_if_the_file_names_that_later(
    api: httpx.AsyncClient, other_api: httpx.AsyncClient
):
    await add(api, title="Rent", due_at="2027-01-01", recurrence="FREQ=MONTHLY")
    await api.post("/api/tasks/1/complete", json={})
    for title in ("Own", "Mine"):
        await add(other_api, title=title)
    file = json.loads(await export(api))
    file["tasks"].reverse()
    await bring(other_api, json.dumps(file))
    assert (await numbered(other_api))[3]["repeats_number"] == 4
    await other_api.delete("/api/tasks/3")
    await bring(other_api, json.dumps(file))
    assert (await numbered(other_api))[3]["repeats_number"] == 4


async def test_an_account_that_was_emptied_gets_its_tasks_back(full: httpx.AsyncClient):
    before, file = (await full.get("/api/tasks")).json(), await export(full)
    numbers = [task["number"] for task in before["tasks"]]
    await full.post("/api/tasks/bulk-delete", json={"numbers": numbers})
    for conversation in (await full.get("/api/conversations")).json()["conversations"]:
        await full.delete(f"/api/conversations/{conversation['id']}")
    outcome = await bring(full, file)
    assert (outcome["created"], outcome["conversations"]) == (len(numbers), 3)
    assert (await full.get("/api/tasks")).json() == before


async def test_the_undo_of_an_import_deletes_the_conversations_again_that_it_restored(full: httpx.AsyncClient):
    file = await export(full)
    [deleted, continued, kept] = (await full.get("/api/conversations")).json()["conversations"]
    for conversation in (deleted, continued):
        await full.delete(f"/api/conversations/{conversation['id']}")
    outcome = await bring(full, file)
    assert outcome["conversations"] == 2
    await Chat(full).send("add eggs", continued["id"])
    undone = (await full.post(f"/api/turns/{outcome['turn_id']}/undo")).json()
    assert [conflict["number"] for conflict in undone["conflicts"]] == [None]
    assert continued["title"] in undone["conflicts"][0]["reason"]
    left = (await full.get("/api/conversations")).json()["conversations"]
    assert {one["id"] for one in left} == {continued["id"], kept["id"]}
    await full.post(f"/api/conversations/{deleted['id']}/restore")
    again = (await full.post(f"/api/turns/{outcome['turn_id']}/undo")).json()
    assert len(again["conflicts"]) == 1
    assert len((await full.get("/api/conversations")).json()["conversations"]) == 3


async def test_the_undo_of_an_import_keeps_conversations_that_were_restored_since(full: httpx.AsyncClient):
    file = await export(full)
    [by_hand, by_file, _] = (await full.get("/api/conversations")).json()["conversations"]

    async def delete_both() -> None:
        for conversation in (by_hand, by_file):
            await full.delete(f"/api/conversations/{conversation['id']}")

    await delete_both()
    outcome = await bring(full, file)
    await delete_both()
    await full.post(f"/api/conversations/{by_hand['id']}/restore")
    later = await bring(full, file)
    assert (outcome["conversations"], later["conversations"]) == (2, 1)
    undone = (await full.post(f"/api/turns/{outcome['turn_id']}/undo")).json()
    reasons = {conflict["reason"] for conflict in undone["conflicts"]}
    titles = (by_hand["title"], by_file["title"])
    assert reasons == {f"The conversation “{title}” was restored since, so it was left as it is." for title in titles}
    assert len((await full.get("/api/conversations")).json()["conversations"]) == 3


async def test_another_spelling_of_the_same_json_is_the_same_file(
    full: httpx.AsyncClient, other_api: httpx.AsyncClient
):
    file = await export(full)
    spelled = "\ufeff" + json.dumps(json.loads(file), indent=3, sort_keys=True)
    outcome = await bring(other_api, spelled)
    assert outcome["skipped"] == []
    assert await export(other_api) == file


async def test_what_cannot_be_read_is_named_with_its_line(api: httpx.AsyncClient):
    task = {"number": 1, "title": "Good", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
    wrong: list[Any] = [
        task,
        task | {"number": 2, "title": ""},
        task | {"number": 3, "created_at": 5},
        task | {"number": 4, "recurrence": "FREQ=NEVER", "due_at": "2026-01-01T00:00:00Z"},
        task | {"number": 5, "title": "a\x00b"},
        task | {"number": 6, "color": "red"},
        task | {"number": 1},
        7,
        task | {"number": 8, "due_day": "2026-01-01"},
        task | {"number": 9, "title": "\ud800"},
    ]
    lines = ",\n".join(json.dumps(one) for one in wrong)
    file = f'{{"format": "taskchat", "version": 1, "friends": [1], "tasks": [\n{lines}]}}'
    outcome = await bring(api, file)
    assert outcome["created"] == 1
    assert [remark["line"] for remark in outcome["skipped"]] == [1, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert [task["title"] for task in await tasks_of(api)] == ["Good"]


@pytest.mark.parametrize(
    "file",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        '{"format": "taskchat", "version": 2}',
        '{"format": "taskchat", "version": 1, "tasks": [',
        '{"format": "taskchat", "version": 1} {}',
        '{"format": "taskchat", "version": 1, "tasks": [NaN]}',
        '{"format": "taskchat", "version": 1, "tasks": [1e999]}',
        '{"tasks": ' + "[" * 100_000,
        '{"format": "taskchat", "version": ' + "9" * 5_000 + "}",
    ],
)
async def test_a_file_of_another_kind_is_refused(api: httpx.AsyncClient, file: str):
    empty = await export(api)
    answer = await api.post("/api/import", content=file.encode())
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert await export(api) == empty


async def test_a_file_in_another_encoding_is_refused(api: httpx.AsyncClient):
    answer = await api.post("/api/import", content='{"format": "täskchat"}'.encode("latin-1"))
    assert answer.status_code == 422


async def test_an_unknown_format_is_refused(api: httpx.AsyncClient):
    answer = await api.post("/api/import", params={"format": "excel"}, content=b"x")
    assert (answer.status_code, answer.json()["field"]) == (422, "format")


async def test_a_file_that_is_too_large_is_413(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("taskchat_app.api.routes.transfer.ACCOUNT_MAX_BYTES", 2 * 1024 * 1024)
    answer = await api.post("/api/import", content=b"x" * (2 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "Split it" in answer.json()["detail"]


async def test_an_item_of_another_account_cannot_be_taken_over(full: httpx.AsyncClient, other_api: httpx.AsyncClient):
    file = json.loads(await export(full))
    for conversation in file["conversations"]:
        conversation["id"] = "thr_" + "0" * 24 + conversation["id"][-8:]
    for item in file["items"]:
        item["thread_id"] = item["body"]["thread_id"] = "thr_" + "0" * 24 + item["thread_id"][-8:]
    before = await export(full)
    file |= {"tool_calls": [], "turns": [], "proposals": []}
    answer = await other_api.post("/api/import", json=file)
    assert answer.status_code == 422
    assert await export(full) == before
    assert (await other_api.get("/api/conversations")).json()["conversations"] == []


async def test_a_conversation_comes_as_markdown(full: httpx.AsyncClient, other_api: httpx.AsyncClient):
    conversations = (await full.get("/api/conversations")).json()["conversations"]
    bread, deletion, files = sorted(conversations, key=lambda one: one["title"].lower())
    answer = await full.get(f"/api/conversations/{bread['id']}/markdown", headers={"Accept-Language": "de"})
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    lines = answer.text.splitlines()
    assert lines[0] == f"# {bread['title']}"
    assert lines[2].startswith("## Du · 20")
    assert "add buy bread tomorrow" in lines
    assert any(line.startswith("- ") and "Buy bread" in line for line in lines)
    proposal = (await full.get(f"/api/conversations/{deletion['id']}/markdown")).text
    assert any(line.startswith("> ") and "Milk" in line for line in proposal.splitlines())
    assert "[board.jpg]" in (await full.get(f"/api/conversations/{files['id']}/markdown")).text.splitlines()
    assert (await other_api.get(f"/api/conversations/{bread['id']}/markdown")).status_code == 404


async def waiting_for_locks(number: int) -> None:
    """Until so many transactions wait for a lock."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with asyncio.timeout(10):
        while (await rows(waiting))[0][0] < number:  # noqa: ASYNC110 -- Postgres tells nobody
            await asyncio.sleep(0.005)


async def test_a_third_export_at_once_is_429_and_leaves_database_connections_to_others(
    full: httpx.AsyncClient, other_api: httpx.AsyncClient
):
    [conversation, *_] = (await full.get("/api/conversations")).json()["conversations"]
    paths = ("/api/export", "/api/tasks.csv", f"/api/conversations/{conversation['id']}/markdown")
    async with await psycopg.AsyncConnection.connect(connection_string(settings())) as holder:
        await holder.execute("LOCK TABLE proposals")  # which exports read
        exports = [asyncio.create_task(full.get("/api/export")) for _ in range(2)]
        await waiting_for_locks(2)
        async with asyncio.timeout(10):
            refused = [await full.get(path) for path in paths]
            assert (await other_api.get("/api/auth/me")).status_code == 200
            assert (await other_api.get("/api/tasks.csv")).status_code == 200
        assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(429, "too_many_open")] * 3
        assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
        await holder.rollback()
    assert [(await answer).status_code for answer in exports] == [200, 200]
    assert [(await full.get(path)).status_code for path in paths] == [200, 200, 200]
