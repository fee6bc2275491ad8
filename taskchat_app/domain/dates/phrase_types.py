"""Types of the rows in the tables of dates: the pattern, its day or period, and how certain it is."""

import re
from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import TypeAlias

from taskchat_app.domain.dates.local_time import Today
from taskchat_app.domain.dates.vocabulary import YEARS


class Weight(Enum):
    """The likelihood that a phrase inside a title is a date."""

    OPENING = 3  # may also begin a title without a comma: "tomorrow call mum"
    SURE = 2
    WEAK = 1  # only after "by", "on", "am", "bis" …: "sun", "the 15th", "5.3."
    PAST = 0  # only in a date field, or after "due" at the end of a title


# A day; or a period's first day, last day and deadline.
Span: TypeAlias = tuple[date, date, date] | date | None
Resolve: TypeAlias = Callable[[re.Match[str], Today], Span]
# Pattern, resolver of its match, and weight.
Row: TypeAlias = tuple[str, Resolve, Weight]


def year_in(match: re.Match[str], name: str = "year") -> int | None:
    """Return the year of a match, or None; "26" is 2026, as is "twenty twenty six"."""
    text = match[name]
    if not text or text[0].isalpha():
        return YEARS[" ".join(text.lower().split())] if text else None
    return int(text) + (2000 if len(text) == 2 else 0)
