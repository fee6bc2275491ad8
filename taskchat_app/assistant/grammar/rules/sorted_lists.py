"""Rules for the list in another order: "sort by due date", "zeige meine Aufgaben nach Priorität sortiert"."""

import re

from taskchat_app.assistant.grammar.commands import Command, Language
from taskchat_app.assistant.grammar.phrases.patterns import sentence

_KEYS = {
    "due": "due date|due|deadlines?|dates?|datum|fälligkeit|frist|termin",
    "priority": "priority|priorities|importance|urgency|priorität|wichtigkeit|dringlichkeit",
    "title": "title|name|titel|namen?",
    "created": "number|age|creation|nummer|alter|erstellung",
}
"""The words for each value of list_tasks' `sort`."""
_BY = f"(?:{'|'.join(f'(?P<{key}>{words})' for key, words in _KEYS.items())})"
_ALL = (
    r"(?:(?:my|the|all|open|meine|die|alle|offenen) ){0,3}"
    r"(?:tasks?|to-?dos?|list|aufgaben|liste|it|them|everything|sie|alles)"
)
_ROWS: tuple[tuple[re.Pattern[str], Language], ...] = (
    (sentence(rf"(?:sort|order|arrange)(?: {_ALL})? by (?:the |their )?{_BY}"), "en"),
    (sentence(rf"(?:show|list)(?: me)? {_ALL} (?:sorted |ordered )?by (?:the |their )?{_BY}"), "en"),
    (sentence(rf"(?:sortiere?|ordne)(?: {_ALL})? nach (?:de[mr] )?{_BY}"), "de"),
    (sentence(rf"(?:zeige?(?: mir)? )?{_ALL} nach (?:de[mr] )?{_BY} (?:sortiert|geordnet|sortieren|ordnen)"), "de"),
)


def read_sorted(clause: str) -> Command | None:
    """Return the command to list the tasks in the order that the clause names; None if it is something else."""
    for pattern, language in _ROWS:
        if match := pattern.fullmatch(clause.strip(" ?.!")):
            return Command("look", clause, given={"sort": match.lastgroup}, language=language)
    return None
