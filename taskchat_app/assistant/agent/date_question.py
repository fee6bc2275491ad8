"""Asks whether 3/5 is March 5 or 3 May until that is answered; the answer becomes the user's setting.

This comes before the model (turns/answer.py), while the user's order of dates is unknown: neither Gemini nor the
offline rules choose a reading.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.clauses import is_agreement, read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.offline.history_reader import read_turns
from taskchat_app.domain.dates.command_text import as_command
from taskchat_app.domain.dates.due_dates import SLASHED, parse_due
from taskchat_app.domain.dates.local_time import in_both_orders
from taskchat_app.domain.preferences import set_preferences
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.date_style import date_style
from taskchat_app.i18n.messages import Message, gettext

# "the month", "first one", "der monat zuerst"; the question names the month first
_MONTH_FIRST = re.compile(r"(?:the )?(?:month(?: first)?|first(?: one)?)|(?:de[rn] )?(?:monat(?: zuerst)?|erste[rn]?)")
_DAY_FIRST = re.compile(r"(?:the )?(?:day(?: first)?|second(?: one)?)|(?:de[rn] )?(?:tag(?: zuerst)?|zweite[rn]?)")


@dataclass(frozen=True, slots=True)
class Readings:
    """The two readings of a date in numbers in a message: with the month first and with the day first."""

    message: str
    written: str
    month_first: date
    day_first: date

    @property
    def question(self) -> Message:
        return gettext(
            "Is “{written}” {month_first:d MMMM y} (month first) or {day_first:d MMMM y} (day first)?"
            " I remember your answer.",
            written=self.written,
            month_first=self.month_first,
            day_first=self.day_first,
        )


async def question_of(turn: TurnContext) -> Message | None:
    """Return the question about the message's date; None if it has none with two readings."""
    if is_agreement(turn.message):  # a yes chooses neither reading, so ask again
        asked = await _asked(turn, now())
        return asked.question if asked else None
    if not SLASHED.search(turn.message):
        return None
    found = await asyncio.to_thread(readings_of, turn.message, turn.person.zone, now())
    return found.question if found else None


def readings_of(text: str, zone: ZoneInfo, at: datetime) -> Readings | None:
    """Return the two readings of a message's date, if the rules would understand the message with each of them."""
    command = as_command(text) or ""
    found = [_readings(text, match[0], zone, at) for match in SLASHED.finditer(command)]
    dates = [readings for readings in found if readings]
    if not dates:
        return None
    without_date = read_message(command, UserClock(zone, at))  # while the order is unknown, 3/5 is no date
    for zone_with_order in in_both_orders(zone):  # with an order it is one
        if read_message(command, UserClock(zone_with_order, at)) == without_date:
            return None  # part of a title: "read 3/5 chapters"
    return dates[0]


def _readings(message: str, written: str, zone: ZoneInfo, at: datetime) -> Readings | None:
    month_first_zone, day_first_zone = in_both_orders(zone)
    try:
        month_first = parse_due(written, zone=month_first_zone, now=at).local_day(zone)
        day_first = parse_due(written, zone=day_first_zone, now=at).local_day(zone)
    except Invalid:  # 3/25 has one reading
        return None
    return Readings(message, written, month_first, day_first) if month_first != day_first else None


async def store_answer(turn: TurnContext) -> str | None:
    """Store the order that this message tells in answer to the question; return the message that was asked about."""
    at = now()
    asked = await _asked(turn, at)
    if asked is None:
        return None
    order = order_in(turn.message, asked, turn.person.zone, at)
    if order is None:
        return None
    turn.person = await set_preferences(turn.person, date_order=order)
    date_style.set(turn.person.date_style)
    return asked.message


async def _asked(turn: TurnContext, at: datetime) -> Readings | None:
    """Return the readings that the last answer asked about, of the message before this one and before yeses, if any."""
    *earlier, _ = read_turns(turn.conversation)
    while earlier and is_agreement(earlier[-1].message) and not earlier[-1].results:
        earlier.pop()
    if not earlier or earlier[-1].results or not SLASHED.search(earlier[-1].message):
        return None
    return await asyncio.to_thread(readings_of, earlier[-1].message, turn.person.zone, at)


def order_in(answer: str, asked: Readings, zone: ZoneInfo, at: datetime) -> str | None:
    """Return the order of dates ("month" or "day" first) that an answer to the question tells; None for no answer."""
    words = answer.casefold().strip(" .!\n")
    if _MONTH_FIRST.fullmatch(words):
        return "month"
    if _DAY_FIRST.fullmatch(words):
        return "day"
    if _is_named(words, asked.month_first, zone, at):
        return "month"
    return "day" if _is_named(words, asked.day_first, zone, at) else None


def _is_named(text: str, day: date, zone: ZoneInfo, at: datetime) -> bool:
    """Return whether the text is the day, or its month alone: "5 March", "March"."""
    return day in (_day(text, zone, at), _day(f"{day.day} {text}", zone, at))


def _day(text: str, zone: ZoneInfo, at: datetime) -> date | None:
    try:
        return parse_due(text, zone=zone, now=at).day
    except Invalid:
        return None
