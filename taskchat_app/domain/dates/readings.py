"""The other dates that the words of a due date could mean: which can be chosen, which are preferred, which was said."""

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
    due_of,
    local_due,
    other_reading,
    with_reading,
)
from taskchat_app.domain.dates.local_time import Due, DueReading

ASSISTANT, FROM_WORDS = "assistant", "words"
"""Meanings of a date that a model chose, and of what its user's words say."""
HOURS = tuple(f"{hour:02}h" for hour in range(24))
KINDS = ((THIS_WEEK, WEEK_AFTER), (TODAY, TOMORROW), *zip(HOURS[:12], HOURS[12:], strict=True))
"""Rival meanings, of which a user can prefer one; that of 3/5 is their order of dates."""


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


def place_of_reading(due: Due, text: str, zone: ZoneInfo) -> int:
    """Return the place among the other readings of the date that is this local ISO text, counted from 1; 0 if none.

    For the date itself it is 1: the one that was left last.
    """
    others = due.reading["others"] if due.reading else []
    texts = [local_due(due_of(other, zone), zone) for other in others]
    if text in texts:
        return texts.index(text) + 1
    return 1 if others and local_due(due, zone) == text else 0
