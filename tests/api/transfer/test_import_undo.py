"""An import is one turn: its undo, and what stays after it."""

import json
from dataclasses import replace

import pytest

from taskchat_app.assistant.turns.undo_command import undo_action
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.last_action import LastAction, last_action
from taskchat_app.domain.limits import rate_limits
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.task_rows import create_task
from tests.api.responses import Api, add, bring, export, undo
from tests.chatting import Chat


async def test_an_import_is_one_turn_that_can_be_undone_by_one_write_and_repeated(
    full: Api, other_api: Api, other_person: Person, monkeypatch: pytest.MonkeyPatch
):
    file = await export(full)
    outcome = await bring(other_api, file)
    changes = (await other_api.get("/api/activity", params={"turn": outcome["turn_id"]})).json()["changes"]
    assert {(change["actor"], change["action"]) for change in changes} == {("api", "imported")}
    turn = (await other_api.get(f"/api/turns/{outcome['turn_id']}")).json()
    assert (turn["thread_id"], turn["receipt"]) == (None, f"Imported {outcome['created']} tasks")
    assert (await full.post(f"/api/turns/{outcome['turn_id']}/undo")).status_code == 404
    with monkeypatch.context() as patch:
        patch.setattr(rate_limits, "WRITES", replace(rate_limits.WRITES, count=1))
        undone = await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")
        async with transaction(other_person.id) as session:
            assert (await rate_limits.used(session, rate_limits.WRITES, other_person.id))[0] == 1
    assert (undone.status_code, len(undone.json()["undone"])) == (200, outcome["created"])
    assert undone.json()["conflicts"] == []
    assert (await other_api.get("/api/tasks", params={"status": "all"})).json()["tasks"] == []
    assert (await other_api.get("/api/conversations")).json()["conversations"] == []
    assert (await other_api.get("/api/auth/me")).json()["user"]["timezone"] == "UTC"
    second = await undo(other_api, f"turns/{outcome['turn_id']}")
    assert second == {"undone": [], "conflicts": []}
    await other_api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
    await bring(other_api, file)
    open_tasks = (await full.get("/api/tasks")).json()
    assert (await other_api.get("/api/tasks")).json() == open_tasks


async def test_whole_days_end_in_the_zone_that_an_undo_puts_back(full: Api, other_api: Api, other_person: Person):
    outcome = await bring(other_api, await export(full))
    number = await add(other_api, title="Pay", due_at="2027-03-01")
    assert (await other_api.get(f"/api/tasks/{number}")).json()["due_at"] == "2027-03-01T14:59:59Z"
    async with transaction(other_person.id) as session:
        undone = await undo_action(session, Cause(other_person.id, "person"), LastAction([], outcome["turn_id"]))
    assert (len(undone.removed), undone.removed) == (outcome["created"], undone.undone), "they are not put back"
    task = (await other_api.get(f"/api/tasks/{number}")).json()
    assert (task["due_at"], task["all_day"]) == ("2027-03-01T23:59:59Z", True)


NO_TASKS = "Imported no tasks, only conversations or settings"


async def test_an_import_of_settings_alone_is_a_turn_that_can_be_undone(api: Api):
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
    await api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
    await api.post(f"/api/turns/{outcome['turn_id']}/undo")  # twice is the same as once
    assert (await api.get("/api/auth/me")).json()["user"]["timezone"] == "Asia/Tokyo"
    await api.patch("/api/auth/me", json={"timezone": "UTC"})
    again = await bring(api, file)
    await api.patch("/api/auth/me", json={"timezone": "Europe/Berlin"})  # chosen since, so it stays
    await api.post(f"/api/turns/{again['turn_id']}/undo")
    assert (await api.get("/api/auth/me")).json()["user"]["timezone"] == "Europe/Berlin"


async def test_an_import_of_conversations_alone_is_a_turn(full: Api, other_api: Api):
    file = json.loads(await export(full)) | {"tasks": [], "changes": []}
    del file["settings"]
    outcome = await bring(other_api, json.dumps(file))
    assert (outcome["created"], outcome["conversations"], outcome["settings"]) == (0, 3, False)
    turn = await other_api.get(f"/api/turns/{outcome['turn_id']}")
    assert (turn.status_code, turn.json()["receipt"]) == (200, NO_TASKS)
    assert (await full.get(f"/api/turns/{outcome['turn_id']}")).status_code == 404
    await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")
    assert (await other_api.get("/api/conversations")).json()["conversations"] == []


