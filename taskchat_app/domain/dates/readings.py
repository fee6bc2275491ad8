"""Computes the due date of a phrase with the other dates that its words could mean: "next friday", "at 3"."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.date_phrase import WAKING_HOUR, Phrase
from taskchat_app.domain.dates.day_phrases import Days, match_days
from taskchat_app.domain.dates.local_time import (
    FIRST_YEAR,
    LAST_YEAR,
    Due,
    DueReading,
    OtherReading,
    in_both_orders,
    settings_in,
    today_in,
)
from taskchat_app.domain.dates.period_phrases import day_of_week
from taskchat_app.domain.dates.phrase_types import Weight
from taskchat_app.domain.dates.vocabulary import GERMAN_SHORT_WEEKDAY, SHORT_WEEKDAY, WEEKDAY, with_digraphs

WORDS_MAX_CHARACTERS = 100
OTHERS_MAX = 3
ASSISTANT, FROM_WORDS = "assistant", "words"
"""Meanings of a date that a model chose, and of what its user's words say."""
THIS_WEEK, WEEK_AFTER = "this_week", "week_after"
TODAY, TOMORROW = "today", "tomorrow"
MONTH_FIRST, DAY_FIRST = "month_first", "day_first"
HOURS = tuple(f"{hour:02}h" for hour in range(24))
KINDS = ((THIS_WEEK, WEEK_AFTER), (TODAY, TOMORROW), *zip(HOURS[:12], HOURS[12:], strict=True))
"""Rival meanings, of which a user can prefer one; that of 3/5 is their order of dates."""
SATURDAY = 5
"""As date.weekday() counts."""
_NEXT = r"(?:next|n(?:ä|ae)chste[rnms]?)\s"
_NEXT_WEEKDAY = re.compile(
    rf"\b{_NEXT}(?:{WEEKDAY}|{SHORT_WEEKDAY}|{GERMAN_SHORT_WEEKDAY})\b(?!\s(?:week|woche|in)\b)", re.IGNORECASE
)
_NEXT_WEEKEND = re.compile(rf"\b{_NEXT}(?:weekend|wochenende)\b", re.IGNORECASE)
_MORNING = re.compile(with_digraphs(r"\b(?:morning|morgen|vormittag|früh)\b"), re.IGNORECASE)
SLASHED = re.compile(r"(?<![\w/.,-])\d{1,2}/\d{1,2}(?:/\d{2}(?:\d\d)?)?(?![\w/])")
_NAMED_WEEKDAY = re.compile(rf"\b(?:{WEEKDAY}|{SHORT_WEEKDAY}|{GERMAN_SHORT_WEEKDAY})\b", re.IGNORECASE)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# "7:30" is as it is written, "at 7:30" is not, nor is "4:45".
_WRITTEN_TIME = re.compile(r"(?<!\bat\s)(?<!@)(?<!@\s)\b(?![1-5][:.])\d{1,2}[:.]\d\d", re.IGNORECASE)


def read_due(words: str, phrase: Phrase, *, zone: ZoneInfo, now: datetime, current: Due | None = None) -> Due:
    """Return the due date of the phrase, read from these words; `current` is the date that it moves (Phrase.due).

    An ISO date has no reading. Of several dates it is the one that the user of the zone prefers; the others are in the
    future. `meaning` names each date in parts: "this_week" or "week_after" of "next friday", "03h" or "15h" of "at 3",
    "today" or "tomorrow" of "in the morning", "month_first" or "day_first" of "3/5" where the zone has no order.
    """
    if _ISO_DAY.search(words):
        return phrase.due(zone, now, current)
    found: dict[Due, str] = {}
    in_other_half: dict[Due, str] = {}
    for day, one in _days(words, phrase, zone, now):
        due = one.due(zone, now, current)
        hours = _hours(words, one, due, zone)
        if hours is None or one.clock is None:
            found.setdefault(due, day)
            continue
        clock = replace(one.clock, at=time(hours[1], one.clock.at.minute), vague=False, either_half=False)
        other = replace(one, clock=clock).due(zone, now, current)
        if hours[0] < WAKING_HOUR and now < other.at < due.at:  # "at half past six", said at noon
            due, other, hours = other, due, hours[::-1]
        found.setdefault(due, f"{day} {hours[0]:02}h".lstrip())
        in_other_half.setdefault(other, f"{day} {hours[1]:02}h".lstrip())
    found |= {due: meaning for due, meaning in in_other_half.items() if due not in found}
    main = _preferred(found, settings_in(zone).meanings, now)
    others = [due for due in found if due != main and due.at > now and FIRST_YEAR <= due.at.year <= LAST_YEAR]
    return with_reading(main, words, found[main], [(due, found[due]) for due in others], zone=zone, now=now)


