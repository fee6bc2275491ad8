"""When a task begins: until then Open and Today leave it out."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.fields import checked_start
from taskchat_app.domain.tasks.list_views import query_of_view
from taskchat_app.domain.tasks.page_queries import ViewCounts, count_views
from taskchat_app.domain.tasks.queries import list_tasks
from tests.task_account import Account

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


async def numbers(me: Account, view: str) -> list[int]:
    now = datetime.now(UTC)
    page = await me.get(list_tasks, query_of_view(view, zone=me.person.zone, now=now))
    return [task.number for task in page.tasks]


def test_a_start_on_a_day_is_its_first_instant():
    for said, at, is_day in (
        ("2026-12-03", "2026-12-02T23:00:00+00:00", True),
        ("2026-12-02T23:00:00Z", "2026-12-02T23:00:00+00:00", True),
        ("2026-12-03 09:00", "2026-12-03T08:00:00+00:00", False),
        ("next monday", "2026-11-29T23:00:00+00:00", True),
    ):
        start = checked_start(said, zone=BERLIN, now=NOW)
        assert (start.at.isoformat(), start.day is not None) == (at, is_day)


async def test_open_and_today_leave_out_what_has_not_begun_and_a_search_finds_it(me: Account):
    await me.add("Now")
    await me.add("Plant roses", due_at="in 3 weeks", start_at="in 2 weeks")
    await me.add("Tonight", due_at="2999-01-01", start_at="2970-01-01")
    assert await numbers(me, "open") == [1]
    assert await numbers(me, "later") == [2, 3]
    assert await numbers(me, "roses") == await numbers(me, "open roses") == [2]
    assert await numbers(me, "all") == [1, 2, 3]
    counts = await me.get(count_views, datetime(2999, 12, 31, tzinfo=UTC))
    assert isinstance(counts, ViewCounts)
    assert (counts.open, counts.today, counts.later) == (1, 0, 2)
    assert counts.next_start is not None
    await me.edit(2, clear=["start_at"])
    assert await numbers(me, "open") == [1, 2]


async def test_a_task_begins_after_its_due_date_only_by_a_change_of_the_zone(me: Account, other: Account):
    await me.add("Taxes", due_at="2030-03-10", start_at="2030-03-01")
    with pytest.raises(Invalid) as late:
        await me.edit(1, start_at="2030-03-11")
    assert late.value.facts["field"] == "start_at"
    with pytest.raises(Invalid) as early:
        await me.edit(1, due_at="2030-02-27")
    assert early.value.facts["field"] == "due_at"
    assert str((await me.edit(1, start_at="2030-03-10")).start_day) == "2030-03-10"
    await other.add("Taxes", due_at="2030-03-10 09:00", start_at="2030-03-10")
    await other.set_columns(1, due_at=datetime(2030, 3, 9, 20, tzinfo=UTC))
    assert (await other.edit(1, title="Pay taxes")).title == "Pay taxes"
    with pytest.raises(Invalid):
        await other.edit(1, due_at="2030-03-09 21:00")


async def test_the_next_of_a_series_begins_as_many_days_before_its_due_date(me: Account):
    await me.add("Taxes", due_at="2030-03-29", start_at="2030-03-27", recurrence="FREQ=WEEKLY")
    following = (await me.complete_all([1])).next[0]
    assert following.due_day is not None
    assert following.start_day is not None
    assert (following.due_day - following.start_day).days == 2
    await me.add("Pills", due_at="2030-03-29 20:00", start_at="2030-03-29 19:00", recurrence="FREQ=DAILY;BYHOUR=8,20")
    following = (await me.complete_all([3])).next[0]
    assert following.start_at == following.due_at == datetime(2030, 3, 30, 8, tzinfo=UTC)
