"""Reads the last message of a conversation, and decides the next tool calls or the answer.

The assistant keeps nothing between replies: each time it runs the plans of the turn's commands (plans/plans.py) from
the beginning, with the results of earlier calls, until one needs a new call.
"""

import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from taskchat_app.assistant.grammar.clauses import is_agreement, read_message
from taskchat_app.assistant.grammar.commands import Command, Target, UserClock
from taskchat_app.assistant.grammar.guesses import with_guess
from taskchat_app.assistant.grammar.language_detection import detect_language, reply_language
from taskchat_app.assistant.grammar.parser import read_command
from taskchat_app.assistant.grammar.phrases.field_words import changes_of, read_fields
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS, stems_of
from taskchat_app.assistant.grammar.request_words import is_question
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
_DATED = ("add", "copy", "wish", "update", "shift", "remind")
"""After these, a date alone is another date for the task."""
_ASKED = ("list", "look", "agenda", "finished", "count")
"""After these, a day alone asks the same about that day."""
# "I'm done" may be said of the conversation.
_DONE = re.compile(r"(?:done|finished|erledigt|fertig)[.!]*", re.IGNORECASE)
_TO_AN_HOUR = re.compile(
    r"(?:(?:actually|no,?|sorry,?) )?(?:make (?:it|that)|(?:let.?s )?say|i meant?) (?P<hour>\d{1,2})(?: instead)?\W*",
    re.IGNORECASE,
)
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
    is_yes = is_agreement(current.message)
    agreed = _agreed(earlier, previous, memory, clock) if is_yes else []
    read = read_message(current.message, clock)
    resolved = agreed or _resolve(read, previous, clock, is_asked="?" in current.message)
    commands = with_guess(resolved, clock)
    is_of_this_message = resolved is read
    before = [turn.message for turn in reversed(earlier)]
    if is_yes and any(command.is_foreign for command in previous.commands):
        language = "en"
    elif is_yes and not is_of_this_message:  # "ok" is a word of both languages
        language = reply_language([*before, current.message], setting)
    else:
        language = detect_language(current.message, commands) or reply_language(before, setting)
    has_changed = current.has_changed
    card = card_index(commands) if is_of_this_message else None
    commands = [
        replace(command, language=language, beside_change=has_changed, has_card=index == card)
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


def _resolve(commands: list[Command], previous: _PreviousTurn, clock: UserClock, *, is_asked: bool) -> list[Command]:
    """Return the commands of a turn: those of its message, with what refers to the previous turn resolved.

    "The second one" or words of a title answer the question that the turn before it ended with; "and the other one
    too" does what that turn did.
    """
    if previous.has_touched and [command.kind for command in commands] == ["refusal"]:
        return [replace(commands[0], given={"after": "change"})]
    if len(commands) != 1 or len(previous.commands) != 1:
        return commands
    [command], [last] = commands, previous.commands
    may_change = previous.has_touched and not is_asked
    return (
        _answer_to_question(command, last, previous)
        or _again(command, last, clock)
        or (may_change and _of_last_touched(command, last, clock))
        or _on_other_day(command, last, previous)
        or commands
    )


def _answer_to_question(command: Command, last: Command, previous: _PreviousTurn) -> list[Command]:
    """Return the command that asked, for the tasks that the message names: "the second one", "all but 3", a title."""
    if last.kind in _ON_TASKS and (chosen := _chosen(command, previous.choices)):
        return [replace(last, target=Target(numbers=(chosen,)))]
    if not previous.asked:
        return []
    target = command.target
    if command.kind in ("offer", "wish", "unknown"):  # only "all but the rent" is no title here
        target = read_target(command.text)
        if not target.excluded:
            return []
    elif command.kind not in ("reference", "again"):
        return []
    # "All" is no more than all of those that were asked about.
    return [replace(last, target=replace(target, pronoun="them") if target.is_all else target)]


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
    given = {name: value for name, value in last.given.items() if name == "tags"}
    return [replace(last, kind="wish", given=given | read_title(command.target.words, clock))]


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
    if command.kind == "no_task" and last.kind in ("add", "wish") and _DONE.fullmatch(command.text):
        return [replace(command, kind="done", target=LAST_TOUCHED)]
    is_vague = command.kind in ("unknown", "offer") and last.kind in _DATED and not is_question(command.text)
    if is_vague and (hour := _TO_AN_HOUR.fullmatch(command.text)) and _has_a_time(last, clock):
        given = {"due_date": f"at {hour['hour']}"}
        return [replace(command, kind="update", target=LAST_TOUCHED, given=given, language=last.language)]
    fields = read_fields(command.text, clock) if is_vague else None
    return changes_of(fields, LAST_TOUCHED, replace(command, language=last.language)) if fields else []


def _has_a_time(command: Command, clock: UserClock) -> bool:
    """Return whether the command gives a date with a time: then "make it 8" is about it, else perhaps a count."""
    due = command.given.get("due_date")
    return due is not None and parse_due(due, zone=clock.zone, now=clock.now).day is None


def _chosen(command: Command, choices: dict[int, str]) -> int | None:
    """The number of the only choice that an answer names by words of its title; None if it names none or several."""
    said = command.text.strip(" .!").casefold()
    if exact := [number for number, title in choices.items() if title.casefold() == said]:
        return _only(exact)
    words = stems_of(said)
    is_other = words & _NEGATIONS or "?" in command.text or "due_date" in command.given
    wanted = words - FILLERS
    if command.kind not in ("unknown", "offer") or not wanted or is_other:
        return None
    return _only([number for number, title in choices.items() if wanted <= stems_of(title)])


def _only(numbers: list[int]) -> int | None:
    return numbers[0] if len(numbers) == 1 else None


def _agreed(
    earlier: list[ConversationTurn], previous: _PreviousTurn, memory: Memory, clock: UserClock
) -> list[Command]:
    """Return the commands that a yes is to: what the last turn offered, or what it asked about a single task."""
    if earlier and (offered := _offered(earlier[-1], previous, clock)):
        return offered
    if previous.asked and len(previous.commands) == len(memory.shown) == 1:
        return [replace(previous.commands[0], target=Target(numbers=tuple(memory.shown)))]
    return []


def _offered(turn: ConversationTurn, previous: _PreviousTurn, clock: UserClock) -> list[Command]:
    """Return the commands that a turn offered, to be carried out now; empty if it offered nothing."""
    if previous.offered:
        return previous.offered
    commands = [] if _has_effect(turn) else read_message(turn.message, clock)
    if len(commands) != 1 or commands[0].kind != "all_done":  # whose question needed no look-up
        return []
    return [replace(commands[0], kind="complete_all", text="", target=Target(pronoun="all tasks"))]


def _replay_all(earlier: list[ConversationTurn], memory: Memory, clock: UserClock) -> _PreviousTurn:
    """Remember what the earlier turns showed; return the previous turn."""
    previous = _PreviousTurn()
    for turn in [turn for turn in earlier if _has_effect(turn)][-_TURNS_READ:]:
        previous = _replay(turn, previous, memory, clock)
    # A message without any effect stands between the last question and its answer.
    return previous if not earlier or _has_effect(earlier[-1]) else _PreviousTurn(previous.commands)


def _has_effect(turn: ConversationTurn) -> bool:
    return bool(turn.results or turn.clicked) or turn.is_click_undone


def _replay(turn: ConversationTurn, previous: _PreviousTurn, memory: Memory, clock: UserClock) -> _PreviousTurn:
    """Remember what an earlier turn showed; return it as the previous turn of the next."""
    memory.begin_turn(turn.selected)
    commands = _resolve(read_message(turn.message, clock), previous, clock, is_asked="?" in turn.message)
    commands = with_guess(commands, clock)
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
    )
