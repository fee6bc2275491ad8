"""Parses the words of a new task: separates title, dates, recurrence, priority and tags."""

import re
from typing import Any

from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.phrases.reminder_phrases import OFFSET
from taskchat_app.domain.dates.command_text import mask_quotes, quoted_parts
from taskchat_app.domain.dates.date_mentions import find_due, find_whole_due
from taskchat_app.domain.dates.date_phrase import find_phrase
from taskchat_app.domain.dates.due_dates import local_due
from taskchat_app.domain.dates.vocabulary import Weight
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_RANK, PRIORITY_WORD, priority_of


def read_title(text: str, clock: UserClock) -> dict[str, Any]:
    """Parse the arguments of create_task; the title is empty if the text has only marks.

    Each step puts what it finds into `given` and returns the text without it: first the note, which may hold any words,
    and last the due date, which is certain only at the end of a title.
    """
    given: dict[str, Any] = {}
    text = _take_priority(_IN_BRACKETS.sub(r", \g<inside>", _take_note(text, given, clock)), given)
    text = _take_tags(text, given, clock)
    text = _take_due(without_reminder(text, clock), given, clock)
    # "Dune with the tag films and high priority"
    text = _LOOSE_END.sub("", text) if given.keys() & {"priority", "tags"} else text
    return {"title": _clean(text), **given}


def without_reminder(text: str, clock: UserClock) -> str:
    """Return the text without a reminder at its end; "remind me an hour before" is one only behind a date."""
    shorter = _REMINDED.sub("", text)
    match = _REMIND_ME.search(mask_quotes(shorter))
    return shorter[: match.start()] if match and _ends_with_date(shorter[: match.start()], clock) else shorter


def _ends_with_date(text: str, clock: UserClock, *, words: int = 1) -> bool:
    """Return whether a title of at least that many words is followed by a date and nothing else."""
    due = find_due(text, zone=clock.zone, now=clock.now)
    is_last = due is not None and max(end for _, end in due.spans) == len(text)
    return due is not None and is_last and len(due.cut_from(text).split()) >= words


def _begins_with_date(text: str, at: int, clock: UserClock) -> bool:
    phrase = find_phrase(mask_quotes(text), at, zone=clock.zone, now=clock.now)
    return phrase is not None and phrase.weight in (Weight.OPENING, Weight.SURE)


def _cut(text: str, start: int, end: int) -> str:
    """Return the text without this part, with one blank or the mark that follows in its place."""
    before, after = text[:start].rstrip(" ,"), text[end:].strip()
    return f"{before} {after}".strip() if after[:1] not in (",", ".", ";", ":") else before + after


def _take_note(text: str, given: dict[str, Any], clock: UserClock) -> str:
    match = _NOTED.search(text)
    if match is None and (noted := _NOTED_BEHIND_DATE.search(mask_quotes(text))):
        match = noted if _ends_with_date(text[: noted.start()], clock, words=2) else None
    if match is None or not text[: match.start()].strip():
        return text
    note, *fields = _FIELD_BEHIND_NOTE.split(text[match.start("note") : match.end("note")])
    given["description"] = note.strip().strip('"“”„')
    return ", ".join([text[: match.start()], *fields])


def _take_priority(text: str, given: dict[str, Any]) -> str:
    match = _PRIORITY.search(mask_quotes(text))
    if match is None:
        return text
    word = match["mark"] or match["graded"] or match["named"]
    given["priority"] = priority_of(word=word, rank=match["rank"]) or ("low" if match["calm"] else "high")
    return _cut(text, match.start(), match.end())


def read_tags(text: str) -> list[str]:
    """Return the tags of "#work, home and garden", each once."""
    names = re.split(r"\s?,\s?|\s(?:and|und)\s|\s", text.strip())
    return list(dict.fromkeys(name.strip('#"“”„') for name in names if name.strip("#")))


def _take_tags(text: str, given: dict[str, Any], clock: UserClock) -> str:
    tags: list[str] = []
    if match := _TAGGED.search(mask_quotes(text)):
        last, end = _end_of_tags(text, match, clock)
        tags += read_tags(text[match.start("tags") : last])
        text = _cut(text, match.start(), end)
    while match := _TAG.search(mask_quotes(text)):
        tags.append(match["tag"])
        text = _cut(text, match.start(), match.end())
    if tags:
        given["tags"] = list(dict.fromkeys(tags))
    return text


