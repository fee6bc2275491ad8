"""Formats dates, bounds of filters and recurrence rules for the page's reader."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates import local_time
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.dates.readings import hours_of
from taskchat_app.domain.dates.recurrence import text as recurrence_text
from taskchat_app.i18n.date_style import clock_text, date_style
from taskchat_app.i18n.messages import Message
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say


def format_due(due: Due, zone: ZoneInfo) -> str:
    """Return the date in full, "Friday 27 November 2026 at 09:00"."""
    return say(local_time.format_due(due, zone))


def format_day(day: date, today: date) -> str:
    """Return the day, "5 Mar" or "Mar 5", with the year unless it is this one: "Mar 5, 2027"."""
    order = words.DAY_AFTER_MONTH if date_style.get().month_first else words.DAY
    text = say(order, day=day.day, month=words.MONTHS[day.month - 1])
    if day.year == today.year:
        return text
    return f"{text}, {day.year}" if text[-1].isdigit() else f"{text} {day.year}"


def format_weekday_and_day(day: date, today: date) -> str:
    """Return the day with its weekday, "Fri 27 Nov", and with the year unless it is this one."""
    return f"{say(words.WEEKDAYS[day.weekday()])} {format_day(day, today)}"


def format_moment(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return the time of day in the user's zone, with the date if it is not today."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    clock = clock_text(local)
    return clock if local.date() == today.date() else f"{format_day(local, today)}, {clock}"


def format_rule(rule: str) -> str:
    return say(recurrence_text.format_rule(rule))


def format_near(due: Due, zone: ZoneInfo, now: datetime) -> str:
    """Return the date as answers name it, "tomorrow, Fri, Nov 27, 10:00"."""
    return say(local_time.format_near(due, zone, now=now))


def format_short(due: Due, zone: ZoneInfo, now: datetime) -> str:
    """Return the date as rows show it: "Today", "Tomorrow 09:00", "Fri 09:00" within the week, else "21 Nov 09:00"."""
    day, today = due.local_day(zone), now.astimezone(zone).date()
    days = (day - today).days
    if days in words.NEAR_DAYS:
        text = say(words.NEAR_DAYS[days])
    elif 0 < days < 7:
        text = say(words.WEEKDAYS[day.weekday()])
    else:
        text = format_day(day, today)
    return text if due.day else f"{text} {clock_words(due, zone)}"


def meaning_words(meaning: str) -> Message:
    """Return a preferred meaning of words of dates in words: "“at 8” is 20:00"."""
    if meaning in words.MEANINGS:
        return words.MEANINGS[meaning]
    spoken, hour = hours_of(meaning)
    return words.MEANING_OF_HOUR.with_values(hour=spoken, clock=clock_text(datetime(2000, 1, 1, hour, tzinfo=UTC)))


def clock_words(due: Due, zone: ZoneInfo) -> str:
    """Return the time of day, "09:00"; "" for a whole day."""
    return "" if due.day else clock_text(due.at.astimezone(zone))


def bound_words(bound: str, today: date) -> str:
    """Return a filter's bound: an ISO date as "Fri 27 Nov" (with time and year where needed), other words as typed."""
    try:
        at = datetime.fromisoformat(bound)
    except ValueError:
        return bound
    if at.tzinfo is not None:
        return bound  # an instant of a client
    time = f" {clock_text(at)}" if ":" in bound else ""
    return f"{format_weekday_and_day(at.date(), today)}{time}"
