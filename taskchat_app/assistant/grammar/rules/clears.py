"""Rules for clearing a field of a task: "remove the note from 3", "lösche die Priorität vom Bericht"."""

import re

from taskchat_app.assistant.grammar.commands import Command, Language, Row, UserClock
from taskchat_app.assistant.grammar.targets import read_target

_FIELDS = ("due_date", "description", "priority", "recurrence", "tags")


def _cleared(match: re.Match[str], _: UserClock, language: Language) -> Command:
    groups = match.groupdict()
    field = next(name for name in _FIELDS if groups.get(name))
    # Each task has a priority.
    given = {"priority": "medium"} if field == "priority" else {"clear": [field]}
    return Command("update", match.string, read_target(match["target"]), given, language)


_T = r"(?P<target>.+?)"
# "Remove the date from my list" is about a task.
_NO_LIST = r"(?!(?:(?:the|my) )?(?:[\w-]+ )?list\b)"
CLEARS: tuple[Row, ...] = (
    (r"(?:remove|clear|delete|drop) (?P<the>(?:the|its) )?(?:(?P<due_date>due date|deadline|due|date|time)"
     r"|(?P<description>description|notes?)|(?:\w+ )?(?P<priority>priority)|(?P<recurrence>repetition|recurrence))"
     rf" (?:from|of|on(?= #?\d)|(?(the)(?:on|for)|of)) {_NO_LIST}{_T}", "en", _cleared),
    (rf"(?:remove|clear|delete) (?:the |all )?(?P<tags>tags) (?:of|from|on) {_T}", "en", _cleared),
    # "Lösche den Termin vom Freitag" is about a task.
    (r"(?:entferne?|lösche?|streiche?|beende) (?:das|die|den|alle) (?:(?P<due_date>datum|frist|fälligkeit(?:sdatum)?"
     r"|deadline|(?:uhr)?zeit|termin(?= (?:von|bei)\b))|(?P<description>notiz(?:en)?|beschreibung)"
     r"|(?P<priority>priorität|prio)|(?P<recurrence>wiederholung)|(?P<tags>schlagw(?:ort|örter)|(?<!den )tags?))"
     rf" (?:von|vom|bei|beim|aus) {_T}", "de", _cleared),
)  # fmt: skip
