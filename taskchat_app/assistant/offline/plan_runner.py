"""Runs the plans of a turn's commands: returns the next tool calls, or the answer once no call is missing a result."""

from dataclasses import dataclass, replace
from typing import Any, cast

from taskchat_app.assistant.grammar.commands import CHANGING, Command, Target
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline import answers
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import Listing, Plan, PlannedCall, Question, Result, is_part, only_say
from taskchat_app.assistant.offline.plans.plans import plan
from taskchat_app.assistant.offline.task_lines import choice_lines

# These read or change more than one named task, so they wait for what was said before them, and the rest for them.
_BARRIERS = ("list", "look", "finished", "tell", "complete_all", "all_done", "delete_all")
_GUESSED = ("offer", "unknown", "question")
"""Commands whose tasks are only those that the words may mean."""
_NAMED_SINGLY_MAX = 5
"""Tasks added by one message that the answer names singly; of more it has only the numbers (the card has the rest)."""
_OFFERED_SINGLY_MAX = 3
"""Questions about new tasks that one answer asks one by one."""


class CallsNotFromRulesError(Exception):
    """The calls of an earlier turn are not those that these rules make: Gemini made them."""


@dataclass(slots=True)
class _Outcome:
    """What a command has come to so far."""

    reply: str = ""
    """What the answer says of it; empty while its plan waits for results."""
    added: int = 0
    """The number of the task that it has added; 0 for none."""
    offers: str = ""
    """The lines of the new tasks that a "yes" adds, if the reply asks about these alone."""
    has_changed: bool = False
    """True if it changed tasks, or proposed to."""
    has_failed: bool = False
    """True if it changed nothing and showed no task, so that "it" has no meaning behind it."""


