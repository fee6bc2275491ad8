"""Parses the words of a new task: separates title, dates, recurrence, priority and tags."""

import re
from typing import Any

from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.reminder_phrases import OFFSET
from taskchat_app.domain.dates.command_text import mask_quotes, quoted_parts, without_part
from taskchat_app.domain.dates.date_mentions import find_due, find_whole_due
from taskchat_app.domain.dates.date_phrase import find_phrase
from taskchat_app.domain.dates.local_time import local_due
from taskchat_app.domain.dates.vocabulary import MONTH, Weight
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_RANK, PRIORITY_WORD, priority_of
from taskchat_app.domain.tasks.field_tables.step_words import find_step

# "(Tomorrow, high priority)", "(#home)"
_IN_BRACKETS = phrase(r" [(\[](?P<inside>[^()\[\]]{0,60}(?:priority|prio|priorität|#[^\W\d])[^()\[\]]{0,60})[)\]]")
_LOOSE_END = phrase(r" (?:and|und|with|mit) ?\Z")  # "Dune with", of "Dune with the tag films and high priority"


def read_title(text: str, clock: UserClock) -> dict[str, Any]:
    """Parse the arguments of create_task; the title is empty if the text has only marks.

    Each step puts what it finds into `given` and returns the text without it: first the note, which may hold any words,
    and last the due date, which is certain only at the end of a title.
    """
    given: dict[str, Any] = {}
    text = _take_note(text, given, clock)
    text = _IN_BRACKETS.sub(r", \g<inside>", text)
    text = _take_priority(text, given)
    text = _take_tags(text, given, clock)
    text = without_reminder(text, clock)
    text = _take_parent(text, given, clock)
    text = _take_due(text, given, clock)
    if given.keys() & {"priority", "tags"}:
        text = _LOOSE_END.sub("", text)
    return {"title": _clean(text), **given}


# "(Call Bob friday 9am) and a reminder an hour before", "(…) and remind me": the tools read it from the message
_REMINDED = phrase(
    r" ?,? ?\b(?:(?:and|with|und|mit) ){1,3}(?:an? |eine[rn]? )?(?:reminder|erinnerung)\b"
    rf"(?: ?(?:at due time|{OFFSET.pattern}))? ?$"
)
_REMIND_ME = phrase(
    rf" ?,? (?:and |und )?(?:(?:remind|tell|alert|notify|ping) me|erinnere? mich)"
    rf"(?: (?:at due time|{OFFSET.pattern}))?[ .!]*$"
)


def without_reminder(text: str, clock: UserClock) -> str:
    """Return the text without a reminder at its end: "with a reminder", or "remind me an hour before" behind a date."""
    shorter = _REMINDED.sub("", text)
    match = _REMIND_ME.search(mask_quotes(shorter))
    return shorter[: match.start()] if match and _ends_with_date(shorter[: match.start()], clock) else shorter


def _ends_with_date(text: str, clock: UserClock, *, words: int = 1) -> bool:
    """Return whether a title of at least that many words is followed by a date and nothing else."""
    due = find_due(text, zone=clock.zone, now=clock.now)
    is_last = due is not None and max(end for _, end in due.spans) == len(text)
    return due is not None and is_last and len(due.cut_from(text).split()) >= words


def _begins_with_date(text: str, at: int, clock: UserClock) -> bool:
    found = find_phrase(mask_quotes(text), at, zone=clock.zone, now=clock.now)
    return found is not None and found.weight in (Weight.OPENING, Weight.SURE)


# "(Milk) with the note: oat", "(milk), notes: oat"
_NOTED = phrase(
    r" ?[,;(]? ?\b(?:(?:with|mit) (?:the |a |der )?(?:description|note|notes|details|notiz|beschreibung)"
    r"|note|description|notiz|(?<=[,;(] )(?:notes|notizen))(?: ?: ?| (?=[\"“„]))(?P<note>.+?)\)? ?$"
)
# "Review notes: chapter 3" is a title; "call Bob tomorrow notes: ask him" has a note.
_NOTED_BEHIND_DATE = phrase(r" ?,? (?:(?:notes?|notiz(?:en)?) ?: ?|(?:note|notiz) (?=[\d\"“„]))(?P<note>.+)$")
# "Notes: ask him, priority: high"
_FIELD_BEHIND_NOTE = phrase(
    r" ?[,;\n] ?(?=(?:priority|prio|priorität|tags?|schlagw(?:ort|örter)|due(?: date)?|fällig) ?:)"
)


