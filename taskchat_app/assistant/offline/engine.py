"""Decides the next tool calls, or the answer, from the conversation so far.

The assistant keeps nothing between replies: each time it runs the plans of the turn's commands (command_calls.py) from
the beginning, with the results of earlier calls, until one needs a new call.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

from taskchat_app.assistant.core.message_tags import without_note
from taskchat_app.assistant.grammar.clauses import is_agreement, read_message
from taskchat_app.assistant.grammar.commands import Command, Target, UserClock
from taskchat_app.assistant.grammar.language_detection import detect_language, reply_language
from taskchat_app.assistant.grammar.new_task import read_title
from taskchat_app.assistant.grammar.parser import is_question, read_command
from taskchat_app.assistant.grammar.rules.edit import LAST_TOUCHED
from taskchat_app.assistant.offline import answers
from taskchat_app.assistant.offline.call_rounds import Listing, Plan, PlannedCall, Question, Result
from taskchat_app.assistant.offline.command_calls import plan
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.i18n.messages import gettext

log = logging.getLogger(__name__)
Item: TypeAlias = Mapping[str, Any]
_INTERRUPTED: Result = {
    "status": "error",
    "message": gettext("That call was interrupted, so nothing is known of it."),
}
ResultOf: TypeAlias = Callable[[str], Result | None]


def no_result(_: str) -> Result | None:
    """Return None for every call: the results are read from the items."""


# These read or change more than one named task, so they wait for what was said before them, and the rest for them.
_BARRIERS = ("list", "look", "agenda", "finished", "tell", "complete_all", "delete_all")
_ON_TASKS = ("done", "reported", "reopen", "update", "shift", "tag", "untag", "delete", "cancel")
"""What can be done to another task, too."""
_DATED = ("add", "wish", "update", "shift", "remind")
"""After these, a date alone is another date for the task."""
_ASKED = ("list", "look", "agenda", "finished", "count")
"""After these, a day alone asks the same about that day."""
_TOLD_ONE_BY_ONE = 5
"""Tasks added by one message that are told one by one; of more, only the numbers are told (the card has the rest)."""
# Turns with tool results that are gone through again: the list last shown may lie behind a few that touched one task.
_TURNS_READ = 10


@dataclass(slots=True)
class ConversationTurn:
    """One message of the person with the tools called for it and their results, in order."""

    message: str = ""
    selected: list[int] = field(default_factory=list[int])
    """The tasks that the person had selected."""
    results: list[tuple[str, Result]] = field(default_factory=list[tuple[str, Result]])


def decide_reply(
    items: Iterable[Item], clock: UserClock, setting: str = "", result_of: ResultOf = no_result
) -> list[PlannedCall] | str:
    """The next calls of the last turn, or its answer in the language of the message.

    Where that tells none, the messages before it do, or else the person's setting (the code of a language, or empty).
    `result_of` returns a call's result with its messages, which the items have in English alone.
    """
    *earlier, current = read_turns(items, result_of) or [ConversationTurn()]
    memory = Memory(clock)
    before = _Before()
    for turn in [turn for turn in earlier if turn.results][-_TURNS_READ:]:
        before = _replay(turn, before, memory, clock)
    if earlier and not earlier[-1].results:
        before = replace(before, has_touched=False)
    memory.begin_turn(current.selected)
    if is_agreement(current.message) and earlier and (wished := _offered(earlier[-1], clock)):
        commands, has_card = wished, False
    elif is_agreement(current.message) and before.asked and len(before.commands) == len(memory.shown) == 1:
        commands, has_card = [replace(before.commands[0], target=Target(numbers=tuple(memory.shown)))], False
    else:
        read = read_message(current.message, clock)
        commands = _meant(read, before, clock)
        has_card = len(read) == 1 and commands is read
    told = detect_language(current.message, commands)
    language = told or reply_language((turn.message for turn in reversed(earlier)), setting)
    commands = [replace(command, language=language) for command in commands]
    return _Rounds(commands, memory, current.results, has_card=has_card).run()


def read_turns(items: Iterable[Item], result_of: ResultOf = no_result) -> list[ConversationTurn]:
    """The conversation by messages of the person; calls without a result count as interrupted."""
    listed = list(items)
    outputs = {
        str(item.get("call_id")): _result(item.get("output"))
        for item in listed
        if item.get("type") == "function_call_output"
    }
    turns: list[ConversationTurn] = []
    for item in listed:
        if item.get("role") == "user":
            turns.append(ConversationTurn(*without_note(_own_words(item.get("content")))))
        elif item.get("type") == "function_call" and turns:
            call_id = str(item.get("call_id"))
            result = result_of(call_id) or outputs.get(call_id, _INTERRUPTED)
            turns[-1].results.append((str(item.get("name")), result))
    return turns


def _own_words(content: Any) -> str:
    """Return what the user wrote: the first part, as files follow it (agent/history.py)."""
    return _text(content[:1] if isinstance(content, list) else content)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = cast(list[dict[str, Any]], content) if isinstance(content, list) else []
    return " ".join(str(part["text"]) for part in parts if part.get("text"))


def _result(output: Any) -> Result:
    """A tool's result; what is not the tools' JSON (a failure of the loop) is an error with its own words."""
    text = _text(output)
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    return cast(Result, found) if isinstance(found, dict) else {"status": "error", "message": text}


@dataclass(frozen=True, slots=True)
class _Before:
    """The commands of the turn before, whether it ended with a question, and whether it added or changed a task."""

    commands: list[Command] = field(default_factory=list[Command])
    asked: bool = False
    has_touched: bool = False


def _meant(commands: list[Command], before: _Before, clock: UserClock) -> list[Command]:
    """The commands of a turn with these of its message.

    "The second one" alone answers the question that the turn before it ended with; "and the other one too" does what
    that turn did.
    """
    if before.has_touched and [command.kind for command in commands] == ["refusal"]:
        return [replace(commands[0], given={"after": "change"})]
    if len(commands) != 1 or len(before.commands) != 1:
        return commands
    [command], [last] = commands, before.commands
    if command.kind in ("reference", "again") and before.asked:
        # Of those that were asked about: "all" is no more than "all of them" here.
        target = command.target
        return [replace(last, target=replace(target, pronoun="them") if target.pronoun == "all" else target)]
    if command.kind == "again" and last.kind in _ON_TASKS:
        return [replace(last, target=command.target)]
    if command.kind == "again" and last.kind in ("add", "wish") and command.target.words:
        said = read_command(command.target.words, clock)
        if said.kind not in ("unknown", "wish", "offer"):
            return [said]
        given = {name: value for name, value in last.given.items() if name == "tags"}
        return [replace(last, kind="wish", given=given | read_title(command.target.words, clock))]
    if command.kind == "when" and last.kind in _DATED and not is_question(command.text):
        if not before.has_touched:
            return [replace(command, target=Target())]
        return [replace(command, kind="update", target=LAST_TOUCHED, language=last.language)]
    if command.kind == "when" and last.kind in _ASKED and command.target.filters:
        given = {name: value for name, value in last.given.items() if name != "undated"}
        return [replace(last, given=given | command.target.filters)]
    return commands


def _offered(turn: ConversationTurn, clock: UserClock) -> list[Command]:
    """The wish that a turn offered to add, to be added now; empty if it offered none."""
    commands = [] if turn.results else read_message(turn.message, clock)
    return [replace(command, kind="wish") for command in commands if command.kind == "offer" and len(commands) == 1]


def _replay(turn: ConversationTurn, before: _Before, memory: Memory, clock: UserClock) -> _Before:
    """Remember what an earlier turn showed."""
    memory.begin_turn(turn.selected)
    commands = _meant(read_message(turn.message, clock), before, clock)
    rounds = _Rounds(commands, memory, turn.results)
    try:
        rounds.run()
    except _ForeignCallsError:
        pass
    except Exception:
        log.exception("An earlier turn could not be read again")
    for _, result in rounds.left:
        memory.note(result)
    has_touched = any(tool != "list_tasks" and result.get("status") == "ok" for tool, result in turn.results)
    return _Before(commands, rounds.asked, has_touched)


class _ForeignCallsError(Exception):
    """The calls of an earlier turn are not those that these rules make: Gemini made them."""


class _Rounds:
    """The commands of one turn, run in rounds of calls over the results that there are."""

    def __init__(
        self,
        commands: list[Command],
        memory: Memory,
        results: list[tuple[str, Result]],
        *,
        has_card: bool = False,
    ) -> None:
        """`has_card`: a card below the answer shows the tasks of a question (see tools.task_choices.offer)."""
        self.commands = commands
        self.has_card = has_card
        self.memory = memory
        self.left = list(results)
        self.asked = False
        self.said: dict[int, str] = {}
        self.added: dict[int, int] = {}
        """The numbers of the tasks that commands have added."""

    def run(self) -> list[PlannedCall] | str:
        """The calls that have no result yet, or what is to be said once there are none."""
        waiting = list(range(len(self.commands)))
        while waiting:
            batch = self._together(waiting)
            if calls := self._wanted(batch):
                return calls
            waiting = waiting[len(batch) :]
        numbers = sorted(self.added.values())
        if len(numbers) > _TOLD_ONE_BY_ONE and numbers == list(range(numbers[0], numbers[-1] + 1)):
            first, *others = self.added
            self.said |= {first: answers.added(numbers, self.commands[first].language), **dict.fromkeys(others, "")}
        return "\n\n".join(self.said[index] for index in sorted(self.said) if self.said[index])

    def _together(self, waiting: list[int]) -> list[int]:
        """The next commands that need nothing of each other's results."""
        batch = waiting[:1]
        for index in waiting[1:]:
            command, target = self.commands[index], self.commands[index].target
            alone = command.kind in _BARRIERS or self.commands[batch[0]].kind in _BARRIERS
            if alone or target.pronoun or target.places or target.filters or self._titled(batch, target.words):
                break
            batch.append(index)
        return batch

    def _titled(self, batch: list[int], words: str) -> bool:
        """Return whether these words may mean a task that this batch only now gives its title."""
        titles = [str(self.commands[index].given.get("title", "")).casefold() for index in batch]
        return bool(words) and any(words.casefold() in title for title in titles)

    def _wanted(self, batch: list[int]) -> list[PlannedCall]:
        """Lead these plans on with the results that there are; the calls of the first round without them."""
        plans: dict[int, Plan] = {index: plan(self.commands[index], self.memory) for index in batch}
        wanted: dict[int, list[PlannedCall]] = {}
        for index in batch:
            self._advance(plans, wanted, index, None)
        while wanted:
            # What only looks goes first, so that what changes happens in the order in which it was said.
            looking = [index for index in batch if any(call.looking for call in wanted.get(index, ()))]
            ready = looking or [index for index in batch if index in wanted]
            calls = [call for index in ready for call in wanted[index]]
            if len(self.left) < len(calls):
                return calls[len(self.left) :]
            results = [self._take(call) for call in calls]
            for index in ready:
                mine, results = results[: len(wanted[index])], results[len(wanted[index]) :]
                self._advance(plans, wanted, index, mine)
        return []

    def _take(self, call: PlannedCall) -> Result:
        if self.left[0][0] != call.tool:
            raise _ForeignCallsError
        _, result = self.left.pop(0)
        if not call.looking:
            self.memory.note(result)
        return result

    def _advance(
        self, plans: dict[int, Plan], wanted: dict[int, list[PlannedCall]], index: int, results: list[Result] | None
    ) -> None:
        wanted.pop(index, None)
        if results and self.commands[index].kind in ("add", "wish") and results[0].get("task"):
            self.added[index] = int(results[0]["task"]["number"])
        try:
            wanted[index] = next(plans[index]) if results is None else plans[index].send(results)
        except StopIteration as end:
            said = cast(str | Question | Listing, end.value)
            if isinstance(said, Question | Listing) and said.numbers:
                self.memory.show(said.numbers)
            self.asked = self.asked or isinstance(said, Question)
            self.said[index] = said if isinstance(said, str) else self._told(said)

    def _told(self, said: Question | Listing) -> str:
        """The answer, with the tasks of a question unless its card shows them."""
        if isinstance(said, Listing) or self.has_card or not said.lines:
            return said.text
        return f"{said.text}\n\n{said.lines}"
