"""Replaces a date that the message itself corrects: "call mum tomorrow, no wait, friday" is "call mum friday"."""

from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.phrases.filters import phrases_in
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.rules.implicit_adds import ends_with_verb
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.date_phrase import Phrase
from taskchat_app.domain.dates.recurrence.phrases import day_lists, find_rule
from taskchat_app.domain.dates.vocabulary import WEEKDAY

_GAP = r"(?:\s?[,.!…]{1,3} | )"
_WORD = (
    r"(?:no|nope|wait(?! (?:for|until|till)\b)|sorry|oops|actually|(?:or )?rather|i mean|i meant|scratch that"
    r"|make (?:that|it)|let['’]?s say|nein|nee|halt|moment|warte(?! (?:auf|bis)\b)|quatsch|ich meine?|ich meinte"
    r"|vielmehr|ups|mache? (?:es|das)|sagen wir)"
)
# Said without a comma before them.
_SURE_WORD = (
    rf"(?:no{_GAP}wait(?! (?:for|until|till)\b)|wait{_GAP}no|i mean|i meant|scratch that|nein|ich meine?|ich meinte)"
)
_MARK = phrase(
    rf"(?:\s?(?:[,;.…–-]|\.\.\.) (?:(?:oh|uh|um|er|ach|äh|ähm),? )?(?:{_WORD}{_GAP}){{1,3}}| {_SURE_WORD}{_GAP})"
    r"(?:(?:to|auf) )?"
)
# A title or a description that is given word by word.
_VERBATIM = phrase(
    r"\b(?:rename|describe|note|description|title|name|benenne?|nenne?|beschreibe|notiz|beschreibung|titel|namen)\b"
)
_MARKS_MAX = 5
_WITHIN = 60
"""Characters before and behind a mark in which its dates are."""
_TO = phrase(r"(?:\A|\s)(?:to|until|till|auf|bis) \Z")
# "From 5pm to 6pm"
_RANGE = phrase(r" (?:to|until|till|bis|[–-]) ")
# In "move 3 to 5pm" no range begins with 3.
_MOVED = phrase(
    r"\b(?<!add )(?<!to )(?<!: )(?:move|reschedule|postpone|push|shift|delay|defer|set|change|put|verschiebe?|schiebe?"
    r"|verlege?|setze?|lege?|ändere?)"
    r" (?:(?:back|the|die|tasks?|aufgaben?) ){0,2}(?:#?\d{1,9}(?:\s?, (?:and |und )?| (?:and|und) )){0,9}#?\d{1,9} "
    r"(?:to|until|till|auf|bis) "
)
_ON = phrase(r"(?:on|am) \Z")
_DAY = phrase(rf"(?:{WEEKDAY}|the|den|dem)\b|\d")
_INSTEAD = phrase(r"\A (?:instead|rather|stattdessen|lieber)\b")
_ENDS = phrase(
    r"\s?(?:[.!?,;]{0,3}\Z|[.!?,;] )"
    r"| (?:and|und|then|dann|to|about|at|um|an|daran|zu|please|bitte|thanks|danke|with|mit)\b| [#!]"
)


def corrected(text: str, clock: UserClock) -> str:
    """Return the text with each date that another date corrects replaced by that one; all else is unchanged."""
    marks = [*islice(_MARK.finditer(mask_quotes(text)), _MARKS_MAX)]
    if marks and _VERBATIM.search(text, 0, marks[-1].start()):
        return text
    for match in reversed(marks):
        text = _replaced(text, match.start(), match.end(), clock) or text
    return text


class _Corrected(NamedTuple):
    """The date before a mark that the one behind it replaces; `kept` are words of it that stay, behind the new date."""

    date: Phrase
    kept: str = ""


def _replaced(text: str, start: int, end: int, clock: UserClock) -> str | None:
    """Return the text with the date that ends at `start` replaced by the one at `end`; None unless both are dates."""
    cut = max(0, start - _WITHIN)
    before, behind = text[cut:start], text[end : end + _WITHIN]
    new = next(phrases_in(behind, clock), None)
    if new is None or new.start > 0:
        return None
    rest = _INSTEAD.sub("", text[end + new.end :])
    old = _corrected_date(before, new, clock)
    if old is None or not _may_end(rest):
        return None
    if _RANGE.search(before, old.date.start) or _is_of_series(before, old.date.start):
        return None
    unchanged = text[: cut + old.date.start]
    said = behind[: new.end]
    if new.lead and _TO.search(unchanged):
        said = said[_start_of_bare(said, new, clock) :]
    elif not new.lead:
        lead = before[old.date.start : _start_of_bare(before, old.date, clock)]
        said = said if _ON.fullmatch(lead) and not _DAY.match(said) else lead + said
    if old.kept:
        whole = said + old.kept
        if any(found.start == 0 and found.end == len(whole) for found in phrases_in(whole, clock)):
            said = whole
        elif new.days is None:
            return None
    gap = "" if unchanged[-1:].isspace() or not unchanged else " "
    return f"{unchanged}{gap}{said}{rest}"


def _corrected_date(before: str, new: Phrase, clock: UserClock) -> _Corrected | None:
    """Return what the new phrase replaces; the time behind a day is kept: "tomorrow morning, no, friday"."""
    moved = _MOVED.search(before)
    first = moved.end() if moved else 0
    olds = [old for old in phrases_in(before, clock) if old.end == len(before) and old.start >= first]
    times = [old for old in olds if old.days is None and old.exact is None]
    days = [old for old in olds if old.days and not old.clock]
    timed = next((old for old in olds if old.days and old.clock), None)
    if new.days is None and new.exact is None:
        return _Corrected(times[0]) if times else _with_other_time(timed, new, before)
    if new.days and not new.clock:
        if timed and timed.days and not days:
            return _Corrected(timed, before[timed.days.end : timed.end])
        return _Corrected(days[0]) if days else None
    return next((_Corrected(old) for old in olds if old.days or old.exact), None)


def _with_other_time(timed: Phrase | None, new: Phrase, before: str) -> _Corrected | None:
    """Return what a new time replaces; the day is kept: "5pm friday, no, 6pm", "friday evening, no, 8pm"."""
    if timed is None or timed.days is None or timed.clock is None or new.clock is None:
        return None
    if timed.clock.end < timed.days.end:
        return _Corrected(timed, before[timed.clock.end : timed.end])
    # "Tomorrow evening, no, at 8" may be in the evening.
    return None if new.clock.vague else _Corrected(replace(timed, start=timed.days.end, lead=""))


def _start_of_bare(text: str, whole: Phrase, clock: UserClock) -> int:
    """Return where a phrase begins behind its lead word: "friday" of "on friday"."""
    if not whole.lead:
        return whole.start
    starts = (one.start for one in phrases_in(text[: whole.end], clock) if one.end == whole.end and not one.lead)
    return next((start for start in starts if start >= whole.start), whole.start)


def _is_of_series(text: str, start: int) -> bool:
    """Return whether the date from `start` to the end of the text is of a repetition, or one of several days."""
    rule = find_rule(text)
    is_listed = any(end > start for _, end in day_lists(text))
    return is_listed or (rule is not None and rule[1] > start)


def _may_end(rest: str) -> bool:
    """Return whether a date may end before these words: before none, a joint, or the verb of a German clause."""
    return bool(_ENDS.match(rest)) or (len(rest.split()) == 1 and ends_with_verb(f"etwas{rest}"))
