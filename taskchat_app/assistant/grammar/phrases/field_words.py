"""Parses what is said of a task without naming it: "high priority", "due friday", "every week", "tag work"."""

import re
from dataclasses import replace
from typing import Any

from taskchat_app.assistant.grammar.commands import Command, Target, UserClock
from taskchat_app.assistant.grammar.phrases.new_task import read_tags
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.date_mentions import find_due
from taskchat_app.domain.dates.date_phrase import DueMention
from taskchat_app.domain.dates.due_dates import said_due
from taskchat_app.domain.dates.local_time import local_due
from taskchat_app.domain.dates.vocabulary import MONTH, UNITS, any_of
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_RANK, PRIORITY_WORD, priority_of

_CLEARED = {
    "due_date": "due date|deadline|due|date|date and time|time and date|datum|datum und zeit|datum und die zeit"
    "|datum und uhrzeit|datum und die uhrzeit|frist|fälligkeit|fälligkeitsdatum",
    "time": "time|zeit|uhrzeit",
    "description": "description|note|notes|notiz|notizen|beschreibung",
    "priority": "priority|prio|priorität",
    "recurrence": "repetition|recurrence|wiederholung",
}
FIELDS = {name: field for field, names in _CLEARED.items() for name in names.split("|")}
"""The field that each of these names means, as in "no deadline" or "remove the note"."""
JOINT = phrase(r"\s?, (?:(?:and|und) )?| (?:and|und) ")  # "high priority, due friday"
_MAX_CHARACTERS = 100
# "It's due friday" orders a date; "it's friday" may only be said, so no day follows "it's" directly.
_AFTER_IT_IS = (
    rf"(?=(?:now |jetzt )?(?:very|really|sehr|not|nicht|due|fällig|every|jede\w?|with|mit|tagged|{PRIORITY_WORD})\b)"
)
_LED = phrase(
    r"\A(?:(?:and|und|also|auch) )?(?:(?:make|set|mark|mache?|setze?|markiere?) (?:it|that|es|ihn|sie|das) "
    rf"(?:(?:to|as|auf|als|zu) )?|(?:it['’]?s|(?:it |that |es |das )?(?:is|ist)) {_AFTER_IT_IS})?"
    r"(?:(?:very|really|now|sehr|jetzt) )*"
)
# "Top!" is only praise.
_PRIORITY = sentence(
    rf"(?!top\Z)(?P<calm>not |nicht )?(?:with |mit )?!?(?P<word>{PRIORITY_WORD})(?:[\s-]+(?:priority|prio|priorität))?"
    rf"|(?:priority|prio|priorität)(?:\s?: | )(?P<named>{PRIORITY_WORD})|{PRIORITY_RANK}"
)
_RULE = phrase(r"\A(?:repeat(?:s|ing)?(?: it)?|wiederhole es) ")  # "repeats (every monday)"
_TAGS = sentence(
    r"(?:tag(?:ged)?(?: it)?(?: as| with)?|(?:with |mit )?(?:the |dem )?(?:tags?|schlagw(?:ort|örter)))(?:\s?:)? "
    r"(?P<tags>#?[\w\-]{1,50}(?:(?:\s?,\s?| (?:and|und) | (?=#))#?[\w\-]{1,50}){0,19})"
    r"|(?P<hashes>#[\w\-]{1,50}(?: #[\w\-]{1,50}){0,19})"
)
# "6 next week", "6 at 3, not 4"; but "6 december" is a day
_OF_NUMBER = sentence(
    rf"#?(?P<number>\d{{1,3}}):? (?!(?:{MONTH}|{any_of(UNITS)}|am|pm|uhr|o['’]?clock)\b)"
    r"(?:(?:to|on|is|auf|zu|ist|->) )?(?P<fields>.{2,60}?)(?:,? (?:not|nicht) \d[\d.:]*)?"
)
_TITLE = "Task"
"""Stands in for a title: find_due reads no date that would leave none."""


def read_fields(text: str, clock: UserClock) -> dict[str, Any] | None:
    """Return the fields that the text says, and nothing else: priority, due_date, recurrence, tags; None for others."""
    text = text.strip().rstrip(".!")
    if len(text) > _MAX_CHARACTERS:
        return None
    if given := _read_field(_LED.sub("", text), clock):
        return given
    for joint in JOINT.finditer(mask_quotes(text)):
        first = _read_field(_LED.sub("", text[: joint.start()]), clock)
        rest = read_fields(text[joint.end() :], clock) if first else None
        if first and rest and not first.keys() & rest.keys():
            return first | rest
    return None


def changes_of(fields: dict[str, Any], target: Target, like: Command) -> list[Command]:
    """Return the commands that change these fields of a task; its tags are added to those that it has."""
    given = {name: value for name, value in fields.items() if name != "tags"}
    commands = [replace(like, kind="update", target=target, given=given)] if given else []
    tags = [replace(like, kind="tag", target=target, given={"tags": fields["tags"]})] if "tags" in fields else []
    return [*commands, *tags]


def changes_of_number(clause: str, clock: UserClock) -> list[Command]:
    """Return the changes that a clause says of a task by its number alone: "6 next week", "#8 to 3pm"."""
    match = _OF_NUMBER.fullmatch(clause)
    fields = read_fields(match["fields"], clock) if match else None
    if match is None or fields is None:
        return []
    return changes_of(fields, Target(numbers=(int(match["number"]),)), Command("update", clause))


def series_fields(found: DueMention, clock: UserClock) -> dict[str, Any]:
    """Return the recurrence that was found, with its first date if it names one."""
    due = found.due_of_change
    return {"recurrence": found.rule} | ({"due_date": local_due(due, clock.zone)} if due else {})


def _read_field(text: str, clock: UserClock) -> dict[str, Any] | None:
    if match := _PRIORITY.fullmatch(text):
        level = priority_of(word=match["word"] or match["named"], rank=match["rank"])
        return {"priority": "low" if match["calm"] else level}
    if match := _TAGS.fullmatch(text):
        return {"tags": read_tags(match["tags"] or match["hashes"])}
    rule = _RULE.sub("", text)
    found = find_due(f"{_TITLE} {rule}", zone=clock.zone, now=clock.now)
    if found and found.rule and found.cut_from(f"{_TITLE} {rule}") == _TITLE:
        return series_fields(found, clock)
    has_letter = re.search(r"[^\W\d]", text) is not None  # "5" is no date
    due = said_due(text, zone=clock.zone, now=clock.now) if has_letter else None
    return {"due_date": due} if due else None
