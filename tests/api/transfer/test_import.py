"""POST /api/import of an account file: results, numbers of tasks, refusals."""

import json
from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import col, delete

from taskchat_app.api.streams import progress_lines
from taskchat_app.assistant.account_data.record_types import ProposalRecord, Record, Snapshot
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.fields import TAGS_SENT_MAX
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX
from tests.api.responses import Api, add, add_all, bring, export, tasks_of, undo
from tests.chatting import Chat, write
from tests.evidence import Step


async def test_a_dry_run_writes_nothing_and_a_second_import_names_what_is_here(full: Api, other_api: Api):
    file, empty = await export(full), await export(other_api)
    rehearsed = await bring(other_api, file, dry_run="true")
    assert await export(other_api) == empty
    assert rehearsed["turn_id"] is None
    first = await bring(other_api, file)
    assert first | {"turn_id": None} == rehearsed
    assert [task["title"] for task in first["tasks"]][:2] == ["Milk", "Rent"]
    state = await export(other_api)
    again = await bring(other_api, file)
    assert (again["created"], again["conversations"], again["turn_id"]) == (0, 0, None)
    assert len(again["skipped"]) == first["created"] + first["conversations"]
    assert file.splitlines()[again["skipped"][0]["line"] - 1].startswith('{"number":')
    itself = await bring(full, file)
    assert (itself["created"], itself["conversations"]) == (0, 0)
    assert (await export(other_api), await export(full)) == (state, file)


async def test_an_import_tells_its_progress_then_its_end(full: Api, other_api: Api, monkeypatch: pytest.MonkeyPatch):
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


async def test_imported_conversations_go_on_and_are_searched(full: Api, other_api: Api):
    await bring(other_api, await export(full))
    conversations = (await other_api.get("/api/conversations")).json()["conversations"]
    bread = next(one for one in conversations if "bread" in one["title"])
    assert bread["id"] not in [one["id"] for one in (await full.get("/api/conversations")).json()["conversations"]]
    items = await Chat(other_api).items(bread["id"])
    assert items[0]["content"][0]["text"] == "add buy bread tomorrow"
    found = (await other_api.get("/api/messages", params={"q": "bread"})).json()["messages"]
    assert {one["by"] for one in found} >= {None, "person"}  # the title, and the message
    answer = await Chat(other_api).send("rename it to buy rye bread", bread["id"])
    assert "rye bread" in answer.text


async def numbered(api: Api) -> dict[int, dict[str, Any]]:
    """Return what the account file says of the tasks that are not deleted, by number."""
    names = ("title", "description", "tags", "due_at", "recurrence", "repeats_number", "completed_at", "remind_before")
    tasks = json.loads(await export(api))["tasks"]
    return {task["number"]: {name: task.get(name) for name in names} for task in tasks if not task.get("deleted_at")}


async def test_numbers_that_are_taken_become_new_ones_also_of_a_task_that_was_deleted_for_good(
    full: Api, other_api: Api, other_person: Person, step: Step
):
    await add_all(other_api, "Own", "Mine")
    file = await export(full)
    outcome = await bring(other_api, file)
    assert [note["reason"] for note in outcome["notes"]] == [
        "#1 “Milk” becomes #7, since another task has its number.",
        "#2 “Rent” becomes #8, since another task has its number.",
    ]
    assert outcome["skipped"][0]["reason"].startswith("The settings of this account stay")
    titles = {task["number"]: task["title"] for task in await tasks_of(other_api)}
    assert titles == {1: "Own", 2: "Mine", 3: "Call", 4: "Gone", 5: "Rent", 6: "Buy bread", 7: "Milk", 8: "Rent"}
    assert (await numbered(other_api))[5]["repeats_number"] == 8
    assert (await bring(other_api, file))["created"] == 0
    order = (await other_api.get("/api/tasks", params={"sort": "manual"})).json()["tasks"]
    assert [task["number"] for task in order].index(3) + 1 == [task["number"] for task in order].index(7)

    step("the series goes on")
    reopened = await other_api.post("/api/tasks/8/complete", json={"completed": False})
    assert reopened.json()["completed_at"] is None
    assert (await other_api.get("/api/tasks/5")).status_code == 404  # its next one, which nobody touched

    step("tasks that were deleted for good")
    await write(delete(Task).where(col(Task.user_id) == other_person.id, col(Task.number).in_((6, 7))))
    again = await bring(other_api, file)
    assert [note["reason"] for note in again["notes"]] == [
        "#1 “Milk” becomes #9, since another task has its number.",
        "#6 “Buy bread” becomes #10, since another task has its number.",
    ]
    assert (await numbered(other_api))[9]["title"] == "Milk"
    stored = json.loads(await export(other_api))
    threads = {change["thread_id"] for change in stored["changes"] if change["task_number"] == 10} - {None}
    assert threads, "#10 was added by the chat"
    assert threads <= {conversation["id"] for conversation in stored["conversations"]}
    assert (await bring(other_api, file))["created"] == 0


async def test_tasks_with_new_numbers_come_back_after_their_import_was_undone(full: Api, other_api: Api):
    await add_all(other_api, "Own", "Mine")
    file = await export(full)
    outcome, before = await bring(other_api, file), await numbered(other_api)
    await undo(other_api, f"turns/{outcome['turn_id']}")
    assert list(await numbered(other_api)) == [1, 2]
    again = await bring(other_api, file)
    assert (again["created"], again["notes"]) == (5, [])  # without #4, which is deleted in the file too
    assert await numbered(other_api) == before


