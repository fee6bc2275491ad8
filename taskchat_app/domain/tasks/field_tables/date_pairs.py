"""The dates of a task, each a pair of columns: an instant, and the local day if the date is a whole day.

Beside the due date is a third one: how it was read from words. It goes with the date, so that another date has none.
The day is what was chosen; the instant beside it is derived from the day and the user's zone (see all_day.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from taskchat_app.domain.dates.local_time import Due, Start
from taskchat_app.domain.storage.models import Task


@dataclass(frozen=True, slots=True)
class DatePair:
    """The names of the columns, which are also those of a snapshot; `kind` gives a whole day its instant."""

    at: str
    day: str
    kind: type[Due] = Due
    reading: str = ""
    """The column of a DueReading; "" of dates without one."""

    def columns(self, value: Due | None) -> dict[str, Any]:
        reading = {self.reading: value and value.reading} if self.reading else {}
        return {self.at: value and value.at, self.day: value and value.day, **reading}

    def of_columns(self, columns: Mapping[str, Any]) -> Due | None:
        return self.kind(columns[self.at], columns[self.day], columns.get(self.reading)) if columns[self.at] else None

    def of_row(self, task: Task) -> Due | None:
        moment = getattr(task, self.at)
        reading = getattr(task, self.reading) if self.reading else None
        return None if moment is None else self.kind(moment, getattr(task, self.day), reading)

    def after(self, task: Task, columns: Mapping[str, Any]) -> Due | None:
        """Return the date that the task has once these columns of it are changed."""
        return self.of_columns(columns) if self.at in columns else self.of_row(task)

    def of_snapshot(self, snapshot: Mapping[str, Any]) -> Due | None:
        """Return the date as it was in the user's zone then; None in a snapshot from before there was this date."""
        moment, day = snapshot.get(self.at), snapshot.get(self.day)
        if not moment:
            return None
        return self.kind(
            datetime.fromisoformat(moment), date.fromisoformat(day) if day else None, snapshot.get(self.reading)
        )

    def texts_of_row(self, task: Task) -> dict[str, Any]:
        """Return the date as a snapshot has it."""
        moment, day = getattr(task, self.at), getattr(task, self.day)
        reading = {self.reading: getattr(task, self.reading)} if self.reading else {}
        return {self.at: moment and utc_text(moment), self.day: day and day.isoformat(), **reading}


DUE = DatePair("due_at", "due_day", reading="due_reading")
SERIES_START = DatePair("recurrence_start", "recurrence_start_day")
START = DatePair("start_at", "start_day", Start)
DATE_PAIRS = (DUE, START, SERIES_START)


def utc_text(moment: datetime | None) -> str | None:
    """Return the time as ISO 8601 in UTC with a Z, with milliseconds unless they are 0; None for None.

    Exact, since due dates are stored in seconds and all other times in milliseconds.
    """
    if moment is None:
        return None
    in_utc = moment.astimezone(UTC).replace(tzinfo=None)
    return in_utc.isoformat(timespec="milliseconds" if in_utc.microsecond else "seconds") + "Z"
