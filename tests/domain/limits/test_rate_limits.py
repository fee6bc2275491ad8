"""Limits: exact however many ask at once, and never counted for what did not happen."""

import asyncio
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, update

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits import rate_limits
from taskchat_app.domain.limits.rate_limits import Limit, exhausted, take, take_all, used
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import WriteLimit
from taskchat_app.domain.storage.models import LimitWindow
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft

pytestmark = pytest.mark.usefixtures("postgres")

HOURLY = Limit("test_hourly", 20, timedelta(hours=1))
DAILY = Limit("test_daily", 20, timedelta(days=1), by_utc_day=True)


@pytest.fixture
def subject() -> str:
    return uuid.uuid4().hex


async def taken(limit: Limit, subject: str) -> datetime | None:
    async with transaction() as session:
        return await take(session, limit, subject)


async def count(limit: Limit, subject: str) -> int:
    async with reading() as session:
        return (await used(session, limit, subject))[0]


async def age(limit: Limit, subject: str, by: timedelta) -> None:
    """Move the limit's window into the past."""
    window = update(LimitWindow).where(col(LimitWindow.scope) == limit.scope, col(LimitWindow.subject) == subject)
    async with transaction() as session:
        await session.exec(window.values(starts_at=LimitWindow.starts_at - by))


@pytest.mark.parametrize("limit", [HOURLY, DAILY])
async def test_of_fifty_at_once_exactly_the_limit_gets_through(limit: Limit, subject: str):
    answers = await asyncio.gather(*(taken(limit, subject) for _ in range(50)))
    assert answers.count(None) == limit.count
    assert await count(limit, subject) == limit.count


async def test_a_refusal_says_when_the_next_one_comes(subject: str):
    await asyncio.gather(*(taken(HOURLY, subject) for _ in range(HOURLY.count)))
    resets_at = await taken(HOURLY, subject)
    assert resets_at is not None
    assert now() + timedelta(minutes=59) < resets_at <= now() + timedelta(hours=1)


async def test_a_daily_limit_comes_back_at_midnight_utc(subject: str):
    await asyncio.gather(*(taken(DAILY, subject) for _ in range(DAILY.count)))
    resets_at = await taken(DAILY, subject)
    assert resets_at is not None
    assert (resets_at.hour, resets_at.minute, resets_at.second, resets_at.microsecond) == (0, 0, 0, 0)
    assert timedelta() < resets_at - now() <= timedelta(days=1)


@pytest.mark.parametrize("limit", [HOURLY, DAILY])
async def test_a_window_that_is_over_counts_from_one_again_for_fifty_at_once(limit: Limit, subject: str):
    await asyncio.gather(*(taken(limit, subject) for _ in range(limit.count)))
    await age(limit, subject, limit.period)
    assert await count(limit, subject) == 0
    answers = await asyncio.gather(*(taken(limit, subject) for _ in range(50)))
    assert answers.count(None) == limit.count


async def test_one_subject_does_not_use_up_another(subject: str):
    await asyncio.gather(*(taken(HOURLY, subject) for _ in range(HOURLY.count)))
    assert await taken(HOURLY, f"{subject}-other") is None
    assert await taken(Limit("test_other", 1, timedelta(hours=1)), subject) is None


async def test_what_is_rolled_back_was_not_used(subject: str):
    async with reading() as session:
        assert await take(session, HOURLY, subject) is None
    assert await count(HOURLY, subject) == 0


async def test_asking_whether_a_limit_is_exhausted_uses_nothing(subject: str):
    one = Limit("test_one", 1, timedelta(hours=1))
    for _ in range(2):
        async with reading() as session:
            assert await exhausted(session, one, subject) is None
    await taken(one, subject)
    async with reading() as session:
        assert await exhausted(session, one, subject) == await taken(one, subject)


async def test_of_two_limits_that_are_taken_together_the_one_that_is_used_up_is_named(subject: str):
    once, later = Limit("test_once", 1, timedelta(hours=1)), Limit("test_later", 1, timedelta(days=2))
    async with transaction() as session:
        assert await take_all(session, (DAILY, once), subject) is None
    async with reading() as session:
        refused = await take_all(session, (DAILY, once), subject)
        assert refused is not None
        assert refused[0] == once
        assert timedelta(minutes=59) < refused[1] - now() <= timedelta(hours=1)
    assert [await count(limit, subject) for limit in (DAILY, once)] == [1, 1]
    await age(once, subject, timedelta(hours=2))
    async with transaction() as session:
        assert await take_all(session, (once, later, DAILY), subject) is None
    assert [await count(limit, subject) for limit in (DAILY, once, later)] == [2, 1, 1]


async def test_what_is_written_in_a_minute_is_limited_for_each_user(
    person: Person, other_person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "WRITES", replace(rate_limits.WRITES, count=3))

    async def add(owner: Person, turn_id: str | None = None) -> int:
        by = Cause(owner.id, "assistant" if turn_id else "api", turn_id=turn_id)
        async with transaction() as session:
            return (await tasks.create_task(session, by, TaskDraft("Call mum"), zone=owner.zone)).number

    assert [await add(person) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(WriteLimit, match="Wait a minute") as refused:
        await add(person)
    assert now() < refused.value.facts["resets_at"] <= now() + timedelta(minutes=1)
    assert await add(other_person) == 1
    assert await add(person, turn_id="message_1") == 4  # turns have limits of their own
    async with transaction() as session:
        ended = update(LimitWindow).where(col(LimitWindow.subject) == person.id, col(LimitWindow.scope) == "writes")
        await session.exec(ended.values(starts_at=now() - timedelta(minutes=1)))
    assert await add(person) == 5


async def test_a_change_of_many_tasks_counts_as_several_writes(person: Person) -> None:
    async with transaction() as session:
        for _ in range(45):
            await tasks.create_task(session, Cause(person.id, "api"), TaskDraft("Call mum"), zone=person.zone)
        before = (await rate_limits.used(session, rate_limits.WRITES, person.id))[0]
        await tasks.bulk_complete(session, Cause(person.id, "api"), list(range(1, 46)))
        assert (before, (await rate_limits.used(session, rate_limits.WRITES, person.id))[0]) == (45, 45 + 3)
