"""Formats due dates for the list: "Today", "Tomorrow 09:00", "21 Nov"."""

from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.due_dates import is_date_only
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_day
from taskchat_app.ui.i18n.language import say


def due_words(due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """ "Today", "Tomorrow 09:00", "Fri 09:00" within the week, "21 Nov" after it; the year when it is another."""
    local, today = due_at.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    if days in words.NEAR_DAYS:
        day = say(words.NEAR_DAYS[days])
    elif 0 < days < 7:
        day = say(words.WEEKDAYS[local.weekday()])
    else:
        day = format_day(local)
        if local.year != today.year:
            day += f" {local.year}"
    return day if is_date_only(due_at, zone) else f"{day} {local:%H:%M}"


def day_heading(due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """What stands above the tasks of a day: "Overdue" above all days that are past."""
    day, today = due_at.astimezone(zone).date(), now.astimezone(zone).date()
    if day < today:
        return say(words.VIEW_NAMES["overdue"])
    date = f"{say(words.WEEKDAYS[day.weekday()])} {format_day(day)}"
    if day.year != today.year:
        date += f" {day.year}"
    days = (day - today).days
    return f"{say(words.NEAR_DAYS[days])} · {date}" if days in words.NEAR_DAYS else date
