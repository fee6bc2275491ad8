"""A task with a value in every column comes back as it was: from undo, restore, series, files; from old logs too."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, text
from sqlmodel import col, select

from taskchat_app.api.mcp import tools
from taskchat_app.api.mcp.arguments import WhatChanged
from taskchat_app.domain.activity.entry_undo import undo_entry
from taskchat_app.domain.activity.undo import undo_changes
from taskchat_app.domain.reminders import reminders
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.task_view import snapshot
from taskchat_app.domain.text_erasure import erase_texts
from taskchat_app.domain.webhooks.events import payload_of
from taskchat_app.ui.activity.rows import change_page
from taskchat_app.ui.task_detail.state import _read as read_open_task
from tests.api.responses import bring, export, feed_of
from tests.fields.stored_task import AT, FIELDS, FULL, NUMBER, TEXTS, ZONE, Account, given, lost

EDIT = TaskEdit(**{field: given(field) for field in FIELDS})
"""Changes every field."""
RINGS_AGAIN = "rung_until"
"""What a task that is restored has new: reminders that passed meanwhile do not ring (see `restored`)."""
FROM_CSV = (
    "position due_reading recurrence_start recurrence_start_day repeats_number copy_of_number parent_number"
    " remind_before remind_at rung_until updated_at"
)
FROM_CALENDAR = (
    "position due_reading start_at start_day recurrence recurrence_start recurrence_start_day repeats_number"
    " copy_of_number parent_number rung_until updated_at"
)
"""What neither events nor to-dos hold of a series: it begins with its date, and a rule counts what is left of it."""
NOT_OF_THE_NEXT = (
    "position due_at due_day due_reading start_at start_day repeats_number copy_of_number remind_at rung_until"
    " completed_at created_at updated_at"
)
"""The dates move on with the series (its start: see test_starts.py)."""
FIRST_SNAPSHOT = {
    *("number", "title", "description", "priority", "tags", "due_at", "recurrence", "repeats_number"),
    *("completed_at", "created_at", "updated_at"),
}
"""The keys of the oldest snapshots; each later one may be missing."""


async def newest_changes(account: Account, number: int = NUMBER) -> list[Change]:
    query = select(Change).where(Change.user_id == account.person.id, Change.task_number == number)
    async with reading(account.person.id) as session:
        return list((await session.exec(query.order_by(col(Change.id).desc()))).all())


async def undo_newest(account: Account) -> None:
    outcome = await account.run(undo_changes, [(await newest_changes(account))[0].id])
    assert (outcome.undone[:1], outcome.conflicts) == ([NUMBER], [])


VERBS: dict[str, Callable[[Account], Awaitable[Any]]] = {
    "update_task": lambda account: account.run(tasks.update_task, NUMBER, EDIT, zone=ZONE),
    "bulk_update": lambda account: account.run(tasks.bulk_update, [NUMBER], EDIT, zone=ZONE),
    "complete_task": lambda account: account.run(tasks.complete_task, NUMBER),
    "delete_task": lambda account: account.run(tasks.delete_task, NUMBER),
    "move_task": lambda account: account.run(tasks.move_task, NUMBER, after=1),
    "set_reminder": lambda account: account.run(reminders.set_reminder, NUMBER, "1_day", zone=ZONE),
}


async def test_undo_restores_every_field(account: Account):
    wrong: list[str] = []
    for name, verb in VERBS.items():
        before = await account.row()
        await verb(account)
        after = await account.row()
        assert after != before, name
        await undo_newest(account)
        wrong += lost(f"undo of {name}", before, await account.row(), RINGS_AGAIN)
        await undo_newest(account)
        wrong += lost(f"undo of the undo of {name}", after, await account.row(), f"{RINGS_AGAIN} deleted_at")
        await account.write()
    assert not wrong, "\n".join(wrong)


async def test_undo_of_entries_puts_back_every_field_where_others_were_changed_since(account: Account):
    before = await account.row()
    await VERBS["update_task"](account)
    await VERBS["move_task"](account)
    for entry in (await newest_changes(account))[1::-1]:
        changed = [name for name in entry.after or {} if (entry.before or {}).get(name) != (entry.after or {})[name]]
        conflicts = (await account.run(undo_entry, entry.id)).conflicts
        assert not conflicts, f"entry_undo.py puts back none of {changed}"
    assert not lost("entry_undo.py", before, await account.row(), f"{RINGS_AGAIN} updated_at")


def restored(place: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    same = [f"{place}: rung_until is not set anew"] if after[RINGS_AGAIN] in (None, before[RINGS_AGAIN]) else []
    return same + lost(place, before, after, RINGS_AGAIN)


async def test_a_deleted_task_comes_back_with_every_field(account: Account):
    before, file = await account.row(), await export(account.api)
    await account.run(tasks.delete_task, NUMBER)
    await account.run(tasks.restore_task, NUMBER)
    wrong = restored("restore_task", before, await account.row())
    await account.run(tasks.delete_task, NUMBER)
    await account.write(deleted_at=AT)
    await bring(account.api, file)
    wrong += restored("tasks_import.py:_restore", before, await account.row())
    await account.write()
    await account.run(tasks.delete_task, NUMBER)
    async with transaction(account.person.id) as session:
        await session.exec(delete(Task).where(col(Task.user_id) == account.person.id, col(Task.number) == NUMBER))
    await undo_newest(account)
    wrong += restored("snapshots.py:columns_of", before, await account.row())
    assert not wrong, "\n".join(wrong)


async def test_the_next_task_of_a_series_has_every_field(account: Account):
    done = await account.run(tasks.bulk_complete, [NUMBER])
    [following] = done.next
    next_row = await account.row(following.number)
    assert not lost("series.py:COPIED_COLUMNS", await account.row(), next_row, NOT_OF_THE_NEXT)


async def test_every_field_comes_back_from_a_file(account: Account, other_account: Account):
    wrong: list[str] = []

    async def check(place: str, content: str | bytes, without: str, form: str, number: int) -> None:
        outcome = await bring(other_account.api, content, format=form)
        told = "is a step of a task that does not come"
        without_parent = [note for note in outcome["notes"] if told in note["reason"]]
        assert (outcome["skipped"], outcome["notes"]) == ([], [] if form == "taskchat" else without_parent), place
        wrong.extend(lost(place, await account.row(), await other_account.row(number), without))

    await account.write(completed_at=AT, deleted_at=AT)
    await check("the account file", await export(account.api), "", "taskchat", NUMBER)
    await account.write(completed_at=AT)
    listed = await account.api.get("/api/tasks.csv", params={"status": "all", "q": FULL["title"]})
    await check("the CSV", listed.content, FROM_CSV, "csv", 4)
    await account.write()
    for place, kind in enumerate(("event", "todo"), 5):
        calendar = await feed_of(account.api, kind, FULL["title"])
        await check(f"the calendar of {kind}s", calendar, FROM_CALENDAR, "ics", place)
    assert not wrong, "\n".join(wrong)


async def test_a_record_without_the_optional_fields_is_a_plain_task(account: Account, other_account: Account):
    plain = await account.row(await account.add(title="Milk"))
    file = json.loads(await export(account.api))
    [record] = [task for task in file["tasks"] if task["title"] == "Milk"]
    record = {name: record[name] for name in ("number", "title", "created_at", "updated_at")}
    change = {"id": 1, "at": record["created_at"], "actor": "api", "action": "updated", "task_number": record["number"]}
    changes = [change | {"before": record, "after": record}]
    outcome = await bring(other_account.api, json.dumps({**file, "tasks": [record], "changes": changes}))
    assert (outcome["skipped"], outcome["notes"]) == ([], [])
    assert not lost("record_types.py:TaskRecord", plain, await other_account.row(4), "rung_until")
    await other_account.run(undo_changes, [1])
    assert not lost("record_types.py:Snapshot", plain, await other_account.row(4), "rung_until")


async def test_changes_from_before_a_field_was_added_are_read_and_undone(account: Account, other_account: Account):
    await account.run(tasks.update_task, NUMBER, EDIT, zone=ZONE)
    await account.run(tasks.delete_task, NUMBER)
    later = snapshot(Task(user_id="", number=NUMBER, **FULL)).keys() - FIRST_SNAPSHOT
    for missing in [*([key] for key in sorted(later)), sorted(later)]:
        await remove_from_log(account, missing)
        assert not {*missing} & ((await newest_changes(account))[0].before or {}).keys()
        try:
            await read_everywhere(account)
            await account.run(undo_changes, [(await newest_changes(account))[0].id])
        except KeyError as error:
            raise AssertionError(f"A change without {missing} cannot be read.") from error
        assert (await account.row())["deleted_at"] is None
        await account.run(tasks.delete_task, NUMBER)
    await remove_from_log(account, sorted(later))
    await bring(other_account.api, await export(account.api))
    await other_account.run(undo_changes, [(await newest_changes(other_account))[-1].id])
    await read_everywhere(other_account)


async def remove_from_log(account: Account, keys: list[str]) -> None:
    parts = ", ".join(f"{name} = {name} - CAST(:keys AS text[])" for name in ("before", "after"))
    statement = text(f"UPDATE changes SET {parts} WHERE user_id = :user_id")
    async with transaction(account.person.id) as session:
        await (await session.connection()).execute(statement, {"keys": keys, "user_id": account.person.id})


async def read_everywhere(account: Account) -> None:
    """Read the log as the API, the page, programs and webhooks do, also for a user who has moved."""
    person = account.person
    assert (await account.api.get("/api/activity")).status_code == 200
    for change in await newest_changes(account):
        payload_of(change, "task.updated", ZoneInfo("Asia/Tokyo"))
    rows, _ = await change_page(person, limit=9)
    assert rows
    await read_open_task(person, NUMBER)
    async with reading(person.id) as session:
        await tools.what_changed(tools.Call(session, person, person.cause("mcp")), WhatChanged())


async def test_erasing_a_task_leaves_no_text_of_it_in_the_log(account: Account):
    await account.run(tasks.update_task, NUMBER, EDIT, zone=ZONE)
    async with transaction(account.person.id) as session:
        await erase_texts(session, account.person.id, [NUMBER], now())
    kept = json.dumps([[change.before, change.after] for change in await newest_changes(account)])
    words = {name: FULL[name] if isinstance(FULL[name], str) else FULL[name][0] for name in TEXTS}
    assert [name for name, word in words.items() if word in kept] == []
