"""Guesses what a sentence that no rule reads says of a task that it names: it is done, gone, due another day."""

import re
from dataclasses import replace
from typing import Any

from taskchat_app.assistant.grammar.commands import Command, Kind, Target, UserClock
from taskchat_app.assistant.grammar.phrases.conditions import CONDITIONS, DENIALS, is_doubt
from taskchat_app.assistant.grammar.phrases.filters import phrases_in
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.request_words import bare, is_question
from taskchat_app.assistant.grammar.rules.done_statements import NOT_DONE, PAST
from taskchat_app.assistant.grammar.rules.implicit_adds import ends_with_verb
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.due_dates import local_due

# "If it rains I leave the bike", "Tom says he bought milk", "remind me of the milk", "can you water the plants"
_NO_GUESS = phrase(
    rf"\b(?:{CONDITIONS}|(?:whether|wonder|ob|reckons?|said|says|told|meint|sagt|behauptet|hätte?|wäre?|would|except"
    r"|außer|bis auf|mark|add|remind|skip\w*|miss\w*|stop)\b)|\A(?:can|could|kann|könnte|put(?!.* hold\b))\b"
)
# "No need for the milk", "we're not going to Lisbon"; but "doch nicht gekauft" is not done
_UNWANTED = phrase(
    r"\b(?:no need|no longer need(?:ed)?|not (?:going|doing|buying|needed)|(?:won|do ?n)['’]?t need|nimmer"
    r"|doch nicht(?! (?:ge|be|ver)\w+[tn]\b)"
    r"|(?:brauch\w*|müssen|wollen|fliegen|fahren|gehen) .{0,60}nicht mehr|\w+ts nicht mehr)\b"
)
# "Milk is not bought", "nearly done"
_DENIED = phrase(rf"{DENIALS}|\b(?:nearly|almost|half|fast|beinahe|halb|kaum|bald|gleich|soon)\b")
# "The bike is sold", "die Garage kann weg"; but "die Miete ist raus" is done
_GONE = phrase(
    r"\b(?:(?:can|has to) go(?! to)|off (?:the|my) list|get rid|throw out|chuck|drop|forget|sold|died|moot|called off"
    r"|cancell?ed|(?:kann|muss) weg|(?<!ist )(?<!sind )(?:raus|runter)|hinfällig|hinüber|abgesagt|fällt aus|entfällt"
    r"|erübrigt|verkauft)\b"
)
# "The books should be back"
_TO_DO = phrase(r"\b(?:should|needs?|must|have to|got to|gotta|want|muss|müssen|soll\w*|will|möchte)\b")
# "Flüge sind gebucht", "Milch ist da", "milk's in the fridge"
_DONE = phrase(
    rf"\b(?:{PAST}|done|finished|\w+iert|durch|zurück|fertig|geschafft|erledigt|(?:ist|sind) (?:\w+ )?(?:da|raus)"
    r"|(?-i:[a-zäöüß]*ge[a-zäöüß]{2,20}(?:t|en)|(?:be|ver|er)[a-zäöüß]{3,20}t))\b"
    r"|(?:\b(?:is|are|has|have)|['’]s) (?:\w+ )?(?:over|back|sorted|through|gone|running|out|in the)\b"
)
# "Prio for the report: low"
_FIELD = phrase(r"\b(?:tags?|prio\w*|notes?|notiz\w*|dates?|datum|reminders?|erinner\w+|repeat\w*|wiederhol\w+)\b")
_URGENT = phrase(r"\b(?:urgent|important|dringend|wichtig|eilig|eilt)\b")
_PART = phrase(r"[,;.] | (?:but|aber|sondern) ")
_FIELDS = ("due_date", "recurrence", "priority")


def with_guess(commands: list[Command], clock: UserClock) -> list[Command]:
    """Return what a message that is not understood probably says of a task, to be asked about; else its commands."""
    [command, *others] = commands
    clause = bare(command.text)
    is_name = command.kind == "wish" and command.free  # "books to Tom on friday at 4"
    is_read = not (is_name or command.kind in ("offer", "unknown")) or command.given.get("correction")
    if others or is_read or is_question(command.text) or is_doubt(clause, asks=True):
        return commands
    kind, given = _meaning(mask_quotes(clause), clock)
    if kind is None:
        return commands
    target = Target(words=clause, told=True)
    return [replace(command, kind=kind, target=target, given=given, free=True, doubtful=True, otherwise=command)]


def _meaning(clause: str, clock: UserClock) -> tuple[Kind | None, dict[str, Any]]:
    """Return the change that the clause may mean, with its fields; None for none."""
    if _NO_GUESS.search(clause):
        return None, {}
    if _FIELD.search(clause):
        given = _fields(clause, clock)
        return ("update", given) if given and not _DENIED.search(clause) else (None, {})
    if _URGENT.search(clause) and _DENIED.search(clause):
        return "update", {"priority": "medium"}
    if _UNWANTED.search(clause):
        return "delete", {}
    if _DENIED.search(clause):  # "dentist can't do thursday, they want me on monday"
        last = _PART.split(clause)[-1]
        given = {} if _DENIED.search(last) else _fields(last, clock)
        return ("update", given) if given else ("reopen", {})
    if _GONE.search(clause):
        return "delete", {}
    if (given := _fields(clause, clock)) and not ends_with_verb(read_title(clause, clock)["title"]):
        return "update", given
    if _URGENT.search(clause):
        return "update", {"priority": "high"}
    is_other = _TO_DO.search(clause) or not NOT_DONE.isdisjoint(re.findall(r"\w+", clause.casefold()))
    return ("done", {}) if _DONE.search(clause) and not is_other else (None, {})


def _fields(clause: str, clock: UserClock) -> dict[str, Any]:
    """Return the fields that a clause says of a task; a day may stand anywhere in it, and the last one counts."""
    fields, found = read_title(clause, clock), [phrase for phrase in phrases_in(clause, clock) if phrase.is_sure]
    days = [phrase for phrase in found if phrase.days]
    if given := {name: fields[name] for name in _FIELDS if name in fields}:
        if found and not days and found[-1].clock and "recurrence" not in given:
            # A time alone is on the task's own day.
            given["due_date"] = clause[found[-1].start : found[-1].end]
        return given
    return {"due_date": local_due(days[-1].due(clock.zone, clock.now), clock.zone)} if days else {}
