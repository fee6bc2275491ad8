"""How the reader writes dates and the clock, for the texts of one request, event or notification.

It is a setting of each user (domain/accounts); api/core/credentials.py and ui/core/session.py set `date_style`.
"""

import re
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Self


@dataclass(frozen=True, slots=True)
class DateStyle:
    twelve_hours: bool = False
    month_first: bool = False
    """In English; other languages have one order for months in words."""

    @classmethod
    def of_settings(cls, clock: str, date_order: str) -> Self:
        """Return the style of a user's settings, which are empty as long as they are not known."""
        return cls(twelve_hours=clock == "12", month_first=date_order == "month")


date_style: ContextVar[DateStyle] = ContextVar("date_style", default=DateStyle())  # noqa: B039 -- frozen
_DAY_AND_MONTH = re.compile(r"(?<![.\w])(?:(?P<weekday>E+) )?d (?P<month>M+)(?P<year> y)?")
"""The part of a pattern with the month as a word after the day: "EEEE d MMMM y", "d MMM"."""


def styled(pattern: str, style: DateStyle) -> str:
    """Return a Unicode date pattern in this style: "d MMM" as "MMM d", "HH:mm" as "h:mm a", in German without "Uhr"."""
    if style.twelve_hours:
        pattern = re.sub(r"HH:mm(?: 'Uhr')?", "h:mm a", pattern)
    return _DAY_AND_MONTH.sub(_month_before_day, pattern) if style.month_first else pattern


def _month_before_day(match: re.Match[str]) -> str:
    weekday = f"{match['weekday']}, " if match["weekday"] else ""
    year = ", y" if match["year"] else ""
    return f"{weekday}{match['month']} d{year}"


def clock_text(local: datetime) -> str:
    """Return the time of day of a local time: "18:15", or "6:15 PM"."""
    if not date_style.get().twelve_hours:
        return f"{local:%H:%M}"
    half = "AM" if local.hour < 12 else "PM"
    return f"{local.hour % 12 or 12}:{local:%M} {half}"


def browser_locale(language: str) -> str:
    """Return the BCP 47 tag by which a browser writes dates in the reader's style, such as "en-GB-u-hc-h12"."""
    style, region = date_style.get(), ""
    if language == "en":
        region = "-US" if style.month_first else "-GB"
    return f"{language}{region}-u-hc-{'h12' if style.twelve_hours else 'h23'}"
