"""Parses and validates the parts of an RFC 5545 recurrence rule."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from math import prod
from typing import NamedTuple

from taskchat_app.domain.dates.local_time import FIRST_YEAR, LAST_YEAR
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import gettext

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
RULE_MAX_CHARACTERS = 500
# Days, weeks, months or years: a larger interval is a typing error, and searching its next occurrence takes long.
INTERVAL_MAX = 999
# Lists of hours, minutes and seconds multiply: 86,400 times a day would take minutes to enumerate.
TIMES_A_DAY_MAX = 24
EXAMPLES = gettext("For example FREQ=DAILY, FREQ=WEEKLY;BYDAY=MO,TH or FREQ=MONTHLY;BYMONTHDAY=1.")

_NUMBER_LISTS = {
    "BYMONTH": range(1, 13),
    "BYMONTHDAY": range(1, 32),
    "BYYEARDAY": range(1, 367),
    "BYWEEKNO": range(1, 54),
    "BYSETPOS": range(1, 367),
    "BYHOUR": range(24),
    "BYMINUTE": range(60),
    "BYSECOND": range(60),
}
_DAYS = frozenset(("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"))
"""The lists that name days; their numbers may be negative: counted from the end."""
TIMES = frozenset(("BYHOUR", "BYMINUTE", "BYSECOND"))
_OTHERS = ("FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "WKST")
# RFC 5545, 3.3.10: which BY parts have no meaning with which frequency.
_FORBIDDEN = {
    "BYMONTHDAY": ("WEEKLY",),
    "BYYEARDAY": ("DAILY", "WEEKLY", "MONTHLY"),
    "BYWEEKNO": ("DAILY", "WEEKLY", "MONTHLY"),
}
_DAY_CODE = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_UNTIL = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z?))?", re.ASCII)


class RuleWeekday(NamedTuple):
    """A weekday of BYDAY: "2MO" is the second Monday, "-1MO" the last, "MO" each (ordinal 0)."""

    weekday: int
    """As date.weekday() counts."""
    ordinal: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A validated rule. `until` is a date, a naive local date-time or an aware UTC date-time, as in the rule.

    An end after all due dates is None, one before them the day before: others cannot be converted between time zones.
    """

    text: str
    freq: str
    interval: int
    count: int | None
    until: date | datetime | None
    weekdays: tuple[RuleWeekday, ...]
    week_start: int
    numbers: dict[str, tuple[int, ...]]

    @property
    def names_days(self) -> bool:
        """True if the rule says which days of its weeks, months or years; otherwise the series' start does."""
        return bool(self.weekdays) or not _DAYS.isdisjoint(self.numbers)

    @property
    def names_times(self) -> bool:
        return not TIMES.isdisjoint(self.numbers)

    @property
    def mixes_ordinals(self) -> bool:
        """True if some weekdays have an ordinal and others none: dateutil takes only days that fit both, so none."""
        return len({day.ordinal == 0 for day in self.weekdays}) == 2


def read_rule(rule: str) -> Rule:
    """Parse a rule; raise Invalid if it is malformed. Does not check whether it ever occurs."""
    text = _normalised(rule)
    parts = _split(text)
    freq = _frequency(parts)
    _check_together(parts, freq)
    numbers = {name: _numbers(name, parts[name]) for name in _NUMBER_LISTS if name in parts}
    times = prod(len(set(numbers.get(name, (0,)))) for name in TIMES)
    if times > TIMES_A_DAY_MAX:
        most = TIMES_A_DAY_MAX
        raise Invalid(gettext("This rule names {times} times a day. Give {most} or fewer.", times=times, most=most))
    return Rule(
        text=text,
        freq=freq,
        interval=_number(parts, "INTERVAL", INTERVAL_MAX) or 1,
        count=_number(parts, "COUNT", 9999),
        until=_within_due_years(_until(parts["UNTIL"])) if "UNTIL" in parts else None,
        weekdays=_weekdays(parts, freq),
        week_start=_week_start(parts),
        numbers=numbers,
    )


def _normalised(rule: str) -> str:
    text = rule.strip()
    if not text:
        raise Invalid(gettext("The recurrence rule is empty. {examples}", examples=EXAMPLES))
    if len(text) > RULE_MAX_CHARACTERS:
        raise Invalid(gettext("The recurrence rule is longer than {most} characters.", most=RULE_MAX_CHARACTERS))
    if len(text.splitlines()) > 1:
        raise Invalid(gettext("A recurrence is one RRULE line: leave DTSTART, EXDATE and further lines out."))
    if not (text.isascii() and text.isprintable()):
        raise Invalid(gettext("The recurrence rule holds characters that no rule has. {examples}", examples=EXAMPLES))
    text = text.upper()
    if text.startswith(("DTSTART", "EXDATE", "RDATE", "EXRULE")):
        sentence = gettext("The recurrence is an RRULE alone: the due date is its start, and EXDATE is not supported.")
        raise Invalid(sentence)
    return text.removeprefix("RRULE:").strip().rstrip(";")


