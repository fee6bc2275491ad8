"""Reads the last message of a conversation, and decides the next tool calls or the answer.

The assistant keeps nothing between replies: each time it runs the plans of the turn's commands (plans/plans.py) from
the beginning, with the results of earlier calls, until one needs a new call.
"""

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from taskchat_app.assistant.grammar.clauses import is_agreement, read_message
from taskchat_app.assistant.grammar.commands import Command, Target, UserClock
from taskchat_app.assistant.grammar.guesses import with_guess
from taskchat_app.assistant.grammar.language_detection import detect_language, reply_language
from taskchat_app.assistant.grammar.paraphrases import with_pronoun
from taskchat_app.assistant.grammar.parser import read_command
from taskchat_app.assistant.grammar.phrases.field_words import JOINT, changes_of, changes_of_number, read_fields
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import read_target, without_denied
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS, stems_of
from taskchat_app.assistant.grammar.request_words import bare, is_question
from taskchat_app.assistant.grammar.rules.edit import LAST_TOUCHED
from taskchat_app.assistant.offline.history_reader import ConversationTurn, Item, ResultOf, no_result, read_turns
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import PlannedCall
from taskchat_app.assistant.offline.plan_runner import CallsNotFromRulesError, PlanRunner
from taskchat_app.assistant.offline.task_questions import card_index
from taskchat_app.domain.dates.due_dates import parse_due

log = logging.getLogger(__name__)
_ON_TASKS = ("copy", "done", "reported", "reopen", "update", "shift", "tag", "untag", "delete", "cancel")
"""What can be done to another task, too."""
_UNREAD = ("unknown", "offer", "wish", "when", "nameless")
"""Of these, one may lack only its task: "delete", "prio high", "sunday"."""
_DATED = ("add", "copy", "wish", "update", "shift", "remind")
"""After these, a date alone is another date for the task."""
_ASKED = ("list", "look", "finished", "count")
"""After these, a day alone asks the same about that day."""
# "I'm done" may be said of the conversation.
_DONE = sentence(r"(?:done|finished|erledigt|fertig)[.!]*")
_TO_AN_HOUR = sentence(
    r"(?:(?:actually|no,?|sorry,?) )?(?:make (?:it|that)|(?:let.?s )?say|i meant?) (?P<hour>\d{1,2})(?: instead)?\W*"
)
# "All three (to friday)", "die alle (auf Freitag)"
_ALL_OF_THEM = phrase(
    r"\A(?:(?:all|both|each|alle|beide|jeweils|two|three|zwei|drei|of|them|these|those|die|diese|sie) )+"
)
_FRAGMENT_MAX_CHARACTERS = 100
"""The longest clause that is read as one without a task."""
_IT = phrase(r"\b(?:it|this|that|es|das|daran|ihn)\b")
_NEGATIONS = {"not", "no", "but", "nicht", "kein", "keine", "keinen", "nein", "aber", "außer"}
_TURNS_READ = 10
"""Turns with tool results that are replayed: the list last shown may be from before several changes of one task."""


def decide_reply(
    items: Iterable[Item], clock: UserClock, setting: str = "", result_of: ResultOf = no_result
) -> list[PlannedCall] | str:
    """Return the next calls of the last turn, or its answer.

    `setting` is the code of the user's language, or "". `result_of` returns a call's result with its messages, which
    the items have only in English.
    """
    *earlier, current = read_turns(items, result_of) or [ConversationTurn()]
    memory = Memory(clock)
    previous = _replay_all(earlier, memory, clock)
    memory.begin_turn(current.selected)
    read = read_message(current.message, clock)
    is_yes = is_agreement(current.message)
    agreed = _agreed(earlier, previous, memory, clock) if is_yes else []
    continued = agreed or _continued(current, read, previous, clock)
    commands = with_guess(continued or read, clock)
    if is_yes and any(command.is_foreign for command in previous.commands):
        own_language = "en"
    elif is_yes and continued:
        own_language = None  # "ok", said to a question, is a word of both languages
    else:
        own_language = detect_language(current.message, read if current.selected else commands)
    said = [*(turn.message for turn in reversed(earlier)), current.message]
    language = own_language or reply_language(said, setting)
    # What a command of the previous turn asks now has no card.
    card = None if continued else card_index(commands)
    commands = [
        replace(command, language=language, beside_change=current.has_changed, has_card=index == card)
        for index, command in enumerate(commands)
    ]
    return PlanRunner(commands, memory, current.results, card=card).next_calls_or_answer()