async def test_an_imported_task_is_not_the_next_one_of_another_series(api: Api, other_api: Api, person: Person):
    rent: dict[str, Any] = {"title": "Pay rent", "due_at": "2027-01-01", "recurrence": "FREQ=MONTHLY"}
    await add_all(api, "Milk", "Bread")
    await add_all(other_api, "Tea", "Jam")
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


async def test_a_task_keeps_the_one_that_it_repeats_also_if_the_file_names_that_later(api: Api, other_api: Api):
    await add(api, title="Rent", due_at="2027-01-01", recurrence="FREQ=MONTHLY")
    await api.post("/api/tasks/1/complete", json={})
    await add_all(other_api, "Own", "Mine")
    file = json.loads(await export(api))
    file["tasks"].reverse()
    await bring(other_api, json.dumps(file))
    assert (await numbered(other_api))[3]["repeats_number"] == 4
    await other_api.delete("/api/tasks/3")
    await bring(other_api, json.dumps(file))
    assert (await numbered(other_api))[3]["repeats_number"] == 4


async def test_a_copy_keeps_its_original_and_its_steps_theirs(api: Api, other_api: Api):
    await add(api, title="Packing list")
    await add(api, title="Passport", parent_number=1)
    await api.post("/api/tasks/1/copy", json={})
    await add(other_api, title="Own")
    file = json.loads(await export(api))
    file["tasks"].reverse()
    await bring(other_api, json.dumps(file))
    tasks = {task["number"]: task for task in json.loads(await export(other_api))["tasks"]}
    copies = {task["title"]: tasks[task["copy_of_number"]] for task in tasks.values() if task["copy_of_number"]}
    assert {title: original["title"] for title, original in copies.items()} == {title: title for title in copies}
    assert {title: tasks[task["parent_number"]]["number"] for title, task in copies.items() if task["parent_number"]}


async def test_an_account_that_was_emptied_gets_its_tasks_back(own_full: Api):
    before, file = (await own_full.get("/api/tasks")).json(), await export(own_full)
    numbers = [task["number"] for task in before["tasks"]]
    await own_full.post("/api/tasks/bulk-delete", json={"numbers": numbers})
    for conversation in (await own_full.get("/api/conversations")).json()["conversations"]:
        await own_full.delete(f"/api/conversations/{conversation['id']}")
    outcome = await bring(own_full, file)
    assert (outcome["created"], outcome["conversations"]) == (len(numbers), 3)
    assert (await own_full.get("/api/tasks")).json() == before


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


async def test_another_spelling_of_the_same_json_is_the_same_file(full: Api, other_api: Api):
    file = await export(full)
    spelled = "\ufeff" + json.dumps(json.loads(file), indent=3, sort_keys=True)
    outcome = await bring(other_api, spelled)
    assert outcome["skipped"] == []
    assert await export(other_api) == file


async def test_what_cannot_be_read_is_named_with_its_line(api: Api):
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


OTHER_KINDS = [
    b"", b"no JSON", b"[]", b"{}", '{"format": "täskchat"}'.encode("latin-1"),
    b'{"format": "taskchat", "version": 2}', b'{"format": "taskchat", "version": true}',
    b'{"format": "taskchat", "version": 1, "tasks": [', b'{"format": "taskchat", "version": 1} {}',
    b'{"format": "taskchat", "version": 1, "tasks": [NaN]}',
    b'{"format": "taskchat", "version": 1, "tasks": [1e999]}', b'{"tasks": ' + b"[" * 100_000,
    b'{"format": "taskchat", "version": ' + b"9" * 5_000 + b"}",
]  # fmt: skip


async def test_a_file_of_another_kind_is_refused_and_a_large_one_413(api: Api, monkeypatch: pytest.MonkeyPatch):
    empty = await export(api)
    for file in OTHER_KINDS:
        answer = await api.post("/api/import", content=file)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), file[:60]
    answer = await api.post("/api/import", params={"format": "excel"}, content=b"x")
    assert (answer.status_code, answer.json()["field"]) == (422, "format")
    monkeypatch.setattr("taskchat_app.api.routes.transfer.ACCOUNT_MAX_BYTES", 2 * 1024 * 1024)
    answer = await api.post("/api/import", content=b"x" * (2 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "Split it" in answer.json()["detail"]
    assert await export(api) == empty


async def test_an_item_of_another_account_cannot_be_taken_over(full: Api, other_api: Api):
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


async def test_steps_keep_their_task_under_its_new_number(api: Api, other_api: Api):
    await add(api, "Move")
    await add(api, "Pack", parent_number=1)
    await api.post("/api/tasks/1/complete", json={})
    await add_all(other_api, "Mine", "Mine too")
    await bring(other_api, await export(api))
    listed = (await other_api.get("/api/tasks", params={"status": "done"})).json()["tasks"]
    numbers = [(task["title"], task["number"], task["parent_number"]) for task in listed]
    assert numbers == [("Move", 3, None), ("Pack", 4, 3)]
    await other_api.post("/api/tasks/3/complete", json={"completed": False})
    listed = (await other_api.get("/api/tasks")).json()["tasks"]
    assert [task["title"] for task in listed] == ["Move", "Pack", "Mine", "Mine too"]
