"""Finds the date or recurrence in a sentence, so that it can be removed from a task's title."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.clock_phrases import ClockTime, match_clock
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, mask_quotes
from taskchat_app.domain.dates.date_phrase import NIGHT_END_HOUR, Phrase, in_part, match_phrase
from taskchat_app.domain.dates.date_positions import COMMA, OPENING, closes, is_day_of_clock, is_meant, with_brackets
from taskchat_app.domain.dates.local_time import FIRST_YEAR, LAST_YEAR, Due
from taskchat_app.domain.dates.phrase_types import Weight
from taskchat_app.domain.dates.recurrence import find_rule, first_occurrence
from taskchat_app.domain.dates.recurrence_phrases import day_lists
from taskchat_app.domain.dates.rrule import WEEKDAY_CODES
from taskchat_app.domain.storage.errors import Invalid


@dataclass(frozen=True, slots=True)
class DueMention:
    """The date phrases of a sentence; `due` is None for a recurrence without time and start date.

    `spans` are their places: the recurrence first, then its date if it stands elsewhere.
    """

    spans: tuple[tuple[int, int], ...]
    due: Due | None
    rule: str | None

    def cut_from(self, sentence: str) -> str:
        """Return the sentence without the date phrases."""
        for start, end in sorted(self.spans, reverse=True):
            before, after = sentence[:start].rstrip(" ,"), sentence[end:].strip()
            sentence = before + after if after[:1] in (",", ".", ";", ":") else f"{before} {after}".strip()
        return sentence

    def words_in(self, sentence: str) -> str:
        return " ".join(sentence[start:end] for start, end in self.spans)


_WORD_START = re.compile(r"(?<![\w'’/\-.])[\w@]")
_EVENING = re.compile(
    r"\b(?:dinner|supper|abendessen|drinks|cinema|movies?|theat(?:er|re)|concert|kino|konzert)\b", re.IGNORECASE
)


def find_due(sentence: str, *, zone: ZoneInfo, now: datetime) -> DueMention | None:
    """Return the date, time or recurrence of a sentence normalized by as_command.

    None if there is none, if words that look like a date belong to the title, if nothing else would remain as title,
    or if the sentence is longer than a command.
    """
    if len(sentence) > COMMAND_MAX_CHARACTERS:
        return None
    text = mask_quotes(sentence)
    mention = _repeating(text, zone, now) or _single(text, zone, now)
    if mention is None:
        return None
    return mention if re.search(r"\w", mention.cut_from(sentence)) else None


def _phrases(text: str, zone: ZoneInfo, now: datetime) -> Iterator[Phrase]:
    """Yield the date phrases from left to right, without overlaps and without one of several weekdays."""
    reached, lists = 0, day_lists(text)
    for match in _WORD_START.finditer(text):
        if match.start() < reached:
            continue
        try:
            phrase = match_phrase(text, match.start(), zone=zone, now=now)
        except Invalid:  # ambiguous, so it stays in the title
            continue
        if phrase and FIRST_YEAR <= phrase.due(zone, now).local_day(zone).year <= LAST_YEAR:
            reached = phrase.end
            if not _is_of_list(text, phrase, lists):
                yield with_brackets(text, phrase)


def _is_of_list(text: str, phrase: Phrase, lists: list[tuple[int, int]]) -> bool:
    """Return whether a phrase names one of several weekdays, or their time: "monday and friday at 9"."""
    if phrase.days is None:
        return any(end < phrase.start and _GAP.fullmatch(text[end : phrase.start]) for _, end in lists)
    return any(start < phrase.end and phrase.start < end for start, end in lists)


def _single(text: str, zone: ZoneInfo, now: datetime) -> DueMention | None:
    best, also = _meant(text, zone, now)
    if best is None:
        return None
    spans = (best, also) if also else (best,)
    return DueMention(tuple((phrase.start, _end(text, phrase)) for phrase in spans), best.due(zone, now), None)


def _meant(text: str, zone: ZoneInfo, now: datetime) -> tuple[Phrase | None, Phrase | None]:
    """Return the phrase that is the date of the sentence, and the one elsewhere that has its day or time, if any."""
    phrases = list(_phrases(text, zone, now))
    meant = [phrase for phrase in phrases if is_meant(text, phrase, phrases)]
    # Prefer a day to a time alone, and a phrase at the end of the sentence to one inside it.
    meant.sort(key=lambda phrase: (phrase.days is None and phrase.exact is None, not closes(text, phrase)))
    if not meant:
        return None, None
    best, also = meant[0], None
    if best.days and not best.clock:
        # "on friday call mum at 9am"
        also = next((other for other in meant[1:] if other.days is None and other.clock), None)
        best = replace(best, clock=also.clock) if also else best
    elif best.clock and not best.days:
        # "for friday a haircut at 2pm"; of "friday lunch at 1pm" the day stays in the title, too.
        first = phrases[0]
        if (
            first.days
            and not first.clock
            and first.weight.value >= Weight.SURE.value
            and OPENING.match(text[: first.start])
        ):
            best, also = replace(best, days=first.days), first if first.lead else None
        elif day := next((other for other in phrases if is_day_of_clock(text, other)), None):
            best, also = replace(best, days=day.days), day
    return replace(best, clock=_in_the_evening(best.clock, text)), also


def _in_the_evening(clock: ClockTime | None, text: str) -> ClockTime | None:
    """Return an hour said alone as one of the evening beside a word for an event there: "dinner at 7" is at 19:00."""
    if clock is None or not clock.either_half or not 6 <= clock.at.hour < 12:
        return clock
    if not _EVENING.search(text) or "morning" in text.lower():
        return clock
    return replace(clock, at=clock.at.replace(hour=clock.at.hour + 12))


def _end(text: str, phrase: Phrase) -> int:
    """Return the phrase's end, including the comma or colon after a phrase that opens the sentence."""
    comma = COMMA.match(text, phrase.end) if OPENING.match(text[: phrase.start]) else None
    return comma.end() if comma else phrase.end


