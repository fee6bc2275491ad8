"""Makes the command of a sentence of the sentence files from its slots, by its intent."""

from taskchat_app.assistant.grammar.commands import Command, Kind, Language, Make, SlotMatch, Target, UserClock
from taskchat_app.assistant.grammar.phrases.field_words import FIELDS
from taskchat_app.assistant.grammar.phrases.filters import take_filters
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.targets import filtered, read_target
from taskchat_app.assistant.grammar.rules.adding.new_tasks import add_task
from taskchat_app.assistant.grammar.rules.edit import describe, move, prioritize, rename, tag
from taskchat_app.assistant.grammar.rules.follow_ups import tell
from taskchat_app.assistant.grammar.rules.matching import fixed
from taskchat_app.assistant.grammar.rules.status import complete, delete, reopen
from taskchat_app.domain.dates.due_dates import said_due

_CLEARING_VERB = phrase(
    r"\A(?:(?:ich (?:möchte|will)|remove|clear|delete|drop|entferne?|lösche?|streiche?|beende) )?"
    r"(?:(?:the|its|all|das|die|den|alle) )?"
)
_CLEARING_END = phrase(r" (?:entfernen|löschen|streichen)\Z")


def clear(match: SlotMatch, _: UserClock, language: Language) -> Command:
    """Clear a field: "remove the note from 3"; "delete notes from meeting" deletes a task of this title, if any."""
    target = read_target(match["item"] or match["a_task"])
    title = _CLEARING_END.sub("", _CLEARING_VERB.sub("", match.string))
    as_title = Command("delete", match.string, Target(words=title), language=language) if target.words else None
    field = FIELDS.get(match["field"].lower(), match["field"])
    # Each task has a priority: clearing it sets the default.
    given = {"priority": "medium"} if field == "priority" else {"clear": [field]}
    return Command("update", match.string, target, given=given, language=language, titled=as_title)


def list_tasks(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """List the open tasks that fit the filters of the sentence ("today", "#home"); None if other words remain.

    A sentence may mean a tag or "until" without saying it: "what do I need to buy", "between now and sunday".
    """
    given, unread = take_filters(f"{match['until']} {match['rest']}", clock)
    of_tag = {"tag": match["tag"].lower()} if match["tag"] else {}
    return None if unread.strip() else Command("list", match.string, given=of_tag | given, language=language)


def copy(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read that a task is wanted once more: "like #12 for friday"; by words it may be a new one, and is no order."""
    target = read_target(match["item"] or match["number"])
    is_vague = match["again"] and not (target.words or target.numbers)  # "that again", marked by a key of the file
    is_of_several = target.excluded or target.is_sweeping
    # "The packing list" is read as a tag; any other filter, as in "the overdue task", names no task to copy.
    is_filtered = filtered(target, clock).filters.keys() - {"tag"}
    if is_vague or is_of_several or is_filtered:
        return None
    due = said_due(match["when"], zone=clock.zone, now=clock.now) if match["when"] else None
    if match["when"] and due is None:  # "copy the report to the boss"
        return None
    given = {} if due is None else {"due_date": due}
    return Command("copy", match.string, target, given, language, indirect=bool(target.words))


_FIXED: tuple[Kind, ...] = ("greeting", "thanks", "goodbye", "help", "no_lists", "no_feature", "no_moment")
INTENTS: dict[str, Make] = {
    **{kind: fixed(kind) for kind in _FIXED},
    # What these mean depends on the messages before (see sentence_reader.is_said).
    **dict.fromkeys(("agree", "correct", "undo"), fixed("unknown")),
    "nothing_named": fixed("no_task"),
    "refuse": fixed("refusal"),
    "add": add_task,
    "copy": copy,
    "list": list_tasks,
    "tell": tell,
    "complete": complete,
    "reopen": reopen,
    "delete": delete,
    "move": move,
    "rename": rename,
    "prioritize": prioritize,
    "tag": tag,
    "describe": describe,
    "clear": clear,
}
READS: dict[str, str] = {
    "add": "title [level] [more] [often] [heutig] [list] [liste]",
    "copy": "item|number [when] [again]",
    "list": "[rest] [tag] [until]",
    **dict.fromkeys(("complete", "reopen", "delete", "tell"), "item"),
    "move": "item when",
    "rename": "item title",
    "prioritize": "item level",
    "tag": "item tags|hashes [off]",
    "describe": "item note",
    "clear": "field a_task|item [level]",
}
"""The slots that an intent reads, as a template: a sentence has one of "a|b", may have "[a]", and has no others."""
