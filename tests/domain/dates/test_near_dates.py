"""Dates in few words: the near days by name, each with its day, the year only where it is another one."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.dates.due_dates import format_near, parse_due
from taskchat_app.i18n.catalogue import render

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
"""Thursday, 00:30, in Berlin."""


@pytest.mark.parametrize(
    ("due", "english", "german"),
    [
        ("2026-11-18", "yesterday, Wed 18 Nov", "gestern, Mi., 18. Nov."),
        ("2026-11-19", "today, Thu 19 Nov", "heute, Do., 19. Nov."),
        ("2026-11-20T09:00", "tomorrow, Fri 20 Nov, 09:00", "morgen, Fr., 20. Nov., 09:00 Uhr"),
        ("2026-11-27T09:00", "Fri 27 Nov, 09:00", "Fr., 27. Nov., 09:00 Uhr"),
        ("2027-03-05", "Fri 5 Mar 2027", "Fr., 5. März 2027"),
        ("2025-11-18", "Tue 18 Nov 2025", "Di., 18. Nov. 2025"),
    ],
)
def test_a_date_is_told_in_few_words(due: str, english: str, german: str) -> None:
    told = format_near(parse_due(due, zone=BERLIN, now=WEDNESDAY), BERLIN, now=WEDNESDAY)
    assert (told, render(told, "de")) == (english, german)
