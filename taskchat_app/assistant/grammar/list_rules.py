"""Rules for listing tasks: a question parsed into arguments of list_tasks."""

import re
from datetime import datetime, timedelta
from typing import Any

from taskchat_app.assistant.grammar.commands import Command, Language, UserClock
from taskchat_app.assistant.grammar.patterns import phrase, sentence
from taskchat_app.domain.dates.due_dates import Due, is_date_only, local_due
from taskchat_app.domain.dates.grammar import Phrase, match_phrase
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.priority_words import PRIORITY_WORD, PRIORITY_WORDS

_ENGLISH_TASKS = r"tasks?|todos?|to-dos?|items?|things|reminders|list"
_GERMAN_TASKS = r"aufgaben|liste|todo-liste|to-do-liste"
_TASKS = rf"(?:{_ENGLISH_TASKS}|{_GERMAN_TASKS})"
_LEVELS = PRIORITY_WORD
_ASKS: tuple[tuple[str, Language], ...] = (
    (r"(?:list|show|display|see|view|give me|tell me|get|read|print)\b(?: me)?\b(?P<rest>.*)", "en"),
    (r"(?:what|which)\b(?: (?:are|is|do i have|tasks|have i(?: got)?)|'?s|'?re)?\b(?P<rest>.*)", "en"),
    (r"(?:do|have) i (?:have|got)\b(?P<rest>.*)", "en"),
    (r"(?:how many|(?:is there )?anything|is anything)\b(?P<rest>.*)", "en"),
    (rf"(?P<rest>(?:my|all|open|done|completed|overdue|(?:{_LEVELS})(?: priority)?)?\s?(?:open |done |my )?"
     rf"(?:{_ENGLISH_TASKS})(?: .*)?)", "en"),
    (r"(?P<rest>overdue)", "en"),
    (rf"(?P<rest>(?:(?:meine|alle|offenen?|erledigten?|überfälligen?|{_LEVELS}) ){{0,3}}(?:{_GERMAN_TASKS})(?: .*)?)",
     "de"),
    (r"(?P<rest>überfällig)", "de"),
    (r"wie ?viele?\b(?P<rest>.*)", "de"),
    (r"(?:zeige?|liste)\b(?: mir)?\b(?P<rest>.*)", "de"),
    (r"(?:was|welche)\b(?: (?:ist|sind|steht|gibt es|muss ich|soll ich|habe ich))?\b(?P<rest>.*)", "de"),
)  # fmt: skip
_SEARCHES: tuple[tuple[str, Language], ...] = (
    (rf"(?:search|look|find|show|list) (?:me )?(?:for )?(?:all |my |the |any )*(?:{_TASKS} )?"
     r"(?:for|about|with|containing|mentioning|matching) (?!tags?\b|high|low|medium|#)(?P<words>.+)", "en"),
    (r"(?:search|find) (?:for )?(?:the |my )?(?P<words>.+?)(?: (?:task|tasks))?", "en"),
    (rf"(?:do i have|is there|are there) (?:any|a|an|some) {_TASKS} (?:about|for|with|named) (?P<words>.+)", "en"),
    (r"(?:suche?|finde?) (?:nach )?(?:(?:alle )?aufgaben (?:mit|zu|über) )?(?P<words>.+)", "de"),
)  # fmt: skip
_ASK_TABLE: list[tuple[re.Pattern[str], Language]] = [(sentence(pattern), language) for pattern, language in _ASKS]
_SEARCH_TABLE: list[tuple[re.Pattern[str], Language]] = [
    (sentence(pattern), language) for pattern, language in _SEARCHES
]

