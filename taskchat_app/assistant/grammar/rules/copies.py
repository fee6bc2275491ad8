"""Reads that a task is wanted once more: "copy 12", "like #12 for friday", "my packing list again"."""

from taskchat_app.assistant.grammar.commands import Command, Language, Said, UserClock
from taskchat_app.assistant.grammar.phrases.filters import filtered
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.domain.dates.due_dates import said_due


def copy(said: Said, clock: UserClock, language: Language) -> Command | None:
    """Read a copy of one task, and when it is due. A task named by words may also be a new one, so it is no order."""
    target = read_target(said["item"] or said["number"])
    # "That again" copies nothing, and "the packing list" is read as a tag.
    is_vague = said["again"] and not (target.words or target.numbers)
    if is_vague or target.excluded or target.is_sweeping or filtered(target, clock).filters.keys() - {"tag"}:
        return None
    due = said_due(said["when"], zone=clock.zone, now=clock.now) if said["when"] else None
    if said["when"] and due is None:  # "copy the report to the boss"
        return None
    given = {} if due is None else {"due_date": due}
    return Command("copy", said.string, target, given, language, free=bool(target.words))
