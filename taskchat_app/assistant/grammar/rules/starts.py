"""Reads when an existing task begins, "hide 3 until friday", "3 nicht vor Montag", and which tasks begin later."""

from taskchat_app.assistant.grammar.commands import Command, Language, Said, UserClock
from taskchat_app.assistant.grammar.phrases.start_phrases import said_start
from taskchat_app.assistant.grammar.phrases.targets import read_target


def begin(said: Said, clock: UserClock, language: Language) -> Command | None:
    """Read a start; "hide the presents until friday" may be a new task, so a task is named by number or pronoun."""
    target, start = read_target(said["item"]), said_start(f"{said['until']} {said['when']}", clock)
    if start is None or target.words or not (target.numbers or target.places or target.pronoun):
        return None
    if "T" in start and said["only"]:  # "3 erst ab Montag um 9" is when it takes place
        return None
    return Command("update", said.string, target, {"start_date": start}, language)


def list_later(said: Said, _: UserClock, language: Language) -> Command:
    """List what begins later, as the page does, what begins first at the top."""
    return Command("list", said.string, given={"status": "later"}, language=language)
