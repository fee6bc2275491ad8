"""Parses one date phrase ("next friday 9am") at a position in a text, and computes the due date that it means."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.calendar_dates import HOLIDAY
from taskchat_app.domain.dates.clock_near_day import NIGHT_END, NIGHTS, clock_after, clock_before, in_part, part_after
from taskchat_app.domain.dates.clock_phrases import ClockTime
from taskchat_app.domain.dates.command_text import without_part
from taskchat_app.domain.dates.day_phrases import Days, match_days
from taskchat_app.domain.dates.local_time import Due, at_local_time, check_year, day_end, day_start, today_in
from taskchat_app.domain.dates.vocabulary import (
    END,
    END_OF_DAY,
    NUMBER,
    Weight,
    any_of,
    caseless,
    number,
    with_digraphs,
)
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import gettext

# Words before a date, as in "by friday" or "am 3. März".
_LEADS = with_digraphs(
    "no later than|not later than|(?:by )?(?:cob|eod|close of business)|due(?: by| on| at| before| until)?|by|on|until"
    "|till|before|starting(?: on| from)?|beginning(?: on)?|from|for|at the latest(?: by| on)?"
    r"|(?<!the )first thing(?: on)?|nicht später als|fürs|(?:für |auf )?den(?= \d{1,2}\.)|zu dem(?= \d{1,2}\.)|für"
    "|fällig(?: am| bis)?|bis(?: zum| spätestens(?: am| zum)?| zu)?|am|zum|ab(?: dem)?|vor(?: dem)?"
    "|spätestens(?: am| bis| bis zum| zum)?"
    # After a mark: ", deadline 27 nov", "(Frist: 27.11.)"
    r"|(?:(?<=, )|(?<=; )|(?<=\()|(?<=\[))(?:deadline|due date|frist|fälligkeit|abgabetermin|termin)"
    # "at the end of the month"; before a time, "at" is part of the time.
    rf"|at(?= (?:the )?(?:end|start|beginning|weekend)\b)|(?:at|an|zu)(?= (?:{HOLIDAY})\b)"
).replace(" ", r"\s")
# "Ideally tomorrow", "am besten am Sonntag"
_HEDGE = r"preferably|ideally|idealerweise|am\sbesten|möglichst"
_LEAD = caseless(rf"(?P<hedge>{_HEDGE}),?\s(?:(?P<after>{_LEADS})\s)?|(?P<lead>{_LEADS}):?\s")
# "By friday at the latest", "tomorrow if possible"
_LATEST = caseless(r",?\s(?:at\sthe\s(?:very\s)?latest|spätestens|if\spossible|wenn\smöglich)" + END)
# "Before the end of the month" includes its last day.
_EDGE = caseless(r"(?:the\s|dem\s)?(?:very\s)?ende?\s")
_BEFORE = ("before", "due before", "vor", "vor dem")
_GAP = caseless(r"\s?(?:,\s?|\s)(?:(?:on|am|by)\s)?")
WAKING_HOUR = 7
"""Before this hour, "5:30" is probably in the evening: "today 5:30", said at 10:00, is 17:30."""
_LATE_HOUR = 10
"""From this hour on, an hour that is past is not in the evening: "today at 10", said at 10:05, is not 22:00."""
ISO_INSTANT = caseless(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s?(Z|[+-]\d{2}:?\d{2})?" + END)
_SPANS = {
    **dict.fromkeys(["einer viertelstunde", "ner viertelstunde", "a quarter of an hour", "quarter of an hour"], 15),
    **dict.fromkeys(["einer halben stunde", "ner halben stunde", "half an hour"], 30),
    **dict.fromkeys(["einer dreiviertelstunde", "three quarters of an hour"], 45),
    **dict.fromkeys(["anderthalb stunden", "eineinhalb stunden", "one and a half hours", "an hour and a half"], 90),
    "zweieinhalb stunden": 150,
}
"""Minutes of spans that are no count of hours or minutes."""
_SHORT_SPAN = caseless(
    rf"(?P<ahead>(?:with)?in\s)?(?:(?P<span>{any_of(_SPANS)})"  # in half an hour
    r"|(?P<tenths>\d{1,3}[.,]\d)\s?(?:h|hours?|hrs?|std\.?|stunden?)"  # in 1.5 hours
    r"|(?P<whole>\d{1,3})\s?h\s?(?P<rest>\d{1,2})\s?m(?:in)?"  # in 1h 30m
    rf"|(?P<count>{NUMBER})(?:\s|(?<=\d))"  # in two hours, 20 minutes from now
    rf"(?:(?P<hours>h|hours?|hrs?|std|stunden?)|minutes?|mins?|minuten?|(?-i:m)))"
    rf"(?(ahead)(?:\sfrom\snow)?|\sfrom\snow){END}"
)
# Words that also stand before words that are not dates ("for sun", "from may"), so they are weaker evidence than "by".
_LOOSE_LEADS = "for|from|für|fürs|fuer|fuers|ab|vor|den|für den|fuer den|auf den|zu dem".split("|")


@dataclass(frozen=True, slots=True)
class DueMention:
    """What a sentence says of dates: "gym every monday at 9" has a `rule` and the `due` date of its first monday.

    `spans` are the places of these words, of a recurrence first. `due` is None for a recurrence without time and start
    date. `is_by_part`: its time is only that of a part of the day, "every sunday evening".
    """

    spans: tuple[tuple[int, int], ...]
    due: Due | None
    rule: str | None
    is_by_part: bool = False

    @property
    def due_of_change(self) -> Due | None:
        """The date for an existing task, which keeps its own time at "every evening"."""
        return None if self.is_by_part else self.due

    def cut_from(self, sentence: str) -> str:
        """Return the sentence without the words of the date: the title."""
        for start, end in sorted(self.spans, reverse=True):
            sentence = without_part(sentence, start, end)
        return sentence

    def words_in(self, sentence: str) -> str:
        return " ".join(sentence[start:end] for start, end in self.spans)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A parsed date phrase: "by friday 9am" has the `lead` "by", the `days` of friday, and the `clock` 9:00.

    `days` is None for a time alone. An ISO instant or "in 2 hours" has neither days nor clock, but `exact`.
    """

    start: int
    end: int
    lead: str = ""
    days: Days | None = None
    clock: ClockTime | None = None
    exact: datetime | None = None

    @property
    def weight(self) -> Weight:
        """The likelihood that the phrase is a date inside a title."""
        if self.exact is not None:
            return Weight.OPENING
        if self.days is None:  # "at 3" is weak, "at 3pm" sure
            return Weight.WEAK if self.clock is None or self.clock.vague else Weight.SURE
        if self.days.weight is Weight.WEAK and self.clock is not None:  # "sun 9am"
            return Weight.SURE
        return self.days.weight

    @property
    def is_time_alone(self) -> bool:
        return self.days is None and self.exact is None

    @property
    def is_sure(self) -> bool:
        """Return whether the phrase is a date inside a title, too: "friday", but not "sun"."""
        return self.weight in (Weight.SURE, Weight.OPENING)

    @property
    def has_clear_lead(self) -> bool:
        """Return whether a word that stands only before dates precedes it, such as "by"; "for" does not."""
        return bool(self.lead) and self.lead not in _LOOSE_LEADS

    def due(self, zone: ZoneInfo, now: datetime, current: Due | None = None) -> Due:
        """Return the deadline, a whole day where no time is said; a time alone means its next occurrence.

        With `current`, the deadline so far, a time alone keeps its day unless that is past, and a day alone keeps its
        time unless that would be past.
        """
        if self.exact is not None:
            return Due(self.exact)
        if self.days is None:
            return self._due_at_time(zone, now, current)
        return self._due_on_day(self.days.due, zone, now, current)

    def _due_at_time(self, zone: ZoneInfo, now: datetime, current: Due | None) -> Due:
        today = now.astimezone(zone).date()
        if current is not None and current.local_day(zone) >= today:
            return _due(current.local_day(zone), self._clock_near(current, zone), zone)
        clock = self.clock.at if self.clock else END_OF_DAY
        due = _due(today, clock, zone)
        return due if due.at > now else _due(today + timedelta(days=1), clock, zone)

    def _due_on_day(self, day: date, zone: ZoneInfo, now: datetime, current: Due | None) -> Due:
        is_whole_day = self.clock is None or self.clock.at == END_OF_DAY
        if is_whole_day and self.lead in _BEFORE:  # "before friday"
            day -= timedelta(days=1)
        if self.clock is None:
            return _due_with_time_of(current, day, zone, now)
        clock = self.clock.at
        due = _due(day, clock, zone)
        is_past_today = day == now.astimezone(zone).date() and due.at <= now
        is_uncertain = self.clock.vague or (self.clock.either_half and clock.hour < WAKING_HOUR)
        if not is_past_today or not is_uncertain:
            return due
        if self.clock.may_be_evening and clock.hour < _LATE_HOUR:
            in_evening = _due(day, clock.replace(hour=clock.hour + 12), zone)
            if in_evening.at > now:  # "today at 8", said at 10:00
                return in_evening
        return Due.of_day(day, zone)  # "this evening", said at 22:00

    def _clock_near(self, current: Due, zone: ZoneInfo) -> time:
        """Return the time; an hour alone in the half of the day that is nearer to the date so far.

        Of a task that is due at 19:00, "at 8" is 20:00.
        """
        if self.clock is None:
            return END_OF_DAY
        morning = self.clock.at
        is_hour_alone = self.clock.vague and self.clock.may_be_evening
        if current.day is not None or not is_hour_alone or morning.hour >= 12:
            return morning
        evening, hour_so_far = morning.replace(hour=morning.hour + 12), current.at.astimezone(zone).hour
        is_evening_nearer = abs(evening.hour - hour_so_far) < abs(morning.hour - hour_so_far)
        return evening if is_evening_nearer else morning

    def bound(self, zone: ZoneInfo, now: datetime, *, end: bool) -> datetime:
        """Return the first instant, or with `end` the last second, of the day or period; with a time, the deadline."""
        if self.days is None or self.clock is not None:
            clock = self.clock and replace(self.clock, either_half=False)
            return replace(self, clock=clock).due(zone, now).at
        return day_end(self.days.last, zone) if end else day_start(self.days.first, zone)


