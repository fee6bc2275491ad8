"""Describes a recurrence rule in words."""

from collections.abc import Sequence
from datetime import date, timedelta

from taskchat_app.domain.dates.recurrence.rrule import Rule, RuleWeekday, read_rule
from taskchat_app.i18n.messages import Message, gettext, joined, ngettext

_ORDINALS = {
    1: gettext("first {weekday:EEEE}"),
    2: gettext("second {weekday:EEEE}"),
    3: gettext("third {weekday:EEEE}"),
    4: gettext("fourth {weekday:EEEE}"),
    5: gettext("fifth {weekday:EEEE}"),
    -1: gettext("last {weekday:EEEE}"),
    -2: gettext("second to last {weekday:EEEE}"),
    -3: gettext("third to last {weekday:EEEE}"),
    -4: gettext("fourth to last {weekday:EEEE}"),
    -5: gettext("fifth to last {weekday:EEEE}"),
}
_DAY_ORDINALS = {1: gettext("{number}st"), 2: gettext("{number}nd"), 3: gettext("{number}rd")}
_MONDAY = date(2001, 1, 1)


def format_rule(rule: str) -> Message:
    """Return the rule in words, such as "every Monday and Thursday"; a rule too complex for that is quoted."""
    parts = read_rule(rule)
    words = _base(parts)
    if words is None:
        return gettext("by the rule {rule}", rule=parts.text)
    if parts.count is not None:
        return ngettext("{rule}, once", "{rule}, {count} times", parts.count, rule=words)
    return gettext("{rule} until {day:d MMMM y}", rule=words, day=parts.until) if parts.until is not None else words


def _base(parts: Rule) -> Message | None:
    """Return the rule without its end; None if it uses parts that have no short wording."""
    used, days = set(parts.numbers), parts.weekdays
    has_ordinals = any(day.ordinal for day in days)
    if not used and not days:
        return _every(parts)
    if not used and not has_ordinals:
        is_weekly = parts.freq == "WEEKLY" or (parts.freq == "DAILY" and parts.interval == 1)
        return _on_weekdays(parts) if is_weekly else None
    if not used and parts.freq == "MONTHLY":
        return gettext("{every} on the {days}", every=_every(parts), days=_nth_days(days))
    if used == {"BYMONTH"} and has_ordinals and parts.freq == "YEARLY":
        return _on_days_of_months(parts)
    if used == {"BYMONTHDAY"} and not days and parts.freq == "MONTHLY":
        names = [_month_day(day) for day in parts.numbers["BYMONTHDAY"]]
        return gettext("{every} on the {days}", every=_every(parts), days=_and(names))
    if used == {"BYMONTH", "BYMONTHDAY"} and not days and parts.freq == "YEARLY":
        return _on_date(parts)
    return None


def _every(parts: Rule) -> Message:
    match parts.freq:
        case "DAILY":
            return ngettext("every day", "every {count} days", parts.interval)
        case "WEEKLY":
            return ngettext("every week", "every {count} weeks", parts.interval)
        case "MONTHLY":
            return ngettext("every month", "every {count} months", parts.interval)
        case _:
            return ngettext("every year", "every {count} years", parts.interval)


def _on_weekdays(parts: Rule) -> Message:
    days = sorted({day.weekday for day in parts.weekdays})
    names = _and([gettext("{weekday:EEEE}", weekday=_weekday(day)) for day in days])
    if parts.interval > 1:
        return gettext("{every} on {days}", every=_every(parts), days=names)
    is_working_week = days == [0, 1, 2, 3, 4]
    return gettext("every weekday") if is_working_week else gettext("every {days}", days=names)


def _nth_days(days: Sequence[RuleWeekday]) -> Message:
    """Return "first Monday and last Friday"; a weekday without an ordinal is each one of the month, and stands last."""
    names = [_ORDINALS[day.ordinal].with_values(weekday=_weekday(day.weekday)) for day in days if day.ordinal]
    plain = [gettext("{weekday:EEEE}", weekday=_weekday(day.weekday)) for day in days if not day.ordinal]
    return _and([*names, gettext("every {days}", days=_and(plain))] if plain else names)


def _on_days_of_months(parts: Rule) -> Message | None:
    if any(day.ordinal and day.ordinal not in _ORDINALS for day in parts.weekdays):
        return None  # no month has a sixth one
    months = [gettext("{month:MMMM}", month=_MONDAY.replace(month=month)) for month in parts.numbers["BYMONTH"]]
    days = _nth_days(parts.weekdays)
    return gettext("{every} on the {days} of {months}", every=_every(parts), days=days, months=_and(months))


def _on_date(parts: Rule) -> Message | None:
    months, days = parts.numbers["BYMONTH"], parts.numbers["BYMONTHDAY"]
    if len(months) != 1 or len(days) != 1 or days[0] < 0:
        return None
    month = _MONDAY.replace(month=months[0])
    return gettext("{every} on {day} {month:MMMM}", every=_every(parts), day=days[0], month=month)


def _month_day(day: int) -> Message:
    if day == -1:
        return gettext("last day")
    if day == -2:
        return gettext("second to last day")
    return _ordinal(day) if day > 0 else gettext("{ordinal} to last day", ordinal=_ordinal(-day))


def _ordinal(number: int) -> Message:
    is_regular = 10 <= number % 100 <= 20 or number % 10 not in _DAY_ORDINALS
    ordinal = gettext("{number}th") if is_regular else _DAY_ORDINALS[number % 10]
    return ordinal.with_values(number=number)


def _weekday(day: int) -> date:
    """Return any date on this weekday, since weekdays are formatted by a date pattern."""
    return _MONDAY + timedelta(days=day)


def _and(names: Sequence[Message]) -> Message:
    if len(names) == 1:
        return names[0]
    return gettext("{first} and {last}", first=joined(names[:-1], ", "), last=names[-1])
