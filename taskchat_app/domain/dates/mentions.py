"""Finds the date or recurrence in a sentence, so that it can be removed from a task's title."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.clock_phrases import match_clock
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS
from taskchat_app.domain.dates.grammar import Phrase, match_phrase
from taskchat_app.domain.dates.local_time import FIRST_YEAR, LAST_YEAR
from taskchat_app.domain.dates.quotes import mask_quotes
from taskchat_app.domain.dates.recurrence import find_rule, first_occurrence
from taskchat_app.domain.dates.spans import Weight
from taskchat_app.domain.storage.errors import Invalid


@dataclass(frozen=True, slots=True)
class DueMention:
    """The date phrase sentence[start:end]; `due_at` is None for a recurrence without time and start date."""

    start: int
    end: int
    due_at: datetime | None
    rule: str | None


_WORD_START = re.compile(r"(?<![\w'’/\-.])[\w@]")
_OPENING = re.compile(r"^\W*$")
# Words before a date that is part of the title: "notes from tuesday", "the song called yesterday", "plan friday".
_KEEPS = re.compile(
    r"\b(?:the|a|an|of|from|after|since|and|or|than|about|called|named|titled|between|versus|vs|this|i|usa|until|not|"
    r"von|vom|nach|seit|und|oder|über|zwischen|der|die|das|des|"
    r"plan|schedule|review|organi[sz]e|discuss|celebrate|planen|plane)\s$|[&+/(]\s?$",
    re.IGNORECASE,
)
_KEEPING_MAX_CHARACTERS = 20
"""Upper bound for a match of _KEEPS: its longest word, with the characters around it."""
_COMMA = re.compile(r"\s?[,:]\s")


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
    rest = sentence[: mention.start] + sentence[mention.end :]
    return mention if re.search(r"\w", rest) else None


def _phrases(text: str, zone: ZoneInfo, now: datetime) -> Iterator[Phrase]:
    """Yield the date phrases from left to right, without overlaps."""
    reached = 0
    for match in _WORD_START.finditer(text):
        if match.start() < reached:
            continue
        try:
            phrase = match_phrase(text, match.start(), zone=zone, now=now)
        except Invalid:  # ambiguous, so it stays in the title
            continue
        if phrase and FIRST_YEAR <= phrase.due_at(zone, now).astimezone(zone).year <= LAST_YEAR:
            reached = phrase.end
            yield phrase


def _single(text: str, zone: ZoneInfo, now: datetime) -> DueMention | None:
    phrases = list(_phrases(text, zone, now))
    meant = [phrase for phrase in phrases if _is_meant(text, phrase)]
    # Prefer a day to a time alone, and a phrase at the end of the sentence to one inside it.
    meant.sort(key=lambda phrase: (phrase.days is None and phrase.exact is None, not _closes(text, phrase)))
    if not meant:
        return None
    best = meant[0]
    if best.days and not best.clock:
        best = _with_time_of(best, meant[1:])
    return DueMention(best.start, _end(text, best), best.due_at(zone, now), None)


def _with_time_of(best: Phrase, others: list[Phrase]) -> Phrase:
    """Add the time of "on friday call mum at 9am"; it stays in the title, since only one span can be removed."""
    clock = next((other.clock for other in others if other.days is None and other.clock), None)
    return Phrase(best.start, best.end, best.lead, best.days, clock)


def _closes(text: str, phrase: Phrase) -> bool:
    return not text[phrase.end :].strip(" \n.!?,;")


def _is_meant(text: str, phrase: Phrase) -> bool:
    before = text[: phrase.start]
    if _KEEPS.search(before[-_KEEPING_MAX_CHARACTERS:]) or phrase.lead == "from":
        return False
    if phrase.weight is Weight.PAST:
        return phrase.lead.startswith(("due", "fällig")) and _closes(text, phrase)
    sure = phrase.weight.value >= Weight.SURE.value
    if _closes(text, phrase):
        # At the end of a sentence, "for sun" is not a date; "by sun" and "meet at 3" are.
        return sure or phrase.led or (phrase.clock is not None and text[phrase.start].lower() in "au@")
    if _OPENING.match(before):
        set_off = bool(_COMMA.match(text, phrase.end))
        return phrase.weight is Weight.OPENING or (sure and (phrase.led or set_off))
    return sure and phrase.led


def _end(text: str, phrase: Phrase) -> int:
    """Return the phrase's end, including the comma or colon after a phrase that opens the sentence."""
    comma = _COMMA.match(text, phrase.end) if _OPENING.match(text[: phrase.start]) else None
    return comma.end() if comma else phrase.end


_STARTING = re.compile(r"\s?,?\s?(?=(?:starting|beginning|from|ab)\s)", re.IGNORECASE)
_GAP = re.compile(r"\s?,?\s")


def _repeating(text: str, zone: ZoneInfo, now: datetime) -> DueMention | None:
    """Find a recurrence with its time and first day: "every monday at 9am starting 1 march"."""
    match = find_rule(text)
    if match is None:
        return None
    start, end, rule = match
    clock = None
    if (gap := _GAP.match(text, end)) and (clock := match_clock(text, gap.end())):
        end = clock.end
    from_day = None
    if (gap := _STARTING.match(text, end)) and (phrase := match_phrase(text, gap.end(), zone=zone, now=now)):
        end, clock = phrase.end, phrase.clock or clock
        from_day = phrase.due_at(zone, now).astimezone(zone).date()
    if clock is None:
        for phrase in _phrases(text[:start].rstrip(), zone, now):
            if phrase.days is None and phrase.clock and phrase.end == len(text[:start].rstrip()):
                start, clock = phrase.start, phrase.clock
    if clock is None and from_day is None:
        return DueMention(start, end, None, rule)
    at = clock.at if clock else None
    return DueMention(start, end, first_occurrence(rule, now=now, zone=zone, at=at, from_day=from_day), rule)
