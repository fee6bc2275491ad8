"""The headings of the lists that are grouped by day, and when these are read again."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.tasks.page_queries import ViewCounts
from taskchat_app.ui.task_list_state.list_reading import _counted  # pyright: ignore[reportPrivateUsage]  # pure
from taskchat_app.ui.task_list_state.rows import day_heading

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
"""Half past midnight on the 21st in Berlin."""


@pytest.mark.parametrize(
    ("due_at", "heading"),
    [
        ("2026-11-20T22:00:00Z", "Overdue"),
        ("2026-11-21T10:00:00Z", "Today · Sat 21 Nov"),
        ("2026-11-22T10:00:00Z", "Tomorrow · Sun 22 Nov"),
        ("2026-11-25T10:00:00Z", "Wed 25 Nov"),
        ("2027-01-05T10:00:00Z", "Tue 5 Jan 2027"),
    ],
)
def test_a_day_becomes_a_heading(due_at: str, heading: str) -> None:
    assert day_heading(Due.of_instant(datetime.fromisoformat(due_at), BERLIN), BERLIN, NOW) == heading


@pytest.mark.parametrize(
    ("due_at", "heading"),
    [
        ("2026-11-20T22:00:00Z", "Overdue"),
        ("2026-11-27T10:00:00Z", "Fri 27 Nov"),
        ("2026-11-28T10:00:00Z", "Later"),
        ("2027-01-05T10:00:00Z", "Later"),
        (None, "No date"),
    ],
)
def test_open_tasks_after_a_week_are_one_group(due_at: str | None, heading: str) -> None:
    due = Due.of_instant(datetime.fromisoformat(due_at), BERLIN) if due_at else None
    assert day_heading(due, BERLIN, NOW, is_week=True) == heading


def test_a_list_is_read_again_when_a_task_is_due_or_begins_or_at_midnight(person: Person) -> None:
    soon, later, midnight = (NOW + timedelta(minutes=minutes) for minutes in (10, 20, 30))
    for due, start, wakes_at in (
        (None, None, midnight),
        (soon, later, soon),
        (later, soon, soon),
        (NOW + timedelta(hours=1), None, midnight),
    ):
        views = ViewCounts(next_due=due, next_start=start)
        assert _counted(views, person, NOW).wakes_at == wakes_at, (due, start)
