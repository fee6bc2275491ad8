"""The log stores what changed; readers see whole snapshots, of entries of earlier versions too."""

import json
import random
import string
from typing import Any

from sqlalchemy import text

from taskchat_app.domain.log.changes import RECORD, Entry, recorded_values
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.storage.stored_snapshots import shortened_snapshots
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.task_view import snapshot
from taskchat_app.domain.text_erasure import erase_texts
from tests.statements import plan_of
from tests.task_account import Account

SIZE = text("SELECT sum(pg_column_size(changes.*)) FROM changes WHERE user_id = :user_id AND id > :after")
OF_EARLIER_VERSION = text("""
    UPDATE changes SET before = whole.before, after = whole.after, base_id = NULL
    FROM (SELECT CAST(:id AS bigint) AS id, CAST(:before AS jsonb) AS before, CAST(:after AS jsonb) AS after) AS whole
    WHERE user_id = :user_id AND changes.id = whole.id
""")


def long_draft() -> TaskDraft:
    title, description = ("".join(random.choices(string.ascii_letters, k=length)) for length in (255, 2_000))
    return TaskDraft(title, description=description)


async def size_after(me: Account, change_id: int) -> int:
    async with reading(me.person.id) as session:
        values = {"user_id": me.person.id, "after": change_id}
        return (await (await session.connection()).execute(SIZE, values)).scalar_one()


async def test_a_bulk_change_stores_what_changed_and_not_the_tasks(me: Account):
    await me.add_all(*(long_draft() for _ in range(20)))
    numbers = await me.numbers()
    for priority in ("high", "low") * 3:
        await me.edit_all(numbers, priority=priority)

    # The first change of a task stores the rest of it once more at most.
    assert await size_after(me, 20) < 20 * 6 * 600


async def test_entries_are_read_whole_however_they_are_stored(me: Account):
    [task] = await me.add_all(long_draft())
    states = [snapshot(await me.row(task.number))]
    edits: list[dict[str, Any]] = [
        {"priority": "high"},
        {"description": long_draft().description},
        {"tags": ["a", "b"]},
        {"title": "Other", "priority": "low"},
        {"priority": "medium"},
    ]
    for fields in edits:
        await me.edit(task.number, **fields)
        states.append(snapshot(await me.row(task.number)))
    await me.delete(task.number)

    log = await me.log()

    assert [change.after for change in log] == [*states, None]
    assert [change.before for change in log] == [None, *states]
    assert {change.base_id for change in log} > {None}


async def test_undo_restores_by_entries_of_earlier_versions_and_of_this_one(me: Account):
    await me.add("Buy milk", description="Two bottles")
    await me.edit(1, priority="high")
    [_, old] = await me.log()
    async with transaction(me.person.id) as session:
        values = {"user_id": me.person.id, "id": old.id, "before": None, "after": None}
        await (await session.connection()).execute(OF_EARLIER_VERSION, values | whole(old))
    await me.edit(1, tags=["shop"])
    edited = await me.task()
    log = await me.log()
    assert (log[1].base_id, log[2].base_id) == (None, old.id)

    await me.undo(log[2].id)
    await me.undo(old.id)
    task = await me.task()
    assert (task.tags, task.priority, task.description) == ((), "medium", "Two bottles")
    await me.undo((await me.log())[-1].id)
    assert (await me.task()).priority == edited.priority


def whole(change: Change) -> dict[str, str]:
    return {"before": json.dumps(change.before), "after": json.dumps(change.after)}


async def test_erasing_a_tasks_texts_erases_them_from_all_its_entries(me: Account):
    await me.add("Secret", description="Secret words", tags=["secret"])
    for priority in ("high", "low"):
        await me.edit(1, priority=priority)
    await me.edit(1, title="Secret again")
    await me.delete(1)
    async with transaction(me.person.id) as session:
        await erase_texts(session, me.person.id, [1], now())
    for change in await me.log():
        for state in filter(None, (change.before, change.after)):
            assert (state["title"], state["description"], state["tags"]) == ("", "", [])
        assert "ecret" not in f"{change.stored_before}{change.stored_after}"


def test_an_imported_entry_stores_after_as_what_differs():
    for before, after, stored in (
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"b": 3}),
        ({"a": 1}, {"a": 1, "b": None}, {"b": None}),
        ({"a": 1, "b": 2}, {"a": 1}, {"a": 1}),  # whole: its state has a field less
        *((None, {"a": 1}, {"a": 1}), ({"a": 1}, None, None)),
    ):
        columns = shortened_snapshots(7, before, after)
        assert (columns["before"], columns["after"]) == (before, stored)
        assert columns["base_id"] in (None, 7)


async def test_the_entry_of_a_new_task_reads_no_other_however_postgres_plans_it(me: Account):
    values = await recorded_values(me.by(), [Entry("task", "created", 9, after={"title": "Buy milk"})])
    async with transaction(me.person.id) as session:
        plan = await plan_of(session, RECORD.text, values)
    assert any("One-Time Filter: (given.before IS NOT NULL)" in line for line in plan), plan
