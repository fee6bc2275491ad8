"""Makes the tool call for one task of a command: complete, reopen, delete, copy, skip, change, move or tag it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from dateutil.relativedelta import relativedelta

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.offline.plan_parts import PlannedCall, Task
from taskchat_app.domain.dates.due_dates import ISO_DAY, parse_due
from taskchat_app.domain.dates.local_time import FIRST_YEAR, LAST_YEAR, local_due
from taskchat_app.domain.dates.recurrence.recurrence import next_occurrence


class OutOfRangeError(Exception):
    """The new date lies in no year that a task can have."""


def done(task: Task, *_: object) -> PlannedCall:
    return PlannedCall("complete_task", {"task_id": task["number"]})


def reopen(task: Task, *_: object) -> PlannedCall:
    return PlannedCall("complete_task", {"task_id": task["number"], "completed": False})


def delete(task: Task, *_: object) -> PlannedCall:
    return PlannedCall("delete_task", {"task_id": task["number"]})


def copy(task: Task, command: Command, _: UserClock) -> PlannedCall:
    given = {"title": task["title"], "copy_of": task["number"], **command.given}
    return PlannedCall("create_task", given)


def skip(task: Task, _: Command, clock: UserClock) -> PlannedCall:
    """Move a repeating task to its next date; delete any other, a done one, and the last one of a series."""
    rule, due = task.get("recurrence"), task.get("due")
    if not rule or not due or task.get("done"):
        return delete(task)
    start = parse_due(due, zone=clock.zone, now=clock.now)
    following = next_occurrence(rule, start=start, after=max(start.at, clock.now), zone=clock.zone)
    if following is None:
        return delete(task)
    return PlannedCall("update_task", {"task_id": task["number"], "due_date": local_due(following, clock.zone)})


def update(task: Task, command: Command, _: UserClock) -> PlannedCall:
    """Change a task as the command says; without its time it is due on its day, all day."""
    given = command.given
    if "time" in given.get("clear", ()):
        given = {"due_date": task["due"].partition("T")[0]} if task.get("due") else {"clear": ["due_date"]}
    elif "word" in given:
        given = {"title": _with_word_replaced(task["title"], given["word"], given["title"])}
    return PlannedCall("update_task", {"task_id": task["number"], **given})


def at_own_time(task: Task, call: PlannedCall) -> PlannedCall:
    """Return the call with a day alone at the time of day that the task has: ISO text of a day means the whole day."""
    own_time = str(task.get("due") or "").partition("T")[2]
    due = str(call.arguments.get("due_date", ""))
    if not own_time or not ISO_DAY.fullmatch(due):
        return call
    return replace(call, arguments=call.arguments | {"due_date": f"{due}T{own_time}"})


def _with_word_replaced(title: str, word: str, new: str) -> str:
    """Return "Show photos" for "Show slides", "slide" and "photos": `new` replaces a whole word, or the whole title."""
    at = title.casefold().find(word.casefold())
    if at >= 0:
        _, blank, after = title[at + len(word) :].partition(" ")
        new = title[:at] + new + blank + after
    return new[:1].upper() + new[1:]


def reads_task(command: Command) -> bool:
    """Return whether a change needs the task: it takes the time of day from it, or replaces a word of its title."""
    return "time" in command.given.get("clear", ()) or "word" in command.given


def shift(task: Task, command: Command, clock: UserClock) -> PlannedCall:
    """Move a task by an hour or a week from its own date; without one, from today."""
    by = command.given  # {"unit": "weeks", "count": 1}
    due = str(task.get("due") or clock.now.astimezone(clock.zone).date())
    try:
        at = datetime.fromisoformat(due) + relativedelta(**{by["unit"]: by["count"]})  # pyright: ignore[reportArgumentType]  # the unit names the argument
    except (ValueError, OverflowError) as error:
        raise OutOfRangeError from error
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise OutOfRangeError
    moved = at.isoformat()[: len(due)]  # a date without a time stays one
    return PlannedCall("update_task", {"task_id": task["number"], "due_date": moved})


def tag(task: Task, command: Command, _: UserClock) -> PlannedCall:
    tags = list(dict.fromkeys([*task.get("tags", ()), *command.given["tags"]]))
    return PlannedCall("update_task", {"task_id": task["number"], "tags": tags})


def untag(task: Task, command: Command, _: UserClock) -> PlannedCall:
    gone = {tag.casefold() for tag in command.given["tags"]}
    tags = [tag for tag in task.get("tags", ()) if tag.casefold() not in gone]
    change: dict[str, Any] = {"tags": tags} if tags else {"clear": ["tags"]}
    return PlannedCall("update_task", {"task_id": task["number"], **change})
