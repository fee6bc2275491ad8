"""Types and look-ups of plans: generators that yield rounds of tool calls, take their results, return an answer."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.domain.tasks.queries import LIMIT_MAX

MAX_CALLS = LIMIT_MAX
"""Tasks that one sentence can change one by one: as many as one look-up finds."""
UNSHOWN_PREFIX = "look_"
"""How the id of a call begins whose tasks the answer does not show (see tools.last_shown_tasks)."""

Task: TypeAlias = dict[str, Any]
"""A task of a result: "number", "title", "done", "due" ("2026-11-18" or "2026-11-18T09:00"), "recurrence", "tags".

The number of a task that is only offered is 0. A choice that is not the task itself, such as a note for one, has the
number 0, too, and "words" that say what it does.
"""


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One tool call, or what else a card's line does: "add_note", or "each", whose argument "calls" has several calls.

    `is_lookup` if it only finds out which task is meant, `unshown` if no answer shows its tasks.
    """

    tool: str
    arguments: dict[str, Any]
    is_lookup: bool = False
    unshown: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question about the tasks that may be meant; a click, or the next message, chooses one of them."""

    text: str
    tasks: list[Task]
    calls: list[PlannedCall] = field(default_factory=list[PlannedCall])
    """What choosing each task does; for a new task, what adds it."""
    lines: str = ""
    """The tasks in words, for a question without a card (see tools.task_choices)."""
    about: tuple[int, ...] = ()
    """The numbers of the tasks that the choices are about; "it" means these then."""

    @property
    def numbers(self) -> list[int]:
        return [task["number"] for task in self.tasks if task["number"]]


@dataclass(frozen=True, slots=True)
class Listing:
    """An answer that lists these tasks, in this order; "the second one" counts in them."""

    text: str
    numbers: list[int]
    is_part: bool = True
    """False if no open task was left out."""


Result: TypeAlias = dict[str, Any]
Returned = TypeVar("Returned")
Steps: TypeAlias = Generator[list[PlannedCall], list[Result], Returned]
"""Yields the calls of one round, receives their results, returns what they find."""
Plan: TypeAlias = Steps[str | Question | Listing]
"""Steps that return what to say."""
Act: TypeAlias = Callable[[Task, Command, UserClock], PlannedCall]
"""Makes the call that does to a task what a command says."""
_EMPTY = {"undated": "due", "untagged": "tags"}
"""Filters that list_tasks does not have, with the fields that are empty then."""


def only_say(answer: str) -> Plan:
    """Make a plan without a call."""
    yield from ()
    return answer


def each(calls: list[PlannedCall]) -> PlannedCall:
    """Return the call of a card's line that does all of these."""
    if len(calls) == 1:
        return calls[0]
    return PlannedCall("each", {"calls": [{"tool": call.tool, "arguments": call.arguments} for call in calls]})


def listed(given: dict[str, Any]) -> Steps[Result]:
    """List the tasks that the filters find, as a call that is shown if it can be."""
    if _EMPTY.keys().isdisjoint(given):
        return (yield [PlannedCall("list_tasks", given)])[0]
    return (yield from filter_tasks(given))


def filter_tasks(given: dict[str, Any]) -> Steps[Result]:
    """Look up the tasks that the filters find; those without a date or tag are chosen here, from at most MAX_CALLS."""
    empty = [field for name, field in _EMPTY.items() if name in given]
    if not empty:
        return (yield [looked_up(**given, limit=MAX_CALLS)])[0]
    filters = {name: value for name, value in given.items() if name not in _EMPTY}
    if filters.get("status") == "all":
        del filters["status"]
    [result] = yield [looked_up(**filters, limit=MAX_CALLS)]
    if result.get("more"):  # others than the read ones may be without a date or tag
        message = sentences.TOO_MANY.with_values(most=MAX_CALLS, nothing=sentences.NOTHING)
        return {"status": "error", "message": message, "more": True}
    without = [task for task in result.get("tasks") or () if not any(task.get(field) for field in empty)]
    return result | {"tasks": without} if "tasks" in result else result


def searched(words: str, status: str) -> Steps[list[Task]]:
    """Look up the tasks with these words, up to MAX_CALLS: the one that is meant may be the last of many."""
    [result] = yield [looked_up(search=words, status=status)]
    if result.get("more"):
        [result] = yield [looked_up(search=words, status=status, limit=MAX_CALLS)]
    return result.get("tasks") or []


def is_part(given: dict[str, Any]) -> bool:
    """Return whether the tasks found by these filters leave out other open tasks."""
    return given.get("status") == "done" or not given.keys() <= {"status", "sort", "limit"}


def looked_up(**filters: Any) -> PlannedCall:
    return PlannedCall("list_tasks", filters, is_lookup=True)