def _take_note(text: str, given: dict[str, Any], clock: UserClock) -> str:
    match = _NOTED.search(text)
    behind = _NOTED_BEHIND_DATE.search(mask_quotes(text)) if match is None else None
    if behind and _ends_with_date(text[: behind.start()], clock, words=2):
        match = behind
    if match is None or not text[: match.start()].strip():
        return text
    note, *fields = _FIELD_BEHIND_NOTE.split(text[match.start("note") : match.end("note")])
    given["description"] = note.strip().strip('"“”„')
    return ", ".join([text[: match.start()], *fields])


_GRADED = "high|top|medium|normal|low|hohe[rn]?|mittlere[rn]?|niedrige[rn]?|geringe[rn]?"
_URGENT = "(?:urgent|important|dringend|wichtig)"
_PRIORITIES = (
    rf"!(?P<mark>{PRIORITY_WORD})\b",  # "!high"
    rf"{PRIORITY_RANK}(?![\w'’\-])",  # "p1"
    r"!!!?(?!\S)",  # "!!" is high
    rf"(?:with |at |as |mit |, ?)?(?:a )?(?P<graded>{_GRADED})[ -]+(?:priority|prio|priorität)\b",  # "high priority"
    rf"(?:with )?(?:priority|prio|priorität)[: ]+(?P<named>{PRIORITY_WORD})\b",  # "priority: high"
    # "It's not urgent" is low, "asap" and ", wichtig" are high
    r"(?:(?:it'?s|it is|is|this is) )?(?P<calm>(?:not|nicht) )?"
    r"(?:urgent(?:ly)?|dringend|asap|(?<=[,.] )(?:important|wichtig))[.!]*+(?=[ .!]*(?:$|,|#))",
)
# Only forms that cannot be part of a title: a mark, the word "priority", a separate "urgent" at the end or at first.
_PRIORITY = phrase(
    rf" ?,? ?(?<!\S)(?:{'|'.join(_PRIORITIES)})"
    # Of one task: "urgent: call mum and buy flowers" may be two. "URGENT CARE" is a name.
    rf"|\A(?!.*(?:, | and | und ))(?:achtung[ ,:!]+{_URGENT}[:!]*|{_URGENT}\s?[:!]+"
    rf"|(?-i:{_URGENT.upper()}(?! [A-ZÄÖÜ]{{2}}))) "
)


def _take_priority(text: str, given: dict[str, Any]) -> str:
    match = _PRIORITY.search(mask_quotes(text))
    if match is None:
        return text
    word = match["mark"] or match["graded"] or match["named"]
    given["priority"] = priority_of(word=word, rank=match["rank"]) or ("low" if match["calm"] else "high")
    return without_part(text, match.start(), match.end())


def read_tags(text: str) -> list[str]:
    """Return the tags of "#work, home and garden", each once."""
    names = re.split(r"\s?,\s?|\s(?:and|und)\s|\s", text.strip())
    return list(dict.fromkeys(name.strip('#"“”„') for name in names if name.strip("#")))


# "Tagged work and home", "with the tags work, home", "tag: work"
_TAGGED = phrase(
    r"(?:(?: ?, ?(?:and )?tag(?: it)?| (?:and|und) tag it)(?: (?:as|with))?"
    r"| ?,? ?\b(?:and )?(?:tagged(?: (?:as|with))?|with (?:the )?tags?|tags?:|mit (?:dem |den )?"
    r"(?:tags?|schlagw(?:ort|örtern)))) (?P<tags>[\w\-#]+(?:(?: ?, ?| (?:and|und) )[\w\-#]+)*)"
)
_TAG_JOINT = phrase(r" ?, ?| (?:and|und) ")  # "work, home and garden"
# "Tagged work, due friday" and "tagged work, every friday" are one tag.
_NO_TAG = phrase(
    r"(?:due|deadline|by|on|at|in|until|till|from|before|every|each|daily|weekly|monthly|yearly|priority|prio|remind"
    r"|fällig|frist|bis|am|um|ab|jede[nrsm]?|täglich|wöchentlich|monatlich|jährlich|priorität|erinnere?)\b"
    r"|(?:notes?|notiz(?:en)?) ?:"
)
_TAG = re.compile(r"\s?(?<![\w#&/])#(?P<tag>(?!\d+\b)\w[\w\-/]*)")


