"""Reads dates and recurrences as people write them in other programs: "every monday at 9am", "every! 3 days"."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.date_mentions import find_due
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.dates.recurrence.phrases import find_rule
from taskchat_app.domain.storage.errors import Invalid

TEXT_MAX = 200
_SHORT_EVERY = re.compile(r"\bev\b\.?", re.IGNORECASE)  # ev monday, ev. monday
_BANG = re.compile(r"\b(every|ev|jede[nrsm]?|alle)!", re.IGNORECASE)
"""As in "every! 3 days", which counts from the day when the task was done."""
# every 2nd tuesday
_ORDINAL_WEEKDAY = re.compile(r"every ([1-5])(?:st|nd|rd|th) (mon|tue|wed|thu|fri|sat|sun)[a-z]*", re.IGNORECASE)
_UNTIL = re.compile(" (?:until|ending|bis) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateWords:
    """The date and rule that a text names; `after_completion` if it counts from the day when the task was done."""

    due: Due | None
    rule: str | None
    after_completion: bool = False


def read_rule_words(text: str) -> str | None:
    """Return the rule of a whole text such as "every monday"; None for other text."""
    found = find_rule(text[:TEXT_MAX])
    if found is None or (text[: found.start] + text[found.end :]).strip():
        return None
    return found.rule


def read_date_words(text: str, zone: ZoneInfo, now: datetime) -> DateWords | None:
    """Return what the whole text means; None if any word of it is not understood."""
    if len(text) > TEXT_MAX:
        return None
    if until := _UNTIL.search(text):
        series = read_date_words(text[: until.start()], zone, now)
        return _until(series, read_date_words(text[until.end() :], zone, now))
    after_completion = _BANG.search(text) is not None
    plain = _SHORT_EVERY.sub("every", _BANG.sub(r"\1", text))
    if plain.lower() == "every last day":
        return DateWords(None, "FREQ=MONTHLY;BYMONTHDAY=-1", after_completion)
    if match := _ORDINAL_WEEKDAY.fullmatch(plain):
        return DateWords(None, f"FREQ=MONTHLY;BYDAY={match[1]}{match[2][:2].upper()}", after_completion)
    with suppress(Invalid):
        return DateWords(parse_due(plain, zone=zone, now=now), None)
    sentence = f"task {plain}"  # "every monday at 9am" is understood in a sentence only
    mention = find_due(sentence, zone=zone, now=now)
    if mention is None or mention.cut_from(sentence).strip() != "task":
        return None
    return DateWords(mention.due, mention.rule, after_completion)


def _until(series: DateWords | None, end: DateWords | None) -> DateWords | None:
    """Return the rule of `series` up to the day `end`; None unless the first repeats and the second is a day."""
    last_day = end and end.due and end.due.day
    if series is None or series.rule is None or last_day is None:
        return None
    return replace(series, rule=f"{series.rule};UNTIL={last_day:%Y%m%d}")
