"""Rate limits are exact under concurrency, and count only what was committed."""

import asyncio
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, update

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits import rate_limits
from taskchat_app.domain.limits.rate_limits import Limit, exhausted, take, take_all, used
from taskchat_app.domain.log.changes import Actor, Cause
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import WriteLimit
from taskchat_app.domain.storage.models import LimitWindow
from taskchat_app.domain.tasks import task_rows, tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.fields import TaskDraft
from tests.chatting import write
from tests.statements import sent_statements

pytestmark = pytest.mark.usefixtures("postgres")

HOURLY = Limit("test_hourly", 20, timedelta(hours=1))
DAILY = Limit("test_daily", 20, timedelta(days=1), by_utc_day=True)


@pytest.fixture
def subject() -> str:
    return uuid.uuid4().hex


async def take_once(limit: Limit, subject: str) -> datetime | None:
    async with transaction() as session:
        return await take(session, limit, subject)


async def count(limit: Limit, subject: str) -> int:
    async with reading() as session:
        return (await used(session, limit, subject))[0]


async def shift_window(limit: Limit, subject: str, by: timedelta) -> None:
    """Move the start of the limit's window into the past."""
    window = update(LimitWindow).where(col(LimitWindow.scope) == limit.scope, col(LimitWindow.subject) == subject)
    await write(window.values(starts_at=LimitWindow.starts_at - by))


@pytest.mark.parametrize("limit", [HOURLY, DAILY])
async def test_of_fifty_uses_the_limit_is_permitted_until_its_window_ends(limit: Limit, subject: str):
    async def use_fifty_times() -> list[datetime]:
        answers = await asyncio.gather(*(take_once(limit, subject) for _ in range(50)))
        assert answers.count(None) == await count(limit, subject) == limit.count
        return [answer for answer in answers if answer]

    for resets_at in await use_fifty_times():
        if limit is DAILY:
            assert (resets_at.hour, resets_at.minute, resets_at.second, resets_at.microsecond) == (0, 0, 0, 0)
        assert timedelta(minutes=59 if limit is HOURLY else 0) < resets_at - now() <= limit.period
    assert await take_once(limit, f"{subject}-other") is None
    assert await take_once(replace(limit, scope="test_other"), subject) is None
    await shift_window(limit, subject, limit.period)
    assert await count(limit, subject) == 0
    await use_fifty_times()


async def test_a_rolled_back_use_and_exhausted_count_nothing(subject: str):
    async with transaction() as session:
        assert await take(session, HOURLY, subject) is None
        await session.rollback()
    assert await count(HOURLY, subject) == 0
    limit = Limit("test_one", 1, timedelta(hours=1))
    for _ in range(2):
        async with reading() as session:
            assert await exhausted(session, limit, subject) is None
    await take_once(limit, subject)
    async with reading() as session:
        assert await exhausted(session, limit, subject) == await take_once(limit, subject)


async def test_take_all_returns_the_exhausted_limit(subject: str):
    once, later = Limit("test_once", 1, timedelta(hours=1)), Limit("test_later", 1, timedelta(days=2))
    async with transaction() as session:
        assert await take_all(session, (DAILY, once), subject) is None
    async with transaction() as session:
        refused = await take_all(session, (DAILY, once), subject)
        await session.rollback()
    assert refused is not None
    assert refused[0] == once
    assert timedelta(minutes=59) < refused[1] - now() <= timedelta(hours=1)
    assert [await count(limit, subject) for limit in (DAILY, once)] == [1, 1]
    await shift_window(once, subject, timedelta(hours=2))
    async with transaction() as session:
        assert await take_all(session, (once, later, DAILY), subject) is None
    assert [await count(limit, subject) for limit in (DAILY, once, later)] == [2, 1, 1]


async def test_writes_of_users_are_limited(person: Person, other_person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rate_limits, "WRITES", replace(rate_limits.WRITES, count=3))

    async def add(owner: Person, turn_id: str | None = None, actor: Actor = "api") -> int:
        cause = Cause(owner.id, actor, turn_id=turn_id)
        async with transaction() as session:
            return (await task_rows.create_task(session, cause, TaskDraft("Call mum"), zone=owner.zone)).number

    assert [await add(person) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(WriteLimit, match="Wait a minute") as refused:
        await add(person)
    assert now() < refused.value.facts["resets_at"] <= now() + timedelta(minutes=1)
    assert await add(other_person) == 1
    assert await add(person, "message_1", "assistant") == 4  # turns have limits of their own
    assert await add(person, "message_2", "person") == 5  # as an undo command does
    assert await add(person, None, "repeat") == 6  # nobody's change
    await shift_window(rate_limits.WRITES, person.id, timedelta(minutes=1))
    assert await add(person) == 7


async def test_a_bulk_change_counts_as_many_writes_as_it_makes(person: Person):
    async with transaction() as session:
        for _ in range(45):
            await task_rows.create_task(session, Cause(person.id, "api"), TaskDraft("Call mum"), zone=person.zone)
        before = (await rate_limits.used(session, rate_limits.WRITES, person.id))[0]
        await tasks.bulk_complete(session, Cause(person.id, "api"), list(range(1, 46)))
        assert (before, (await rate_limits.used(session, rate_limits.WRITES, person.id))[0]) == (45, 45 + 45)


@pytest.mark.parametrize("kind", ["update", "complete", "delete"])
async def test_bulk_changes_beyond_the_limit_write_nothing(person: Person, kind: str, monkeypatch: pytest.MonkeyPatch):
    by, numbers = Cause(person.id, "api"), list(range(1, 46))
    async with transaction() as session:
        for _ in numbers:
            await task_rows.create_task(session, by, TaskDraft("Call mum"), zone=person.zone)
    monkeypatch.setattr(rate_limits, "WRITES", replace(rate_limits.WRITES, count=60))

    async def change() -> None:
        async with transaction() as session:
            if kind == "update":
                await tasks.bulk_update(session, by, numbers, TaskEdit(priority="high"), zone=person.zone)
            else:
                await (tasks.bulk_complete if kind == "complete" else tasks.bulk_delete)(session, by, numbers)

    with sent_statements() as sent, pytest.raises(WriteLimit, match="Wait a minute"):
        await change()
    assert sent
    assert [statement for statement in sent if statement.startswith(("UPDATE tasks", "INSERT"))] == []
