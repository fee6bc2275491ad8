"""Parses holidays that are on the same date each year, in English and German: "christmas eve", "Silvester"."""

import re

from taskchat_app.domain.dates.calendar_dates import next_date
from taskchat_app.domain.dates.phrase_types import Resolve, Row, Weight
from taskchat_app.domain.dates.vocabulary import END

_NAMES = {
    (1, 1): r"new\syear(?:['’]?s['’]?)?\sday|neujahr(?:stag)?",
    (2, 14): r"valentine['’]?s['’]?\sday|valentinstag",
    (3, 17): r"st\.?\spatrick['’]?s['’]?\sday",
    (10, 3): r"tag\sder\sdeutschen\seinheit",
    (10, 31): r"halloween|reformationstag",
    (12, 6): r"nikolaus(?:tag)?",
    (12, 24): r"(?:christmas|xmas)\seve|heilig(?:en\s)?abend|weihnachtsabend",
    (12, 25): r"(?:christmas|xmas)(?:\sday)?(?!\seve\b)|weihnachten|(?:ersten|1\.)\sweihnachts(?:feier)?tag",
    (12, 26): r"boxing\sday|(?:zweiten|2\.)\sweihnachts(?:feier)?tag",
    (12, 31): r"new\syear(?:['’]?s['’]?)?\seve|nye|silvester",
}
HOLIDAY = "|".join(_NAMES.values())
_BEGINS = re.compile(rf"(?:{HOLIDAY}){END}", re.IGNORECASE)
# A name is a date in three places; each of these patterns has no width.
# 1. After a preposition: "party on christmas". A "book on christmas" is about it.
_PREPOSITION = "|".join(rf"(?<=\b{word}\s)" for word in "on at by before due until till am an zu bis vor".split())
_TOPICS = "article book essay paper presentation report speech talk".split()
_NO_TOPIC = "".join(rf"(?<!\b{word}\son\s)" for word in _TOPICS)
_AFTER_PREPOSITION = f"{_NO_TOPIC}(?:{_PREPOSITION})"
# 2. First in the text: "new year's eve party". Some names need "eve" or "day" there: "christmas party" is no date.
_AT_BEGIN = r"\A(?!(?:christmas|xmas|weihnachten|halloween|nikolaus)\b(?!\s(?:eve|day)\b))"
# 3. Before a time: "halloween, at 8".
_BEFORE_TIME = r"(?=,?\s(?:(?:at|um|gegen)\s\d|\d{1,2}(?::\d\d)?\s?(?:am|pm|uhr)\b))"


def _on(month: int, day: int) -> Resolve:
    return lambda _, today: next_date(today, month, day)


HOLIDAY_ROWS: tuple[Row, ...] = tuple(
    (rf"(?:(?:{_AFTER_PREPOSITION}|{_AT_BEGIN})(?:{names})|(?:{names}){_BEFORE_TIME})", _on(*date), Weight.SURE)
    for date, names in _NAMES.items()
)


def begins_with_holiday(text: str) -> bool:
    """Return whether a text that can only be a date begins with a holiday: "christmas", "christmas morning"."""
    return _BEGINS.match(text) is not None
