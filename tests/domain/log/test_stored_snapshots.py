"""The log stores what changed; readers see whole snapshots, of entries of earlier versions too."""

import json
import random
import string
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import RECORD, Entry, recorded_values
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.storage.stored_snapshots import shortened_snapshots
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.task_view import snapshot
from taskchat_app.domain.text_erasure import erase_texts
from tests.task_account import Account
from tests.twins import Twins


@pytest.fixture
def account(postgres: Twins, person: Person) -> Account:
    return Account(person)


SIZE = text("SELECT sum(pg_column_size(changes.*)) FROM changes WHERE user_id = :user_id AND id > :after")
OF_EARLIER_VERSION = text("""
    UPDATE changes SET before = whole.before, after = whole.after, base_id = NULL
    FROM (SELECT CAST(:id AS bigint) AS id, CAST(:before AS jsonb) AS before, CAST(:after AS jsonb) AS after) AS whole
    WHERE user_id = :user_id AND changes.id = whole.id
""")


def long_draft() -> TaskDraft:
    letters = string.ascii_letters + string.digits
    texts = ("".join(random.choices(letters, k=length)) for length in (255, 2_000))
    title, description = texts
    return TaskDraft(title, description=description)


async def log_of(account: Account) -> list[Change]:
    async with reading(account.person.id) as session:
        query = select(Change).where(Change.user_id == account.person.id).order_by(col(Change.id))
        return list((await session.exec(query)).all())


async def size_after(account: Account, change_id: int) -> int:
    async with reading(account.person.id) as session:
        values = {"user_id": account.person.id, "after": change_id}
        return (await (await session.connection()).execute(SIZE, values)).scalar_one()


async def test_a_bulk_change_stores_what_changed_and_not_the_tasks(account: Account):
    await account.add_all(*(long_draft() for _ in range(20)))
    numbers = await account.numbers()
    for priority in ("high", "low") * 3:
        await account.edit_all(numbers, priority=priority)

    # The first change of a task stores the rest of it once more at most.
    assert await size_after(account, 20) < 20 * 6 * 600


async def test_entries_are_read_whole_however_they_are_stored(account: Account):
    [task] = await account.add_all(long_draft())
    states = [snapshot(await account.row(task.number))]
    edits: list[dict[str, Any]] = [
        {"priority": "high"},
        {"description": long_draft().description},
        {"tags": ["a", "b"]},
        {"title": "Other", "priority": "low"},
        {"priority": "medium"},
    ]
    for fields in edits:
        await account.edit(task.number, **fields)
        states.append(snapshot(await account.row(task.number)))
    await account.delete(task.number)

    log = await log_of(account)

    assert [change.after for change in log] == [*states, None]
    assert [change.before for change in log] == [None, *states]
    assert {change.base_id for change in log} > {None}


async def test_undo_restores_by_entries_of_earlier_versions_and_of_this_one(account: Account):
    await account.add("Buy milk", description="Two bottles")
    await account.edit(1, priority="high")
    [_, old] = await log_of(account)
    async with transaction(account.person.id) as session:
        values = {"user_id": account.person.id, "id": old.id, "before": None, "after": None}
        await (await session.connection()).execute(OF_EARLIER_VERSION, values | whole(old))
    await account.edit(1, tags=["shop"])
    edited = await account.task()
    log = await log_of(account)
    assert (log[1].base_id, log[2].base_id) == (None, old.id)

    await account.undo(log[2].id)
    await account.undo(old.id)
    task = await account.task()
    assert (task.tags, task.priority, task.description) == ((), "medium", "Two bottles")
    await account.undo((await log_of(account))[-1].id)
    assert (await account.task()).priority == edited.priority


def whole(change: Change) -> dict[str, str]:
    return {"before": json.dumps(change.before), "after": json.dumps(change.after)}


async def test_erasing_a_tasks_texts_erases_them_from_all_its_entries(account: Account):
    await account.add("Secret", description="Secret words", tags=["secret"])
    for priority in ("high", "low"):
        await account.edit(1, priority=priority)
    await account.edit(1, title="Secret again")
    await account.delete(1)
    async with transaction(account.person.id) as session:
        await erase_texts(session, account.person.id, [1], now())
    for change in await log_of(account):
        for state in filter(None, (change.before, change.after)):
            assert (state["title"], state["description"], state["tags"]) == ("", "", [])
        assert "ecret" not in f"{change.stored_before}{change.stored_after}"


@pytest.mark.parametrize(
    ("before", "after", "stored"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"b": 3}),
        ({"a": 1}, {"a": 1, "b": None}, {"b": None}),
        ({"a": 1, "b": 2}, {"a": 1}, {"a": 1}),  # whole: its state has a field less
        (None, {"a": 1}, {"a": 1}),
        ({"a": 1}, None, None),
    ],
)
def test_an_imported_entry_stores_after_as_what_differs(
    before: dict[str, int] | None, after: dict[str, int] | None, stored: dict[str, int] | None
):
    columns = shortened_snapshots(7, before, after)
    assert (columns["before"], columns["after"]) == (before, stored)
    assert columns["base_id"] in (None, 7)


async def test_the_entry_of_a_new_task_reads_no_other_however_postgres_plans_it(account: Account):
    values = recorded_values(account.by(), [Entry("task", "created", 9, after={"title": "Buy milk"})])
    async with transaction(account.person.id) as session:
        plan = (await (await session.connection()).execute(text(f"EXPLAIN {RECORD.text}"), values)).scalars().all()
    assert any("One-Time Filter: (given.before IS NOT NULL)" in line for line in plan), plan
