"""tests/twins.py: a query without its condition on the user finds a second row, and such a write fails the test."""

from typing import Any

import pytest
from sqlalchemy import delete, func, update
from sqlmodel import col, select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks import task_rows
from taskchat_app.domain.tasks.fields import TaskDraft
from tests.twins import CHANGED, SUFFIX, rolled_back_session
from tests.user_conditions import (
    columns_left,
    lacks_condition,
    lacks_conversation,
    lacks_order,
    reads_deleted,
    unused_values,
)

RING = "INSERT INTO rings (user_id, task_number, rang_at) VALUES (%s) ON CONFLICT (user_id, task_number) DO UPDATE SET"


async def add(person: Person, title: str) -> None:
    async with transaction() as session:
        await task_rows.create_task(session, Cause(person.id, "person"), TaskDraft(title), zone=person.zone)


async def test_a_twin_has_the_same_numbers_titles_and_changes(person: Person) -> None:
    await add(person, "Buy milk")
    owners = [person.id, person.id + SUFFIX]
    async with rolled_back_session() as session:
        same = select(Task.user_id).where(Task.number == 1, Task.title == "Buy milk", col(Task.user_id).in_(owners))
        assert sorted((await session.exec(same)).all()) == owners
        logged = select(func.count()).where(col(Change.user_id) == owners[1], col(Change.id) == 1)
        assert (await session.exec(logged)).one() == 1


@pytest.mark.parametrize(
    "write",
    [
        update(Task).where(col(Task.number) == 1).values(title="Bread"),
        delete(Task).where(col(Task.number) == 1),
        delete(Change).where(col(Change.id) == 1),
    ],
    ids=["update", "delete", "delete from the log"],
)
async def test_a_write_without_its_condition_on_the_user_fails(person: Person, write: Any) -> None:
    await add(person, "Buy milk")
    with pytest.raises(AssertionError, match=CHANGED):
        async with rolled_back_session() as session:
            await session.exec(write)


async def test_a_row_inserted_for_the_twin_fails(person: Person) -> None:
    await add(person, "Buy milk")
    twin_cause = Cause(person.id + SUFFIX, "person")
    with pytest.raises(AssertionError, match=CHANGED):
        async with rolled_back_session() as session:
            await task_rows.create_task(session, twin_cause, TaskDraft("Bread"), zone=person.zone)


async def test_a_write_of_the_users_own_rows_passes(person: Person) -> None:
    await add(person, "Buy milk")
    async with rolled_back_session() as session:
        await session.exec(update(Task).where(col(Task.user_id) == person.id).values(title="Bread"))


@pytest.mark.parametrize(
    ("statement", "lacking"),
    [
        ("SELECT title FROM tasks WHERE tasks.user_id = %s AND tasks.deleted_at IS NULL ORDER BY tasks.number", ""),
        ("SELECT title FROM tasks WHERE tasks.deleted_at IS NULL ORDER BY tasks.number", "user"),
        ("SELECT title FROM tasks WHERE tasks.user_id = %s AND tasks.deleted_at IS NULL", "order"),
        ("SELECT deleted_at FROM tasks WHERE tasks.user_id = %s ORDER BY tasks.number", "deleted"),
        ("SELECT body FROM thread_items JOIN threads ON threads.id = thread_id ORDER BY seq", "deleted"),
        (
            "SELECT title FROM threads WHERE threads.deleted_at IS NULL UNION SELECT title FROM threads ORDER BY 1",
            "deleted",
        ),
        ("UPDATE tasks SET title = %s WHERE tasks.user_id = %s", ""),
        (f"{RING} rang_at = excluded.rang_at", ""),
        (f"{RING} task_number = excluded.task_number", "new"),
    ],
)
def test_the_missing_part_of_a_statement_is_noted(statement: str, lacking: str) -> None:
    rules = {"user": lacks_condition, "order": lacks_order, "deleted": reads_deleted, "new": columns_left}
    assert [name for name, rule in rules.items() if rule(statement)] == lacking.split()


def test_a_value_that_sql_does_not_use_is_noted() -> None:
    assert unused_values("SELECT id FROM turns WHERE user_id = :user_id", ["user_id", "turn_id"]) == "turn_id"


@pytest.mark.parametrize(
    ("kind", "thread_id", "is_noted"), [("task", None, 0), ("turn", "thr_1", 0), ("turn", None, 1)]
)
def test_an_entry_of_a_conversation_without_its_id_is_noted(kind: str, thread_id: str | None, is_noted: bool) -> None:
    entries = f'[{{"place": 1, "kind": "{kind}"}}]'
    assert lacks_conversation({"thread_id": thread_id, "entries": entries}) == is_noted
