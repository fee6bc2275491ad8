"""Formats dates and recurrence rules for the page's reader."""

from datetime import date
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates import due_dates, recurrence_text
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say


def format_due(due: Due, zone: ZoneInfo) -> str:
    """The exact day in words, with the time where one was meant."""
    return say(due_dates.format_due(due, zone))


def format_day(day: date) -> str:
    """A day of this year: "5 Mar"."""
    return say(words.DAY, day=day.day, month=words.MONTHS[day.month - 1])


def format_rule(rule: str) -> str:
    """The recurrence rule in words."""
    return say(recurrence_text.format_rule(rule))
