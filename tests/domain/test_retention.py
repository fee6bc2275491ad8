"""Deletion of expired data, and of nothing else."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.account_data.record_reader import NESTED_MAX
from taskchat_app.config import settings
from taskchat_app.domain import retention
from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.sign_in_limits import SIGNED_IN
from taskchat_app.domain.activity.undo import undo_changes
from taskchat_app.domain.log.changes import Cause, changes_after
from taskchat_app.domain.retention import _delete_threads, _is_silent, delete_expired
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import (
    Change,
    IdempotencyKey,
    LimitWindow,
    Login,
    MessageWords,
    Proposal,
    Ring,
    Task,
    Thread,
    ThreadItem,
    ToolExecution,
    Turn,
    Webhook,
    WebhookDelivery,
)
from taskchat_app.domain.tasks import task_rows, tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from tests.conftest import SignedInPerson
from tests.evidence import Step

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
            await task_rows.create_task(session, cause, TaskDraft(f"Task {number}"), zone=person.zone)
            if moment is not None:
                await tasks.delete_task(session, cause, number)
                row = await session.get_one(Task, (person.id, number))
                row.deleted_at = moment


async def test_tasks_are_deleted_after_their_time_and_their_log_and_number_stay(person: Person, other_person: Person):
    await create_tasks(person, None, ago(days=29, hours=23), ago(days=30, hours=2))
    await create_tasks(other_person, ago(days=300))
    await delete_expired()
    assert await query(Task.number, Task.user_id == person.id) == [1, 2]
    assert await query(Task.number, Task.user_id == other_person.id) == []
    assert await query(Change.action, Change.user_id == other_person.id) == ["created", "deleted"]
    async with transaction() as session:
        task = await task_rows.create_task(session, Cause(person.id, "person"), TaskDraft("Next"), zone=person.zone)
    assert task.number == 4


@pytest.mark.parametrize(("days", "undone"), [(29, [1]), (31, [])])
async def test_a_deletion_can_be_undone_until_the_texts_are_erased(person: Person, days: int, undone: list[int]):
    await create_tasks(person, ago(days=days))
    await delete_expired()
    entries = len(await query(Change.id, Change.user_id == person.id))
    for action in ("deleted", "created"):
        [change] = await query(Change.id, Change.user_id == person.id, Change.action == action)
        async with transaction() as session:
            outcome = await undo_changes(session, Cause(person.id, "person"), [change])
        if not undone:
            [conflict] = outcome.conflicts
            assert conflict.reason == "#1 was deleted more than 30 days ago, so it is gone."
            assert len(await query(Change.id, Change.user_id == person.id)) == entries
        elif action == "deleted":
            assert outcome.undone == undone
            assert await query(Task.title, Task.user_id == person.id, col(Task.deleted_at).is_(None)) == ["Task 1"]


async def test_what_fails_for_one_user_is_deleted_for_the_others(
    person: Person, other_person: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    for user in (person, other_person):
        await create_tasks(user, ago(days=31))
    first = min(person.id, other_person.id)

    async def erase(session: AsyncSession, user_id: str, *of_tasks: Any) -> None:
        if user_id == first:
            raise TypeError("Secret")

    monkeypatch.setattr(retention, "erase_texts", erase)
    await store(IdempotencyKey(user_id=person.id, key="old", fingerprint="f", created_at=ago(days=2)))
    await delete_expired()
    assert await query(Task.user_id, col(Task.user_id).in_([person.id, other_person.id])) == [first]
    assert await query(IdempotencyKey.key, IdempotencyKey.user_id == person.id) == []
    [told] = caplog.messages
    assert "TypeError" in told
    assert "Secret" not in caplog.text


async def test_texts_are_erased_whatever_forms_an_imported_call_has(person: Person):
    await create_tasks(person, ago(days=31))
    deep: dict[str, Any] = {"number": 1, "title": "Secret"}
    for _ in range(NESTED_MAX // 2):
        deep = {"in": [deep]}
    thread = conversation(person, "forms")
    await store(thread)
    for arguments in ({"number": [1], "x": "#1 Secret"}, {"task_id": {}, "number": 1, "title": "Secret"}, deep):
        await store(tool_call(person, thread.id, at=ago(days=32), arguments=arguments))
    await delete_expired()
    assert await query(Task.number, Task.user_id == person.id) == []
    async with reading() as session:
        left = (await session.exec(select(ToolExecution.arguments).where(ToolExecution.user_id == person.id))).all()
    assert len(left) == 3
    assert "Secret" not in json.dumps(left)


async def test_the_log_keeps_everything_but_the_texts_of_erased_tasks(person: Person, other_person: Person):
    cause = Cause(person.id, "person")
    for user in (person, other_person):
        async with transaction() as session:
            draft = TaskDraft("Secret", description="Secret", tags=["secret"], due_at="2030-01-01", priority="high")
            await task_rows.create_task(session, Cause(user.id, "person"), draft, zone=user.zone)
    async with transaction() as session:
        await task_rows.create_task(session, cause, TaskDraft("Known"), zone=person.zone)
        await tasks.complete_task(session, cause, 1)
        await tasks.delete_task(session, cause, 1)
        (await session.get_one(Task, (person.id, 1))).deleted_at = ago(days=31)
    before = await log_of(person)
    await delete_expired()
    after = await log_of(person)
    assert [change.id for change in after] == [1, 2, 3, 4]
    for was, now_is in zip(before, after, strict=True):
        erased = {"title": "", "description": "", "tags": []} if was.task_number == 1 else {}
        assert (now_is.before, now_is.after) == tuple(kept and kept | erased for kept in (was.before, was.after))
    [other] = await log_of(other_person)
    assert other.after is not None
    assert (other.after["title"], other.after["tags"]) == ("Secret", ["secret"])


async def log_of(person: Person) -> list[Change]:
    return await changes_after(person.id, 0)


def conversation(person: Person, name: str, **fields: Any) -> Thread:
    defaults: dict[str, Any] = {"status": {}, "details": {}, "search": "", "created_at": ago(days=90)}
    defaults["updated_at"] = defaults["created_at"]
    return Thread(id=f"{person.id}-{name}", user_id=person.id, **defaults | fields)


def tool_call(person: Person, thread_id: str, **fields: Any) -> ToolExecution:
    call: dict[str, Any] = {"turn_id": "", "round": 0, "call_id": "", "tool": "", "title": "", "milliseconds": 0}
    call |= {"arguments": {}, "result": {}, "outcome": "ok"}
    return ToolExecution(user_id=person.id, thread_id=thread_id, **call | fields)


async def names_left(person: Person) -> list[str]:
    ids = await query(Thread.id, Thread.user_id == person.id)
    return [thread_id.partition("-")[2] for thread_id in ids]


async def test_conversations_silent_for_retention_days_are_deleted_with_all_that_belongs_to_them(
    person: Person, other_person: Person, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(retention, "settings", lambda: settings().model_copy(update={"retention_days": 60}))
    monkeypatch.setattr(retention, "BATCH_OF_USER", 2)
    await store(
        *(conversation(person, f"old{n}", updated_at=ago(days=60, hours=2)) for n in range(5)),
        conversation(person, "running", lease_turn_id="turn", lease_until=now() + timedelta(minutes=1)),
        conversation(person, "new", updated_at=ago(days=60)),
        conversation(person, "deleted before", deleted_at=ago(days=31)),
        conversation(other_person, "old", updated_at=ago(days=60, hours=2)),
    )
    thread_id, item_id, at = f"{person.id}-old0", f"item-{person.id}", ago(days=61)
    owned: dict[str, Any] = {"thread_id": thread_id, "user_id": person.id}
    await store(ThreadItem(id=item_id, type="user_message", body={}, created_at=at, **owned))
    await store(
        MessageWords(item_id=item_id, user_id=person.id, search=["secret"]),
        Turn(id=item_id, started_at=at, **owned),
        Proposal(id=item_id, turn_id=item_id, item_id="", numbers=[], created_at=at, expires_at=at, **owned),
        tool_call(person, thread_id, turn_id=item_id, at=at),
    )
    async with transaction(person.id) as session:
        assert await _delete_threads(session, person.id, _is_silent(ago(days=60, hours=1))) == 2, "at once"
    await delete_expired()
    assert await names_left(person) == ["new", "running"]
    assert await names_left(other_person) == []
    for table in (ThreadItem, MessageWords, Turn, Proposal, ToolExecution):
        assert await query(table.user_id, table.user_id == person.id) == []
    told = [(change.id, change.kind, change.action) for change in await log_of(person)]
    assert told == [(n, "thread", "deleted") for n in range(1, 6)]


async def test_what_is_kept_for_a_time_is_deleted_after_it(signed_in: SignedInPerson, step: Step):
    person, long_ago = signed_in.person, ago(days=2)
    for key, moment in (("old", ago(days=1, hours=2)), ("new", ago(hours=23))):
        await store(IdempotencyKey(user_id=person.id, key=key, fingerprint="f", created_at=moment))
        await store(LimitWindow(scope=key, subject=person.id, starts_at=moment, used=1))
    for subject, days in ((person.id, 29), (f"{person.id} old", 31)):
        await store(LimitWindow(scope=SIGNED_IN.scope, subject=subject, starts_at=ago(days=days), used=1))
    await store(Login(id=f"old-{person.id}", user_id=person.id, created_at=long_ago, expires_at=long_ago))
    chat = {"kind": "chat", "parent_id": f"old-{person.id}", "created_at": long_ago, "expires_at": now()}
    await store(Login(id=f"chat-{person.id}", user_id=person.id, **chat))
    for name, moment in (("old", ago(days=30, hours=2)), ("new", ago(days=29, hours=23)), ("kept", None)):
        await store(conversation(person, name, deleted_at=moment))
    await store(conversation(person, "silent", updated_at=ago(days=3650)))
    for number, moment in ((1, ago(days=1, hours=2)), (2, ago(hours=23))):
        await store(Ring(user_id=person.id, task_number=number, rang_at=moment))
    hook = Webhook(user_id=person.id, id="h", url="https://example.org", events=["*"], secret="s", last_change_id=0)
    hook.created_at = hook.next_at = now()
    await store(hook)
    tried: dict[str, Any] = {"user_id": person.id, "webhook_id": "h", "message_id": "m", "event": "test"}
    for name, days in (("old", 31), ("new", 29)):
        await store(WebhookDelivery(id=name, attempt=1, milliseconds=1, at=ago(days=days), **tried))

    await delete_expired()

    step("idempotency keys: a day")
    assert await query(IdempotencyKey.key, IdempotencyKey.user_id == person.id) == ["new"]
    step("logins until they expire, with their chat secrets")
    assert await query(Login.id, Login.user_id == person.id) == [person.login_id]
    assert await accounts.person_of(signed_in.token) == person
    step("limit windows: a day, and 30 days of where one signed in")
    assert await query(LimitWindow.scope, LimitWindow.subject == person.id) == ["new", SIGNED_IN.scope]
    assert await query(LimitWindow.scope, LimitWindow.subject == f"{person.id} old") == []
    step("conversations: 30 days from their deletion, and silent ones for ever")
    assert await names_left(person) == ["kept", "new", "silent"]
    step("reminders that rang, as long as they are shown")
    assert await query(Ring.task_number, Ring.user_id == person.id) == [2]
    step("deliveries of webhooks: 30 days")
    assert await query(WebhookDelivery.id, WebhookDelivery.user_id == person.id) == ["new"]


async def test_concurrent_instances_delete_everything_in_batches(person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retention, "BATCH", 10)
    old = ago(days=2)
    keys = (IdempotencyKey(user_id=person.id, key=f"{n}", fingerprint="f", created_at=old) for n in range(95))
    await store(*keys)
    await asyncio.gather(*(delete_expired() for _ in range(4)))
    assert await query(func.count(), col(IdempotencyKey.user_id) == person.id) == [0]


async def test_nothing_is_deleted_while_another_instance_deletes_and_locked_rows_are_skipped_until_then(person: Person):
    await create_tasks(person, ago(days=31), ago(days=31))
    async with transaction() as other:
        await other.exec(select(func.pg_advisory_xact_lock(retention.RETENTION_LOCK)))
        await delete_expired()
    assert await query(Task.number, Task.user_id == person.id) == [1, 2]
    async with transaction() as holding:
        await holding.exec(select(Task).where(Task.user_id == person.id, Task.number == 1).with_for_update())
        await delete_expired()
    assert await query(Task.number, Task.user_id == person.id) == [1]
    await delete_expired()
    assert await query(Task.number, Task.user_id == person.id) == []