def _preferred(found: Mapping[Due, str], meanings: Set[str], now: datetime) -> Due:
    """Return the first of the dates with the most of these meanings; one that is past only if it is the first."""
    first = next(iter(found))
    return max((due for due in found if due == first or due.at > now), key=lambda due: _count(found[due], meanings))


def _count(meaning: str, meanings: Set[str]) -> int:
    return len(meanings & {*meaning.split()})


def as_preferred(words: str, phrase: Phrase, *, zone: ZoneInfo, now: datetime) -> Phrase:
    """Return the phrase with the day that it means for the user of the zone."""
    return max(_days(words, phrase, zone, now), key=lambda found: _count(found[0], settings_in(zone).meanings))[1]


def kind_of(meaning: str) -> str:
    """Return what rival meanings share, of which a user prefers one: "week_after" and "this_week"; "" for any other."""
    for kind in (*KINDS, (MONTH_FIRST, DAY_FIRST)):
        if meaning in kind:
            return kind[0]
    return ""


def hours_of(meaning: str) -> tuple[int, int]:
    """Return the hour of twelve that is said, and that of the day which it means: 8 and 20 of "20h"."""
    hour = int(meaning.removesuffix("h"))
    return (hour - 1) % 12 + 1, hour


def chosen_meaning(reading: DueReading | None) -> str:
    """Return the meaning that the user chose instead of its rival by a switch; "" without one, or of two at once."""
    if reading is None or not reading.get("switched"):
        return ""
    before = {kind_of(meaning): meaning for meaning in reading["others"][0]["meaning"].split()}
    chosen = [one for one in reading["meaning"].split() if kind_of(one) and before.get(kind_of(one), one) != one]
    return chosen[0] if len(chosen) == 1 else ""


def with_reading(
    due: Due, words: str, meaning: str, others: Sequence[tuple[Due, str]], *, zone: ZoneInfo, now: datetime
) -> Due:
    """Return the date as read from the words, beside the other dates and their meanings."""
    said = " ".join(words.split()).strip(" ,;:")[:WORDS_MAX_CHARACTERS]
    reading: DueReading = {
        "words": said,
        "zone": zone.key,
        "read_at": _utc_text(now),
        "meaning": meaning if others else "",
        "others": [other_reading(other, its_meaning) for other, its_meaning in others[:OTHERS_MAX]],
    }
    return replace(due, reading=reading)


def other_reading(due: Due, meaning: str) -> OtherReading:
    text = due.day.isoformat() if due.day else _utc_text(due.at)
    return {"due_at": text, "all_day": due.day is not None, "meaning": meaning}


def due_of(other: OtherReading, zone: ZoneInfo) -> Due:
    """Return the date of another reading for a user who lives in the zone."""
    moment = datetime.fromisoformat(other["due_at"])
    return Due.of_day(moment.date(), zone) if other["all_day"] else Due(moment)


def other_dues(due: Due | None, zone: ZoneInfo, now: datetime) -> list[Due]:
    """Return the other readings of the date that are not past."""
    others = due.reading["others"] if due and due.reading else ()
    return [other for one in others if (other := due_of(one, zone)).at > now]


def switched(due: Due, place: int, zone: ZoneInfo) -> Due | None:
    """Return the other reading at this place, counted from 1, which has the date as its first other; None without it.

    A second switch of the two takes the first one back.
    """
    reading = due.reading
    if reading is None or not 1 <= place <= len(reading["others"]):
        return None
    others = reading["others"]
    chosen, rest = others[place - 1], [*others[: place - 1], *others[place:]]
    now_other = other_reading(due, reading["meaning"])
    changed: DueReading = {
        **reading,
        "meaning": chosen["meaning"],
        "others": [now_other, *rest],
        "switched": not reading.get("switched", False),
    }
    return replace(due_of(chosen, zone), reading=changed)


