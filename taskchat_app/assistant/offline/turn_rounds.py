"""Runs the plans of a turn's commands: returns the next tool calls, or the answer once no call is left."""

from typing import Any, cast

from taskchat_app.assistant.grammar.commands import Command
from taskchat_app.assistant.offline import answers
from taskchat_app.assistant.offline.call_rounds import Listing, Plan, PlannedCall, Question, Result, is_part
from taskchat_app.assistant.offline.command_calls import plan
from taskchat_app.assistant.offline.memory import Memory

# These read or change more than one named task, so they wait for what was said before them, and the rest for them.
_BARRIERS = ("list", "look", "agenda", "finished", "tell", "complete_all", "all_done", "delete_all")
_TOLD_ONE_BY_ONE = 5
"""Tasks added by one message that are told one by one; of more, only the numbers are told (the card has the rest)."""


class ForeignCallsError(Exception):
    """The calls of an earlier turn are not those that these rules make: Gemini made them."""


class TurnRounds:
    """The commands of one turn and the results of their calls so far; it makes no call itself."""

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
        self.choices: dict[int, str] = {}
        """The titles of the tasks of a question, by number."""
        self.offered: dict[str, Any] = {}
        """The arguments of the new task that a question offers."""
        self.said: dict[int, str] = {}
        self.added: dict[int, int] = {}
        """The numbers of the tasks that commands have added."""

    def next_calls_or_answer(self) -> list[PlannedCall] | str:
        """Return the calls that have no result yet, or the answer if there are none."""
        waiting = list(range(len(self.commands)))
        while waiting:
            batch = self._next_batch(waiting)
            if calls := self._next_calls(batch):
                return calls
            waiting = waiting[len(batch) :]
        numbers = sorted(self.added.values())
        if len(numbers) > _TOLD_ONE_BY_ONE and numbers == list(range(numbers[0], numbers[-1] + 1)):
            first, *others = self.added
            self.said |= {first: answers.added(numbers, self.commands[first].language), **dict.fromkeys(others, "")}
        return "\n\n".join(self.said[index] for index in sorted(self.said) if self.said[index])

    def _next_batch(self, waiting: list[int]) -> list[int]:
        """Return the next commands that need nothing of each other's results."""
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

    def _next_calls(self, batch: list[int]) -> list[PlannedCall]:
        """Run the plans of these commands with the results that there are; return the calls that have none yet."""
        plans: dict[int, Plan] = {index: plan(self.commands[index], self.memory) for index in batch}
        pending: dict[int, list[PlannedCall]] = {}
        for index in batch:
            self._advance(plans, pending, index, None)
        while pending:
            # What only looks goes first, so that what changes happens in the order in which it was said.
            looking = [index for index in batch if any(call.looking for call in pending.get(index, ()))]
            ready = looking or [index for index in batch if index in pending]
            calls = [call for index in ready for call in pending[index]]
            if len(self.left) < len(calls):
                return calls[len(self.left) :]
            results = [self._take(call) for call in calls]
            for index in ready:
                mine, results = results[: len(pending[index])], results[len(pending[index]) :]
                self._advance(plans, pending, index, mine)
        return []

    def _take(self, call: PlannedCall) -> Result:
        if self.left[0][0] != call.tool:
            raise ForeignCallsError
        _, result = self.left.pop(0)
        if not call.looking:
            self.memory.note(result, is_part=is_part(call.arguments))
        return result

    def _advance(
        self, plans: dict[int, Plan], pending: dict[int, list[PlannedCall]], index: int, results: list[Result] | None
    ) -> None:
        pending.pop(index, None)
        if results and self.commands[index].kind in ("add", "wish") and results[0].get("task"):
            self.added[index] = int(results[0]["task"]["number"])
        try:
            pending[index] = next(plans[index]) if results is None else plans[index].send(results)
        except StopIteration as end:
            said = cast(str | Question | Listing, end.value)
            if isinstance(said, Question | Listing) and said.numbers:
                is_question = isinstance(said, Question)
                self.memory.show(said.numbers, is_part=is_question or said.is_part, is_question=is_question)
                if self.commands[index].kind == "tell":
                    self.memory.listed = []
            elif isinstance(said, Listing):
                self.memory.listed, self.memory.is_part = [], False
            if isinstance(said, Question):
                self.asked = True
                self.offered = said.calls[0].arguments if said.calls and not said.numbers else {}
                self.choices = {
                    int(task["number"]): str(task.get("title", "")) for task in said.tasks if task["number"]
                }
            self.said[index] = said if isinstance(said, str) else self._told(said)

    def _told(self, said: Question | Listing) -> str:
        """The answer, with the tasks of a question unless its card shows them."""
        if isinstance(said, Listing) or self.has_card or not said.lines:
            return said.text
        return f"{said.text}\n\n{said.lines}"
