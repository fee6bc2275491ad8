"""Clears a field of a task: "remove the note from 3", "lösche die Priorität vom Bericht"."""

from taskchat_app.assistant.grammar.commands import Command, Language, Said, Target, UserClock
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.targets import read_target

_VERB = phrase(
    r"\A(?:(?:ich (?:möchte|will)|remove|clear|delete|drop|entferne?|lösche?|streiche?|beende) )?"
    r"(?:(?:the|its|all|das|die|den|alle) )?|(?: (?:entfernen|löschen|streichen))?\Z"
)


def clear(said: Said, _: UserClock, language: Language) -> Command:
    """Read a clear; "delete notes from meeting" deletes a task, if there is one of this title."""
    target = read_target(said["item"] or said["a_task"] or said["number"])
    title = _VERB.sub("", said.string)
    titled = Command("delete", said.string, Target(words=title), language=language) if target.words else None
    # Each task has a priority.
    given = {"priority": "medium"} if said["field"] == "priority" else {"clear": [said["field"]]}
    return Command("update", said.string, target, given, language, titled=titled)
