"""A date expression of an exam, and what the add line reads of it behind a title: "Zahnarzt 10.12. um 18:00 Uhr"."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.date_mentions import find_whole_due

TITLES = {"de": "Zahnarzt", "en": "Dentist"}
ZONE = ZoneInfo("UTC")
KEPT = 4
"""Each fourth expression of a file is kept for the end: a change is not fitted to it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The day of a date expression; `at` is None where only a day or a part of it is meant."""

    day: date
    at: time | None


@dataclass(frozen=True, slots=True)
class Expression:
    """A date expression and its meanings, of which any is right; without one, no date is meant."""

    text: str
    language: str
    said_at: datetime
    meanings: tuple[Meaning, ...]
    is_kept: bool
    is_disputed: bool = False
    """Whether the meaning that the file gives is wrong, or needs more than the text says; unknown of a kept one."""

    def outcome(self) -> tuple[str, str]:
        """Return "right", "none" (no date is read, the title shows all) or "wrong", and what was read."""
        found = find_whole_due(f"{TITLES[self.language]} {self.text}", zone=ZONE, now=self.said_at)
        if found is None or found.due is None:
            return ("none" if self.meanings else "right"), ""
        due = found.due
        is_right = any(
            due.local_day(ZONE) == meant.day and (meant.at is None or (not due.day and due.at.time() == meant.at))
            for meant in self.meanings
        )
        return ("right" if is_right else "wrong"), str(due.day or due.at)
