"""Finds the date or recurrence in a sentence, to be cut out of a task's title."""

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
    """The date phrase sentence[start:end]. A rule without a time has no `due_at`."""

    start: int
    end: int
    due_at: datetime | None
    rule: str | None


_WORD_START = re.compile(r"(?<![\w'’/\-.])[\w@]")
_OPENING = re.compile(r"^\W*$")
# What stands before a date that belongs to the title: "notes from tuesday", "the song called yesterday", "plan friday".
_KEEPS = re.compile(
    r"\b(?:the|a|an|of|from|after|since|and|or|than|about|called|named|titled|between|versus|vs|this|i|usa|until|not|"
    r"von|vom|nach|seit|und|oder|über|zwischen|der|die|das|des|"
    r"plan|schedule|review|organi[sz]e|discuss|celebrate|planen|plane)\s$|[&+/(]\s?$",
    re.IGNORECASE,
)
_KEEPING_MAX_CHARACTERS = 20
"""Characters of the longest word in it, with what stands around it."""
_COMMA = re.compile(r"\s?[,:]\s")


def find_due(sentence: str, *, zone: ZoneInfo, now: datetime) -> DueMention | None:
    """The date, time or recurrence that a sentence gives for itself; it is read as as_command gives it.

    None where there is none, where words that look like one belong to the title, where nothing else would be left, and
    for a sentence that is longer than a command.
    """
    if len(sentence) > COMMAND_MAX_CHARACTERS:
        return None
    text = mask_quotes(sentence)
    found = _repeating(text, zone, now) or _single(text, zone, now)
    if found is None:
        return None
    rest = sentence[: found.start] + sentence[found.end :]
    return found if re.search(r"\w", rest) else None


def _phrases(text: str, zone: ZoneInfo, now: datetime) -> Iterator[Phrase]:
    """Every phrase from left to right that is not part of an earlier one."""
    reached = 0
    for match in _WORD_START.finditer(text):
        if match.start() < reached:
            continue
        try:
            found = match_phrase(text, match.start(), zone=zone, now=now)
        except Invalid:  # it can be read in two ways, so it is left in the title
            continue
        if found and FIRST_YEAR <= found.due_at(zone, now).astimezone(zone).year <= LAST_YEAR:
            reached = found.end
            yield found


def _single(text: str, zone: ZoneInfo, now: datetime) -> DueMention | None:
    phrases = list(_phrases(text, zone, now))
    meant = [phrase for phrase in phrases if _is_meant(text, phrase)]
    # A day says more than a time, and what closes a sentence more than what stands inside it.
    meant.sort(key=lambda phrase: (phrase.days is None and phrase.exact is None, not _closes(text, phrase)))
    if not meant:
        return None
    best = meant[0]
    if best.days and not best.clock:
        best = _with_time_of(best, meant[1:])
    return DueMention(best.start, _end(text, best), best.due_at(zone, now), None)


def _with_time_of(best: Phrase, others: list[Phrase]) -> Phrase:
    """ "On friday call mum at 9am": the time stays in the title, for only one stretch can be cut, but it counts."""
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
        # "for sun" and "at 3" close sentences that mean no date; "by sun" and "meet at 3" do.
        return sure or phrase.led or (phrase.clock is not None and text[phrase.start].lower() in "au@")
    if _OPENING.match(before):
        set_off = bool(_COMMA.match(text, phrase.end))
        return phrase.weight is Weight.OPENING or (sure and (phrase.led or set_off))
    return sure and phrase.led


def _end(text: str, phrase: Phrase) -> int:
    """With the comma or colon that sets an opening phrase off."""
    comma = _COMMA.match(text, phrase.end) if _OPENING.match(text[: phrase.start]) else None
    return comma.end() if comma else phrase.end


_STARTING = re.compile(r"\s?,?\s?(?=(?:starting|beginning|from|ab)\s)", re.IGNORECASE)
_GAP = re.compile(r"\s?,?\s")


def _repeating(text: str, zone: ZoneInfo, now: datetime) -> DueMention | None:
    """A recurrence with the time beside it and the day it starts from: "every monday at 9am starting 1 march"."""
    found = find_rule(text)
    if found is None:
        return None
    start, end, rule = found
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
