"""Turns a command into tool calls and an answer."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from taskchat_app.assistant.grammar.commands import Command, Target
from taskchat_app.assistant.grammar.targets import title_parts
from taskchat_app.assistant.offline import answers
from taskchat_app.assistant.offline.memory import Memory

_MAX_CALLS = 200
"""Tasks that one sentence can change one by one."""
_MAX_ASKED = 10


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One tool call; `looking` when it only finds out which task is meant."""

    tool: str
    arguments: dict[str, Any]
    looking: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Several tasks fit: these were shown, and the next message may pick from them, or a click."""

    text: str
    tasks: list[dict[str, Any]]
    calls: list[PlannedCall] = field(default_factory=list[PlannedCall])
    """What picking each of them would do."""

    @property
    def numbers(self) -> list[int]:
        return [int(task["number"]) for task in self.tasks]


Result: TypeAlias = dict[str, Any]
# Yields the calls of one round, receives their results, returns what to say.
Plan: TypeAlias = Generator[list[PlannedCall], list[Result], str | Question]
Act: TypeAlias = Callable[[dict[str, Any]], PlannedCall]


def plan(command: Command, memory: Memory) -> Plan:
    """The plan for one command."""
    return _PLANS.get(command.kind, _say)(command, memory)


def _say(command: Command, _: Memory) -> Plan:
    yield from ()
    return answers.answer_without_tools(command)


def _add(command: Command, _: Memory) -> Plan:
    results = yield [PlannedCall("create_task", command.given)]
    return answers.messages(results, command.language)


def _list(command: Command, _: Memory) -> Plan:
    results = yield [PlannedCall("list_tasks", command.given)]
    return answers.listing(results[0], command.language)


def _complete_all(command: Command, _: Memory) -> Plan:
    results = yield [PlannedCall("bulk_complete_tasks", {"all_open": True})]
    return answers.messages(results, command.language)


def _delete_all(command: Command, _: Memory) -> Plan:
    results = yield [PlannedCall("bulk_delete_tasks", command.given)]
    return answers.messages(results, command.language)


def _on_tasks(act: Act, *, status: str, needs_task: bool = False) -> Callable[[Command, Memory], Plan]:
    """Do the same to each task that the command means, or ask which one it means and change nothing."""

    def make(command: Command, memory: Memory) -> Plan:
        found = yield from _find(command, memory, status=status, needs_task=needs_task)
        if isinstance(found, Question):
            return replace(found, calls=[act({**task, "command": command}) for task in found.tasks])
        if isinstance(found, str):
            return found
        if len(found) > _MAX_CALLS:
            return answers.too_many(_MAX_CALLS, command)
        results = yield [act({**task, "command": command}) for task in found]
        return answers.messages(results, command.language)

    return make


def _find(
    command: Command, memory: Memory, *, status: str, needs_task: bool
) -> Generator[list[PlannedCall], list[Result], list[dict[str, Any]] | str | Question]:
    """The tasks that a command means, or a sentence that asks."""
    target = command.target
    if target.words:
        return (yield from _search(command, target, status))
    if target.pronoun in ("all", "overdue"):
        return (yield from _every(command, "done" if status == "done" else "open"))
    numbers = memory.resolve(target)
    if not numbers:
        return answers.no_reference(command)
    tasks = [{"number": number} for number in numbers]
    if not needs_task:
        return tasks
    # Tags are replaced as a whole, so the present ones have to be known; no tool reads one task by its number.
    results = yield [PlannedCall("list_tasks", {"status": "all", "limit": 200}, looking=True)]
    known = {task["number"]: task for task in results[0].get("tasks") or ()}
    missing = [number for number in numbers if number not in known]
    return answers.no_number(missing, command) if missing else [known[number] for number in numbers]


def _every(command: Command, status: str) -> Generator[list[PlannedCall], list[Result], list[dict[str, Any]] | str]:
    """All open or all done tasks, or the overdue ones of them; no two tasks are given one title."""
    if "title" in command.given:
        return answers.no_reference(command)
    results = yield [PlannedCall("list_tasks", {"status": status, "limit": _MAX_CALLS}, looking=True)]
    if results[0].get("more"):
        return answers.too_many(_MAX_CALLS, command)
    tasks = [task for task in results[0].get("tasks") or () if command.target.pronoun == "all" or task.get("overdue")]
    return tasks or answers.none_there(command)


def _search(
    command: Command, target: Target, status: str
) -> Generator[list[PlannedCall], list[Result], list[dict[str, Any]] | str | Question]:
    """Exactly one task by its words; "milk and eggs" may also be two tasks if no single one fits."""
    matches = yield from _matches(target.words, target.quoted, status)
    if len(matches) == 1:
        return matches
    if matches:
        return _ask(matches, command, target.words)
    parts = title_parts(target)
    if parts:
        found: list[dict[str, Any]] = []
        for part in parts:
            matches = yield from _matches(part, False, status)
            if len(matches) != 1:
                return _ask(matches, command, part) if matches else answers.no_match(part, command)
            found += matches
        return found
    return answers.no_match(target.words, command)


def _ask(matches: list[dict[str, Any]], command: Command, words: str) -> Question:
    shown = matches[:_MAX_ASKED]
    return Question(answers.ask_which(shown, command, words), shown)


def _matches(words: str, quoted: bool, status: str) -> Generator[list[PlannedCall], list[Result], list[dict[str, Any]]]:
    """Tasks by words: one whose title is exactly these words wins, then titles with all of them, then the rest."""
    results = yield [PlannedCall("list_tasks", {"search": words, "status": status}, looking=True)]
    tasks: list[dict[str, Any]] = results[0].get("tasks") or []
    wanted = words.casefold()
    exact = [task for task in tasks if str(task["title"]).casefold() == wanted]
    if len(exact) == 1 or quoted:
        return exact
    titled = [task for task in tasks if all(word in str(task["title"]).casefold() for word in wanted.split())]
    return titled or tasks


def _done(task: dict[str, Any]) -> PlannedCall:
    return PlannedCall("complete_task", {"task_id": task["number"]})


def _reopen(task: dict[str, Any]) -> PlannedCall:
    return PlannedCall("complete_task", {"task_id": task["number"], "completed": False})


def _delete(task: dict[str, Any]) -> PlannedCall:
    return PlannedCall("delete_task", {"task_id": task["number"]})


def _update(task: dict[str, Any]) -> PlannedCall:
    return PlannedCall("update_task", {"task_id": task["number"], **task["command"].given})


def _tag(task: dict[str, Any]) -> PlannedCall:
    tags = list(dict.fromkeys([*task.get("tags", ()), *task["command"].given["tags"]]))
    return PlannedCall("update_task", {"task_id": task["number"], "tags": tags})


def _untag(task: dict[str, Any]) -> PlannedCall:
    gone = {tag.casefold() for tag in task["command"].given["tags"]}
    tags = [tag for tag in task.get("tags", ()) if tag.casefold() not in gone]
    change: dict[str, Any] = {"tags": tags} if tags else {"clear": ["tags"]}
    return PlannedCall("update_task", {"task_id": task["number"], **change})


_PLANS: dict[str, Callable[[Command, Memory], Plan]] = {
    "add": _add,
    "list": _list,
    "done": _on_tasks(_done, status="open"),
    "reopen": _on_tasks(_reopen, status="done"),
    "update": _on_tasks(_update, status="open"),
    "tag": _on_tasks(_tag, status="open", needs_task=True),
    "untag": _on_tasks(_untag, status="open", needs_task=True),
    "delete": _on_tasks(_delete, status="all"),
    "complete_all": _complete_all,
    "delete_all": _delete_all,
}
