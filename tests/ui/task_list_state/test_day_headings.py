"""The headings of the lists that are grouped by day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.dates.local_time import Due
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