@dataclass(frozen=True, slots=True)
class _PreviousTurn:
    commands: list[Command] = field(default_factory=list[Command])
    asked: bool = False
    """Whether it ended with a question."""
    has_touched: bool = False
    """Whether it added or changed a task."""
    choices: dict[int, str] = field(default_factory=dict[int, str])
    """The titles of the tasks that it asked about, by number."""
    offered: list[Command] = field(default_factory=list[Command])
    """What a yes to its offers does."""
    named: list[int] = field(default_factory=list[int])
    """The only task that it named, if it asked what is to be done with it."""
    lacking: list[Command] = field(default_factory=list[Command])
    """The changes that it said of no task: "delete", "due friday"."""


def _continued(turn: ConversationTurn, read: list[Command], previous: _PreviousTurn, clock: UserClock) -> list[Command]:
    """Return the commands of a message that goes on with the previous turn; empty for a message that means `read`.

    "The second one" or words of a title answer the previous turn's question; "the other one too" repeats its command.
    With selected tasks, a message without a task is about these.
    """
    if turn.selected and not is_question(turn.message):
        changes = [_of_selected(command, turn.selected, clock) for command in read]
        if all(changes) and (meant := [change for of_clause in changes for change in of_clause]) != read:
            return meant
    if previous.has_touched and [command.kind for command in read] == ["refusal"]:
        return [replace(read[0], given={"after": "change"})]
    if len(read) != 1:
        return []
    [command] = read
    if meant := _of_lacking(turn.message, command, previous):
        return meant
    if len(previous.commands) != 1:
        return []
    [last] = previous.commands
    meant = (
        _answer_to_question(command, last, previous)
        or _of_named(command, previous, clock)
        or _again(command, last, clock)
    )
    if not meant and previous.has_touched and "?" not in turn.message:
        meant = _of_last_touched(command, last, clock)
    return meant or _on_other_day(command, last, previous)


def _answer_to_question(command: Command, last: Command, previous: _PreviousTurn) -> list[Command]:
    """Return the command that asked, for the tasks that the message names: "the second one", "all but 3", a title."""
    chosen = _chosen(command, previous.choices) if last.kind in _ON_TASKS else None
    if chosen is not None:
        return [replace(last, target=Target(numbers=(chosen,)))]
    if not previous.asked:
        return []
    if command.kind in ("reference", "again"):
        target = command.target
    elif command.kind in ("offer", "wish", "unknown") and read_target(command.text).excluded:  # "all but the rent"
        target = read_target(command.text)
    else:
        return []
    if previous.choices and not previous.choices.keys() >= set(target.numbers):  # "1", said of #4 and #5
        return [last]
    # "All" is no more than all of those that were asked about.
    return [replace(last, target=replace(target, pronoun="them") if target.is_all else target)]


def _of_lacking(message: str, command: Command, previous: _PreviousTurn) -> list[Command]:
    """Return the changes that the previous turn said of no task, for the one that the message names."""
    is_name = command.kind in ("offer", "unknown", "reference") and not is_question(message)
    if not previous.lacking or previous.asked or not is_name:
        return []
    target = read_target(without_denied(bare(message)))
    if target.is_sweeping:  # "all", said to "done", is as wide as "all done", which is asked about
        return []
    return [replace(change, target=target, otherwise=command) for change in previous.lacking]


def _of_named(command: Command, previous: _PreviousTurn, clock: UserClock) -> list[Command]:
    """Return the changes that a message says of the task that was named last; a date alone is asked about."""
    if not previous.named or is_question(command.text):
        return []
    target = Target(numbers=tuple(previous.named))
    if command.kind == "when":
        return [replace(command, kind="update", target=target, doubtful=True)]
    return [replace(one, target=target) for one in _of_selected(command, previous.named, clock)]


