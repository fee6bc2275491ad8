"""A task's recurrence in a calendar gives the dates that completing the task gives."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil import tz

from taskchat_app.domain.calendar_feeds.calendar_file import CalendarHead, calendar_file
from taskchat_app.domain.calendar_feeds.calendar_rules import calendar_series
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.dates.recurrence.recurrence import occurrences
from taskchat_app.domain.storage.models import Task

NEW_YORK = ZoneInfo("America/New_York")
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


def timed(zone: ZoneInfo, *when: int) -> Due:
    return Due(datetime(*when, tzinfo=zone).astimezone(UTC))  # pyright: ignore[reportArgumentType]  # year, month, day and more


def whole(zone: ZoneInfo, *day: int) -> Due:
    return Due.of_day(date(*day), zone)


CASES = [
    ("FREQ=DAILY", NEW_YORK, timed(NEW_YORK, 2026, 3, 6, 2, 30)),
    ("FREQ=DAILY", NEW_YORK, timed(NEW_YORK, 2026, 10, 30, 1, 30)),
    ("FREQ=WEEKLY;BYDAY=MO,TH", NEW_YORK, timed(NEW_YORK, 2026, 3, 2, 9)),
    ("FREQ=WEEKLY;BYDAY=SU", ZoneInfo("Australia/Lord_Howe"), timed(ZoneInfo("Australia/Lord_Howe"), 2026, 3, 29, 9)),
    ("FREQ=MONTHLY", ZoneInfo("Asia/Kolkata"), timed(ZoneInfo("Asia/Kolkata"), 2026, 1, 31, 23, 45)),
    ("FREQ=MONTHLY", NEW_YORK, whole(NEW_YORK, 2026, 1, 30)),
    ("FREQ=MONTHLY;INTERVAL=2;COUNT=9", NEW_YORK, whole(NEW_YORK, 2026, 1, 31)),
    ("FREQ=YEARLY", NEW_YORK, whole(NEW_YORK, 2028, 2, 29)),
    ("FREQ=DAILY;UNTIL=20260320", NEW_YORK, timed(NEW_YORK, 2026, 3, 1, 22)),
    ("FREQ=DAILY;UNTIL=20260320T120000", NEW_YORK, timed(NEW_YORK, 2026, 3, 1, 12)),
    ("FREQ=DAILY;UNTIL=20260320T120000Z", NEW_YORK, whole(NEW_YORK, 2026, 3, 1)),
    ("FREQ=DAILY;UNTIL=20260320T235959Z", NEW_YORK, whole(NEW_YORK, 2026, 3, 1)),
    ("FREQ=DAILY;UNTIL=20260320", NEW_YORK, whole(NEW_YORK, 2026, 3, 1)),
    ("FREQ=DAILY;UNTIL=99991231T235959Z", NEW_YORK, timed(NEW_YORK, 2026, 3, 1, 22)),
    ("FREQ=DAILY;UNTIL=99991231T235959Z", ZoneInfo("Europe/Berlin"), whole(ZoneInfo("Europe/Berlin"), 2026, 3, 1)),
    ("FREQ=DAILY;COUNT=10", ZoneInfo("UTC"), timed(ZoneInfo("UTC"), 2026, 3, 1, 12)),
    ("FREQ=WEEKLY;BYDAY=MO", NEW_YORK, whole(NEW_YORK, 2026, 3, 4)),
    ("FREQ=DAILY;BYHOUR=8,20", NEW_YORK, timed(NEW_YORK, 2026, 3, 6, 8)),
    ("FREQ=DAILY;BYHOUR=8,9", NEW_YORK, timed(NEW_YORK, 2026, 3, 6, 8)),
    ("FREQ=MONTHLY;BYDAY=-1FR", NEW_YORK, timed(NEW_YORK, 2026, 1, 30, 17)),
    ("FREQ=YEARLY;BYDAY=52TH", NEW_YORK, whole(NEW_YORK, 2025, 12, 31)),
    ("FREQ=YEARLY;BYDAY=-53SU,53SU", NEW_YORK, whole(NEW_YORK, 2023, 12, 31)),
]


def expected(rule: str, start: Due, zone: ZoneInfo, due: Due) -> list[Due]:
    """Return the due date and the dates that completing the task then gives, up to two years later."""
    until = due.at + timedelta(days=700)
    later = [one for one in occurrences(rule, start=start, after=due.at, zone=zone) if due.at < one.at < until]
    return [due, *later]


async def found_by_a_calendar(rule: str, start: Due, due: Due, zone: ZoneInfo, count: int) -> list[Any]:
    task = Task(
        user_id="u", number=1, title="x", position="a", priority=2, created_at=MADE_AT, updated_at=MADE_AT,
        due_at=due.at, due_day=due.day, recurrence=rule, recurrence_start=start.at, recurrence_start_day=start.day,
    )  # fmt: skip
    content = await calendar_file([task], "event", CalendarHead(zone, "x", "x", "x"), {})
    vobject.icalendar.registerTzid(zone.key, None)  # it keeps the first VTIMEZONE of a name otherwise
    event: Any = vobject.readOne(content.decode()).vevent
    if not isinstance(event.dtstart.value, datetime):
        return [one.date() for one in islice(event.rruleset, count)]
    # vobject expands in local time, and dateutil moves a skipped time only when it is converted.
    return [tz.resolve_imaginary(one).astimezone(UTC) for one in islice(event.rruleset, count)]


@pytest.mark.parametrize(("rule", "zone", "start"), CASES)
@pytest.mark.parametrize("done", [0, 1, 4])
async def test_a_calendar_finds_the_dates_of_the_series(rule: str, zone: ZoneInfo, start: Due, done: int):
    due = next(islice(occurrences(rule, start=start, after=start.at, zone=zone), done, None))
    dates = expected(rule, start, zone, due)
    found = await found_by_a_calendar(rule, start, due, zone, len(dates))
    assert found == [one.day if due.day else one.at for one in dates]


async def test_a_weekday_that_no_month_has_or_a_date_that_the_rule_does_not_give_makes_a_list_of_dates():
    due = timed(NEW_YORK, 2025, 12, 1, 9)
    series = calendar_series("FREQ=YEARLY;BYMONTH=12;BYDAY=1MO,10MO", due, due, NEW_YORK)
    assert [one.local_day(NEW_YORK).isoformat() for one in series.dates[:2]] == ["2026-12-07", "2027-12-06"]
    due = whole(NEW_YORK, 2026, 3, 4)  # a Wednesday
    series = calendar_series("FREQ=WEEKLY;BYDAY=MO", due, due, NEW_YORK)
    assert series.rule is None
    assert [one.day for one in series.dates[:2]] == [date(2026, 3, 9), date(2026, 3, 16)]
    assert all((later.at - one.at) > timedelta(days=6) for one, later in pairwise(series.dates))


async def test_the_end_of_a_series_has_the_type_that_calendars_expect():
    day, moment = whole(NEW_YORK, 2026, 3, 1), timed(NEW_YORK, 2026, 3, 1, 9)
    assert calendar_series("FREQ=DAILY;UNTIL=20260320", day, day, NEW_YORK).rule == "FREQ=DAILY;UNTIL=20260320"
    ends = calendar_series("FREQ=DAILY;UNTIL=20260320", moment, moment, NEW_YORK).rule
    assert ends == "FREQ=DAILY;UNTIL=20260321T035959Z"
    third = timed(NEW_YORK, 2026, 3, 3, 9)
    assert calendar_series("FREQ=DAILY;COUNT=10", moment, third, NEW_YORK).rule == "FREQ=DAILY;COUNT=8"
    last = timed(NEW_YORK, 2026, 3, 10, 9)
    assert calendar_series("FREQ=DAILY;COUNT=10", moment, last, NEW_YORK).rule is None
