"""Finds the words that make a new task a step of another one: "pack boxes, step of 3"."""

import re
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.date_mentions import find_whole_due

_STEP = re.compile(
    r",?(?: an?| as an?| als)? (?:step|schritt) (?:of|von|zu) #?(?P<number>\d{1,9})(?!\S)", re.IGNORECASE
)
"""Of "pack boxes, step of 3 tomorrow" it matches ", step of 3"."""
_IN_TITLE = re.compile(
    r"the|every|each|next|last|first|\d{1,3}(?:st|nd|rd|th)|(?:jede|erste|nächste|letzte)[nrs]?", re.IGNORECASE
)
"""A word before them that makes them a part of the title: "check the last step of 3"."""


class StepOf(NamedTuple):
    """The number of the task that a new one is a step of, and where the words for it are."""

    number: int
    start: int
    end: int

    def cut_from(self, text: str) -> str:
        """Return the text without these words."""
        return text[: self.start] + text[self.end :]


def find_step(text: str, *, zone: ZoneInfo, now: datetime) -> StepOf | None:
    """Return the last ", step of 3" behind a title, if nothing or a date follows it."""
    matches = [*_STEP.finditer(text)]
    if not matches:
        return None
    last = matches[-1]
    words_before = text[: last.start()].split()
    if not words_before or _IN_TITLE.fullmatch(words_before[-1]):
        return None
    is_last = _is_date_or_empty(text[last.end() :], zone, now)  # not "pack boxes, step of 3 houses"
    return StepOf(int(last["number"]), last.start(), last.end()) if is_last else None


def _is_date_or_empty(text: str, zone: ZoneInfo, now: datetime) -> bool:
    """Return whether nothing or a date such as " tomorrow" follows; it is read after a title, "x"."""
    sentence = f"x{text}"
    due = find_whole_due(sentence, zone=zone, now=now)
    rest = due.cut_from(sentence) if due else sentence
    return rest.strip() == "x"
