"""Parses one date phrase at a given position: day, part of the day and time in any usual order."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.clock_phrases import END_OF_DAY, Clock, match_clock, match_part
from taskchat_app.domain.dates.day_phrases import Days, match_days
from taskchat_app.domain.dates.local_time import at_local_time, day_end, day_start, today_in
from taskchat_app.domain.dates.spans import Weight
from taskchat_app.domain.dates.vocabulary import END, NUMBER, number
from taskchat_app.domain.storage.errors import Invalid

# "by friday", "am 3. März": words that say that what follows is a date.
_LEADS = (
    "due by|due on|due at|due before|due until|due|by|on|until|till|before|starting on|starting from|starting|"
    "beginning on|beginning|from|for|für|fällig am|fällig bis|fällig|bis zum|bis spätestens|bis zu|bis|am|zum|"
    "ab dem|ab|vor dem|vor|"
    # Before an edge of a period; before a time it belongs to the time.
    r"at(?= (?:the )?(?:end|start|beginning|weekend)\b)"
).replace(" ", r"\s")
_LEAD = re.compile(rf"(?P<lead>{_LEADS}):?\s", re.IGNORECASE)
_GAP = re.compile(r"\s?,?\s(?:(?:on|am|by)\s)?", re.IGNORECASE)
_COMMA = re.compile(r"\s?,?\s")
ISO_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s?(Z|[+-]\d{2}:?\d{2})?" + END, re.IGNORECASE
)
_SHORT_SPAN = re.compile(
    rf"in\s(?:(?P<half>half\san\shour|einer\shalben\sstunde)|(?P<count>{NUMBER})\s"
    rf"(?:(?P<hours>hours?|hrs?|stunden?)|minutes?|mins?|minuten?)){END}",
    re.IGNORECASE,
)
# These leads also stand before things that are no dates ("for sun", "from may"), so they prove less than "by".
_LOOSE_LEADS = ("for", "from", "für", "ab", "vor")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A parsed date phrase. `days` is None for a bare time, `exact` is set for a span of hours."""

    start: int
    end: int
    lead: str
    days: Days | None
    clock: Clock | None
    exact: datetime | None = None

    @property
    def weight(self) -> Weight:
        if self.exact is not None:
            return Weight.OPENING
        if self.days is None:
            return Weight.WEAK if self.clock is None or self.clock.vague else Weight.SURE
        if self.days.weight is Weight.WEAK and self.clock is not None:
            return Weight.SURE
        return self.days.weight

    @property
    def led(self) -> bool:
        return bool(self.lead) and self.lead not in _LOOSE_LEADS

    def due_at(self, zone: ZoneInfo, now: datetime) -> datetime:
        """The deadline; a time alone is the next time that the clock there shows it."""
        if self.exact is not None:
            return self.exact
        clock = self.clock.at if self.clock else END_OF_DAY
        if self.days is None:
            today = now.astimezone(zone).date()
            found = _instant(today, clock, zone)
            return found if found > now else _instant(today + timedelta(days=1), clock, zone)
        day = self.days.due
        if clock == END_OF_DAY and self.lead in ("before", "due before", "vor", "vor dem"):
            day -= timedelta(days=1)
        found = _instant(day, clock, zone)
        # "this evening" said at 22:00 means what is left of the day.
        late = self.clock is not None and self.clock.vague and day == now.astimezone(zone).date() and found <= now
        return day_end(day, zone) if late else found

    def bound(self, zone: ZoneInfo, now: datetime, *, end: bool) -> datetime:
        """The edge of what was named: the whole day or period unless a time was said."""
        if self.days is None or self.clock is not None:
            return self.due_at(zone, now)
        return day_end(self.days.last, zone) if end else day_start(self.days.first, zone)


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return day_end(day, zone) if clock == END_OF_DAY else at_local_time(day, clock, zone)


def match_phrase(text: str, at: int, *, zone: ZoneInfo, now: datetime) -> Phrase | None:
    """The phrase that begins exactly here, lead word included; Invalid where it contradicts itself."""
    lead = _LEAD.match(text, at)
    starts = [(lead.end(), " ".join(lead["lead"].lower().split()))] if lead else []
    # Without its lead too: "vor 3 Tagen" and "am Mittag" begin with a word that may be one.
    for start, word in (*starts, (at, "")):
        if found := _core(text, start, zone=zone, now=now):
            days, clock, exact, end = found
            return Phrase(at, end, word, days, clock, exact)
    return None


def iso_instant(match: re.Match[str], zone: ZoneInfo) -> datetime:
    """With an offset the instant itself, without one the time on a clock there."""
    day, clock, offset = match.groups()
    try:
        found = datetime.fromisoformat(f"{day}T{clock}{(offset or '').upper()}")
    except ValueError as error:
        raise Invalid(f"“{match[0]}” is not a date and time that exists. Write it as 2026-11-21T09:00.") from error
    try:
        return found.astimezone(UTC) if found.tzinfo else at_local_time(found.date(), found.time(), zone)
    except OverflowError as error:
        raise Invalid(f"“{match[0]}” lies outside every calendar.") from error


Core: TypeAlias = tuple[Days | None, Clock | None, datetime | None, int]


def _core(text: str, at: int, *, zone: ZoneInfo, now: datetime) -> Core | None:
    if match := ISO_INSTANT.match(text, at):
        return None, None, iso_instant(match, zone), match.end()
    if match := _SHORT_SPAN.match(text, at):
        return None, None, _soon(match, now), match.end()
    today = today_in(zone, now)
    if days := match_days(text, at, today):
        clock = _clock_after(text, days.end, evening=text[at : days.end].lower() == "tonight")
        return days, clock, None, clock.end if clock else days.end
    if clock := match_clock(text, at):
        gap = _GAP.match(text, clock.end)
        days = match_days(text, gap.end(), today) if gap else None
        return days, clock, None, days.end if days else clock.end
    return None


def _soon(match: re.Match[str], now: datetime) -> datetime:
    if match["half"]:
        return now + timedelta(minutes=30)
    count = number(match["count"])
    return now + (timedelta(hours=count) if match["hours"] else timedelta(minutes=count))


def _clock_after(text: str, at: int, *, evening: bool) -> Clock | None:
    """The part of the day and the time that follow a day: "evening at 8" is 20:00."""
    if not (gap := _COMMA.match(text, at)):
        return None
    part = match_part(text, gap.end())
    after = _COMMA.match(text, part.end) if part else gap
    clock = match_clock(text, after.end()) if after else None
    evening = evening or (part is not None and part.at.hour >= 15)
    if clock and evening and 1 <= clock.at.hour < 12:
        return Clock(clock.end, clock.at.replace(hour=clock.at.hour + 12))
    return clock or part
