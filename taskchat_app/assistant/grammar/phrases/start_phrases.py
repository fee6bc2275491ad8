"""Parses when a task begins: "pay rent not before monday", "hide it until friday", "Miete zahlen ab dem 3."."""

import re
from dataclasses import replace

from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.date_mentions import find_due
from taskchat_app.domain.dates.date_phrase import Phrase, find_phrase
from taskchat_app.domain.dates.day_phrases import BEFORE
from taskchat_app.domain.dates.due_dates import local_due
from taskchat_app.domain.dates.local_time import Start
from taskchat_app.domain.dates.phrase_types import Weight
from taskchat_app.domain.dates.vocabulary import END, MONTH

# Before a start. "Ab dem 3. um 18 Uhr" is a due date, and "every day starting from monday" the first day of a series.
_LEAD = phrase(
    r"(?:\A|\s?[,;.]? (?:(?:but|and|aber|doch|und) )?)"
    r"(?:not (?=before )|nicht (?=vor )"
    r"|(?P<hidden>(?:hide (?:it|this)|hidden) (?=(?:until|till) )|(?:versteckt|ausgeblendet) (?=bis ))"
    r"|(?P<loose>erst (?=ab )|(?=ab dem )|(?=starting from )|(?<=, )(?:starts|begins|startet|beginnt) ))"
)
_MONTH = phrase(rf"(?:before|until|till|from|starting from|vor|ab|bis) (?=(?:{MONTH}){END})")
# "Hide it until two weeks before" is counted from the due date, by checked_start.
_COUNTED = phrase(
    rf"(?:(?:until|till|bis|from|ab|on|not before) )?(?P<said>{BEFORE})"
    r"(?: (?:that|it(?: is|'s)? due|it|(?:the |its )?(?:due date|deadline)|(?:der )?fälligkeit|fällig))?"
)
_FIRST = "1 "
_BESIDE = phrase(r"\s?[,;]? (?:(?:and|und) )?")
_OPENS = phrase(r"\s?[,:]? (?:to )?(?=\S+ \S)")


def take_start(text: str, clock: UserClock) -> tuple[str, str | None]:
    """Return a new task's words without its start, and the start, at their beginning or end; None without one.

    "Pay rent not before monday" is "pay rent" with "2026-11-23", "…, hide it until two weeks before" has these words.
    """
    masked = mask_quotes(text)
    leads = [*_LEAD.finditer(masked)]
    for lead in (*leads[:1], *leads[1:][-1:]):  # the first and the last
        start, rest = _start_behind(masked, lead, clock)
        if start:
            return text[: lead.start()] + text[rest:], start
    return text, None


def _start_behind(text: str, lead: re.Match[str], clock: UserClock) -> tuple[str | None, int]:
    """Return the start behind a lead, or None, and where the text goes on after it."""
    if counted := _counted(text, lead.end()):
        return counted, len(text)
    found = _day(text, lead.end(), clock)
    rest = _rest(text, lead, found.end, clock) if found else None
    if found is None or rest is None:
        return None, 0
    others = find_due(text[: lead.start()] + text[rest:], zone=clock.zone, now=clock.now)
    is_series = others is not None and others.rule is not None
    has_time = found.clock or (others and others.due and others.due.day is None)
    is_date = (is_series and not lead["hidden"]) or (lead["loose"] is not None and has_time)
    return (None, 0) if is_date else (_start(found, clock), rest)


def said_start(text: str, clock: UserClock) -> str | None:
    """Return the start of an existing task, such as "before monday", as in take_start; None for other words."""
    if counted := _counted(text, 0):
        return counted
    found = _day(text, 0, clock)
    return _start(found, clock) if found and _is_end(text, found.end) else None


def _counted(text: str, at: int) -> str | None:
    """Return "two weeks before", which ends the text from `at` on; None for other words."""
    match = _COUNTED.match(text, at)
    return match["said"] if match and _is_end(text, match.end()) else None


def _is_end(text: str, at: int) -> bool:
    """Return whether only blanks and marks follow."""
    return all(char.isspace() or char in ".!)" for char in text[at:])


def _day(text: str, at: int, clock: UserClock) -> Phrase | None:
    """Return the day at a position, lead word included; None for a time alone and for a day that is past."""
    month = _MONTH.match(text, at)
    said, shift = (f"{_FIRST}{text[month.end() :]}", month.end() - len(_FIRST)) if month else (text[at:], at)
    found = find_phrase(said, 0, zone=clock.zone, now=clock.now)
    if found is None or (found.days or found.exact) is None or found.weight is Weight.PAST:
        return None
    return replace(found, start=at, end=found.end + shift)


def _start(found: Phrase, clock: UserClock) -> str:
    first = found.bound(clock.zone, clock.now, end=False)
    return local_due(Start.of_instant(first, clock.zone), clock.zone)


def _rest(text: str, lead: re.Match[str], end: int, clock: UserClock) -> int | None:
    """Return where the words behind a start go on; None if it stands in the middle of the title."""
    if lead.start() == 0:
        opens = None if lead["hidden"] else _OPENS.match(text, end)
        return opens.end() if opens else None
    if _is_end(text, end):
        return len(text)
    gap = _BESIDE.match(text, end)
    due = find_phrase(text, gap.end(), zone=clock.zone, now=clock.now) if gap else None
    return end if due and _is_end(text, due.end) else None
