"""Reads, without a model, what the person says to a plan that is not added: "without 3, and the boxes on Friday".

The sentences stand in grammar/sentences/plans, days are read as everywhere. A message is read whole or not at all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatkit.types import ThreadItemReplacedEvent

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.commands import SlotMatch, Target
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.assistant.grammar.request_words import bare, is_question
from taskchat_app.assistant.grammar.sentences.sentence_files import FOLDER, load, matching
from taskchat_app.assistant.offline.history_reader import text_of_last_answer
from taskchat_app.assistant.threads.turn_storage import held_transaction
from taskchat_app.assistant.tools import plans
from taskchat_app.assistant.tools.plans import Plan, PlanLine
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.command_text import as_command, mask_quotes
from taskchat_app.domain.dates.date_mentions import find_whole_due
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import local_due
from taskchat_app.domain.log.changes import task_changes
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.catalogue import LANGUAGES, render
from taskchat_app.i18n.messages import Message, gettext, joined, ngettext

INTENTS = ("leave_out", "take_in", "undate", "rename", "place", "apply")
SENTENCES = load(INTENTS, {}, FOLDER / "plans")
CHANGED = gettext("The plan is changed. Nothing is added yet: change more of it, or add its lines.")
UNCHANGED = gettext("The plan is as it was.")
PARTS_MAX = 20
# ", and ", " und "
_SEPARATOR = phrase(r"\s?[,;\n]\s?(?:and |but |und |aber )?| (?:and|und) ")
# "move" and "to" of "move 2 to friday", whose day is cut out
_MOVE_WORDS = phrase(
    r"\A(?:(?:move|put|set|make|do|have|with|plan|verschiebe?|lege?|mache?|setze?|plane?|mit) )"
    r"|(?: (?:to|on|for|due|auf|am))\Z"
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the lines with these keys."""

    intent: str
    """One of INTENTS, or "date"."""
    keys: tuple[str, ...] = ()
    text: str = ""
    """The new title, or the words of the new date."""
    place: str = ""
    """Where the lines are put: "first", "last", "before" or "after"."""
    neighbour: str = ""
    """The key of the line before or after which the lines are put."""


async def edit_plan(turn: TurnContext) -> Message | None:
    """Carry out what the message says about the plan of the last answer; return the answer, None for other messages."""
    if not _is_about_plan(turn) or is_question(turn.message):
        return None
    async with held_transaction(turn) as session:
        row = await plans.open_plan(session, turn.person.id, turn.thread_id)
        if row is None:
            return None
        try:
            plan = plans.plan_of(row)
            edits = read_edits(turn.person, plan, turn.message)
            if edits is None:
                return None
            by = turn.person.cause("person")
            plan = edited(turn.person, plan, edits)
            if any(edit.intent == "apply" for edit in edits):
                plan, card = await plans.apply(session, turn.person, by, row, plan)
            else:
                card = await plans.save(session, by, row, plan)
        except Invalid as error:
            return joined([error.detail, UNCHANGED], " ")
    turn.send_changes(task_changes(session))
    await turn.publish(ThreadItemReplacedEvent(item=card), is_stored=True)
    if plan.is_applied:
        return ngettext("Added {count} task of the plan.", "Added {count} tasks of the plan.", len(plan.numbers))
    return CHANGED


def _is_about_plan(turn: TurnContext) -> bool:
    last = text_of_last_answer(turn.rules_conversation)
    sentences = (plans.DRAFTED, CHANGED, UNCHANGED)
    return bool(last) and last.endswith(tuple(render(words, language) for words in sentences for language in LANGUAGES))


def read_edits(person: Person, plan: Plan, message: str) -> list[Edit] | None:
    """Return the changes that the message says; None if a part says none. Raises Invalid for a line that is unclear."""
    command = as_command(message)
    if command is None:
        return None
    parts: list[slice] = []  # two in "drop 2, and the boxes on friday"
    start = 0
    for separator in [*_SEPARATOR.finditer(mask_quotes(command))][:PARTS_MAX]:
        parts.append(slice(start, separator.start()))
        start = separator.end()
    parts.append(slice(start, len(command)))
    edits: list[Edit] = []
    problems: list[Invalid] = []
    while parts:
        edit, count = _first_edit(person, plan, command, parts, problems)
        if edit is None and problems:
            raise problems[0]
        if edit is None:
            return None
        edits.append(edit)
        parts = parts[count:]
    return edits


def _first_edit(
    person: Person, plan: Plan, command: str, parts: Sequence[slice], problems: list[Invalid]
) -> tuple[Edit | None, int]:
    """Return the change that as many of the first parts as possible say, and how many parts these are; else (None, 0).

    Add to `problems` what cannot be carried out: fewer parts may be a change, as in "drop 2, and the boxes on friday".
    """
    for count in range(len(parts), 0, -1):
        clause = command[parts[0].start : parts[count - 1].stop]
        try:
            edit = _read(person, plan, bare(clause))
        except Invalid as error:
            problems.append(error)
            continue
        if edit is not None:
            return edit, count
    return None, 0


