"""A due date: an instant, or a whole local day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import day_end, is_date_only, local_day


@dataclass(frozen=True, slots=True)
class Due:
    """A due date in UTC; `day` is set for a whole day, whose last second in the user's zone is `at`."""

    at: datetime
    day: date | None = None

    @classmethod
    def of_day(cls, day: date, zone: ZoneInfo) -> Self:
        return cls(day_end(day, zone), day)

    @classmethod
    def of_instant(cls, at: datetime, zone: ZoneInfo) -> Self:
        """Return the due date of an instant from outside: the last second of a local day means this day.

        So a client that sends back the `due_at` of a whole day does not change it.
        """
        return cls(at, local_day(at, zone) if is_date_only(at, zone) else None)

    def in_zone(self, zone: ZoneInfo) -> Self:
        """Return the due date of a user who now lives in the zone: a day stays that day, an instant that instant."""
        return self if self.day is None else self.of_day(self.day, zone)

    def local_day(self, zone: ZoneInfo) -> date:
        return self.day or local_day(self.at, zone)
