"""A date without a time is a day: it stays that day when the user's time zone changes."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.dates.local_time import day_end
from taskchat_app.domain.log.changes import last_change_id
from taskchat_app.domain.preferences import set_preferences, switch_zone
from taskchat_app.domain.reminders import reminders
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.fields import checked_bound
from taskchat_app.domain.tasks.snapshots import in_zone, view_of_snapshot
from taskchat_app.domain.tasks.task_view import as_json, snapshot
from taskchat_app.domain.wall_clock import count_timed
from tests.task_account import Account

NEW_YORK, TOKYO = "America/New_York", "Asia/Tokyo"
TOKYO_ZONE = ZoneInfo(TOKYO)
DAY = date(2030, 5, 1)


def clock(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}"


async def move_to(me: Account, timezone: str) -> Account:
    return Account(await set_preferences(me.person, timezone=timezone))


async def remind(me: Account, number: int, before: str) -> None:
    await me.run(reminders.set_reminder, number, before, zone=me.person.zone)


async def found(me: Account, **bounds: str) -> list[int]:
    zone = me.person.zone
    return await me.numbers(**{name: checked_bound(text, name, zone=zone, now=now()) for name, text in bounds.items()})


async def test_a_day_stays_that_day_and_a_time_stays_that_instant(me: Account):
    for due_at in (DAY.isoformat(), "2030-05-01T09:00"):
        await me.add(due_at=due_at)
    instant = (await me.task(2)).due_at
    updated_at, change = (await me.task(1)).updated_at, await last_change_id(me.person.id)
    for timezone in (NEW_YORK, TOKYO, "Pacific/Kiritimati", "America/Santiago"):
        moved = await move_to(me, timezone)
        day, timed = await moved.task(1), await moved.task(2)
        assert (day.due_day, day.due_at) == (DAY, day_end(DAY, moved.person.zone))
        assert (timed.due_day, timed.due_at) == (None, instant)
        assert (as_json(day)["all_day"], as_json(timed)["all_day"]) == (True, False)
    assert (await me.task(1)).updated_at == updated_at, "a change of the zone is no change of the tasks"
    assert max(change.id for change in (await me.get(list_activity)).changes) == change


async def test_a_time_ends_the_whole_day_and_a_date_alone_makes_one(me: Account):
    day, timed = "2030-05-01", "2030-05-01T09:00"
    edits: tuple[tuple[str, dict[str, Any], date | None], ...] = (
        (day, {"due_at": timed}, None),
        (day, {"due_at": "2030-05-02"}, date(2030, 5, 2)),
        (timed, {"due_at": day}, DAY),
        (timed, {"clear": ["due_at"]}, None),
        (day, {"clear": ["due_at"]}, None),
        (day, {"due_at": "4pm", "moves": True}, None),
    )
    for before, after, due_day in edits:
        task = await me.add(due_at=before)
        assert (await me.edit(task.number, **after)).due_day == due_day, (before, after)
    whole = await me.add(due_at=day)
    assert await me.edit(whole.number, due_at=str(as_json(whole)["due_at"])) == whole, "a client sends it back"


async def test_overdue_bounds_and_counts_follow_the_zone(me: Account):
    me = await move_to(me, "Pacific/Pago_Pago")  # 11 hours behind UTC
    yesterday = now().astimezone(me.person.zone).date() - timedelta(days=1)
    await me.add(due_at=yesterday.isoformat())
    me = await move_to(me, "Pacific/Kiritimati")  # 14 hours ahead
    today = now().astimezone(me.person.zone).date().isoformat()
    await me.add(due_at=today)
    assert (await me.task(1)).overdue
    assert await found(me, due_after=today, due_before=today) == [2]
    me = await move_to(me, "Pacific/Pago_Pago")
    page = await me.page(status="all")
    assert page.counts.overdue == sum(task.overdue for task in page.tasks)
    assert await found(me, due_before=yesterday.isoformat()) == [1]


async def test_the_sort_by_date_follows_the_zone_and_a_cursor_ends_with_it(me: Account):
    for due_at in (DAY.isoformat(), datetime(2030, 5, 2, 1, tzinfo=UTC)):
        await me.add(due_at=due_at)
    assert await me.numbers(sort="due") == [1, 2]
    cursor = (await me.page(sort="due", limit=1, timezone=me.person.timezone)).next
    moved = await move_to(me, NEW_YORK)
    assert await moved.numbers(sort="due") == [2, 1]
    with pytest.raises(Invalid, match="another list"):
        await moved.page(sort="due", limit=1, timezone=moved.person.timezone, cursor=cursor)


async def test_a_series_of_days_stays_a_series_of_days(me: Account):
    await me.add(due_at=DAY.isoformat(), recurrence="FREQ=DAILY")
    moved = await move_to(me, NEW_YORK)
    assert (await moved.row(1)).recurrence_start == day_end(DAY, moved.person.zone)
    await moved.complete(1)
    following, next_day = await moved.task(2), date(2030, 5, 2)
    assert (following.due_day, following.due_at) == (next_day, day_end(next_day, moved.person.zone))
    moved = await move_to(me, TOKYO)
    await moved.complete(2)
    assert (await moved.task(3)).due_day == date(2030, 5, 3)


async def test_a_reminder_of_a_day_rings_at_nine_in_the_zone_unless_it_rang_or_was_put_off(me: Account):
    for due_at in (DAY.isoformat(), "2030-05-01T17:00", DAY.isoformat(), DAY.isoformat()):
        await me.add(due_at=due_at)
    for number, before in ((1, "1_hour"), (2, "1_hour"), (3, "at_due_time"), (4, "at_due_time")):
        await remind(me, number, before)
    await me.set_columns(3, rung_until=(await me.row(3)).remind_at)
    await me.run(reminders.snooze, 4)
    rows = [await me.row(number) for number in (2, 3, 4)]
    moved = await move_to(me, NEW_YORK)
    assert (await moved.row(1)).remind_at == datetime.combine(DAY, time(8), tzinfo=ZoneInfo(NEW_YORK))
    assert [(await moved.row(row.number)).remind_at for row in rows] == [row.remind_at for row in rows]


async def test_undo_restores_the_day_in_the_present_zone(me: Account):
    await me.add(due_at=DAY.isoformat(), recurrence="FREQ=DAILY")
    await remind(me, 1, "at_due_time")
    await me.edit(1, due_at="2030-06-01")
    change = await last_change_id(me.person.id)
    moved = await move_to(me, NEW_YORK)
    zone = moved.person.zone
    assert (await moved.undo(change)).undone == [1]
    restored = await moved.row(1)
    assert (restored.due_day, restored.due_at) == (DAY, day_end(DAY, zone))
    assert (restored.recurrence_start_day, restored.recurrence_start) == (DAY, day_end(DAY, zone))
    assert restored.remind_at == datetime.combine(DAY, time(9), tzinfo=ZoneInfo(NEW_YORK))
    newest = (await moved.get(list_activity, task=1, limit=1)).changes[0]
    dues = [view_of_snapshot(state, now()).due_at for state in (newest.before, newest.after) if state]
    assert dues == [day_end(DAY.replace(month=6), zone), restored.due_at]


async def test_deleted_tasks_earlier_snapshots_and_earlier_requests_are_in_the_present_zone(me: Account):
    await me.add(due_at=DAY.isoformat())
    before, zone = snapshot(await me.row(1)), ZoneInfo(TOKYO)
    assert view_of_snapshot(in_zone(before, zone), now()).due_at == day_end(DAY, zone)
    assert in_zone(before, me.person.zone) == before
    await me.delete(1)
    moved = await move_to(me, TOKYO)
    assert (await moved.restore(1)).due_at == day_end(DAY, zone)
    task = await me.add(due_at=DAY.isoformat())  # `me` still has the earlier zone
    assert (task.due_day, task.due_at) == (DAY, day_end(DAY, zone))


async def test_the_end_of_what_repeats_keeps_its_clock_and_no_start_is_after_its_due_date(me: Account, other: Account):
    me = await move_to(me, TOKYO)
    ends = {"20300601T213000Z": "20300602T043000Z", "20300602T063000": "20300602T063000", "20300602": "20300602"}
    for until in ends:
        await me.add(due_at="2030-05-31T06:30", recurrence=f"FREQ=DAILY;UNTIL={until}")
    await switch_zone(me.person, "Europe/Vienna", singles=False)  # the first end is 06:30 in both
    rules = [(await me.task(number)).recurrence for number in (1, 2, 3)]
    assert rules == [f"FREQ=DAILY;UNTIL={end}" for end in ends.values()]
    other = await move_to(other, TOKYO)
    await other.add(start_at="2030-03-31T02:30", due_at="2030-03-31T03:00")
    await switch_zone(other.person, "Europe/Vienna", singles=True)
    task = await other.task(1)
    assert task.start_at == task.due_at


async def test_what_repeats_at_a_time_keeps_its_clock_and_undo_puts_its_moment_back(me: Account):
    me = await move_to(me, TOKYO)
    await me.add(due_at="2030-05-04T06:30", recurrence="FREQ=WEEKLY;BYDAY=SA")
    await remind(me, 1, "10_minutes")
    await me.add(due_at="2030-05-04T06:30")
    for singles, single in ((False, "2030-05-03T23:30"), (True, "2030-05-04T06:30")):
        person, moved = await switch_zone(me.person, "Europe/Vienna", singles=singles)
        vienna = person.zone
        weekly, other = await me.task(1), await me.task(2)
        assert [clock(task.due_at, vienna) for task in (weekly, other)] == ["2030-05-04T06:30", single]
        assert clock((await me.row(1)).recurrence_start, vienna) == "2030-05-04T06:30"
        assert clock((await me.get(reminders.get_reminder, 1)).remind_at, vienna) == "2030-05-04T06:20"
        newest = (await me.get(list_activity)).changes[: len(moved)]
        assert [change.action for change in newest] == ["updated"] * len(moved)
        assert await me.get(count_timed) == (1, 1)
        assert (await me.undo(*moved)).undone == [1, 2][: 1 + singles]
        undone = [clock(task.due_at, TOKYO_ZONE) for task in (await me.task(1), await me.task(2))]
        assert undone == ["2030-05-04T06:30"] * 2
        person, back = await switch_zone(person, TOKYO, singles=False)
        me = Account(person)
        await me.undo(*back)
    await me.complete(1)
    assert clock((await me.task(3)).due_at, TOKYO_ZONE) == "2030-05-11T06:30"