def _read(person: Person, plan: Plan, clause: str) -> Edit | None:
    """Return the change of a clause, if it is one. Raises Invalid if it cannot be carried out."""
    found = matching(SENTENCES, clause)
    if not found:
        return _date_edit(person, plan, clause)
    sentence, slots = found[0]
    return _sentence_edit(plan, sentence.intent, slots)


def _sentence_edit(plan: Plan, intent: str, slots: SlotMatch) -> Edit:
    """Return the change that a sentence says, with the words of its slots: `item`, `title`, `at` and `words`."""
    if intent == "apply":
        return Edit(intent)
    keys = _keys_meant(plan, slots["item"])
    if slots["at"] in ("before", "after"):
        [neighbour, *others] = _keys_meant(plan, slots["words"])
        if others or neighbour in keys:
            raise Invalid(gettext("Name one other line to put them beside."))
        return Edit(intent, keys, place=slots["at"], neighbour=neighbour)
    if intent == "rename" and len(keys) > 1:
        raise Invalid(gettext("Name one line to rename."))
    return Edit(intent, keys, text=slots["title"], place=slots["at"])


def _date_edit(person: Person, plan: Plan, clause: str) -> Edit | None:
    """Return the date that the clause gives to lines; a time alone keeps the day of each."""
    mention = find_whole_due(clause, zone=person.zone, now=now())
    if mention is None or mention.due is None or mention.rule:
        return None
    rest = _MOVE_WORDS.sub("", _MOVE_WORDS.sub("", mention.cut_from(clause)))
    return Edit("date", _keys_meant(plan, rest), text=mention.words_in(clause))


def _keys_meant(plan: Plan, item: str) -> tuple[str, ...]:
    """Return the keys of the lines that the words mean, such as "2", "all but 3" or "the boxes and the van"."""
    target = read_target(item)
    if target.excluded is not None:
        excluded = _keys_of(plan, target.excluded, item)
        return tuple(line.key for line in plan.lines if line.key not in excluded)
    try:
        return _keys_of(plan, target, item)
    except Invalid:  # no title has the words of "the boxes and the van", but one may have those of each part
        parts = _SEPARATOR.split(item)
        if not target.words or len(parts) == 1:
            raise
    return tuple(dict.fromkeys(key for part in parts for key in _keys_meant(plan, part)))


def _keys_of(plan: Plan, target: Target, item: str) -> tuple[str, ...]:
    """Return the keys of the lines by words that only one title has, by place, or of all lines."""
    if target.words:
        return (_key_by_title(plan, target.words),)
    keys = tuple(line.key for line in plan.lines)
    if target.is_all:
        return keys
    from_end = len(keys) + 1  # "the last one" is place -1
    places = [*target.numbers, *(place if place > 0 else from_end + place for place in target.places)]
    if not places or not all(1 <= place <= len(keys) for place in places):
        raise Invalid(gettext("The plan has no line “{words}”.", words=item.strip()))
    return tuple(keys[place - 1] for place in places)


def _key_by_title(plan: Plan, words: str) -> str:
    """Return the key of the one line whose title has words that begin like each of these."""
    beginnings = words.lower().split()
    found = [place for place, line in enumerate(plan.lines) if _has_words(line.title, beginnings)]
    if not found:
        raise Invalid(gettext("The plan has no line “{words}”.", words=words))
    if len(found) > 1:
        places = ", ".join(str(place + 1) for place in found)
        refusal = gettext("“{words}” could be each of the lines {places}. Say the number.")
        raise Invalid(refusal.with_values(words=words, places=places))
    return plan.lines[found[0]].key


def _has_words(title: str, beginnings: Sequence[str]) -> bool:
    words = re.findall(r"\w+", title.lower())
    return all(any(word.startswith(beginning) for word in words) for beginning in beginnings)


def edited(person: Person, plan: Plan, edits: Sequence[Edit]) -> Plan:
    """Return the plan with the changes, in their order; raise Invalid as with_lines does."""
    lines = list(plan.lines)
    for edit in edits:
        chosen = [line for line in lines if line.key in edit.keys]
        if edit.intent == "place":
            lines = _moved(chosen, [line for line in lines if line not in chosen], edit)
        else:
            lines = [_changed(person, line, edit) if line in chosen else line for line in lines]
    return plans.with_lines(person, plan, lines)


def _moved(chosen: list[PlanLine], others: list[PlanLine], edit: Edit) -> list[PlanLine]:
    """Return all lines with the chosen ones where the edit puts them."""
    if edit.place == "first":
        return [*chosen, *others]
    if edit.place == "last":
        return [*others, *chosen]
    neighbour = [line.key for line in others].index(edit.neighbour)
    at = neighbour if edit.place == "before" else neighbour + 1
    return [*others[:at], *chosen, *others[at:]]


def _changed(person: Person, line: PlanLine, edit: Edit) -> PlanLine:
    match edit.intent:
        case "leave_out" | "take_in":
            return replace(line, included=edit.intent == "take_in")
        case "undate":
            return replace(line, due=None)
        case "rename":
            return replace(line, title=edit.text)
        case _:
            current = parse_due(line.due, zone=person.zone, now=now()) if line.due else None
            due = parse_due(edit.text, zone=person.zone, now=now(), current=current)
            return replace(line, due=local_due(due, person.zone))
