"""Formats a recurrence rule in English and German."""

from datetime import datetime

from taskchat_app.domain.dates.rrule import Rule, read_rule
from taskchat_app.domain.dates.vocabulary import SPOKEN_MONTHS, SPOKEN_WEEKDAYS

_ORDINALS = {
    "en": {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second to last"},
    "de": {1: "ersten", 2: "zweiten", 3: "dritten", 4: "vierten", 5: "fünften", -1: "letzten", -2: "vorletzten"},
}
_EVERY = {
    "en": {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"},
    "de": {"DAILY": "jeden Tag", "WEEKLY": "jede Woche", "MONTHLY": "jeden Monat", "YEARLY": "jedes Jahr"},
}
_PLURAL_DE = {"DAILY": "Tage", "WEEKLY": "Wochen", "MONTHLY": "Monate", "YEARLY": "Jahre"}
_WORKING_WEEK = {0, 1, 2, 3, 4}


def format_rule(rule: str, language: str = "en") -> str:
    """ "every Monday and Thursday", "every month on the 1st"; a rule beyond words is named as it stands."""
    language = language if language in SPOKEN_WEEKDAYS else "en"
    parts = read_rule(rule)
    said = _base(parts, language)
    if said is None:
        return f"by the rule {parts.text}" if language == "en" else f"nach der Regel {parts.text}"
    return said + _ending(parts, language)


def _base(parts: Rule, language: str) -> str | None:
    """None where the rule uses parts that have no short name."""
    used = set(parts.numbers)
    days = parts.weekdays
    plain_days = bool(days) and all(ordinal == 0 for _, ordinal in days)
    if not used and not days:
        return _every(parts, language)
    if (
        not used
        and plain_days
        and parts.freq in ("WEEKLY", "DAILY")
        and (parts.freq == "WEEKLY" or parts.interval == 1)
    ):
        return _on_weekdays(parts, language)
    if not used and days and parts.freq == "MONTHLY" and not plain_days:
        if any(ordinal not in _ORDINALS[language] for _, ordinal in days):
            return None
        names = [f"{_ORDINALS[language][ordinal]} {SPOKEN_WEEKDAYS[language][day]}" for day, ordinal in days]
        return f"{_every(parts, language)} {'on the' if language == 'en' else 'am'} {_and(names, language)}"
    if used == {"BYMONTHDAY"} and not days and parts.freq == "MONTHLY":
        names = [_month_day(day, language) for day in parts.numbers["BYMONTHDAY"]]
        return f"{_every(parts, language)} {'on the' if language == 'en' else 'am'} {_and(names, language)}"
    if used == {"BYMONTH", "BYMONTHDAY"} and not days and parts.freq == "YEARLY":
        return _on_date(parts, language)
    return None


def _every(parts: Rule, language: str) -> str:
    if language == "de":
        return f"alle {parts.interval} {_PLURAL_DE[parts.freq]}" if parts.interval > 1 else _EVERY["de"][parts.freq]
    unit = _EVERY["en"][parts.freq]
    return f"every {parts.interval} {unit}s" if parts.interval > 1 else f"every {unit}"


def _on_weekdays(parts: Rule, language: str) -> str:
    days = sorted({day for day, _ in parts.weekdays})
    names = _and([SPOKEN_WEEKDAYS[language][day] for day in days], language)
    if parts.interval > 1:
        return f"{_every(parts, language)} {'on' if language == 'en' else 'am'} {names}"
    if set(days) == _WORKING_WEEK:
        return "every weekday" if language == "en" else "jeden Werktag"
    return f"every {names}" if language == "en" else f"jeden {names}"


def _on_date(parts: Rule, language: str) -> str | None:
    months, days = parts.numbers["BYMONTH"], parts.numbers["BYMONTHDAY"]
    if len(months) != 1 or len(days) != 1 or days[0] < 0:
        return None
    month = SPOKEN_MONTHS[language][months[0] - 1]
    when = f"on {days[0]} {month}" if language == "en" else f"am {days[0]}. {month}"
    return f"{_every(parts, language)} {when}"


def _month_day(day: int, language: str) -> str:
    if day < 0:
        last = "last day" if language == "en" else "letzten Tag"
        if day == -1:
            return last
        return f"{english_ordinal(-day)} to last day" if language == "en" else f"{-day}.-letzten Tag"
    return english_ordinal(day) if language == "en" else f"{day}."


def english_ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _and(names: list[str], language: str) -> str:
    joint = " and " if language == "en" else " und "
    return joint.join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _ending(parts: Rule, language: str) -> str:
    if parts.count is not None:
        if language == "de":
            return f", {parts.count}-mal"
        return ", once" if parts.count == 1 else f", {parts.count} times"
    if parts.until is not None:
        day = parts.until.date() if isinstance(parts.until, datetime) else parts.until
        month = SPOKEN_MONTHS[language][day.month - 1]
        return f" until {day.day} {month} {day.year}" if language == "en" else f" bis {day.day}. {month} {day.year}"
    return ""