def _split(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if name in ("DTSTART", "EXDATE", "RDATE"):
            leave_out = gettext("Leave {name} out of the recurrence rule: the task's due date is where it starts.")
            raise Invalid(leave_out.with_values(name=name))
        if not equals or not value or (name not in _NUMBER_LISTS and name not in _OTHERS):
            no_part = gettext("“{part}” is no part of a recurrence rule. {examples}")
            raise Invalid(no_part.with_values(part=part[:60], examples=EXAMPLES))
        if name in parts:
            raise Invalid(gettext("The recurrence rule has {name} twice. Give it once.", name=name))
        parts[name] = value
    return parts


def _frequency(parts: dict[str, str]) -> str:
    freq = parts.get("FREQ")
    if freq in ("HOURLY", "MINUTELY", "SECONDLY"):
        too_often = gettext("A task cannot repeat more often than daily: {freq} is not supported. Use FREQ=DAILY.")
        raise Invalid(too_often.with_values(freq=freq))
    if freq not in FREQUENCIES:
        unknown = gettext("The recurrence rule needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY. {examples}")
        raise Invalid(unknown.with_values(examples=EXAMPLES))
    return freq


def _check_together(parts: dict[str, str], freq: str) -> None:
    if "COUNT" in parts and "UNTIL" in parts:
        raise Invalid(gettext("A recurrence rule has COUNT or UNTIL, not both. Leave one of them out."))
    if "BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts):
        raise Invalid(gettext("BYSETPOS needs another BY part to choose from, such as BYDAY=MO,TU,WE,TH,FR."))
    for name, frequencies in _FORBIDDEN.items():
        if name in parts and freq in frequencies:
            forbidden = gettext("{name} cannot be used with FREQ={freq}. {examples}")
            raise Invalid(forbidden.with_values(name=name, freq=freq, examples=EXAMPLES))


def _number(parts: dict[str, str], name: str, highest: int) -> int | None:
    if name not in parts:
        return None
    value = parts[name]
    if not (value.isdecimal() and len(value) <= 6 and 1 <= int(value) <= highest):
        sentence = gettext("{name} must be a whole number from 1 to {highest}, not “{value}”.")
        raise Invalid(sentence.with_values(name=name, highest=highest, value=value[:20]))
    return int(value)


def _numbers(name: str, value: str) -> tuple[int, ...]:
    allowed, may_be_negative = _NUMBER_LISTS[name], name in _DAYS
    numbers: list[int] = []
    for item in value.split(","):
        is_negative = item.startswith("-")
        digits = item[1:] if item.startswith(("+", "-")) else item
        is_number = digits.isdecimal() and len(digits) <= 3 and int(digits) in allowed
        if not is_number or (is_negative and not may_be_negative):
            taken = gettext("{name} takes numbers from {low} to {high}, not “{item}”.")
            if may_be_negative:
                taken = gettext(
                    "{name} takes numbers from {low} to {high}, or -{high} to -{low} counted from the end, "
                    "not “{item}”."
                )
            raise Invalid(taken.with_values(name=name, low=allowed[0], high=allowed[-1], item=item[:20]))
        numbers.append(-int(digits) if is_negative else int(digits))
    return tuple(numbers)


def _weekdays(parts: dict[str, str], freq: str) -> tuple[RuleWeekday, ...]:
    ordinal_max = 5 if freq == "MONTHLY" else 53
    days: list[RuleWeekday] = []
    for item in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        match = _DAY_CODE.fullmatch(item)
        ordinal = int(match[1] or 0) if match else 0
        if match is None or (match[1] and not 1 <= abs(ordinal) <= ordinal_max):
            no_day = gettext("BYDAY takes MO, TU, WE, TH, FR, SA, SU, or 1MO, -1FR and the like, not “{item}”.")
            raise Invalid(no_day.with_values(item=item[:20]))
        if ordinal and (freq not in ("MONTHLY", "YEARLY") or "BYWEEKNO" in parts):
            ordinal_alone = gettext("“{item}” in BYDAY only works with FREQ=MONTHLY or YEARLY and without BYWEEKNO.")
            raise Invalid(ordinal_alone.with_values(item=item))
        days.append(RuleWeekday(WEEKDAY_CODES.index(match[2]), ordinal))
    return tuple(days)


def _week_start(parts: dict[str, str]) -> int:
    code = parts.get("WKST", "MO")
    if code not in WEEKDAY_CODES:
        raise Invalid(gettext("WKST takes one of MO, TU, WE, TH, FR, SA, SU, not “{code}”.", code=code[:20]))
    return WEEKDAY_CODES.index(code)


def _until(value: str) -> date | datetime:
    match = _UNTIL.fullmatch(value)
    try:
        if match is None:
            raise ValueError(value)
        day, clock, utc = match.groups()
        until = datetime.strptime(f"{day}{clock or '000000'}+0000", "%Y%m%d%H%M%S%z")
        if clock is None:
            return until.date()
        return until if utc else until.replace(tzinfo=None)
    except ValueError as error:
        sentence = gettext("UNTIL takes a day such as 20261231 or 20261231T235959Z, not “{value}”.", value=value[:20])
        raise Invalid(sentence) from error


def _within_due_years(until: date | datetime) -> date | datetime | None:
    """Return None for an end after all due dates; the day before all of them for an earlier end."""
    if until.year > LAST_YEAR:
        return None
    return until if until.year >= FIRST_YEAR else date(FIRST_YEAR - 1, 12, 31)


def with_moved_until(rule: str, move: Callable[[datetime], datetime]) -> str:
    """Return the stored rule with an UNTIL in UTC moved; a day, and a local time, belong to no time zone."""
    parts = _split(rule)
    until = _until(parts["UNTIL"]) if "UNTIL" in parts else None
    if not isinstance(until, datetime) or until.tzinfo is None or not FIRST_YEAR <= until.year <= LAST_YEAR:
        return rule
    return rule.replace(f"UNTIL={parts['UNTIL']}", f"UNTIL={move(until):%Y%m%dT%H%M%SZ}")