def as_said(due: Due, said: Sequence[Due], *, chosen: bool, zone: ZoneInfo, now: datetime) -> Due:
    """Return the date with the reading of the one in `said` that it is, or is another reading of; else without one.

    With `chosen`, a date of another kind is kept too, and the only date in `said` becomes its other reading.
    """
    for one in said:
        if _same(one, due, zone):
            return replace(due, reading=one.reading)
    for one in said:
        for place in range(1, OTHERS_MAX + 1):
            other = switched(one, place, zone)
            if other and other.reading and _same(other, due, zone):
                return replace(due, reading={**other.reading, "switched": False})
    readings = {one: one.reading for one in said if one.reading}
    if not chosen or len(readings) != 1:
        return replace(due, reading=None)
    [(one, reading)] = readings.items()
    others = [(one, FROM_WORDS), *((due_of(other, zone), other["meaning"]) for other in reading["others"])]
    return with_reading(
        due, reading["words"], ASSISTANT, [other for other in others if other[0].at > now], zone=zone, now=now
    )


def _same(one: Due, other: Due, zone: ZoneInfo) -> bool:
    """Return whether both are the same day or minute."""
    return one.day == other.day and one.at.replace(second=0, microsecond=0) == other.at.replace(second=0, microsecond=0)


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _days(words: str, phrase: Phrase, zone: ZoneInfo, now: datetime) -> list[tuple[str, Phrase]]:
    """Return the phrase with each day that it could mean and the name of that meaning, the one that is read first."""
    found: list[tuple[str, Phrase]] = []
    if phrase.exact is None:
        if phrase.days is None:
            found = _of_morning(words, phrase, zone, now)
        else:
            found = _of_both_orders(words, phrase, zone, now) or _of_next(words, phrase, phrase.days, zone, now)
    return found or [("", phrase)]


def _of_morning(words: str, phrase: Phrase, zone: ZoneInfo, now: datetime) -> list[tuple[str, Phrase]]:
    """Return today and tomorrow for "in the morning" while it is still to come today; else nothing."""
    is_morning = phrase.clock and phrase.clock.vague and not phrase.clock.either_half and _MORNING.search(words)
    today = today_in(zone, now)
    if not is_morning or phrase.due(zone, now).local_day(zone) != today:
        return []
    day = today + timedelta(days=1)
    return [(TODAY, phrase), (TOMORROW, replace(phrase, days=Days(phrase.end, day, day, day, Weight.SURE)))]


def _of_both_orders(words: str, phrase: Phrase, zone: ZoneInfo, now: datetime) -> list[tuple[str, Phrase]]:
    """Return both days of "3/5" where the zone has no order of dates; else nothing."""
    written = SLASHED.search(words)
    if not written or settings_in(zone).month_first is not None or _NAMED_WEEKDAY.search(words):
        return []
    by_month, by_day = (match_days(written[0], 0, today_in(one, now)) for one in in_both_orders(zone))
    if not by_month or not by_day or by_month.first == by_day.first:
        return []
    return [(MONTH_FIRST, replace(phrase, days=by_month)), (DAY_FIRST, replace(phrase, days=by_day))]


def _of_next(words: str, phrase: Phrase, days: Days, zone: ZoneInfo, now: datetime) -> list[tuple[str, Phrase]]:
    """Return the day of this week and that of the next for "next friday" and "next weekend"; else nothing."""
    today = today_in(zone, now)
    if _NEXT_WEEKDAY.search(words) and days.first == days.last == day_of_week(today, days.first.weekday()):
        return [(THIS_WEEK, phrase), (WEEK_AFTER, replace(phrase, days=_later(days, 1)))]
    if _NEXT_WEEKEND.search(words) and today.weekday() < SATURDAY and days.first.weekday() == SATURDAY:
        return [(WEEK_AFTER, phrase), (THIS_WEEK, replace(phrase, days=_later(days, -1)))]
    return []


def _later(days: Days, weeks: int) -> Days:
    first, last, due = (day + timedelta(weeks=weeks) for day in (days.first, days.last, days.due))
    return replace(days, first=first, last=last, due=due)


def _hours(words: str, phrase: Phrase, due: Due, zone: ZoneInfo) -> tuple[int, int] | None:
    """Return the hour that is read, and the one twelve hours apart; None where the words say which one is meant."""
    clock = phrase.clock
    if clock is None or not clock.either_half or clock.early or due.day or _WRITTEN_TIME.search(words):
        return None
    hour = due.at.astimezone(zone).hour
    return hour, (hour + 12) % 24
