"""The plan of each command (read by grammar/parser.py): its tool calls, and the assistant's answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from dateutil.relativedelta import relativedelta

from taskchat_app.assistant.grammar.commands import Command
from taskchat_app.assistant.grammar.phrases.reminder_phrases import reminder_moment
from taskchat_app.assistant.grammar.phrases.title_words import stems_of
from taskchat_app.assistant.grammar.rules.done_statements import stems
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline import answers, question_plans
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import (
    MAX_CALLS,
    Act,
    Plan,
    PlannedCall,
    Question,
    Result,
    Steps,
    looked_up,
    searched,
)
from taskchat_app.assistant.offline.task_finder import FoundInPart, find, find_reported
from taskchat_app.assistant.offline.task_lines import choice_lines, due_words, task_label
from taskchat_app.assistant.offline.task_questions import ask, doubted, is_named, or_new, without_verb
from taskchat_app.domain.dates.due_dates import local_due, parse_due
from taskchat_app.domain.dates.local_time import FIRST_YEAR, LAST_YEAR
from taskchat_app.domain.dates.recurrence.recurrence import next_occurrence
from taskchat_app.domain.dates.recurrence.text import format_rule
from taskchat_app.i18n.messages import ngettext


def plan(command: Command, memory: Memory) -> Plan:
    """The plan for one command."""
    return _PLANS.get(command.kind, _say)(command, memory)


def _say(command: Command, _: Memory) -> Plan:
    yield from ()
    return answers.answer_without_tools(command)


def _add(command: Command, _: Memory) -> Plan:
    """Add a task; "milk to shopping" is milk with that tag, if any task has it."""
    given, name = command.given, command.target.words.lower()
    if name:
        tags = list(dict.fromkeys([name, name.removesuffix("s"), name.removesuffix("en")]))
        found = yield [looked_up(tag=tag, status="all", limit=1) for tag in tags]
        if used := [tag for tag, result in zip(tags, found, strict=True) if result.get("tasks")]:
            given = given | {"title": command.target.named, "tags": [*given.get("tags", ()), used[0]]}
    results = yield [PlannedCall("create_task", given)]
    return answers.messages(results, command.language)


def _complete_all(command: Command, memory: Memory) -> Plan:
    if command.target.pronoun == "all" and memory.has_part:
        return (yield from _on_tasks(_done, status="open")(command, memory))
    results = yield [PlannedCall("bulk_complete_tasks", {"all_open": True})]
    return _results_text(results, command, memory)


def _all_done(command: Command, memory: Memory) -> Plan:
    """Complete the several tasks of the list just shown, or ask: "all done!" may only be said."""
    if memory.selected or (len(memory.listed) > 1 and not memory.touched):
        return (yield from _complete_all(command, memory))
    return answers.answer_without_tools(command)


def _delete_all(command: Command, memory: Memory) -> Plan:
    if command.target.pronoun == "all" and memory.has_part:
        return (yield from _on_tasks(_delete, status="all")(command, memory))
    results = yield [PlannedCall("bulk_delete_tasks", command.given)]
    return _results_text(results, command, memory)


def _results_text(results: list[Result], command: Command, memory: Memory) -> str:
    """Return what the tools reported, and how many tasks "all" meant after a part of the list was shown."""
    said = answers.messages(results, command.language)
    if not memory.is_part or memory.selected or not command.target.is_all or command.target.excluded:
        return said
    count = sum(len(result.get("numbers", [1])) for result in results if result.get("status") != "error")
    shown = ngettext("This is about the task shown last.", "This is about the {count} tasks shown last.", count)
    whole = ngettext(
        "This is about the whole list: {count} task.", "This is about the whole list: {count} tasks.", count
    )
    meant = shown if command.target.pronoun == "all" else whole
    return f"{answers.say(command.language, meant)} {said}" if count else said


def _on_tasks(act: Act, *, status: str, needs_task: bool = False) -> Callable[[Command, Memory], Plan]:
    """Do the same to each task that the command means, or ask which one it means and change nothing."""

    def make(command: Command, memory: Memory) -> Plan:
        if command.titled and (yield from _is_title(command.titled.target.words)):
            return (yield from plan(replace(command.titled, language=command.language), memory))
        is_known = needs_task or command.doubtful or _clears_time(command)
        found = doubted((yield from find(command, memory, status=status, needs_task=is_known)), command)
        if command.otherwise and not is_named(found, command):
            language, beside = command.language, command.beside_change
            return (yield from plan(replace(command.otherwise, language=language, beside_change=beside), memory))
        if isinstance(found, Question):
            calls = [act({**task, "command": command, "clock": memory.clock}) for task in found.tasks]
            if act is _skip and [call.tool for call in calls] == ["update_task"]:
                return _ask_to_skip(found.tasks, calls, command, memory)
            return or_new(replace(found, calls=calls), command, memory.clock)
        if isinstance(found, str):
            return found
        if len(found) > MAX_CALLS:
            return answers.tell(command, sentences.TOO_MANY, most=MAX_CALLS)
        if untimed := _untimed(found, command):
            # "It" means the task that the refusal names. It is looked up once more, alone, which tools.last_shown_tasks
            # reads: the look-ups before showed no task, or others as well.
            number = int(untimed[0]["number"])
            yield [looked_up(search=f"#{number}", status="all")]
            memory.touch([number])
            return answers.tell(command, sentences.NO_TIME, task=task_label(untimed[0]), number=number)
        calls = [act({**task, "command": command, "clock": memory.clock}) for task in found]
        if act is _skip and command.target.words and any(call.tool != "delete_task" for call in calls):
            return _ask_to_skip(found, calls, command, memory)
        is_in_part = isinstance(found, FoundInPart) and command.kind == "delete"
        is_bulk = command.target.every or command.target.excluded or command.kind in _SWEEPING or is_in_part
        together = _TOGETHER.get(calls[0].tool) if is_bulk else None
        is_one_completion = len(calls) == 1 and together == "bulk_complete_tasks"
        if together and "completed" not in calls[0].arguments and not is_one_completion:
            calls = [PlannedCall(together, {"task_ids": [call.arguments["task_id"] for call in calls]})]
        results = yield calls
        text = _results_text(results, command, memory)
        return found.text(text, command) if isinstance(found, FoundInPart) else text

    return make


def _is_title(words: str) -> Steps[bool]:
    """Return whether the title of an open task has all these words; the first names a field: "tag from milk"."""
    field, wanted = stems_of(words.split()[0]), stems(words)
    tasks = yield from searched(" ".join(sorted(wanted)), "open")
    return any(field <= stems_of(str(task["title"])) and wanted <= stems(str(task["title"])) for task in tasks)


def _reported(command: Command, memory: Memory) -> Plan:
    """Complete the task that is said to be done, or ask."""
    found = yield from find_reported(command, memory)
    if isinstance(found, Question):
        return replace(found, calls=[_done(task) for task in found.tasks])
    if isinstance(found, str):
        return found
    results = yield [_done(task) for task in found]
    text = answers.messages(results, command.language)
    return found.text(text, command) if isinstance(found, FoundInPart) else text


def _done(task: dict[str, Any]) -> PlannedCall:
    return PlannedCall("complete_task", {"task_id": task["number"]})


def _copied(task: dict[str, Any]) -> PlannedCall:
    given = {"title": task["title"], "copy_of": task["number"], **task["command"].given}
    return PlannedCall("create_task", given)


def _copy(command: Command, memory: Memory) -> Plan:
    """Copy the task that the command means; by words one with steps or one that was done, the newest of one title."""
    words = command.target.words
    if not words:
        return (yield from _on_tasks(_copied, status="all", needs_task=True)(command, memory))
    said, found = stems(words), (yield from searched(words, "all"))
    named = [
        task
        for task in found
        if (task.get("steps") or task["done"]) and "parent_id" not in task and said <= stems(str(task["title"]))
    ]
    if not named and command.otherwise:
        otherwise = replace(command.otherwise, language=command.language, beside_change=command.beside_change)
        return (yield from plan(otherwise, memory))
    newest = {str(task["title"]).casefold(): task for task in named}
    exact = [task for title, task in newest.items() if stems(without_verb(title)) <= said]
    meant = exact or list(newest.values())
    calls = [_copied(task | {"command": command}) for task in meant]
    if len(exact) != 1:
        return or_new(replace(ask(meant, command, words), calls=calls), command, memory.clock)
    results = yield calls
    return answers.messages(results, command.language)


def _reopen(task: dict[str, Any]) -> PlannedCall:
    return PlannedCall("complete_task", {"task_id": task["number"], "completed": False})


def _delete(task: dict[str, Any]) -> PlannedCall:
    return PlannedCall("delete_task", {"task_id": task["number"]})


def _delete_tasks(command: Command, memory: Memory) -> Plan:
    """Delete each task that the command means; of a series of which one date is named, offer to skip it."""
    if not command.given.get("once"):
        return (yield from _on_tasks(_delete, status="all")(command, memory))
    return (yield from _on_tasks(_skip, status="all", needs_task=True)(command, memory))


def _skip(task: dict[str, Any]) -> PlannedCall:
    """Move a repeating task to its next date; delete any other, a done one, and the last one of a series."""
    clock, rule, due = task["clock"], task.get("recurrence"), task.get("due")
    if not rule or not due or task.get("done"):
        return _delete(task)
    start = parse_due(due, zone=clock.zone, now=clock.now)
    following = next_occurrence(rule, start=start, after=max(start.at, clock.now), zone=clock.zone)
    if following is None:
        return _delete(task)
    return PlannedCall("update_task", {"task_id": task["number"], "due_date": local_due(following, clock.zone)})


def _ask_to_skip(tasks: list[dict[str, Any]], calls: list[PlannedCall], command: Command, memory: Memory) -> Question:
    """Ask about one date of a series, or which task is meant."""
    text = answers.about(command, sentences.WHICH, command.target.words)
    if len(tasks) == 1:
        [task], rule = tasks, sentences.REPEATS.with_values(rule=format_rule(tasks[0]["recurrence"]))
        new, number = due_words(calls[0].arguments["due_date"], memory.clock), str(task["number"])
        text = answers.tell(command, sentences.SKIP, task=task_label(task), repeats=rule, new=new, number=number)
    return Question(text, tasks, calls, choice_lines(tasks, command.language))


def _clears_time(command: Command) -> bool:
    return "time" in command.given.get("clear", ())


def _update(task: dict[str, Any]) -> PlannedCall:
    """Change a task as the command says; without its time it is due on its day, all day."""
    given = task["command"].given
    if _clears_time(task["command"]):
        given = {"due_date": task["due"][: len("2026-11-18")]} if task.get("due") else {"clear": ["due_date"]}
    return PlannedCall("update_task", {"task_id": task["number"], **given})


def _update_tasks(command: Command, memory: Memory) -> Plan:
    """Change each task that the command means; of a request for a reminder at a time, only what that needs."""
    is_date = command.given.keys() == {"due_date"} and not command.target.words
    is_reminder = is_date and reminder_moment(command.text, None, memory.clock) is not None
    act = question_plans.remind_at if is_reminder else _on_tasks(_update, status="open")
    return (yield from act(command, memory))


class _OutOfRangeError(Exception):
    """The new date lies in no year that a task can have."""


def _shift_tasks(command: Command, memory: Memory) -> Plan:
    """Move each task that the command means, or none if one of the new dates is out of range."""
    try:
        return (yield from _on_tasks(_shift, status="open", needs_task=True)(command, memory))
    except _OutOfRangeError:
        return answers.answer_without_tools(replace(command, kind="bad_date"))


def _shift(task: dict[str, Any]) -> PlannedCall:
    """Move a task by an hour or a week from its own date; without one, from today."""
    by, day = task["command"].given, f"{task['clock'].now.astimezone(task['clock'].zone).date()}"
    due = str(task.get("due") or day)
    try:
        at = datetime.fromisoformat(due) + relativedelta(**{by["unit"]: by["count"]})  # pyright: ignore[reportArgumentType]  # the unit names the argument
    except (ValueError, OverflowError) as error:
        raise _OutOfRangeError from error
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise _OutOfRangeError
    return PlannedCall("update_task", {"task_id": task["number"], "due_date": at.isoformat()[: len(due)]})


def _untimed(tasks: list[dict[str, Any]], command: Command) -> list[dict[str, Any]]:
    """The tasks without a time of day, if they are to be moved by hours or minutes."""
    if command.kind != "shift" or command.given["unit"] not in ("hours", "minutes"):
        return []
    return [task for task in tasks if "T" not in str(task.get("due"))]


def _tag(task: dict[str, Any]) -> PlannedCall:
    tags = list(dict.fromkeys([*task.get("tags", ()), *task["command"].given["tags"]]))
    return PlannedCall("update_task", {"task_id": task["number"], "tags": tags})


def _untag(task: dict[str, Any]) -> PlannedCall:
    gone = {tag.casefold() for tag in task["command"].given["tags"]}
    tags = [tag for tag in task.get("tags", ()) if tag.casefold() not in gone]
    change: dict[str, Any] = {"tags": tags} if tags else {"clear": ["tags"]}
    return PlannedCall("update_task", {"task_id": task["number"], **change})


_TOGETHER = {"complete_task": "bulk_complete_tasks", "delete_task": "bulk_delete_tasks"}
"""The tools for all tasks that filters find; that for deletions always asks."""
_SWEEPING = ("complete_all", "all_done", "delete_all")
_PLANS: dict[str, Callable[[Command, Memory], Plan]] = {
    "add": _add,
    "copy": _copy,
    "list": question_plans.look,
    "done": _on_tasks(_done, status="open"),
    "reopen": _on_tasks(_reopen, status="done"),
    "update": _update_tasks,
    "shift": _shift_tasks,
    "reported": _reported,
    "tag": _on_tasks(_tag, status="open", needs_task=True),
    "untag": _on_tasks(_untag, status="open", needs_task=True),
    "delete": _delete_tasks,
    "complete_all": _complete_all,
    "all_done": _all_done,
    "delete_all": _delete_all,
    "cancel": _delete_tasks,
    "look": question_plans.look,
    "when": question_plans.of_day,
    "agenda": question_plans.agenda,
    "count": question_plans.count,
    "finished": question_plans.finished,
    "tell": question_plans.tell,
    "remind": question_plans.remind,
    "wish": question_plans.wish,
    "offer": question_plans.offer,
    "unknown": question_plans.unknown,
}