def _due(day: date, clock: time, zone: ZoneInfo) -> Due:
    return Due.of_day(day, zone) if clock == END_OF_DAY else Due(at_local_time(day, clock, zone))


def _due_with_time_of(current: Due | None, day: date, zone: ZoneInfo, now: datetime) -> Due:
    """Return the day at the time of the date so far; the whole day if that has no time, or is past by now."""
    if current and current.day is None:
        due = Due(at_local_time(day, current.at.astimezone(zone).time(), zone))
        if due.at > now or day != now.astimezone(zone).date():
            return due
    return Due.of_day(day, zone)


def match_phrase(text: str, position: int, *, zone: ZoneInfo, now: datetime) -> Phrase | None:
    """Return the phrase that begins at `position`, lead word included; raise Invalid if it is contradictory."""
    lead = _LEAD.match(text, position)
    phrase = _without_lead(text, lead.end(), zone=zone, now=now) if lead else None
    word = _lead_word(text, lead) if lead and phrase else ""
    # "vor" in "vor 3 Tagen" and "am" in "am Mittag" are no lead words, but part of the date.
    phrase = phrase or _without_lead(text, position, zone=zone, now=now)
    if phrase is None:
        return None
    if latest := _LATEST.match(text, phrase.end):
        return replace(phrase, start=position, end=latest.end(), lead=word or "by")
    return replace(phrase, start=position, lead=word)


