"""Readings of a due date: the dates that its words can mean, which of them the user said, and which the user chose.

"3/5" is read as 5 March, with the meaning "month_first". Its other reading is 3 May, with the meaning "day_first". A
switch makes 3 May the date, and 5 March its first other reading. Words with two doubts have a meaning of two parts:
"next friday at 3" has "this_week 15h".
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.due_dates import (
    DAY_FIRST,
    MONTH_FIRST,
    OTHERS_MAX,
    THIS_WEEK,
    TODAY,
    TOMORROW,
    WEEK_AFTER,
    Reading,
    due_of,
    other_reading,
    with_reading,
)
from taskchat_app.domain.dates.local_time import Due, DueReading, local_due

ASSISTANT, FROM_WORDS = "assistant", "words"
"""The meanings of a date that a model chose, and of the date that its user's words say."""
_HOURS = tuple(f"{hour:02}h" for hour in range(24))
ORDERS = (MONTH_FIRST, DAY_FIRST)
_PAIRS = ((THIS_WEEK, WEEK_AFTER), (TODAY, TOMORROW), ORDERS, *zip(_HOURS[:12], _HOURS[12:], strict=True))
RIVALS = {**dict(_PAIRS), **{second: first for first, second in _PAIRS}}
"""Of each meaning the other one that the same words can have: "15h" of "03h". Of each two a user can prefer one."""


def hours_of(meaning: str) -> tuple[int, int]:
    """Return the hour that is said and the hour of the day that it means: 8 and 20 of "20h"."""
    hour = int(meaning.removesuffix("h"))
    return (hour - 1) % 12 + 1, hour


def chosen_meaning(reading: DueReading | None) -> str:
    """Return the part of the meaning that the user's switch changed; "" without a switch, or if it changed two.

    From "this_week 15h" to "week_after 15h" it is "week_after".
    """
    if reading is None or not reading.get("switched"):
        return ""
    before = reading["others"][0]["meaning"].split()  # switched() puts the date before the switch first
    chosen = [part for part in reading["meaning"].split() if RIVALS.get(part) in before]
    return chosen[0] if len(chosen) == 1 else ""


def other_dues(due: Due | None, zone: ZoneInfo, now: datetime) -> list[Due]:
    """Return the other readings of the date that are not past."""
    others = due.reading["others"] if due and due.reading else ()
    return [other for other in (due_of(stored, zone) for stored in others) if other.at > now]


def switched(due: Due, place: int, zone: ZoneInfo) -> Due | None:
    """Switch the date to its other reading at this place, counted from 1; return None if there is none.

    The date so far becomes the first other reading, so that switching to the first one takes the switch back.
    """
    reading = due.reading
    if reading is None or not 1 <= place <= len(reading["others"]):
        return None
    others = reading["others"]
    chosen, rest = others[place - 1], [*others[: place - 1], *others[place:]]
    changed: DueReading = {
        **reading,
        "meaning": chosen["meaning"],
        "others": [other_reading(due, reading["meaning"]), *rest],
        "switched": not reading.get("switched", False),
    }
    return replace(due_of(chosen, zone), reading=changed)


def as_said(due: Due, said: Sequence[Due], *, chosen: bool, zone: ZoneInfo, now: datetime) -> Due:
    """Return the date of a call with its reading among `said`, the dates in the user's words; else without a reading.

    With `chosen`, a model may choose another date. Of a user's "3/5", which is read as 5 March, else 3 May:

    | due in the call    | its meaning   | its other readings |
    | 5 March            | "month_first" | 3 May              |
    | 3 May              | "day_first"   | 5 March            |
    | 4 May, if `chosen` | "assistant"   | 5 March, 3 May     |
    """
    for read in said:
        if _is_same(read, due):
            return replace(due, reading=read.reading)
    for read in said:
        for place in range(1, OTHERS_MAX + 1):
            other = switched(read, place, zone)
            if other and other.reading and _is_same(other, due):
                return replace(due, reading={**other.reading, "switched": False})
    return _as_chosen(due, said, zone=zone, now=now) if chosen else replace(due, reading=None)


def _as_chosen(due: Due, said: Sequence[Due], *, zone: ZoneInfo, now: datetime) -> Due:
    """Return a date that a model chose; if the user's words name one date, with its readings as the other readings."""
    readings = [(read, read.reading) for read in said if read.reading]
    dates = {read for read, _ in readings}  # a date said twice is one: Due compares without its reading
    if len(dates) != 1:
        return replace(due, reading=None)
    read, reading = readings[-1]
    others = [Reading(due_of(other, zone), other["meaning"]) for other in reading["others"]]
    to_come = [other for other in [Reading(read, FROM_WORDS), *others] if other.due.at > now]
    return with_reading(due, reading["words"], ASSISTANT, to_come, zone=zone, now=now)


def _is_same(due: Due, other: Due) -> bool:
    """Return whether both are the same day or minute."""
    is_same_minute = due.at.replace(second=0, microsecond=0) == other.at.replace(second=0, microsecond=0)
    return due.day == other.day and is_same_minute


def place_of_reading(due: Due, text: str, zone: ZoneInfo) -> int:
    """Return the place of this local ISO text among the date's other readings, counted from 1; 0 if it is none of them.

    The text of the date itself gives 1: the date before the last switch.
    """
    others = due.reading["others"] if due.reading else []
    texts = [local_due(due_of(other, zone), zone) for other in others]
    if text in texts:
        return texts.index(text) + 1
    return 1 if others and local_due(due, zone) == text else 0
