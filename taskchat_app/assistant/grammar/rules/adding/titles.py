"""Reads parts of a new task's title: a recurrence beside it, a date alone, and titles that name nothing."""

import re
from collections.abc import Mapping
from typing import Any

from taskchat_app.assistant.grammar.commands import SlotMatch, UserClock
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import sentence
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.recurrence.phrases import find_rule
from taskchat_app.domain.storage.errors import Invalid


def rule_of(groups: Mapping[str, str], given: dict[str, Any]) -> dict[str, str]:
    """Return the recurrence of "a daily task", unless the words of the task name one."""
    often = (groups.get("often") or "").removesuffix("e")  # "tägliche" is "täglich"
    found = find_rule(often) if often else None
    return {"recurrence": found.rule} if found and "recurrence" not in given else {}


def without_zu(title: str) -> str:
    """Return "Oma anrufen" for "Oma anzurufen", which "erinnere mich daran" makes of it."""
    return _ZU.sub(r"\g<part>\g<verb>", title)


def is_date(text: str, clock: UserClock) -> bool:
    """Return whether the text is a date or a recurrence and nothing else."""
    if (found := find_rule(text)) and not re.search(r"\w", text[: found.start] + text[found.end :]):
        return True
    if not text.strip():
        return False
    try:
        parse_due(text, zone=clock.zone, now=clock.now)
    except Invalid:
        return False
    return True


def dated_title(match: SlotMatch, clock: UserClock) -> dict[str, Any] | None:
    """Return the arguments of create_task for the groups "title" and "when"; None unless "when" is a date.

    It is one if the title read with it is the title read without it: all its words were taken. The end of a recurrence
    may stand in the title ("every friday", "submit the form until june"), and is taken only beside a recurrence: so the
    title is also read beside another one.
    """
    given = read_title(f"{match['title']} {match['when']}", clock)
    titles_without = [read_title(match["title"], clock)["title"]]
    if "recurrence" in given:
        titles_without.append(read_title(f"{match['title']} every day", clock)["title"])
    has_date = given["title"] in titles_without and not given.keys().isdisjoint(("due_date", "recurrence"))
    return given if has_date else None


# "(Oma an)zu(rufen)", "(Milch) zu (kaufen)"
_ZU = re.compile(
    r"(?:(?<=\s)zu\s|(?<=\s)(?P<part>ab|an|auf|aus|ein|her|hin|hoch|mit|nach|raus|rein|runter|um|vor|weg|zurück|zusammen)zu)"
    r"(?P<verb>[a-zäöüß]{2,20}n)\Z"
)
# "Add reminder letter"
NO_LETTER = r"(?! (?:letter|e-?mail|mail|message|note|notice|card|text|sms|app|service)s?\b)"
THING = (
    rf"(?:task|tasks|todo|to-do|to do(?= (?:called|named)|:)|item"
    rf"|reminder{NO_LETTER}|entry|one(?! (?:hour|minute|day|week|month)\b))"
)
_NAMELESS = (
    # "a new task", "eine neue Erinnerung"
    "(?:(?:a|an|the|this|that|new|recurring|repeating|daily|weekly|monthly|yearly|wiederkehrende|eine?n?|neue[ns]?|das"
    rf"|dies) )*(?:{THING}|event|appointment|aufgabe|erinnerung|ereignis(?:se)?|termine?|aufgaben|erinnerungen)",
    # "something", "the following things", "a task for this", "an event with these people"
    rf"(?:(?:a|an|the|this|these|that|those|some|only|following) )*(?:{THING}|event|appointment|dates?|times?"
    "|dates? and times?|something|things?|stuff|people|details)"
    r"(?: (?:with|for|on|to|about) (?:only )?(?:this|these|that|those|it|the following)(?: \w+)?)?",
    # "me later", "in 5", "that", "daran"
    r"(?:me )?(?:later|again|soon|then)|in \d{1,2}|it|this|that|es|das|them|these|those|da?ran",
    # "to my list", "a new item on the list"
    "(?:(?:an? )?(?:new )?(?:item|something|it) )?(?:(?:to|on) )?(?:the |my )?list",
)
NO_TITLE = sentence("|".join(_NAMELESS))