def find_phrase(text: str, position: int, *, zone: ZoneInfo, now: datetime) -> Phrase | None:
    """Return what match_phrase does, but None for a contradictory phrase."""
    try:
        return match_phrase(text, position, zone=zone, now=now)
    except Invalid:
        return None


def _lead_word(text: str, lead: re.Match[str]) -> str:
    """Return the lead word; "by" for one before the end of a period."""
    word = " ".join((lead["lead"] or lead["after"] or lead["hedge"]).lower().split())
    return "by" if word in _BEFORE and _EDGE.match(text, lead.end()) else word


def iso_instant(match: re.Match[str], zone: ZoneInfo) -> datetime:
    """Return a match of ISO_INSTANT as UTC; without an offset it is a local time of `zone`.

    Raises Invalid for an instant that does not exist or is in a year far from those of due dates.
    """
    day, clock, offset = match.groups()
    try:
        parsed = datetime.fromisoformat(f"{day}T{clock}{(offset or '').upper()}")
    except ValueError as error:
        raise Invalid(
            gettext("“{phrase}” is not a date and time that exists. Write it as 2026-11-21T09:00.", phrase=match[0])
        ) from error
    check_year(parsed)
    return parsed.astimezone(UTC) if parsed.tzinfo else at_local_time(parsed.date(), parsed.time(), zone)