def _again(command: Command, last: Command, clock: UserClock) -> list[Command]:
    """Return the command once more for another task: "and the other one too", "bread too"."""
    if command.kind != "again":
        return []
    if last.kind in _ON_TASKS:
        return [replace(last, target=command.target)]
    if last.kind not in ("add", "wish") or not command.target.words:
        return []
    own = read_command(command.target.words, clock)
    if own.kind not in ("unknown", "wish", "offer"):
        return [own]
    tags = {"tags": last.given["tags"]} if "tags" in last.given else {}
    given = tags | read_title(command.target.words, clock)
    return [replace(last, kind="wish", given=given)] if given["title"] else []


def _on_other_day(command: Command, last: Command, previous: _PreviousTurn) -> list[Command]:
    """Return what a date alone means: another date of the task, or the same question about that day."""
    if command.kind != "when":
        return []
    if last.kind in _DATED and not is_question(command.text):
        if not previous.has_touched:
            return [replace(command, target=Target())]
        return [replace(command, kind="update", target=LAST_TOUCHED, language=last.language)]
    if last.kind in _ASKED and command.target.filters:
        given = {name: value for name, value in last.given.items() if name != "undated"}
        return [replace(last, given=given | command.target.filters)]
    return []


def _of_last_touched(command: Command, last: Command, clock: UserClock) -> list[Command]:
    """Return the changes that a message without a verb makes to what the last turn touched; empty for any other."""
    if command.kind == "no_task" and last.kind in ("add", "wish"):
        return _done(command)
    if command.kind not in ("unknown", "offer") or last.kind not in _DATED or is_question(command.text):
        return []
    if (hour := _TO_AN_HOUR.fullmatch(command.text)) and _has_a_time(last, clock):
        given = {"due_date": f"at {hour['hour']}"}
        return [replace(command, kind="update", target=LAST_TOUCHED, given=given, language=last.language)]
    return _fields_of_last_touched(command.text, replace(command, language=last.language), clock)


def _done(command: Command) -> list[Command]:
    return [replace(command, kind="done", target=LAST_TOUCHED)] if _DONE.fullmatch(command.text) else []


def _fields_of_last_touched(text: str, command: Command, clock: UserClock) -> list[Command]:
    fields = read_fields(text, clock)
    return changes_of(fields, LAST_TOUCHED, command) if fields else []


def _of_selected(command: Command, selected: list[int], clock: UserClock) -> list[Command]:
    """Return the changes that a clause without a task of its own makes to the selected tasks; empty for any other."""
    if command.kind == "no_task":
        return _done(command)
    if command.kind in _ON_TASKS and command.target.pronoun:
        is_unsaid = command.target.pronoun == "it" and not _IT.search(command.text)  # "remind me tomorrow"
        return [replace(command, target=LAST_TOUCHED) if is_unsaid else command]
    whole = bare(command.text)
    if len(whole) > _FRAGMENT_MAX_CHARACTERS or not (command.kind in _UNREAD or command.target.words):
        return []
    for parts in ([whole], JOINT.split(whole)):
        changes = [_without_object(part, command, clock) for part in parts]
        if all(changes) and (len(selected) == 1 or not any("title" in one.given for part in changes for one in part)):
            return [change for part in changes for change in part]
    return []


def _without_object(clause: str, command: Command, clock: UserClock) -> list[Command]:
    """Return the changes that a clause says of no task: "high priority", "to friday", "delete"."""
    if read_command(clause, clock).target.numbers or changes_of_number(clause, clock):
        return []
    blank = replace(command, given={}, target=Target(), otherwise=None, parts=(), doubtful=False, titled=None)
    short = _ALL_OF_THEM.sub("", clause)
    # "Alle zwei Wochen" tells how often.
    if fields := _fields_of_last_touched(clause, blank, clock) or _fields_of_last_touched(short, blank, clock):
        return fields
    for completed in with_pronoun(short):
        meant = read_command(completed, clock)
        if meant.kind in _ON_TASKS and meant.target.pronoun in ("them", "it or them") and not meant.doubtful:
            return [replace(meant, text=command.text, target=LAST_TOUCHED)]
    return []


def _has_a_time(command: Command, clock: UserClock) -> bool:
    """Return whether the command gives a date with a time: then "make it 8" is about it, else perhaps a count."""
    due = command.given.get("due_date")
    return due is not None and parse_due(due, zone=clock.zone, now=clock.now).day is None