class PlanRunner:
    """The commands of one turn and the results of their calls so far; it makes no call itself.

    Each step of a turn has a new runner, which is given all results of the turn and runs its plans from the start.
    """

    def __init__(
        self, commands: list[Command], memory: Memory, results: list[tuple[str, Result]], *, card: int | None = None
    ) -> None:
        """`card`: the index of the command whose question has a card (see task_questions.card_index)."""
        self.commands = commands
        self.card = card
        self.memory = memory
        self.unused_results = list(results)
        """Results that no plan has received yet, with the names of their tools."""
        self.asked = False
        self.choices: dict[int, str] = {}
        """The titles of the tasks of a question, by number."""
        self.offered: list[Command] = []
        """What a "yes" to all questions does: adds the new tasks, of several readings of one the first, and does to the
        task of a question without a card what its command says."""
        self.about: tuple[int, ...] = ()
        """The numbers of the tasks of which a question asks what is to be done with them."""
        self.outcomes = [_Outcome() for _ in commands]

    def next_calls_or_answer(self) -> list[PlannedCall] | str:
        """Return the calls that have no result yet, or the answer if there are none."""
        waiting = list(range(len(self.commands)))
        while waiting:
            batch = self._next_batch(waiting)
            if calls := self._next_calls(batch):
                return calls
            waiting = waiting[len(batch) :]
        self._summarize_added()
        self._summarize_offered()
        return "\n\n".join(outcome.reply for outcome in self.outcomes if outcome.reply)

    def _summarize_added(self) -> None:
        """Replace the replies about more than _NAMED_SINGLY_MAX added tasks by one with the first and last number."""
        adding = [index for index, outcome in enumerate(self.outcomes) if outcome.added]
        numbers = sorted(self.outcomes[index].added for index in adding)
        if len(numbers) <= _NAMED_SINGLY_MAX or numbers != list(range(numbers[0], numbers[-1] + 1)):
            return
        for index in adding:
            self.outcomes[index].reply = ""
        first, last = f"#{numbers[0]}", f"#{numbers[-1]}"
        language = self.commands[adding[0]].language
        summary = answers.say(language, sentences.ADDED_MANY, count=len(numbers), first=first, last=last)
        self.outcomes[adding[0]].reply = summary

    def _summarize_offered(self) -> None:
        """Replace more than _OFFERED_SINGLY_MAX questions about new tasks by one, which says what a yes adds."""
        offering = [index for index, outcome in enumerate(self.outcomes) if outcome.offers]
        if len(offering) <= _OFFERED_SINGLY_MAX:
            return
        first = self.commands[offering[0]]
        lines = "\n".join(self.outcomes[index].offers for index in offering)
        for index in offering:
            self.outcomes[index].reply = ""
        asked = answers.reply(first, sentences.ARE_NEW, count=len(self.offered))
        self.outcomes[offering[0]].reply = f"{asked}\n\n{lines}"

    def _next_batch(self, waiting: list[int]) -> list[int]:
        """Return the next commands that need nothing of each other's results."""
        batch = waiting[:1]
        for index in waiting[1:]:
            command = self.commands[index]
            is_barrier = command.kind in _BARRIERS or self.commands[batch[0]].kind in _BARRIERS
            target = command.target
            refers = target.pronoun or target.places or target.filters
            if is_barrier or refers or self._may_name_new_task(batch, target.words):
                break
            batch.append(index)
        return batch

    def _may_name_new_task(self, batch: list[int], words: str) -> bool:
        """Return whether these words may mean a task that this batch only now gives its title."""
        titles = [str(self.commands[index].given.get("title", "")).casefold() for index in batch]
        return bool(words) and any(words.casefold() in title for title in titles)

    def _next_calls(self, batch: list[int]) -> list[PlannedCall]:
        """Run these plans with the results so far; return the calls that have none yet, none once all plans ended."""
        plans = {index: self._plan(index) for index in batch}
        wanted = {index: self._advance(index, plans[index], None) for index in batch}
        while running := {index: calls for index, calls in wanted.items() if calls is not None}:
            # Look-ups go first, so that what changes happens in the order in which it was said.
            looking = [index for index, calls in running.items() if any(call.is_lookup for call in calls)]
            ready = looking or list(running)
            calls = [call for index in ready for call in running[index]]
            if len(self.unused_results) < len(calls):
                return calls[len(self.unused_results) :]
            results = {index: [self._next_result(call) for call in running[index]] for index in ready}
            for index in ready:
                self._note_changes(index, running[index], results[index])
                wanted[index] = self._advance(index, plans[index], results[index])
        return []

    def _plan(self, index: int) -> Plan:
        """Return the plan of a command; "it" behind a command that failed is not the task of an earlier message."""
        command = self.commands[index]
        # The outcome of the command before is known here, since a command with a pronoun begins a batch.
        is_after_failure = index > 0 and self.outcomes[index - 1].has_failed
        if is_after_failure and command.target.pronoun and command.kind in CHANGING:
            return only_say(answers.reply(command, sentences.NO_REFERENCE))
        return plan(command, self.memory)

    def _next_result(self, call: PlannedCall) -> Result:
        if self.unused_results[0][0] != call.tool:
            raise CallsNotFromRulesError
        _, result = self.unused_results.pop(0)
        if not call.is_lookup:
            self.memory.note(result, is_part=is_part(call.arguments))
        return result

    def _note_changes(self, index: int, calls: list[PlannedCall], results: list[Result]) -> None:
        pairs = zip(calls, results, strict=True)
        if any(not call.is_lookup and result.get("status") != "error" for call, result in pairs):
            self.outcomes[index].has_changed = True
        if results and self.commands[index].kind in ("add", "wish") and results[0].get("task"):
            self.outcomes[index].added = int(results[0]["task"]["number"])

    def _advance(self, index: int, plan: Plan, results: list[Result] | None) -> list[PlannedCall] | None:
        """Return the plan's next calls, after these results of the last ones; None at its end, which is noted."""
        try:
            return next(plan) if results is None else plan.send(results)
        except StopIteration as end:
            self._note_reply(index, cast(str | Question | Listing, end.value))
            return None

    def _note_reply(self, index: int, reply: str | Question | Listing) -> None:
        """Note what a command's plan answers, and the tasks that the answer shows."""
        outcome, kind = self.outcomes[index], self.commands[index].kind
        is_new = isinstance(reply, Question) and not reply.numbers
        shows_task = not (isinstance(reply, str) or is_new or kind in _GUESSED)
        outcome.has_failed = not (outcome.has_changed or shows_task)
        match reply:
            case str():
                outcome.reply = reply
            case Listing():
                outcome.reply = reply.text
                if reply.numbers:
                    self.memory.show(reply.numbers, is_part=reply.is_part, is_list=kind != "tell")
                else:
                    self.memory.show_none()
            case Question():
                self._note_question(index, reply)

    def _note_question(self, index: int, question: Question) -> None:
        """Note the tasks of a question, and what a yes to it does.

        A yes does what all questions of the turn offer; a number or a name chooses a task of the last question only.
        """
        command, numbers, new = self.commands[index], question.numbers, _new_tasks(question)
        has_lines = question.lines and index != self.card  # the card shows the tasks itself
        self.outcomes[index].reply = f"{question.text}\n\n{question.lines}" if has_lines else question.text
        if numbers:
            self.memory.show(numbers, is_part=True, is_question=True, is_list=command.kind != "tell")
        elif question.about:
            self.memory.show([*question.about], is_part=True)
        if new:
            self.outcomes[index].offers = choice_lines([{"number": 0, **fields} for fields in new], command.language)
        self.offered += [Command("add", "", given=fields) for fields in new]
        if len(numbers) == 1 and len(self.commands) > 1 and command.kind not in ("delete", "cancel"):
            self.offered.append(replace(command, target=Target(numbers=tuple(numbers)), doubtful=False))
        self.asked, self.about = bool(numbers or new), question.about
        self.choices = {task["number"]: str(task.get("title", "")) for task in question.tasks if task["number"]}


def _new_tasks(question: Question) -> list[dict[str, Any]]:
    """Return the fields of the tasks that the first choice for new tasks adds; empty if it is about known tasks."""
    if question.numbers or question.about:
        return []
    for choice in question.calls:
        single = {"tool": choice.tool, "arguments": choice.arguments}
        calls: list[dict[str, Any]] = choice.arguments["calls"] if choice.tool == "each" else [single]
        if added := [call["arguments"] for call in calls if call["tool"] == "create_task"]:
            return added
    return []