def _end_of_tags(text: str, match: re.Match[str], clock: UserClock) -> tuple[int, int]:
    """Return the end of a list of tags and the start of what follows: a date or field after "tagged shopping, "."""
    for joint in _TAG_JOINT.finditer(text, match.start("tags"), match.end("tags")):
        if _NO_TAG.match(text, joint.end()) or _begins_with_date(text, joint.end(), clock):
            return joint.span()
    return match.end(), match.end()


def _take_due(text: str, given: dict[str, Any], clock: UserClock) -> str:
    if (named := _DUE_DATE.search(mask_quotes(text))) and _begins_with_date(text, named.end(), clock):
        text = f"{text[: named.start()]} due {text[named.end() :]}"
    text = _LATER.sub(lambda later: "s" if later["s"] else "", text)
    text, asked = _leading_date(text, clock)
    if asked:
        given["due_date"] = asked
    found = find_whole_due(text, zone=clock.zone, now=clock.now)
    if found is None or (asked and found.rule is None):
        return text
    if found.due and not asked:
        given["due_date"] = local_due(found.due, clock.zone)
    if found.rule:
        given["recurrence"] = found.rule
    return _TO_FINISH.sub("", found.cut_from(text))


def _leading_date(text: str, clock: UserClock) -> tuple[str, str | None]:
    """Split a leading date from the rest, as in "(remind me) tomorrow at 9 to call mum"."""
    start = len(text) - len(text.lstrip())
    phrase = find_phrase(mask_quotes(text), start, zone=clock.zone, now=clock.now)
    after = _BEHIND_LEADING_DATE.match(text, phrase.end) if phrase else None
    if phrase is None or after is None:
        return text, None
    return text[after.end() :], local_due(phrase.due(clock.zone, clock.now), clock.zone)


def _clean(text: str) -> str:
    """Return the title on one line with a capital first letter; a title in quotes is unchanged."""
    title = " ".join(text.split())
    spans = quoted_parts(title.rstrip(" .,;"))
    if spans and spans[0] == (0, len(title.rstrip(" .,;"))):
        return title.rstrip(" .,;")[1:-1].strip()
    title = title.strip(" ,;:-–").removesuffix(".").strip()
    return title[:1].upper() + title[1:]


