"""Parses filters of list_tasks from words: tag, dates, overdue, priority, status."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.domain.dates.clock_phrases import match_clock
from taskchat_app.domain.dates.date_phrase import Phrase, find_phrase
from taskchat_app.domain.dates.local_time import FIRST_YEAR, LAST_YEAR, Due, at_local_time, is_date_only, local_due
from taskchat_app.domain.dates.vocabulary import NUMBER, UNITS, any_of, in_both_spellings, with_digraphs
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_WORD, PRIORITY_WORDS

TASKS_EN = (
    r"tasks?|todos?|to-dos?|to do['’]?s|items?|things|reminders?|list|entries|(?:calendar )?events?|appointments"
    r"|engagements|plans|chores|openings"
)
TASKS_DE = (
    r"aufgaben|liste|todo-liste|to-do-liste|termine|ereignisse|veranstaltungen|erinnerungen|einträge|artikel"
    r"|verpflichtungen"
)
TASKS = rf"(?:{TASKS_EN}|{TASKS_DE})"
_STATUSES = (
    (phrase(r"\b(?:done|completed?|finished|ticked off|erledigten?|erledigt|geschafft|abgehakt|fertigen?)\b"), "done"),
    (phrase(r"\b(?:open|undone|unfinished|pending|remaining|left|todo|offen|offenen?|ausstehenden?)\b"), "open"),
    (phrase(r"\b(?:all|everything|alle|alles)\b"), "all"),
)
# "Not yet done", "to be done"
_NOT_DONE = phrase(
    r"\b(?:not|n't|isn't|haven't|nicht) (?:yet |noch )?(?:been )?(?:done|completed?|finished|erledigt)\b"
    r"|\bto (?:be|get) (?:done|completed|finished)\b"
)
_PRIORITY = phrase(
    rf"\b(?P<level>{PRIORITY_WORD})(?:[\s-]+(?:priority|prio|priorität))?\b"
    rf"|\b(?:priority|priorität) (?P<level2>{PRIORITY_WORD})\b"
)
# "#home", "tagged home", "mit dem Schlagwort Garten"
_TAG = phrase(
    r"#(?P<tag>(?!\d+\b)[\w\-/]+)"
    r"|\b(?:tagged(?: (?:as|with))?|(?:with )?(?:the )?tags?|(?:mit (?:dem )?)?schlagwort|mit (?:dem )?tag)"
    r" #?(?P<name>[\w\-]+)"
)
_DATE = r"(?:due[ -]?)?(?:dates?|deadlines?|time)|(?:fälligkeits)?(?:datum|termin|frist)"
_UNDATED = phrase(
    r"\b(?:(?:(?:that|which) )?(?:have|has|with) no"  # "that have no due date"
    r"|without(?: an?| any)?"  # "without a deadline"
    r"|(?:that |which )?do(?:es)?(?:n['’]?t| not) have(?: an?| any)?"  # "which don't have a date yet"
    r"|ohne"  # "ohne Termin"
    r"|(?:haben|mit)(?: (?:noch|gar|eigentlich)){0,2} keine?n?m?"  # "haben noch keine Frist"
    rf") (?:{_DATE})\b(?: set| yet| haben)?"
    r"|\bundated\b"
    rf"|\b(?:was|die)(?: noch)? keine?n? (?:{_DATE}) (?:hat|haben)\b"  # "die noch keinen Termin haben"
)
_UNTAGGED = phrase(
    r"\b(?:(?:(?:that |which )?(?:have|has|with) no|without(?: an?| any)?|ohne|mit keine[nm])"
    r" (?:tags?|labels?|schlagw(?:ort|örter))|un(?:tagged|labeled))\b"
)
"""The filters "undated" and "untagged" are not of list_tasks: offline.plan_parts.filter_tasks chooses the tasks."""
OVERDUE_DE = with_digraphs("überfällig")
_OVERDUE = phrase(rf"\b(?:overdue|late|{OVERDUE_DE}e?n?|{with_digraphs('verspätet')})\b(?: (?:work|stuff)\b)?")
# The word before a date tells on which side of it tasks are due. Most are the Phrase's `lead`: "by" of "by friday".
# "After", "since" and "nach" are no leads for date_phrase, so they end the text before the phrase.
_AFTER = phrase(r"\b(?:after|from|since|starting|nach|ab) $")
_LEADS_FROM = ("from", "ab", "starting")
_LEADS_BEFORE = ("before", "due before", "vor", "vor dem")  # without the day itself
_LEADS_UNTIL = ("until", "till", "bis", "bis zum", "bis zu")
_BY = (
    "by|due by|due until|no later than|not later than|at the latest by|fällig bis|nicht später als|spätestens"
    "|spätestens am|spätestens bis|spätestens bis zum|bis spätestens|bis spätestens am|bis spätestens zum".split("|")
)
_LEADS_UP_TO = (*_LEADS_BEFORE, *_LEADS_UNTIL, *in_both_spellings(dict.fromkeys(_BY)))
# "(Between) the 1st (and) the 5th", "(vom) 1. bis zum 4."
_BEGINS_PERIOD = phrase(r"\b(?:from|vo[mn]|(?P<between>between|zwischen)) (?:de[mnr] )?$")
_TO_THE_END = phrase(r" (?:to|through|thru) ")  # "(from friday) to (sunday)"
_AND_THE_END = phrase(r" (?:and|und) (?:de[mnr] )?")  # "(between friday) and (sunday)"
_THEN_CLOCK = phrase(r"\s?,? (?P<side>after|before|from|nach|vor|ab) ")  # "(friday) after (1pm)"
_POSSESSIVE = phrase(r"(?<=\w)['’]s\b")  # "tuesday's calendar"
# Days in other words than dates have, and those words
_DATE_WORDS = (
    (  # "for the next (3 days)"
        phrase(
            r"\b(?:(?:for|in|within|over|during|für) )?(?:(?:the|den|die|der) )?(?:next|coming|nächsten|kommenden)"
            rf" (?=(?:{NUMBER}) (?:{any_of(UNITS)})\b)"
        ),
        "until in ",
    ),
    # "Between now and (next Wednesday)"
    (
        phrase(
            r"\b(?:between (?:now|today) and|from now (?:until|till|to)|zwischen (?:jetzt|heute) und|von jetzt bis)\b"
        ),
        "until",
    ),
    (phrase(r"\bheutige[nrs]?\b"), "heute"),
    (phrase(r"\bmorgige[nrs]?\b"), "morgen"),  # "der morgige Termin"
    (phrase(r"\bkommende[nrs]?\b"), "nächste"),  # "kommender Freitag"
    (  # "for the rest of the day", "for part of my day"
        phrase(r"\b(?:for |the |remainder |rest |remaining |part ){2,6}(?:of )?(?:the |this |my )?day\b(?! of\b)"),
        "today",
    ),
    (phrase(r"\b(?:for )?(?:the )?(?:rest|remainder) of (?:the|this) (?=week|month|year)"), "this "),
    (phrase(r"\b(?:for|of) (?:the|my) day\b(?! of\b)|\btages(?:ablauf|plan)\b"), "today"),  # "agenda for the day"
    (phrase(r"\b(?:for|of) the week\b|\bwochenplan\b|\bdie woche\b"), "this week"),
)
_WITHIN = phrase(rf"\b(?:within|innerhalb von|binnen) (?=(?:{NUMBER}) (?:{any_of(UNITS)})\b)")
_GERMAN_DAY = phrase(r"\b(?:am|vom|zum|bis) \d{1,2}\Z")  # "am 5"
_AROUND_NAMES = frozenset(
    "and that thats which who is are was were has have had due about for on of at in with to from my the a an i"
    " scheduled planned any some already next upcoming task tasks todo todos event events appointments reminders items"
    " things der die das den dem des meine meinen meiner mein eine einen ein für vom von am um zu zum zur über mit sind"
    " ist fällig aus im in nächste nächsten nächstes geplant habe ich set booked arranged aufgaben termine ereignisse"
    " irgendwelche veranstaltungen".split()
)


def with_date_words(text: str) -> str:
    """Return the text with its days in the words that dates have: "der morgige Termin" → "der morgen Termin"."""
    for pattern, word in _DATE_WORDS:
        text = pattern.sub(word, text)
    return _POSSESSIVE.sub("", text)


def take_filters(text: str, clock: UserClock, *, by_day: bool = False) -> tuple[dict[str, Any], str]:
    """Return the filters that the text names, and the text without them.

    Each step puts what it finds into `given` and returns the text without it. With `by_day`, "monday at 2pm" means all
    of that day, as in "what do I have on monday at 2pm".
    """
    given: dict[str, Any] = {}
    if match := _UNTAGGED.search(text):
        given["untagged"] = True
        text = _without(text, match)
    if match := _UNDATED.search(text):
        given["undated"] = True
        text = _without(text, match)
    if match := _TAG.search(text):
        given["tag"] = match["tag"] or match["name"]
        text = _without(text, match)
    if _GERMAN_DAY.search(text):  # "am 5." lost its dot as the end of a sentence
        text = f"{text}."
    text = _take_dates(text, given, clock, by_day=by_day)
    if match := _OVERDUE.search(text):
        given |= {"status": "open", "due_before": clock.now.astimezone(clock.zone).strftime("%Y-%m-%dT%H:%M")}
        text = _without(text, match)
    if match := _PRIORITY.search(text):
        given["priority"] = PRIORITY_WORDS[(match["level"] or match["level2"]).lower()]
        text = _without(text, match)
    return given, _take_status(text, given)


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


def phrases_in(text: str, clock: UserClock) -> Iterator[Phrase]:
    """Yield the date phrase at each word that begins one, from left to right; those of one date overlap."""
    for word in re.finditer(r"(?<![\w#])\w", text):
        found = find_phrase(text, word.start(), zone=clock.zone, now=clock.now)
        if found and FIRST_YEAR <= found.due(clock.zone, clock.now).local_day(clock.zone).year <= LAST_YEAR:
            yield found


def without_last_date(text: str, clock: UserClock) -> str:
    """Return the text without its last day: "all overdue ones" of "all overdue ones on friday"."""
    ends = [found for found in phrases_in(text, clock) if found.days is not None]
    return f"{text[: ends[-1].start]} {text[ends[-1].end :]}" if ends else text


def _take_dates(text: str, given: dict[str, Any], clock: UserClock, *, by_day: bool) -> str:
    """Parse the first day, period or time into one or both due bounds; return the text without it."""
    text = _WITHIN.sub("until in ", text)
    found = next((found for found in phrases_in(text, clock) if not found.is_time_alone), None)
    if found is None:
        return text
    if last := _end_of_period(text, found, clock):
        given |= {"due_after": whole_day(found)["due_after"], "due_before": whole_day(last)["due_before"]}
        return f"{_BEGINS_PERIOD.sub('', text[: found.start])} {text[last.end :]}"
    before = text[: found.start]
    given |= whole_day(found) if _is_whole_day(found, by_day=by_day) else _bounds(found, before, clock)
    end = _take_clock(text, found, given, clock)
    return f"{_AFTER.sub('', before)} {text[end:]}"


def _is_whole_day(found: Phrase, *, by_day: bool) -> bool:
    """Return whether a day with a time means all of the day: "friday afternoon" does, "by friday at 2pm" does not."""
    if found.days is None or found.clock is None or found.lead in _LEADS_UP_TO:
        return False
    return by_day or found.clock.vague


def _end_of_period(text: str, first: Phrase, clock: UserClock) -> Phrase | None:
    """Return the last day of the period that `first` begins: "between the 1st and the 5th"; None if it begins none."""
    begins = _BEGINS_PERIOD.search(text[: first.start])
    if first.days is None or not (first.lead == "from" or begins):
        return None
    joint = _AND_THE_END if begins and begins["between"] else _TO_THE_END
    for found in phrases_in(text, clock):
        is_until = found.lead in _LEADS_UNTIL and text[first.end : found.start].isspace()
        is_end = is_until or joint.fullmatch(text, first.end, found.start)
        if found.days and found.start > first.end and is_end and first.days.first <= found.days.last:
            return found
    return None


def _take_clock(text: str, found: Phrase, given: dict[str, Any], clock: UserClock) -> int:
    """Narrow the bounds of a day by "after 1pm" behind it; return where the date ends."""
    side = _THEN_CLOCK.match(text, found.end)
    if side is None or found.days is None or found.clock is not None:
        return found.end
    named = match_clock(text, side.end())
    if named is None:
        return found.end
    moment = at_local_time(found.days.first, named.at, clock.zone)
    is_after = side["side"].lower() in ("after", "from", "nach", "ab")
    given["due_after" if is_after else "due_before"] = _written(moment, clock)
    return named.end


def _bounds(found: Phrase, before: str, clock: UserClock) -> dict[str, Any]:
    """Return the due bounds of a date; `before` is the text before it, which may end with "after"."""
    first = found.bound(clock.zone, clock.now, end=False)
    last = found.bound(clock.zone, clock.now, end=True)
    if found.lead in _LEADS_BEFORE and found.clock is None:  # "before friday": to the end of thursday
        last = first - timedelta(seconds=1)
    if _AFTER.search(before) or found.lead in _LEADS_FROM:  # "after friday", "from friday"
        return {"due_after": _written(first, clock)}
    # "By friday", "in 2 hours". "Monday at 2pm" too: all that is due by then.
    if found.lead in _LEADS_UP_TO or found.clock is not None or found.exact is not None:
        return {"due_before": _written(last, clock)}
    return {"due_after": _written(first, clock), "due_before": _written(last, clock)}  # "friday", "this week"


def whole_day(found: Phrase) -> dict[str, Any]:
    """Return the bounds of the day or period of a phrase, whatever time it names besides."""
    if found.days is None:
        return {}
    return {"due_after": found.days.first.isoformat(), "due_before": found.days.last.isoformat()}


def _written(moment: datetime, clock: UserClock) -> str:
    local = moment.astimezone(clock.zone)
    is_day = local.time().replace(tzinfo=None) == time(0) or is_date_only(moment, clock.zone)
    return local.date().isoformat() if is_day else local_due(Due(moment), clock.zone)


def name_in(text: str) -> str:
    """Return the text without the words around a name: "(about) the car (that i had)"."""
    words = [word.strip(",.:;?!") for word in text.split()]
    words = [word for word in words if word]
    while words and words[0].lower() in _AROUND_NAMES:
        words.pop(0)
    while words and words[-1].lower() in _AROUND_NAMES:
        words.pop()
    return " ".join(words)
