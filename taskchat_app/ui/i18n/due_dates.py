"""Formats due dates and the bounds of filters for the list: "Today", "Tomorrow 09:00", "21 Nov"."""

from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import Due
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_day, format_weekday_and_day
from taskchat_app.ui.i18n.language import say


def due_words(due: Due, zone: ZoneInfo, now: datetime) -> str:
    """ "Today", "Tomorrow 09:00", "Fri 09:00" within the week, "21 Nov" after it; the year when it is another."""
    date, today = due.local_day(zone), now.astimezone(zone).date()
    days = (date - today).days
    if days in words.NEAR_DAYS:
        day = say(words.NEAR_DAYS[days])
    elif 0 < days < 7:
        day = say(words.WEEKDAYS[date.weekday()])
    else:
        day = format_day(date, today)
    return day if due.day else f"{day} {due.at.astimezone(zone):%H:%M}"


def bound_words(bound: str, now: datetime) -> str:
    """A filter's bound: "Fri 27 Nov" for an ISO date, with the time and another year if it has them.

    Other words ("friday") stay as they were typed.
    """
    try:
        at = datetime.fromisoformat(bound)
    except ValueError:
        return bound
    if at.tzinfo is not None:
        return bound  # an instant of a client
    time = f" {at:%H:%M}" if "T" in bound else ""
    return f"{format_weekday_and_day(at.date(), now)}{time}"