# "(Milk) with the note: oat", "(milk), notes: oat"
_NOTED = re.compile(
    r"\s?[,;(]?\s?\b(?:(?:with|mit)\s(?:the\s|a\s|der\s)?(?:description|note|notes|details|notiz|beschreibung)|note|description|notiz"
    r"|(?<=[,;(]\s)(?:notes|notizen))"
    r"(?:\s?:\s?|\s(?=[\"“„]))(?P<note>.+?)\)?\s?$",
    re.IGNORECASE | re.DOTALL,
)
# "Review notes: chapter 3" is a title; "call Bob tomorrow notes: ask him" has a note.
_NOTED_BEHIND_DATE = re.compile(
    r"\s?,?\s(?:(?:notes?|notiz(?:en)?)\s?:\s?|(?:note|notiz)\s(?=[\d\"“„]))(?P<note>.+)$", re.IGNORECASE | re.DOTALL
)
# "Notes: ask him, priority: high"
_FIELD_BEHIND_NOTE = re.compile(
    r"\s?[,;\n]\s?(?=(?:priority|prio|priorität|tags?|schlagw(?:ort|örter)|due(?:\sdate)?|fällig)\s?:)", re.IGNORECASE
)
# "(Tomorrow, high priority)", "(#home)"
_IN_BRACKETS = re.compile(
    r"\s[(\[](?P<inside>[^()\[\]]{0,60}(?:priority|prio|priorität|#[^\W\d])[^()\[\]]{0,60})[)\]]", re.IGNORECASE
)
_GRADED = r"high|top|medium|normal|low|hohe[rn]?|mittlere[rn]?|niedrige[rn]?|geringe[rn]?"
# Only forms that cannot be part of a title: a mark, the word "priority", or a separate "urgent" at the end.
_PRIORITY = re.compile(
    rf"\s?,?\s?(?<!\S)(?:!(?P<mark>{PRIORITY_WORD})\b|{PRIORITY_RANK}(?![\w'’\-])|(?P<bangs>!!!?)(?!\S)"
    rf"|(?:with\s|at\s|as\s|mit\s|,\s?)?(?:a\s)?(?P<graded>{_GRADED})[\s-]+(?:priority|prio|priorität)\b"
    rf"|(?:with\s)?(?:priority|prio|priorität)[:\s]+(?P<named>{PRIORITY_WORD})\b"
    r"|(?:(?:it'?s|it is|is|this is)\s)?(?P<calm>(?:not|nicht)\s)?"
    r"(?:urgent(?:ly)?|dringend|asap|(?<=,\s)(?:important|wichtig))(?=[\s.!]*(?:$|,|#)))",
    re.IGNORECASE,
)
# "Tagged work and home", "with the tags work, home", "tag: work"
_TAGGED = re.compile(
    r"(?:(?:\s?,\s?(?:and\s)?tag(?:\sit)?|\s(?:and|und)\stag\sit)(?:\s(?:as|with))?"
    r"|\s?,?\s?\b(?:and\s)?(?:tagged(?:\s(?:as|with))?|with\s(?:the\s)?tags?|tags?:|mit\s(?:dem\s|den\s)?"
    r"(?:tags?|schlagw(?:ort|örtern))))\s"
    r"(?P<tags>[\w\-#]+(?:(?:\s?,\s?|\s(?:and|und)\s)[\w\-#]+)*)",
    re.IGNORECASE,
)
_TAG_JOINT = re.compile(r"\s?,\s?|\s(?:and|und)\s", re.IGNORECASE)
# "Tagged work, due friday" and "tagged work, every friday" are one tag.
_NO_TAG = re.compile(
    r"(?:due|by|on|at|in|until|till|from|before|every|each|daily|weekly|monthly|yearly|priority|prio|remind"
    r"|fällig|bis|am|um|ab|jede[nrsm]?|täglich|wöchentlich|monatlich|jährlich|priorität|erinnere?)\b|(?:notes?|notiz(?:en)?)\s?:",
    re.IGNORECASE,
)
_TAG = re.compile(r"\s?(?<![\w#&/])#(?P<tag>(?!\d+\b)\w[\w\-/]*)")
# The tools parse the reminder from the message; here it is only removed from the title.
_REMINDED = re.compile(
    r"\s?,?\s?\b(?:(?:and|with|und|mit)\s){1,3}(?:an?\s|eine[rn]?\s)?(?:reminder|erinnerung)\b"
    rf"(?:\s?(?:at\sdue\stime|{OFFSET.pattern}))?\s?$",
    re.IGNORECASE,
)
_REMIND_ME = re.compile(
    rf"\s?,?\s(?:and\s|und\s)?(?:(?:remind|tell|alert|notify|ping)\sme|erinnere?\smich)(?:\s(?:at\sdue\stime|{OFFSET.pattern}))?[\s.!]*$",
    re.IGNORECASE,
)
# "(Milk) with the due date friday", ", due date: friday"; behind "and" only "due date: friday" or "due date of friday"
_DUE_DATE = re.compile(
    r"(?:\s?,|\s(?:with|mit|(?P<plain>and|und)))\s(?:an?\s|the\s)?(?:due[\s-]date|fälligkeit(?:sdatum)?)"
    r"(?::|\sof|(?(plain)(?!)|(?:\s(?:on|am))?))\s",
    re.IGNORECASE,
)
# "Later today", "in 2 weeks' time"
_LATER = re.compile(
    r"\blater\s(?=today\b|this\b)|(?:(?<=\bday)|(?<=\bweek)|(?<=\bmonth)|(?<=\byear))(?P<s>['’]?s|s['’]?)\stime\b",
    re.IGNORECASE,
)
_BEHIND_LEADING_DATE = re.compile(r"\s(?:to|that|about|daran,?|dass|an(?:\s(?:das|den|die))?)\s", re.IGNORECASE)
# "Write the speech, finish by the 5th", "service the car sometime next week"
_TO_FINISH = re.compile(
    r",?\s(?:sometime|irgendwann)\s?\Z"
    r"|\s?,\s(?:and\s|und\s)?(?:(?:to|must|should|needs?\sto|has\sto|muss)\s)?(?:be\s)?"
    r"(?:finish(?:ed)?|done|completed?|ready|due|fertig|erledigt)(?:\ssein)?\s?\Z",
    re.IGNORECASE,
)
_LOOSE_END = re.compile(r"\s(?:and|und|with|mit)\s?\Z", re.IGNORECASE)
