"""Makes the command of a sentence of the sentence files from its slots, by its intent."""

from taskchat_app.assistant.grammar.commands import Command, Language, Make, Said, Target, UserClock
from taskchat_app.assistant.grammar.phrases.filters import take_filters
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.start_phrases import said_start
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.assistant.grammar.rules.adding.new_tasks import add_step, add_task
from taskchat_app.assistant.grammar.rules.copies import copy
from taskchat_app.assistant.grammar.rules.edit import move, rename
from taskchat_app.assistant.grammar.rules.matching import fixed
from taskchat_app.assistant.grammar.rules.status import complete, delete, reopen
from taskchat_app.assistant.grammar.rules.steps import make_step

_CLEARING = phrase(
    r"\A(?:(?:ich (?:möchte|will)|remove|clear|delete|drop|entferne?|lösche?|streiche?|beende) )?"
    r"(?:(?:the|its|all|das|die|den|alle) )?|(?: (?:entfernen|löschen|streichen))?\Z"
)


def clear(said: Said, _: UserClock, language: Language) -> Command:
    """Clear a field: "remove the note from 3"; "delete notes from meeting" deletes a task of this title, if any."""
    target = read_target(said["item"] or said["a_task"] or said["number"])
    title = _CLEARING.sub("", said.string)
    titled = Command("delete", said.string, Target(words=title), language=language) if target.words else None
    # Each task has a priority.
    given = {"priority": "medium"} if said["field"] == "priority" else {"clear": [said["field"]]}
    return Command("update", said.string, target, given, language, titled=titled)


def begin(said: Said, clock: UserClock, language: Language) -> Command | None:
    """Set when a task begins: "hide 3 until friday"; without a number or pronoun it may be a new task."""
    target, start = read_target(said["item"]), said_start(f"{said['until']} {said['when']}", clock)
    if start is None or target.words or not (target.numbers or target.places or target.pronoun):
        return None
    if "T" in start and said["only"]:  # "3 erst ab Montag um 9" is when it takes place
        return None
    return Command("update", said.string, target, {"start_date": start}, language)


def list_tasks(said: Said, clock: UserClock, language: Language) -> Command | None:
    """List the open tasks; only some, if the sentence has words of filters: "today", "#home"."""
    given, unread = take_filters(said["rest"], clock)
    return None if unread.strip() else Command("list", said.string, given=given, language=language)


def list_later(said: Said, _: UserClock, language: Language) -> Command:
    """List the tasks that begin later."""
    return Command("list", said.string, given={"status": "later"}, language=language)


INTENTS: dict[str, Make] = {
    "greeting": fixed("greeting"),
    "thanks": fixed("thanks"),
    "goodbye": fixed("goodbye"),
    "help": fixed("help"),
    "nothing_named": fixed("no_task"),
    "refuse": fixed("refusal"),
    "no_archive": fixed("no_archive"),
    "no_lists": fixed("no_lists"),
    "no_steps": fixed("no_steps"),
    "no_order": fixed("no_order"),
    "no_moment": fixed("no_moment"),
    "too_often": fixed("too_often"),
    "add": add_task,
    "add_step": add_step,
    "copy": copy,
    "list": list_tasks,
    "complete": complete,
    "reopen": reopen,
    "delete": delete,
    "move": move,
    "rename": rename,
    "clear": clear,
    "begin": begin,
    "list_later": list_later,
    "make_step": make_step,
}
NEEDS: dict[str, tuple[str, ...]] = {
    "add": ("title",),
    "add_step": ("title", "number"),
    "complete": ("item",),
    "reopen": ("item",),
    "delete": ("item",),
    "move": ("item", "when"),
    "rename": ("item", "title"),
    "clear": ("field",),
    "begin": ("item", "when", "until"),
    "make_step": ("item", "number"),
}
"""The slots that an intent reads, without which its sentences say nothing."""
