"""Rules for listing and counting tasks: a question parsed into arguments of list_tasks."""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from taskchat_app.assistant.grammar.commands import Command, Kind, UserClock
from taskchat_app.assistant.grammar.phrases.filters import (
    TASKS,
    name_in,
    phrases_in,
    take_filters,
    whole_day,
    with_date_words,
)
from taskchat_app.assistant.grammar.phrases.list_names import A_LIST, list_tag
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.rules import list_questions as questions
from taskchat_app.assistant.grammar.rules.list_questions import Questions, matches

Arguments: TypeAlias = dict[str, Any]
"""Of list_tasks: its filters."""
ReadArguments: TypeAlias = Callable[[re.Match[str], UserClock], Arguments | None]

_FILLER_WORDS = (
    "my the me all of on in is are am to do have i got due that which for with any please there still stuff much "
    "sachen dinge weg what should anything something yet s and a up coming upcoming need be by agenda "
    "schedule plate priority whats get die der den auf mir an schon liegt steht sind ist es noch fällig zu tun "
    "machen erledigen dran muss soll gibt ich bitte aus bis zum was habe mit lately recently stehen rum herum"
).split()
# Words allowed around the filters of a question; with any other word, it is another question.
_FILLER = phrase(rf"\b(?:{TASKS}|meine?[nr]?|{'|'.join(_FILLER_WORDS)})\b|[’'\s,.?!:]+")
_MORE_FILLER_WORDS = (
    "list lists listen todo planner reminder more many name names content contents number numbers out back read "
    "this these those our you going scheduled planned current active as at day now listed left first plan about "
    "has it else currently showing show shows shown happening booked note noted save saved stored written marked "
    "listing look looks looking like does did will were been being other specific important today's who if "
    "whether know happen happens occur occurs occurring schedules some each every single entire whole according "
    "right irgendwelche irgendwas irgendetwas reminded thing things tell supposed having see check there's ahead "
    "remaining outstanding different within during between into how full available jobs from put down already "
    "aktuelle aktuellen bevorstehende bevorstehenden zukünftige zukünftigen nächste nächsten nächster nächstes "
    "dem das einen etwas morning afternoon evening one ones einige so eigentlich denn geplante geplanten ansteht "
    "anliegt aufgeführt eingetragen vermerkt notiert gespeichert stehen später im kalender terminplan wochenplan "
    "tagesplan tagesablauf vor geplant gesetzt für von sieht wie alles mein meinem terminkalender als ausstehende "
    "ausstehenden eingestuft markiert haben hat"
).split()
# Words allowed besides in a longer question
_MORE_FILLER = phrase(
    rf"\b(?:{TASKS}|{'|'.join(_MORE_FILLER_WORDS)}|calend[ae]r|appear|appears|appearing|day of|ein paar"
    r"|(?<!for )(?<!from )work(?! (?:tasks?|todos?|items?|things?|stuff)\b))\b"
)
_ON_A_LIST = phrase(rf"(?:\A\s?|\b(?:on|in|from|of|down on|auf|in|von|aus) ){A_LIST}(?![\w-])")
_WHETHER = phrase(
    r"\A(?:(?:see|check|find out|tell me|let me know|do you know|i want to know) (?:if|whether)|weißt du,? ob) "
)
# What one has of a period is the period: "my week", "my weekly plan".
_OF_MINE = (
    (phrase(r"\bmy (?=(?:week|weekend|month|year)\b)"), "this "),
    (phrase(r"\bmy day\b|\b(?:my |the )?daily (?=plan|schedule|agenda|calendar|tasks|to-?dos?)"), "today "),
    (phrase(r"\bmeine[nr]? (?=woche\b)|\bmein (?=(?:wochenende|monat)\b)"), "diese "),
)
_ANY_EVENT = sentence(
    r"(?:event|appointment|engagement|termin|ereignis|veranstaltung|verabredung)(?: (?:um|at))?(?: .{1,20})?"
)
# "What's left for work?"
_FOR_A_TAG = phrase(
    r"\b(?:for|für(?: (?:die|das|den))?|bei(?: der)?) (?P<tag>[\w-]{3,30})(?: (?:noch|machen|tun))*\s*\Z"
)
_SLASHED = phrase(r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b")  # "3/5"
# "What tags do I have?" asks for no tasks, and names no tag.
_WHICH_TAGS = phrase(
    r"\A(?:(?:show|tell) me |zeige? mir |sage? mir,? )?(?:what|which|how many|welche|was für|wie ?viele)"
    r" (?:tags?|labels?|schlagw(?:ort|örter))\b(?! #)"
)
# What was done "seit Montag"; what is due since then would be what is due after the next monday
_SINCE = phrase(r"\bseit (?=\S)")
_VAGUE = frozenset("anything something nothing any much already yet etwas was nichts viel noch schon".split())


def read_list(clause: str, clock: UserClock) -> Command | None:
    """Return the command to list or search tasks; None if the clause is something else."""
    if _WHICH_TAGS.search(clause):
        return None
    for match, language in matches(questions.ASKS, clause):
        given, rest = take_filters(match["rest"], clock)
        if not _FILLER.sub("", rest):
            return Command("list", clause, given=given, language=language)
    search = next(matches(questions.SEARCHES, clause), None)
    if search is None:
        return None
    match, language = search
    words = name_in(match["words"].strip(' "“”„?.')) or match["words"]
    if _all_filters(match["words"], clock) is not None or _SLASHED.fullmatch(words):
        return None
    return Command("list", clause, given={"search": words}, language=language)


def read_question(clause: str, clock: UserClock) -> Command | None:
    """Return what the clause asks about the list: what was done, how many, what to do, whether something is on it."""
    clause = clause.strip(" ?.!")
    if _WHICH_TAGS.search(clause):
        return None
    if finished := _asked("finished", questions.FINISHED, _SINCE.sub("ab ", clause), clock, _filters_alone):
        return finished
    if count := _asked("count", questions.COUNTS, clause, clock, _filters_alone):
        return count
    return _asked("look", questions.AGENDAS, clause, clock, _agenda)


def read_look(clause: str, clock: UserClock) -> Command | None:
    """Return the command to list what a longer question asks for; tried where no shorter rule matches."""
    clause = clause.strip(" ?.!")
    if _WHICH_TAGS.search(clause):
        return None
    return (
        _asked("look", questions.FREE, clause, clock, lambda match, clock: _day_in(match["rest"], clock))
        or _on_list(clause, clock)
        or _asked("look", questions.LOOKS, clause, clock, _filters_alone)
        or _asked("look", questions.DATED_FINDS, clause, clock, _search_and_dates)
        or _asked("look", questions.SHOWN, clause, clock, lambda match, _: {"tag": match["tag"].lower()})
        or _with_two_readings(clause, clock)
    )


def _on_list(clause: str, clock: UserClock) -> Command | None:
    """Return the command for "is milk on my shopping list"; None also where filters stand in place of the words."""
    for match, language in matches(questions.FINDS, _WHETHER.sub("", clause)):
        name, tag = _name(match["words"]), list_tag(match.groupdict())
        if name and _all_filters(match["words"], clock) is not None:
            return None
        if name:
            return Command("look", clause, given={"search": name} | ({"tag": tag} if tag else {}), language=language)
    return None


def _with_two_readings(clause: str, clock: UserClock) -> Command | None:
    """Return "bad_date" for a look at 3/5, which is in March or in May; None if it would be none on another date."""
    slashed = _SLASHED.search(clause)
    look = read_look(_SLASHED.sub("2000-01-01", clause), clock) if slashed else None
    return Command("bad_date", clause, given={"date": slashed[0]}, language=look.language) if slashed and look else None


def _asked(kind: Kind, table: Questions, clause: str, clock: UserClock, read: ReadArguments) -> Command | None:
    """Return the command of the first question of the table whose arguments can be read from its match."""
    for match, language in matches(table, clause):
        given = read(match, clock)
        if given is not None:
            return Command(kind, clause, given=given, language=language)
    return None


def _filters_alone(match: re.Match[str], clock: UserClock) -> Arguments | None:
    return _all_filters(_rest_of(match, "rest"), clock)


def _agenda(match: re.Match[str], clock: UserClock) -> Arguments | None:
    filters = _all_filters(_rest_of(match, "rest"), clock)
    return None if filters is None else filters | {"status": "open", "sort": "due"}


def _search_and_dates(match: re.Match[str], clock: UserClock) -> Arguments | None:
    """Return a search together with the dates besides it; None without a date or without words."""
    text = with_date_words(_rest_of(match, "words"))
    given, rest = take_filters(text, clock, by_day=True)
    name = _name(rest)
    if _ANY_EVENT.fullmatch(name):
        return _day_in(text, clock)
    has_other_date = any(found.is_sure for found in phrases_in(name, clock))  # "this week on friday"
    if not name or has_other_date or not given.keys() & {"due_after", "due_before"}:
        return None
    return {"search": name, **given}


def _rest_of(match: re.Match[str], group: str) -> str:
    return f"{match[group]} {match.groupdict().get('more') or ''}"


def _all_filters(text: str, clock: UserClock) -> Arguments | None:
    """Return the filters, with a list by name as a tag; None if words remain that belong to no filter."""
    text = with_date_words(text)
    for pattern, words in _OF_MINE:
        text = pattern.sub(words, text)
    tag = None
    if match := _ON_A_LIST.search(text):
        tag = list_tag(match.groupdict())
        text = f"{text[: match.start()]} {text[match.end() :]}"
    given, rest = take_filters(text, clock, by_day=True)
    if tag is None and (match := _FOR_A_TAG.search(rest)) and _without_fillers(match[0]):
        tag, rest = match["tag"], rest[: match.start()]
    if _without_fillers(rest):
        return None
    return given | {"tag": tag} if tag else given


def _without_fillers(text: str) -> str:
    return _FILLER.sub(" ", _MORE_FILLER.sub(" ", text)).strip()


def _day_in(text: str, clock: UserClock) -> Arguments | None:
    """Return the bounds of the day in the text, whatever time it names; of a time alone its next day."""
    for found in phrases_in(text, clock):
        if found.days is not None:
            return whole_day(found)
        day = found.due(clock.zone, clock.now).local_day(clock.zone).isoformat()
        return {"due_after": day, "due_before": day}
    return None


def _name(words: str) -> str:
    """Return the words to look for, in the singular."""
    name = name_in(words)
    if all(word in _VAGUE for word in name.lower().split()):
        return ""
    return name.removesuffix("s") if " " not in name and len(name) > 4 and not name.endswith("ss") else name
