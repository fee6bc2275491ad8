"""Finds the date or recurrence in a sentence, so that it can be removed from a task's title."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.clock_phrases import END_OF_DAY, ClockTime, match_clock
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, mask_quotes
from taskchat_app.domain.dates.date_phrase import NIGHT_END_HOUR, Phrase, in_part, match_phrase
from taskchat_app.domain.dates.local_time import FIRST_YEAR, LAST_YEAR, Due
from taskchat_app.domain.dates.phrase_types import Weight
from taskchat_app.domain.dates.recurrence import find_rule, first_occurrence
from taskchat_app.domain.dates.recurrence_phrases import day_lists
from taskchat_app.domain.dates.rrule import WEEKDAY_CODES
from taskchat_app.domain.dates.vocabulary import GERMAN_PART_OF_DAY
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
_OPENING = re.compile(r"^\W*$")
# Words before a date that is part of the title: "notes from tuesday", "the song called yesterday", "plan friday".
_KEEPS = re.compile(
    r"\b(?:the|a|an|of|from|after|since|and|or|than|about|called|named|titled|between|versus|vs|this|i|usa|until|not|"
    r"von|vom|nach|wegen|seit|und|oder|über|zwischen|der|die|das|des|good|guten?|(?:every|each|jede[nrsm]?)(?:\s\w{1,8})?|"
    r"plan|schedule|review|organi[sz]e|discuss|celebrate|planen|plane)\s$|[&+/(]\s?$",
    re.IGNORECASE,
)
_KEEPING_MAX_CHARACTERS = 20
"""Upper bound for a match of _KEEPS: its longest word, with the characters around it."""
_COMMA = re.compile(r"\s?[,:]\s")
# Words that may follow the date at the end: a polite word, an abbreviation without vowels ("thx"), or signs ("!!1").
_ASIDE = re.compile(
    r"[^\w\s]{0,9}\s?(?:please|thanks|asap|ok|okay|lol|bitte|danke|[b-df-hj-np-tv-xz]{1,4}|(?<=[^\w\s])\d{0,2})[^\w\s]{0,9}"
)
# Words that may continue a sentence after a date: "dentist tomorrow with Dr. Who".
_GOES_ON = re.compile(
    r"\s(?:with|without|w/|at|in|for|about|from|because|via|re|if|so|when|then|but|mit|ohne|bei|beim|wegen|für|zum|zur|im|"
    r"weil|damit|wenn|dann|aber)\s"
)
# Words whose object is the date: "Termin auf Freitag verschieben", "my friday lunch".
_OBJECT_OF = re.compile(
    r"\b(?:to|into|with|in|as|like|per|my|our|your|his|her|their|its|no|new|auf|mit|als|wie|zu|pro|meine[nmrs]?|unsere[nmrs]?|"
    r"dein|mein|unser|kein|keine[nmrs]?|den|eine[nm])\s$",
    re.IGNORECASE,
)
# An hour alone inside a title, beside the person it is with: "dinner at seven with Ann".
_WITH = re.compile(r"\s(?:with|mit)\s")
_EVENING = re.compile(
    r"\b(?:dinner|supper|abendessen|drinks|cinema|movies?|theat(?:er|re)|concert|kino|konzert)\b", re.IGNORECASE
)
_LAST_WORD = re.compile(r"\s\S{1,40}\s?")
_GERMAN_VERB = re.compile(r"\s[a-zäöüß]{1,30}n[\s.!]{0,3}")
_GERMAN_ADVERB = re.compile(r"(?:heute|morgen|übermorgen)\b")
# "Melde das Auto am 1.12. um"
_VERB_PART = re.compile(r"\s(?:ab|an|auf|aus|ein|mit|raus|runter|um|vor|vorbei|weg|zurück)[\s.!]{0,3}", re.IGNORECASE)
# "For friday a haircut"
_ARTICLE = re.compile(r"\s(?:an?|the|my|eine?n?|der|die|das|den|mein\w?\w?)\s", re.IGNORECASE)
_AFTER_ONE_WORD = re.compile(r"\A\W*[^\W\d]+ \Z")
_GERMAN_DAY = re.compile(rf"(?:tag|woch|sonnabend)\s?(?:{GERMAN_PART_OF_DAY})?\Z", re.IGNORECASE)
_CAPITALS = re.compile(r"[A-ZÄÖÜ][\w'’]{0,40}\s[A-ZÄÖÜ]")
_CERTAIN_CLOCK = re.compile(r"\d|(?:at|um|@|gegen|around)(?![^\W\d])", re.IGNORECASE)


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
                yield phrase


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
    meant = [phrase for phrase in phrases if _is_meant(text, phrase)]
    # Prefer a day to a time alone, and a phrase at the end of the sentence to one inside it.
    meant.sort(key=lambda phrase: (phrase.days is None and phrase.exact is None, not _closes(text, phrase)))
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
            and _OPENING.match(text[: first.start])
        ):
            best, also = replace(best, days=first.days), first if first.lead else None
        elif day := next((other for other in phrases if _is_day_of_clock(text, other)), None):
            best, also = replace(best, days=day.days), day
    return replace(best, clock=_in_the_evening(best.clock, text)), also


def _is_day_of_clock(text: str, phrase: Phrase) -> bool:
    """Return whether a phrase names the day of a time elsewhere: "practice on feb four at the park at 2pm"."""
    is_day = phrase.days is not None and phrase.clock is None and phrase.led
    return is_day and not _KEEPS.search(text[max(0, phrase.start - _KEEPING_MAX_CHARACTERS) : phrase.start])


def _in_the_evening(clock: ClockTime | None, text: str) -> ClockTime | None:
    """Return an hour said alone as one of the evening beside a word for an event there: "dinner at 7" is at 19:00."""
    if clock is None or not clock.vague or not 6 <= clock.at.hour < 12:
        return clock
    if not _EVENING.search(text) or "morning" in text.lower():
        return clock
    return replace(clock, at=clock.at.replace(hour=clock.at.hour + 12))


def _closes(text: str, phrase: Phrase) -> bool:
    """Return whether the phrase ends the sentence, apart from an aside such as "pls"."""
    tail = text[phrase.end :].strip(" \n")
    return not tail.strip(".!?,;") or _ASIDE.fullmatch(tail) is not None


def _is_meant(text: str, phrase: Phrase) -> bool:
    before = text[: phrase.start]
    # "an" is an article in "an october day", and part of the verb in "ruf Mama an morgen".
    keeps = _KEEPS.search(before[-_KEEPING_MAX_CHARACTERS:])
    if phrase.lead == "from" or (keeps and not (keeps[0] == "an " and _GERMAN_ADVERB.match(text, phrase.start))):
        return False
    if phrase.weight is Weight.PAST:
        return phrase.lead.startswith(("due", "fällig", "faellig")) and _closes(text, phrase)
    sure = phrase.weight.value >= Weight.SURE.value
    if _closes(text, phrase) or (phrase.led and _VERB_PART.fullmatch(text, phrase.end)):
        # At the end of a sentence, "for sun" is not a date; "by sun" and "meet at 3" are.
        return sure or phrase.led or (phrase.clock is not None and text[phrase.start].lower() in "au@")
    if _OPENING.match(before):
        set_off = bool(_COMMA.match(text, phrase.end))
        is_apart = phrase.led or set_off or _opens(text, phrase) or (phrase.lead and _ARTICLE.match(text, phrase.end))
        return phrase.weight is Weight.OPENING or (sure and bool(is_apart))
    if phrase.days is None and phrase.clock is not None and phrase.clock.vague and _WITH.match(text, phrase.end):
        return True
    return sure and (phrase.led or _is_inside(text, phrase))


def _opens(text: str, phrase: Phrase) -> bool:
    """Return whether a phrase before a title has a time: "friday 9am dentist", "at 5pm call Bob", "15:30 dentist"."""
    if phrase.clock is None or phrase.clock.vague or phrase.clock.at == END_OF_DAY:
        return False
    certain = phrase.days is not None or _CERTAIN_CLOCK.match(text, phrase.start)
    return bool(certain) and not text.startswith(" to ", phrase.end)


def _is_inside(text: str, phrase: Phrase) -> bool:
    """Return whether a phrase between other words is a date: "dentist tomorrow 9am with Dr. Who"."""
    if _OBJECT_OF.search(text[max(0, phrase.start - _KEEPING_MAX_CHARACTERS) : phrase.start]):
        return False
    if phrase.days is not None and phrase.clock is not None and not phrase.clock.vague:
        return True
    if _CAPITALS.match(text, phrase.start):
        return False
    # "ruf morgen Mama an"
    if _GERMAN_ADVERB.match(text, phrase.start) and _AFTER_ONE_WORD.match(text[: phrase.start]):
        return True
    if phrase.days is None and phrase.exact is None and text[phrase.start].lower() in "au@":
        return True
    if _GOES_ON.match(text, phrase.end):
        return True
    if phrase.weight is Weight.OPENING and phrase.exact is None:
        return _LAST_WORD.fullmatch(text, phrase.end) is not None
    german = _GERMAN_DAY.search(text[phrase.start : phrase.end])
    return german is not None and _GERMAN_VERB.fullmatch(text, phrase.end) is not None


def _end(text: str, phrase: Phrase) -> int:
    """Return the phrase's end, including the comma or colon after a phrase that opens the sentence."""
    comma = _COMMA.match(text, phrase.end) if _OPENING.match(text[: phrase.start]) else None
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
