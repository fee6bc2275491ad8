"""A date without a time is a day: it stays that day when the user's time zone changes."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, update

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.activity.undo import undo_changes
from taskchat_app.domain.dates.local_time import day_end
from taskchat_app.domain.log.changes import last_change_id
from taskchat_app.domain.preferences import PreferenceChanges, set_preferences
from taskchat_app.domain.reminders import reminders
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks import queries, tasks
from taskchat_app.domain.tasks.fields import checked_bound
from taskchat_app.domain.tasks.queries import TaskQuery
from taskchat_app.domain.tasks.snapshots import in_zone
from taskchat_app.domain.tasks.task_view import TaskView, as_json, snapshot, view_of_snapshot
from tests.domain.tasks.task_writes import add, by, complete, edit, list_all, row

NEW_YORK, TOKYO = "America/New_York", "Asia/Tokyo"
DAY = date(2030, 5, 1)


async def move_to(person: Person, timezone: str) -> Person:
    return await set_preferences(person, PreferenceChanges(timezone=timezone))


async def one(person: Person, number: int = 1) -> TaskView:
    async with reading(person.id) as session:
        return await queries.get_task(session, person.id, number)


async def found(person: Person, **bounds: str) -> list[int]:
    checked = {name: checked_bound(text, name, zone=person.zone, now=now()) for name, text in bounds.items()}
    return [task.number for task in await list_all(person, **checked)]


@pytest.mark.parametrize("timezone", [NEW_YORK, TOKYO, "Pacific/Kiritimati", "America/Santiago"])
async def test_a_day_stays_that_day_and_a_time_stays_that_instant(person: Person, timezone: str) -> None:
    await add(person, due_at=DAY.isoformat())
    await add(person, due_at="2030-05-01T09:00")
    instant = (await one(person, 2)).due_at
    moved = await move_to(person, timezone)
    day, timed = await one(moved, 1), await one(moved, 2)
    assert (day.due_day, day.due_at) == (DAY, day_end(DAY, moved.zone))
    assert (timed.due_day, timed.due_at) == (None, instant)
    assert (as_json(day)["all_day"], as_json(timed)["all_day"]) == (True, False)


@pytest.mark.parametrize(
    ("before", "after", "day"),
    [
        ("2030-05-01", {"due_at": "2030-05-01T09:00"}, None),
        ("2030-05-01", {"due_at": "2030-05-02"}, date(2030, 5, 2)),
        ("2030-05-01T09:00", {"due_at": "2030-05-01"}, DAY),
        ("2030-05-01T09:00", {"clear": ["due_at"]}, None),
        ("2030-05-01", {"clear": ["due_at"]}, None),
        ("2030-05-01", {"due_at": "4pm", "moves": True}, None),
    ],
)
async def test_a_time_ends_the_whole_day_and_a_date_alone_makes_one(
    person: Person, before: str, after: dict[str, Any], day: date | None
) -> None:
    await add(person, due_at=before)
    assert (await edit(person, 1, **after)).due_day == day


async def test_a_client_that_sends_a_whole_day_back_does_not_change_it(person: Person) -> None:
    task = await add(person, due_at=DAY.isoformat())
    assert (await edit(person, 1, due_at=str(as_json(task)["due_at"]))) == task


async def test_overdue_bounds_and_counts_follow_the_zone(person: Person) -> None:
    person = await move_to(person, "Pacific/Pago_Pago")  # 11 hours behind UTC
    yesterday = now().astimezone(person.zone).date() - timedelta(days=1)
    await add(person, due_at=yesterday.isoformat())
    person = await move_to(person, "Pacific/Kiritimati")  # 14 hours ahead
    await add(person, due_at="today")
    assert [task.overdue for task in await list_all(person)] == [True, False]
    assert await found(person, due_after="today", due_before="today") == [2]
    person = await move_to(person, "Pacific/Pago_Pago")
    async with reading(person.id) as session:
        assert (await queries.count_tasks(session)).overdue == sum(task.overdue for task in await list_all(person))
    assert await found(person, due_before=yesterday.isoformat()) == [1]


async def test_the_sort_by_date_follows_the_zone(person: Person) -> None:
    await add(person, due_at=DAY.isoformat())
    await add(person, due_at=datetime(2030, 5, 2, 1, tzinfo=UTC))
    sorted_by_due = [task.number for task in await list_all(person, sort="due")]
    moved = await move_to(person, NEW_YORK)
    assert sorted_by_due == [1, 2]
    assert [task.number for task in await list_all(moved, sort="due")] == [2, 1]


async def test_a_series_of_days_stays_a_series_of_days(person: Person) -> None:
    await add(person, due_at=DAY.isoformat(), recurrence="FREQ=DAILY")
    moved = await move_to(person, NEW_YORK)
    assert (await row(moved, 1)).recurrence_start == day_end(DAY, moved.zone)
    await complete(moved, 1)
    following = await one(moved, 2)
    assert (following.due_day, following.due_at) == (date(2030, 5, 2), day_end(date(2030, 5, 2), moved.zone))
    moved = await move_to(person, TOKYO)
    await complete(moved, 2)
    assert (await one(moved, 3)).due_day == date(2030, 5, 3)


async def test_a_reminder_of_a_day_rings_at_nine_where_the_user_lives(person: Person) -> None:
    await add(person, due_at=DAY.isoformat())
    await add(person, due_at="2030-05-01T17:00")
    async with transaction(person.id) as session:
        for number in (1, 2):
            await reminders.set_reminder(session, by(person), number, "1_hour", zone=person.zone)
    timed = (await row(person, 2)).remind_at
    moved = await move_to(person, NEW_YORK)
    assert (await row(moved, 1)).remind_at == datetime.combine(DAY, time(8), tzinfo=ZoneInfo(NEW_YORK))
    assert (await row(moved, 2)).remind_at == timed


async def test_a_reminder_that_rang_or_was_put_off_does_not_move(person: Person) -> None:
    for _ in range(2):
        await add(person, due_at=DAY.isoformat())
    async with transaction(person.id) as session:
        for number in (1, 2):
            await reminders.set_reminder(session, by(person), number, "at_due_time", zone=person.zone)
        await reminders.snooze(session, by(person), 2)
    async with transaction(person.id) as session:
        rang = update(Task).where(col(Task.user_id) == person.id, col(Task.number) == 1)
        await session.exec(rang.values(rung_until=Task.remind_at))
    before = [(await row(person, number)).remind_at for number in (1, 2)]
    moved = await move_to(person, NEW_YORK)
    assert [(await row(moved, number)).remind_at for number in (1, 2)] == before


async def test_undo_restores_the_day_in_the_present_zone(person: Person) -> None:
    await add(person, due_at=DAY.isoformat(), recurrence="FREQ=DAILY")
    async with transaction(person.id) as session:
        await reminders.set_reminder(session, by(person), 1, "at_due_time", zone=person.zone)
    await edit(person, 1, due_at="2030-06-01T09:00")
    change = await last_change_id(person.id)
    moved = await move_to(person, NEW_YORK)
    async with transaction(moved.id) as session:
        assert (await undo_changes(session, by(moved), [change])).undone == [1]
    restored = await row(moved, 1)
    assert (restored.due_day, restored.due_at) == (DAY, day_end(DAY, moved.zone))
    assert (restored.recurrence_start_day, restored.recurrence_start) == (DAY, day_end(DAY, moved.zone))
    assert restored.remind_at == datetime.combine(DAY, time(9), tzinfo=ZoneInfo(NEW_YORK))
    async with reading(moved.id) as session:
        newest = (await list_activity(session, moved.id, task=1, limit=1)).changes[0]
    assert newest.after
    assert view_of_snapshot(newest.after, now()).due_at == restored.due_at


async def test_a_deleted_task_is_restored_on_its_day(person: Person) -> None:
    await add(person, due_at=DAY.isoformat())
    async with transaction(person.id) as session:
        await tasks.delete_task(session, by(person), 1)
    moved = await move_to(person, TOKYO)
    async with transaction(moved.id) as session:
        assert (await tasks.restore_task(session, by(moved), 1)).due_at == day_end(DAY, moved.zone)


async def test_a_request_from_before_the_change_writes_in_the_new_zone(person: Person) -> None:
    await move_to(person, TOKYO)
    task = await add(person, due_at=DAY.isoformat())  # `person` still has the earlier zone
    assert (task.due_day, task.due_at) == (DAY, day_end(DAY, ZoneInfo(TOKYO)))


async def test_a_change_of_the_zone_is_no_change_of_the_tasks(person: Person) -> None:
    await add(person, due_at=DAY.isoformat())
    updated_at, changes = (await one(person)).updated_at, await last_change_id(person.id)
    moved = await move_to(person, NEW_YORK)
    assert (await one(moved)).updated_at == updated_at
    async with reading(moved.id) as session:
        assert [change.id for change in (await list_activity(session, moved.id)).changes] == [changes]


async def test_an_earlier_snapshot_is_read_in_the_present_zone(person: Person) -> None:
    await add(person, due_at=DAY.isoformat())
    before = snapshot(await row(person, 1))
    zone = ZoneInfo(TOKYO)
    assert view_of_snapshot(in_zone(before, zone), now()).due_at == day_end(DAY, zone)
    assert in_zone(before, person.zone) == before


async def test_a_cursor_by_date_ends_with_a_change_of_the_zone(person: Person) -> None:
    for day in (1, 2, 3):
        await add(person, due_at=f"2030-05-0{day}")
    query = TaskQuery(sort="due", limit=1, timezone=person.timezone)
    async with reading(person.id) as session:
        cursor = (await queries.list_tasks(session, person.id, query)).next
    moved = await move_to(person, NEW_YORK)
    with pytest.raises(queries.Invalid, match="another list"):
        await list_all(moved, sort="due", limit=1, timezone=moved.timezone, cursor=cursor)