def _chosen(command: Command, choices: dict[int, str]) -> int | None:
    """Return the number of the choice that an answer names by words of its title; None if it names none or several."""
    said = command.text.strip(" .!").casefold()
    named = [number for number, title in choices.items() if title.casefold() == said]
    if not named:
        words = stems_of(said)
        wanted = words - FILLERS
        says_more = words & _NEGATIONS or "?" in command.text or "due_date" in command.given
        if command.kind not in ("unknown", "offer") or not wanted or says_more:
            return None
        named = [number for number, title in choices.items() if wanted <= stems_of(title)]
    return named[0] if len(named) == 1 else None


def _agreed(
    earlier: list[ConversationTurn], previous: _PreviousTurn, memory: Memory, clock: UserClock
) -> list[Command]:
    """Return the commands that a yes carries out: those offered last, or the one that was asked about a single task."""
    if previous.offered:
        return previous.offered
    if earlier and not _has_effect(earlier[-1]):  # the question "are all open tasks done?" needs no look-up
        commands = read_message(earlier[-1].message, clock)
        if [command.kind for command in commands] == ["all_done"]:
            return [replace(commands[0], kind="complete_all", text="", target=Target(pronoun="all tasks"))]
    if previous.asked and len(previous.commands) == len(memory.shown) == 1:
        return [replace(previous.commands[0], target=Target(numbers=tuple(memory.shown)))]
    return []


def _replay_all(earlier: list[ConversationTurn], memory: Memory, clock: UserClock) -> _PreviousTurn:
    """Remember what the earlier turns showed; return the previous turn."""
    previous = _PreviousTurn()
    effective = [index for index, turn in enumerate(earlier) if _has_effect(turn)]
    for index in effective[-_TURNS_READ:]:
        lacking = _lacking(earlier[index - 1], clock) if index else []
        previous = _replay(earlier[index], replace(previous, lacking=lacking), memory, clock)
    # A message without any effect stands between the last question and its answer.
    if earlier and not _has_effect(earlier[-1]):
        previous = _PreviousTurn(previous.commands)
    return replace(previous, lacking=_lacking(earlier[-1], clock)) if earlier else previous


def _lacking(turn: ConversationTurn, clock: UserClock) -> list[Command]:
    """Return the changes that a turn only says of no task, so that it is asked which one is meant."""
    is_settled = turn.clicked or turn.is_click_undone or any(tool != "list_tasks" for tool, _ in turn.results)
    if turn.selected or is_settled or is_question(turn.message):
        return []
    read = read_message(turn.message, clock)
    if len(read) != 1:
        return []
    [command] = read
    is_of_some = command.kind in _ON_TASKS and command.target.pronoun not in ("it", "them", "it or them")
    return [] if command.kind == "when" or is_of_some else _of_selected(command, [0], clock)


def _has_effect(turn: ConversationTurn) -> bool:
    return bool(turn.results or turn.clicked) or turn.is_click_undone


def _replay(turn: ConversationTurn, previous: _PreviousTurn, memory: Memory, clock: UserClock) -> _PreviousTurn:
    """Remember what an earlier turn showed; return it as the previous turn of the next."""
    memory.begin_turn(turn.selected)
    read = read_message(turn.message, clock)
    commands = with_guess(_continued(turn, read, previous, clock) or read, clock)
    runner = PlanRunner(commands, memory, turn.results)
    try:
        with suppress(CallsNotFromRulesError):
            runner.next_calls_or_answer()
        for _, result in runner.unused_results:
            memory.note(result)
    except Exception:
        log.exception("An earlier turn could not be read again")
    # What answers the question is done without another.
    settled = [replace(command, doubtful=False) for command in commands] if runner.asked else commands
    if turn.clicked:
        memory.touch(turn.clicked)
    # A click answers a question. After its undo another one of several can be chosen; a bare "yes" to a single one
    # would do again what was undone.
    is_open = len(runner.choices) > 1 if turn.is_click_undone else not turn.clicked
    return _PreviousTurn(
        commands=settled,
        asked=runner.asked and is_open,
        has_touched=turn.has_changed,
        choices=runner.choices if is_open else {},
        offered=runner.offered if is_open else [],
        named=[*runner.about] if len(runner.about) == 1 and is_open else [],
    )