def _without_lead(text: str, position: int, *, zone: ZoneInfo, now: datetime) -> Phrase | None:
    """Return the phrase without a lead word that begins at `position`."""
    if match := ISO_INSTANT.match(text, position):
        return Phrase(position, match.end(), exact=iso_instant(match, zone))
    if match := _SHORT_SPAN.match(text, position):
        return Phrase(position, match.end(), exact=now + _span(match))
    if days := match_days(text, position, today_in(zone, now)):
        timed = clock_after(text, days.end, is_tonight=_is_tonight(text, position, days))
        if timed is None:
            return Phrase(position, days.end, days=days)
        days = _of_the_night(days, timed.clock, timed.word, zone, now)
        return Phrase(position, timed.clock.end, days=days, clock=timed.clock)
    clock = clock_before(text, position)
    return _clock_first(text, position, clock, zone=zone, now=now) if clock else None


def _clock_first(text: str, position: int, clock: ClockTime, *, zone: ZoneInfo, now: datetime) -> Phrase:
    """Return the phrase of a time, with the day after it if there is one: "9am on friday"."""
    gap = _GAP.match(text, clock.end)
    days = match_days(text, gap.end(), today_in(zone, now)) if gap else None
    if gap is None or days is None:
        return Phrase(position, clock.end, clock=clock)
    end, part = days.end, "tonight" if _is_tonight(text, gap.end(), days) else ""
    if part_of_day := part_after(text, days.end):  # "8 on friday evening"
        end, part = part_of_day.clock.end, part_of_day.word
    clock = in_part(clock, part, text[position : clock.end])
    return Phrase(position, end, days=_of_the_night(days, clock, part, zone, now), clock=clock)


def _is_tonight(text: str, start: int, days: Days) -> bool:
    return text[start : days.end].lower() == "tonight"


def _of_the_night(days: Days, clock: ClockTime, part: str, zone: ZoneInfo, now: datetime) -> Days:
    """Return the day after for an hour past midnight: "heute Nacht um 2 Uhr" is tomorrow, unless it is night now."""
    if part not in NIGHTS or clock.at.hour >= NIGHT_END:
        return days
    if days.due == today_in(zone, now) and at_local_time(days.due, clock.at, zone) > now:
        return days
    day = timedelta(days=1)
    return replace(days, first=days.first + day, last=days.last + day, due=days.due + day)


def _span(match: re.Match[str]) -> timedelta:
    """Return the time that a match of _SHORT_SPAN names."""
    if match["span"]:
        return timedelta(minutes=_SPANS[" ".join(match["span"].lower().split())])
    if match["tenths"]:  # of an hour: 6 minutes each
        return timedelta(minutes=6 * int(match["tenths"].replace(",", "").replace(".", "")))
    if match["whole"]:
        return timedelta(hours=int(match["whole"]), minutes=int(match["rest"]))
    count = number(match["count"])
    return timedelta(hours=count) if match["hours"] else timedelta(minutes=count)