async def test_an_undo_leaves_what_was_changed_since(full: Api, other_api: Api):
    outcome = await bring(other_api, await export(full))
    await other_api.patch("/api/tasks/1", json={"title": "Soy milk"})
    [thread, *_] = (await other_api.get("/api/conversations")).json()["conversations"]
    await Chat(other_api).send("add eggs", thread["id"])
    undone = await undo(other_api, f"turns/{outcome['turn_id']}")
    assert [conflict["number"] for conflict in undone["conflicts"]] == [1, None]
    assert [task["title"] for task in (await other_api.get("/api/tasks")).json()["tasks"]] == ["Soy milk", "Eggs"]


async def test_what_was_done_before_the_export_can_be_undone_after_the_import(full: Api, other_api: Api):
    await bring(other_api, await export(full))
    assert (await other_api.post("/api/tasks/4/restore")).json()["title"] == "Gone"
    history = (await other_api.get("/api/activity", params={"task": 2})).json()["changes"]
    completion = next(change for change in history if change["action"] == "completed")
    undone = await undo(other_api, f"activity/{completion['id']}")
    assert undone["conflicts"] == []
    assert 2 in undone["undone"]
    assert (await other_api.get("/api/tasks/2")).json()["completed_at"] is None
    assert await add(other_api, title="Next") == 7


async def test_after_its_undo_the_history_of_an_import_cannot_be_undone(other_api: Api, other_person: Person):
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
    undone = await undo(other_api, f"activity/{completion['id']}")
    assert (undone["undone"], [conflict["number"] for conflict in undone["conflicts"]]) == ([], [5])
    assert [task["title"] for task in (await other_api.get("/api/tasks")).json()["tasks"]] == ["Mine"]
    async with transaction(other_person.id) as session:
        action = await last_action(session, other_person.id)
        assert action is not None
        assert (await undo_action(session, by, action)).undone == [1]
        assert await last_action(session, other_person.id) is None
    [undo_of_import, *_] = (await other_api.get("/api/activity", params={"task": 5})).json()["changes"]
    assert (await undo(other_api, f"activity/{undo_of_import['id']}"))["undone"] == [5]
    assert (await undo(other_api, f"activity/{completion['id']}"))["undone"] == [5]
    assert (await other_api.get("/api/tasks/5")).json()["completed_at"] is None


async def test_the_undo_of_an_import_deletes_the_conversations_again_that_it_restored(own_full: Api):
    file = await export(own_full)
    [deleted, continued, kept] = (await own_full.get("/api/conversations")).json()["conversations"]
    for conversation in (deleted, continued):
        await own_full.delete(f"/api/conversations/{conversation['id']}")
    outcome = await bring(own_full, file)
    assert outcome["conversations"] == 2
    await Chat(own_full).send("add eggs", continued["id"])
    undone = await undo(own_full, f"turns/{outcome['turn_id']}")
    assert [conflict["number"] for conflict in undone["conflicts"]] == [None]
    assert continued["title"] in undone["conflicts"][0]["reason"]
    left = (await own_full.get("/api/conversations")).json()["conversations"]
    assert {one["id"] for one in left} == {continued["id"], kept["id"]}
    await own_full.post(f"/api/conversations/{deleted['id']}/restore")
    again = await undo(own_full, f"turns/{outcome['turn_id']}")
    assert len(again["conflicts"]) == 1
    assert len((await own_full.get("/api/conversations")).json()["conversations"]) == 3


async def test_the_undo_of_an_import_keeps_conversations_that_were_restored_since(own_full: Api):
    file = await export(own_full)
    [by_hand, by_file, _] = (await own_full.get("/api/conversations")).json()["conversations"]

    async def delete_both() -> None:
        for conversation in (by_hand, by_file):
            await own_full.delete(f"/api/conversations/{conversation['id']}")

    await delete_both()
    outcome = await bring(own_full, file)
    await delete_both()
    await own_full.post(f"/api/conversations/{by_hand['id']}/restore")
    later = await bring(own_full, file)
    assert (outcome["conversations"], later["conversations"]) == (2, 1)
    undone = await undo(own_full, f"turns/{outcome['turn_id']}")
    reasons = {conflict["reason"] for conflict in undone["conflicts"]}
    titles = (by_hand["title"], by_file["title"])
    assert reasons == {f"The conversation “{title}” was restored since, so it was left as it is." for title in titles}
    assert len((await own_full.get("/api/conversations")).json()["conversations"]) == 3