_STATUSES = (
    (phrase(r"\b(?:done|completed?|finished|ticked off|erledigten?|erledigt|fertigen?)\b"), "done"),
    (phrase(r"\b(?:open|undone|unfinished|pending|remaining|left|todo|offen|offenen?)\b"), "open"),
    (phrase(r"\b(?:all|everything|alle|alles)\b"), "all"),
)
_NOT_DONE = phrase(
    r"\b(?:not|n't|isn't|haven't|nicht) (?:yet |noch )?(?:been )?(?:done|completed?|finished|erledigt)\b"
)
_PRIORITY = phrase(
    rf"\b(?P<level>{_LEVELS})(?:[\s-]+(?:priority|prio|priorität))?\b"
    rf"|\b(?:priority|priorität) (?P<level2>{_LEVELS})\b"
)
_TAG = phrase(
    r"#(?P<tag>(?!\d+\b)[\w\-/]+)"
    r"|\b(?:tagged(?: (?:as|with))?|(?:with )?(?:the )?tags?|(?:mit (?:dem )?)?schlagwort|mit (?:dem )?tag)"
    r" #?(?P<name>[\w\-]+)"
)
_OVERDUE = phrase(r"\b(?:overdue|late|überfällige?n?|verspätet)\b(?: (?:work|stuff)\b)?")
_AFTER = phrase(r"\b(?:after|from|since|starting|nach|ab) $")
_UP_TO = ("by", "due by", "until", "till", "before", "due before", "bis", "bis zum", "due until")
# Words allowed around the filters of a question; with any other word, it is another question.
_FILLER = phrase(
    rf"\b(?:{_TASKS}|my|the|me|all|of|on|in|is|are|am|to|do|have|i|got|due|that|which|for|with|any|please|there|still|"
    r"what|should|anything|something|yet|s|and|a|up|coming|upcoming|next|need|be|by|agenda|schedule|plate|priority|whats|get|"
    r"meine?[nr]?|die|der|den|auf|mir|an|steht|sind|ist|es|noch|fällig|zu|tun|machen|erledigen|dran|muss|soll|gibt|ich|bitte|aus|bis|zum|am|was|habe|"
    r"mit)\b|[’'\s,.?!:]+"
)


def read_list(clause: str, clock: UserClock) -> Command | None:
    """Return the command to list or search tasks; None if the clause is something else."""
    for pattern, language in _ASK_TABLE:
        match = pattern.fullmatch(clause)
        given = _filters(match["rest"], clock) if match else None
        if given is not None:
            return Command("list", clause, given=given, language=language)
    for pattern, language in _SEARCH_TABLE:
        if match := pattern.fullmatch(clause):
            return Command("list", clause, given={"search": match["words"].strip(' "“”„?.')}, language=language)
    return None


def _filters(text: str, clock: UserClock) -> dict[str, Any] | None:
    """Return the filters that the text names; None if words remain that belong to no filter."""
    given: dict[str, Any] = {}
    text = _take_tag(text, given)
    text = _take_dates(text, given, clock)
    if match := _OVERDUE.search(text):
        given |= {"status": "open", "due_before": clock.now.astimezone(clock.zone).strftime("%Y-%m-%dT%H:%M")}
        text = _without(text, match)
    if match := _PRIORITY.search(text):
        given["priority"] = PRIORITY_WORDS[(match["level"] or match["level2"]).lower()]
        text = _without(text, match)
    text = _take_status(text, given)
    return None if _FILLER.sub("", text) else given


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _take_status(text: str, given: dict[str, Any]) -> str:
    if match := _NOT_DONE.search(text):
        given["status"] = "open"
        return _without(text, match)
    for pattern, status in _STATUSES:
        if match := pattern.search(text):
            # "all my open tasks" means the open ones.
            given.setdefault("status", status)
            text = pattern.sub(" ", text)
    return text


def _take_tag(text: str, given: dict[str, Any]) -> str:
    if match := _TAG.search(text):
        given["tag"] = match["tag"] or match["name"]
        return _without(text, match)
    return text


def _take_dates(text: str, given: dict[str, Any], clock: UserClock) -> str:
    """Parse the first day, period or time into one or both due bounds; return the text without it."""
    for start in (match.start() for match in re.finditer(r"(?<![\w#])\w", text)):
        try:
            phrase = match_phrase(text, start, zone=clock.zone, now=clock.now)
        except Invalid:
            continue
        if phrase is not None and (phrase.days is not None or phrase.exact is not None):
            given |= _bounds(phrase, text[:start], clock)
            return f"{_AFTER.sub('', text[:start])} {text[phrase.end :]}"
    return text


def _bounds(phrase: Phrase, before: str, clock: UserClock) -> dict[str, Any]:
    first, last = (phrase.bound(clock.zone, clock.now, end=end) for end in (False, True))
    if phrase.lead in ("before", "due before", "vor", "vor dem") and phrase.clock is None:
        last = first - timedelta(seconds=1)
    after = bool(_AFTER.search(before)) or phrase.lead in ("from", "ab", "starting")
    if after:
        return {"due_after": _written(first, clock)}
    if phrase.lead in _UP_TO or phrase.clock is not None or phrase.exact is not None:
        return {"due_before": _written(last, clock)}
    return {"due_after": _written(first, clock), "due_before": _written(last, clock)}


def _written(moment: datetime, clock: UserClock) -> str:
    local = moment.astimezone(clock.zone)
    midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    whole_day = midnight or is_date_only(moment, clock.zone)
    return local.date().isoformat() if whole_day else local_due(Due(moment), clock.zone)
