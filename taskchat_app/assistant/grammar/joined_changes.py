"""Reads two changes in one clause: "mark report urgent and due tomorrow", "move lunch to 4pm and gym to tuesday"."""

from dataclasses import replace
from itertools import islice

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.parser import bare, is_question, read_command
from taskchat_app.assistant.grammar.phrases.field_words import DATE_NAMES, JOINT, changes_of, read_fields
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.recurrence.phrases import find_rule

_VERB = phrase(
    r"\A(?:mark|make|set|change|move|reschedule|postpone|push|shift|delay|defer|mache?|markiere?|setze?|stelle?|ändere?"
    r"|verschiebe?|schiebe?|verlege?) (?=\S)"
)
# Not "move the meeting on wednesday and the dentist to friday", which has one date.
_NEW_DATE = phrase(r" (?:to|until|till|auf|bis|by|um) ")
_MAX_CHARACTERS = 200
_PRIORITY = r"priority|priorität"
_THE = r"(?:(?:the|its|their|das|die|den|(?:sein|ihr)e?n?) )?"
# "Set priority of 3 to high and its due date to friday": the field of the same task.
_NAMED_FIELD = phrase(
    rf"(?P<joint>\A|{JOINT.pattern}){_THE}(?:(?P<date>{DATE_NAMES})|{_PRIORITY}) (?:(?:to|as|on|auf) )?(?=\S)"
)
_FIELD_OF_ANOTHER = phrase(rf"{_THE}(?:{DATE_NAMES}|{_PRIORITY}) (?:of|for|von|vom|für) ")
# Every part before and behind an "and" is read: a change has few of them before the next one.
_JOINTS_MAX = 5


def joined_changes(clause: str, clock: UserClock) -> list[Command]:
    """Return the changes of a clause that its first verb holds together; empty for a clause with one."""
    text = bare(clause)
    verb = _VERB.match(text)
    if verb is None or len(text) > _MAX_CHARACTERS or is_question(clause):
        return []
    rule = find_rule(text)
    for joint in islice(JOINT.finditer(mask_quotes(text)), _JOINTS_MAX):
        if rule and rule[0] < joint.start() < rule[1]:
            continue  # "every tuesday and thursday"
        first, rest = read_command(text[: joint.start()], clock), text[joint.end() :]
        if not _is_change(first):
            continue
        if fields := read_fields(rest, clock):
            return _with_fields(first, fields)
        if first.kind == "update" and (joined := _with_fields(first, _named_fields(rest, clock))):
            return joined
        other = f"{verb[0]}{rest}"
        others = joined_changes(other, clock) or [read_command(other, clock)]
        is_dated = "due_date" in first.given and not _NEW_DATE.search(first.text)
        is_alike = _is_alike(first, others[0]) or _FIELD_OF_ANOTHER.match(rest)
        if all(map(_is_change, others)) and is_alike and not is_dated:
            return [first, *others]
    return []


def _named_fields(text: str, clock: UserClock) -> dict[str, object]:
    """Return the fields of "due date to friday and the priority high"; empty for any other text."""
    if not _NAMED_FIELD.match(text):
        return {}
    in_short = _NAMED_FIELD.sub(lambda match: match["joint"] + ("due " if match["date"] else "priority "), text)
    fields = read_fields(in_short, clock) or {}
    if "due_date" in fields:
        fields["due_date"] = fields["due_date"].removeprefix("due ")
    return fields


def _is_change(command: Command) -> bool:
    """Return whether a command certainly changes a task, and gives it no words of its own: these may hold an "and"."""
    is_certain = not (command.free or command.doubtful or command.otherwise)
    is_known = command.kind in ("update", "shift", "tag", "done", "reopen")
    return is_certain and is_known and not command.given.keys() & {"title", "description", "clear"}


def _is_alike(first: Command, second: Command) -> bool:
    is_status = {first.kind, second.kind} & {"done", "reopen"}
    return bool(is_status) or (first.kind == second.kind and first.given.keys() == second.given.keys())


def _with_fields(first: Command, fields: dict[str, object]) -> list[Command]:
    """Return the first change with these fields of the same task; empty without any, or if both say the same one."""
    if not fields or first.given.keys() & fields.keys():
        return []
    commands = changes_of(fields, first.target, first)
    if first.kind == "update" and commands[0].kind == "update":
        return [replace(first, given=first.given | commands[0].given), *commands[1:]]
    return [first, *commands]
