"""Rules for clearing a field of a task: "remove the note from 3", "lösche die Priorität vom Bericht"."""

import re

from taskchat_app.assistant.grammar.commands import Command, Language, Row, Target, UserClock
from taskchat_app.assistant.grammar.phrases.targets import read_target

_FIELDS = ("due_date", "time", "description", "priority", "recurrence", "tags")


def _cleared(match: re.Match[str], _: UserClock, language: Language) -> Command:
    """Read a clear; "delete notes from meeting" deletes a task, if there is one of this title."""
    groups, target = match.groupdict(), read_target(match["target"])
    titled = Command("delete", match.string, Target(words=match["title"]), language=language) if target.words else None
    field = next(name for name in _FIELDS if groups.get(name))
    # Each task has a priority.
    given = {"priority": "medium"} if field == "priority" else {"clear": [field]}
    return Command("update", match.string, target, given, language, titled=titled)


_T = r"(?P<target>.+?)"
# "Remove the date from my list" is about a task.
_NO_LIST = r"(?!(?:(?:the|my) )?(?:[\w-]+ )?list\b)"
_FIELD = (
    r"(?:(?P<due_date>due date|deadline|due|date(?: and time)?|time and date)|(?P<time>time)"
    r"|(?P<description>description|notes?)|(?:\w+ )?(?P<priority>priority)|(?P<recurrence>repetition|recurrence))"
)
_FELD = (
    r"(?:(?P<due_date>datum(?: und (?:die )?(?:uhr)?zeit)?|frist|fälligkeit(?:sdatum)?|deadline"
    # "Lösche den Termin vom Freitag" is about a task.
    r"|(?<=den )termin(?= (?:von|bei)\b))|(?P<time>(?:uhr)?zeit)"
    r"|(?P<description>notiz(?:en)?|beschreibung)|(?P<priority>priorität|prio)"
    r"|(?P<recurrence>wiederholung)|(?P<tags>schlagw(?:ort|örter)|(?<!den )tags?))"
    rf" (?:von|vom|bei|beim|aus) (?!(?:der|meiner) (?:\w+ )?liste\b){_T}"
)
CLEARS: tuple[Row, ...] = (
    (rf"(?:remove|clear|delete|drop) (?P<the>(?:the|its) )?(?P<title>{_FIELD}"
     rf" (?:from|of|on(?= #?\d)|(?(the)(?:on|for)|of)) {_NO_LIST}{_T})", "en", _cleared),
    (rf"(?:remove|clear|delete) (?:the |all )?(?P<title>(?P<tags>(?:tag|label)s?) (?:of|from|on) {_T})",
     "en", _cleared),
    (rf"(?:entferne?|lösche?|streiche?|beende) (?:(?:das|die|den|alle) )?(?P<title>{_FELD})", "de", _cleared),
    (rf"(?:ich (?:möchte|will) )?(?:(?:das|die|alle) )?(?P<title>{_FELD}) (?:entfernen|löschen|streichen)",
     "de", _cleared),
)  # fmt: skip