def _in_part_of_rule(clock: ClockTime, part: str, said: str) -> ClockTime:
    """Return the time said beside "every evening"; "at 09:00" is in the morning, and a weeknight is an evening."""
    part = {"weeknight": "evening", "night": "nacht"}.get(part, part)
    return clock if _LEADING_ZERO.search(said) else in_part(clock, part, said)


_NEXT_DAY: dict[str, str] = dict(zip(WEEKDAY_CODES, (*WEEKDAY_CODES[1:], WEEKDAY_CODES[0]), strict=True))
_WEEKLY_DAYS = re.compile(r"(?P<before>FREQ=WEEKLY;(?:INTERVAL=\d+;)?BYDAY=)(?P<days>[A-Z,]+)")


def _a_day_later(rule: str) -> str:
    """Return the rule of the mornings after the nights: "every friday night at 1" is on saturdays."""
    return _WEEKLY_DAYS.sub(
        lambda weekly: weekly["before"] + ",".join(_NEXT_DAY[day] for day in weekly["days"].split(",")), rule
    )


_STARTING = re.compile(r"\s?,?\s?(?=(?:starting|beginning|from|ab)\s)", re.IGNORECASE)
_GAP = re.compile(r"\s?,?\s")
# Neither "fortnight" nor "Sonnabend" is a part of a day, but "Freitagabend" has one.
_PART_IN_RULE = re.compile(
    r"(?:\b|(?<=tag|och|end))(?P<part>morning|afternoon|evening|(?:week)?night|vormittag|mittag|nachmittag|abend|nacht)\Z",
    re.IGNORECASE,
)
_LEADING_ZERO = re.compile(r"\b0\d")


def _repeating(text: str, zone: ZoneInfo, now: datetime) -> DueMention | None:
    """Find a recurrence with its time and first day: "every monday at 9am starting 1 march", "monday every week"."""
    match = find_rule(text)
    if match is None:
        return None
    start, end, rule = match
    clock, from_day = None, None
    if (gap := _GAP.match(text, end)) and (clock := match_clock(text, gap.end())):
        end = clock.end
    if (gap := _STARTING.match(text, end)) and (phrase := match_phrase(text, gap.end(), zone=zone, now=now)):
        end, clock = phrase.end, phrase.clock or clock
        from_day = phrase.due(zone, now).local_day(zone)
    part = _PART_IN_RULE.search(text[start : match[1]])
    if clock and part:
        clock = _in_part_of_rule(clock, part["part"].lower(), text[match[1] : end])
    clock = clock if part else _in_the_evening(clock, text)
    at, spans = clock.at if clock else None, ((start, end),)
    phrase = None if from_day else _meant(text[:start] + " " * (end - start) + text[end:], zone, now)[0]
    if phrase:
        due = phrase.due(zone, now)
        from_day = None if phrase.days is None and phrase.exact is None else due.local_day(zone)
        if from_day is not None or at is None:
            spans = (*spans, (phrase.start, phrase.end))
        if at is None and (phrase.clock or phrase.exact):
            clock = phrase.clock or ClockTime(phrase.end, due.at.astimezone(zone).time())
            said = text[phrase.start : phrase.end]
            at = _in_part_of_rule(clock, part["part"].lower(), said).at if part and phrase.clock else clock.at
    if at is None and from_day is None:
        return DueMention(spans, None, rule)
    if part and at and part["part"].lower() in ("night", "nacht") and at.hour < NIGHT_END_HOUR:
        rule = _a_day_later(rule)
    return DueMention(spans, first_occurrence(rule, now=now, zone=zone, at=at, from_day=from_day), rule)
