"""Deletion of expired data, and of nothing else."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from taskchat_app.domain import retention
from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import undo_change
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.retention import delete_expired
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Change, IdempotencyKey, LimitWindow, Login, Ring, Task, Thread
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from tests.conftest import SignedInPerson

pytestmark = pytest.mark.changes_all_users


def ago(**time: float) -> datetime:
    return now() - timedelta(**time)


async def store(*rows: Any) -> None:
    async with transaction() as session:
        session.add_all(rows)


async def query(column: Any, *conditions: Any) -> list[Any]:
    async with reading() as session:
        return sorted((await session.exec(select(column).where(*conditions))).all())


async def create_tasks(person: Person, *deleted_at: datetime | None) -> None:
    """Create tasks #1, #2 …, deleted at these times (None: not deleted)."""
    cause = Cause(person.id, "person")
    for number, moment in enumerate(deleted_at, 1):
        async with transaction() as session:
            await tasks.create_task(session, cause, TaskDraft(f"Task {number}"), zone=person.zone)
            if moment is not None:
                await tasks.delete_task(session, cause, number)
                row = await session.get_one(Task, (person.id, number))
                row.deleted_at = moment


async def test_tasks_are_deleted_once_they_can_no_longer_be_restored(person: Person, other_person: Person):
    await create_tasks(person, ago(days=30, hours=2), ago(days=29, hours=23), None)
    await create_tasks(other_person, ago(days=300))
    await delete_expired()
    assert await query(Task.number, Task.user_id == person.id) == [2, 3]
    assert await query(Task.number, Task.user_id == other_person.id) == []


async def test_the_log_of_an_erased_task_stays_and_its_number_is_not_used_again(person: Person):
    await create_tasks(person, ago(days=31))
    await delete_expired()
    assert await query(Change.action, Change.user_id == person.id) == ["created", "deleted"]
    async with transaction() as session:
        task = await tasks.create_task(session, Cause(person.id, "person"), TaskDraft("Next"), zone=person.zone)
    assert task.number == 2
    deletion = (await query(Change.id, Change.user_id == person.id, Change.action == "deleted"))[0]
    async with transaction() as session:
        assert (await undo_change(session, Cause(person.id, "person"), deletion)).undone == [1]


async def test_idempotency_keys_are_deleted_after_a_day(person: Person):
    for key, moment in (("old", ago(days=1, hours=2)), ("new", ago(hours=23))):
        await store(IdempotencyKey(user_id=person.id, key=key, fingerprint="f", created_at=moment))
    await delete_expired()
    assert await query(IdempotencyKey.key, IdempotencyKey.user_id == person.id) == ["new"]


async def test_expired_logins_are_deleted_with_their_chat_secrets_and_others_stay(signed_in: SignedInPerson):
    person, long_ago = signed_in.person, ago(days=2)
    await store(Login(id=f"old-{person.id}", user_id=person.id, created_at=long_ago, expires_at=long_ago))
    chat = {"kind": "chat", "parent_id": f"old-{person.id}", "created_at": long_ago, "expires_at": now()}
    await store(Login(id=f"chat-{person.id}", user_id=person.id, **chat))
    await delete_expired()
    assert await query(Login.id, Login.user_id == person.id) == [person.login_id]
    assert await accounts.person_of(signed_in.token) == person


async def test_expired_limit_windows_are_deleted(person: Person):
    for scope, moment in (("old", ago(days=1, hours=2)), ("new", ago(hours=23))):
        await store(LimitWindow(scope=scope, subject=person.id, starts_at=moment, used=1))
    await delete_expired()
    assert await query(LimitWindow.scope, LimitWindow.subject == person.id) == ["new"]


async def test_conversations_are_deleted_30_days_after_their_deletion(person: Person):
    for name, moment in (("old", ago(days=30, hours=2)), ("new", ago(days=29, hours=23)), ("kept", None)):
        times = {"created_at": ago(days=40), "updated_at": ago(days=40), "deleted_at": moment}
        await store(Thread(id=f"{person.id}-{name}", user_id=person.id, status={}, details={}, search="", **times))
    await delete_expired()
    assert await query(Thread.id, Thread.user_id == person.id) == [f"{person.id}-kept", f"{person.id}-new"]


async def test_reminders_that_rang_are_deleted_once_they_are_not_shown_any_more(person: Person):
    for number, moment in ((1, ago(days=1, hours=2)), (2, ago(hours=23))):
        await store(Ring(user_id=person.id, task_number=number, rang_at=moment))
    await delete_expired()
    assert await query(Ring.task_number, Ring.user_id == person.id) == [2]


async def test_concurrent_instances_delete_everything_in_batches(person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retention, "BATCH", 10)
    old = ago(days=2)
    keys = (IdempotencyKey(user_id=person.id, key=f"{n}", fingerprint="f", created_at=old) for n in range(95))
    await store(*keys)
    await asyncio.gather(*(delete_expired() for _ in range(4)))
    assert await query(func.count(), col(IdempotencyKey.user_id) == person.id) == [0]


async def test_locked_rows_are_skipped_until_they_are_released(person: Person):
    await create_tasks(person, ago(days=31), ago(days=31))
    async with transaction() as holding:
        await holding.exec(select(Task).where(Task.user_id == person.id, Task.number == 1).with_for_update())
        await delete_expired()
    assert await query(Task.number, Task.user_id == person.id) == [1]
    await delete_expired()
    assert await query(Task.number, Task.user_id == person.id) == []