def _take_tags(text: str, given: dict[str, Any], clock: UserClock) -> str:
    tags: list[str] = []
    if match := _TAGGED.search(mask_quotes(text)):
        end = _end_of_tags(text, match, clock)
        tags += read_tags(text[match.start("tags") : end])
        text = without_part(text, match.start(), end)
    while match := _TAG.search(mask_quotes(text)):
        tags.append(match["tag"])
        text = without_part(text, match.start(), match.end())
    if not tags:
        return text
    given["tags"] = list(dict.fromkeys(tags))
    return re.sub(r"\A\W*(?:called|named|namens) ", "", text)  # "a task tagged garden called rake the leaves"


def _end_of_tags(text: str, match: re.Match[str], clock: UserClock) -> int:
    """Return the end of a list of tags, after which a date or field may follow: "tagged shopping, friday"."""
    for joint in _TAG_JOINT.finditer(text, match.start("tags"), match.end("tags")):
        if _NO_TAG.match(text, joint.end()) or _begins_with_date(text, joint.end(), clock):
            return joint.start()
    return match.end()


def _take_parent(text: str, given: dict[str, Any], clock: UserClock) -> str:
    step = find_step(mask_quotes(text), zone=clock.zone, now=clock.now)
    if step is None:
        return text
    given["parent_id"] = step.number
    return step.cut_from(text)


# "(Milk) with the due date friday", ", due date: friday"; behind "and" only "due date: friday" or "due date of friday"
_DUE_DATE_WORDS = "(?:an? |the )?(?:due[ -]date|fälligkeit(?:sdatum)?)"
_DUE_DATE = phrase(
    rf"(?: ?,| (?:with|mit)) {_DUE_DATE_WORDS}(?::| of| on| am|) | (?:and|und) {_DUE_DATE_WORDS}(?::| of) "
)
_LATER = phrase(r"\blater (?=today\b|this\b)")
# "(In 2 week)s' time"
_S_TIME = phrase(r"(?:(?<=\bday)|(?<=\bweek)|(?<=\bmonth)|(?<=\byear))(?:['’]?s|s['’]?) time\b")
_BEHIND_LEADING_DATE = phrase(r" (?:to|that|about|daran,?|dass|an(?: (?:das|den|die))?) ")
# "Write the speech, finish by the 5th", "service the car sometime next week"
_TO_FINISH = phrase(
    r",? (?:sometime|irgendwann) ?\Z"
    r"| ?, (?:and |und )?(?:(?:to|must|should|needs? to|has to|muss) )?(?:be )?"
    r"(?:finish(?:ed)?|done|completed?|ready|due|fertig|erledigt)(?: sein)? ?\Z"
)

# "(Yoga) from 5 to 6pm": the date is the start, and the note keeps the end
_PERIOD = phrase(
    r"(?:(?:from|between|von|vom|zwischen) )?(?<![\d.-])\d{1,2}(?:[:.]\d\d?\.?|\.)?(?: ?[ap]m| uhr)?"
    r" ?(?:-|–|to|until|till|bis|and|und)"
    rf" ?\d{{1,2}}(?:[:.]\d\d?\.?|\.)?(?![\d-])(?: ?(?:[ap]m|uhr|(?:of )?(?:{MONTH}))\b)?"
)


def _take_due(text: str, given: dict[str, Any], clock: UserClock) -> str:
    if (named := _DUE_DATE.search(mask_quotes(text))) and _begins_with_date(text, named.end(), clock):
        text = f"{text[: named.start()]} due {text[named.end() :]}"
    text = _S_TIME.sub("s", _LATER.sub("", text))  # "today", "in 2 weeks"
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
    if not found.rule and "description" not in given and (period := _PERIOD.search(found.words_in(text))):
        given["description"] = period[0]
    return _TO_FINISH.sub("", found.cut_from(text))


def _leading_date(text: str, clock: UserClock) -> tuple[str, str | None]:
    """Split a leading date from the rest, as in "(remind me) tomorrow at 9 to call mum"."""
    start = len(text) - len(text.lstrip())
    found = find_phrase(mask_quotes(text), start, zone=clock.zone, now=clock.now)
    after = _BEHIND_LEADING_DATE.match(text, found.end) if found else None
    if found is None or after is None:
        return text, None
    return text[after.end() :], local_due(found.due(clock.zone, clock.now), clock.zone)


def _clean(text: str) -> str:
    """Return the title on one line with a capital first letter; a title in quotes is unchanged."""
    title = " ".join(text.split())
    spans = quoted_parts(title.rstrip(" .,;"))
    if spans and spans[0] == (0, len(title.rstrip(" .,;"))):
        return title.rstrip(" .,;")[1:-1].strip()
    title = title.strip(" ,;:-–").removesuffix(".").strip()
    return title[:1].upper() + title[1:]
