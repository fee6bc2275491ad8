"""The offline assistant's rules in conversations, with a list in memory that answers as the real tools do."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from taskchat_app.assistant.core.model_notes import click_note
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.offline.engine import decide_reply
from taskchat_app.assistant.offline.plan_parts import MAX_CALLS, Result
from taskchat_app.assistant.tools.results import ADDED, CHANGED, COMPLETED, DELETED, REOPENED
from taskchat_app.domain.dates.due_dates import parse_bound, parse_due
from taskchat_app.domain.dates.local_time import Due, format_near
from taskchat_app.domain.dates.recurrence.text import format_rule
from taskchat_app.i18n.messages import Message, gettext, joined, ngettext
from tests.assistant.offline.notation import Call

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
CLOCK = UserClock(BERLIN, WEDNESDAY)
ROUNDS_MAX = 10
"""More rounds of tool calls than any message needs."""
CLEARED = {
    "due_date": ("due", None),
    "recurrence": ("recurrence", None),
    "description": ("description", ""),
    "tags": ("tags", []),
}
"""The field of a task and its value after `clear` has named it."""
STATUSES = {"open": (False,), "done": (True,), "all": (False, True)}

Task = dict[str, Any]


def due_of(task: Task) -> Due | None:
    return parse_due(task["due"], zone=BERLIN, now=WEDNESDAY) if task["due"] else None


def due_in_words(task: Task) -> str | None:
    due = due_of(task)
    return format_near(due, BERLIN, now=WEDNESDAY) if due else None


def told(done: Message, task: Task) -> Result:
    """Return a tool's result about one task, as results.task_result makes it."""
    due = due_in_words(task)
    parts = [done.with_values(task=f"#{task['number']} {task['title']}")]
    parts += [gettext("due {due}", due=due)] if due else []
    parts += [gettext("repeats {rule}", rule=format_rule(task["recurrence"]))] if task["recurrence"] else []
    return {"status": "ok", "message": joined(parts, ", ", end="."), "task": task | {"due_in_words": due}}


def is_found(task: Task, search: str) -> bool:
    """Return whether a search finds a task: by its number, or by words that begin words of its texts."""
    held = " ".join([task["title"], task["description"], *task["tags"]]).lower().split()
    return search == f"#{task['number']}" or all(
        any(part.startswith(word) for part in held) for word in search.lower().split()
    )


def is_due(task: Task, after: str | None, before: str | None) -> bool:
    """Return whether a task is due in a period whose ends are inclusive; without one, whatever is its date."""
    if task["due"] is None:
        return not (after or before)
    due = parse_due(task["due"], zone=BERLIN, now=WEDNESDAY).at
    if after and due < parse_bound(after, zone=BERLIN, now=WEDNESDAY, end=False):
        return False
    return not before or due <= parse_bound(before, zone=BERLIN, now=WEDNESDAY, end=True)


@dataclass
class TaskList:
    """A list in memory with the seven tools as methods. Notes each call as it came."""

    tasks: dict[int, Task] = field(default_factory=dict[int, Task])
    calls: list[Call] = field(default_factory=list[Call])

    def add(self, title: str, **fields: Any) -> Task:
        number = max(self.tasks, default=0) + 1
        task = {"number": number, "title": title, "description": "", "priority": "medium", "tags": [], "due": None}
        self.tasks[number] = task | {"recurrence": None, "done": False, "overdue": False} | fields
        return self.tasks[number]

    def call(self, tool: str, arguments: dict[str, Any]) -> Result:
        """Make a tool call; an argument that the tool does not have fails the test."""
        self.calls.append((tool, arguments))
        return getattr(self, tool)(**arguments)

    def on_one(self, number: int, what: Message, **changes: Any) -> Result:
        if number not in self.tasks:
            return {"status": "error", "message": gettext("There is no task {number}.", number=number)}
        self.tasks[number] |= changes
        return told(what, self.tasks[number])

    def create_task(
        self,
        title: str,
        description: str = "",
        due_date: str | None = None,
        priority: str = "medium",
        tags: list[str] | None = None,
        recurrence: str | None = None,
        copy_of: int | None = None,
        parent_id: int | None = None,
    ) -> Result:
        given = {"description": description, "due": due_date, "priority": priority, "tags": tags or []}
        given |= {"parent_id": parent_id} if parent_id else {}
        return told(ADDED, self.add(title, recurrence=recurrence, **given))

    def list_tasks(
        self,
        status: str = "open",
        priority: str | None = None,
        tag: str | None = None,
        due_before: str | None = None,
        due_after: str | None = None,
        search: str = "",
        sort: str = "",
        limit: int = 50,
    ) -> Result:
        """Return the tasks that fit, by number whatever `sort` is."""
        found = [
            task | {"due_in_words": due_in_words(task)}
            for task in self.tasks.values()
            if task["done"] in STATUSES[status]
            and is_found(task, search)
            and (tag is None or tag.casefold() in [name.casefold() for name in task["tags"]])
            and priority in (None, task["priority"])
            and is_due(task, due_after, due_before)
        ]
        shown = found[:limit]
        message = joined([ngettext("Found {count} task", "Found {count} tasks", len(shown))], end=".")
        return {"status": "ok", "message": message, "tasks": shown, "more": len(found) > len(shown)}

    def update_task(
        self,
        task_id: int,
        title: str | None = None,
        description: str | None = None,
        due_date: str | None = None,
        priority: str | None = None,
        tags: list[str] | None = None,
        recurrence: str | None = None,
        clear: list[str] | None = None,
        parent_id: int | None = None,
    ) -> Result:
        given = {"title": title, "description": description, "due": due_date, "priority": priority, "tags": tags,
                 "recurrence": recurrence,
                 "parent_id": parent_id}  # fmt: skip
        changes = {name: value for name, value in given.items() if value is not None}
        return self.on_one(task_id, CHANGED, **changes, **{CLEARED[name][0]: CLEARED[name][1] for name in clear or []})

    def complete_task(self, task_id: int, completed: bool = True) -> Result:
        return self.on_one(task_id, COMPLETED if completed else REOPENED, done=completed)

    def delete_task(self, task_id: int) -> Result:
        result = self.on_one(task_id, DELETED)
        self.tasks.pop(task_id, None)
        return result

    def bulk_complete_tasks(self, task_ids: list[int] | None = None, all_open: bool = False) -> Result:
        assert (task_ids is None) is all_open
        numbers = task_ids or [number for number, task in self.tasks.items() if not task["done"]]
        for number in numbers:
            self.tasks[number]["done"] = True
        titles = [self.tasks[number]["title"] for number in numbers]
        names = ", ".join(f"#{number} {title}" for number, title in zip(numbers, titles, strict=True))
        message = joined([COMPLETED.with_values(task=names)], end=".")
        return {"status": "ok", "message": message, "numbers": numbers, "titles": titles}

    def bulk_delete_tasks(self, task_ids: list[int] | None = None, status: str = "") -> Result:
        assert (task_ids is None) is bool(status)
        numbers = task_ids or [number for number, task in self.tasks.items() if task["done"] in STATUSES[status]]
        titles = [self.tasks[number]["title"] for number in numbers]
        message = gettext("Nothing is deleted yet.")
        return {"status": "proposed", "message": message, "numbers": numbers, "titles": titles}


def compares(call: Call) -> bool:
    """Return whether a call only looks up all tasks, to compare their titles with what is not understood."""
    return call[0] == "list_tasks" and call[1].keys() == {"status", "limit"} and call[1]["limit"] == MAX_CALLS


class Conversation:
    """Messages one after the other, each with the whole conversation before it, as the server keeps it.

    Runs the calls that the rules decide on without the Agents SDK's runner, which takes fifteen times as long as the
    rules: test_model.py tests both together.
    """

    def __init__(self, titles: list[str] | None = None, language: str = "") -> None:
        self.language = language
        self.list = TaskList()
        for title in titles or []:
            self.list.add(title)
        self.items: list[dict[str, Any]] = []
        self._results: dict[str, Result] = {}
        self._ids = count()

    def say(self, message: str) -> str:
        """Return the answer to a message, after all its tool calls."""
        self.items.append({"type": "message", "role": "user", "content": message})
        self.list.calls.clear()
        for _ in range(ROUNDS_MAX):
            decided = decide_reply(self.items, CLOCK, self.language, self._results.get)
            if isinstance(decided, str):
                self.items.append({"type": "message", "role": "assistant", "content": decided})
                return decided
            calls = [(f"call_{next(self._ids)}", planned.tool, planned.arguments) for planned in decided]
            self.items += [
                {"type": "function_call", "call_id": call_id, "name": tool, "arguments": json.dumps(arguments)}
                for call_id, tool, arguments in calls
            ]
            for call_id, tool, arguments in calls:
                self._results[call_id] = result = self.list.call(tool, arguments)
                self.items.append({"type": "function_call_output", "call_id": call_id, "output": json.dumps(result)})
        raise AssertionError(f"no answer to {message!r} after {ROUNDS_MAX} rounds of calls: {self.list.calls}")

    def add(self, message: str, answer: str) -> None:
        """Add a message that the server answers itself, such as "undo", and its answer."""
        for role, content in (("user", message), ("assistant", answer)):
            self.items.append({"type": "message", "role": role, "content": content})

    def click(self, told: str) -> None:
        """Add the note of a click in a card of the last answer, as agent/history.py does."""
        self.items.append({"type": "message", "role": "user", "content": click_note(told)})

    @property
    def calls(self) -> list[Call]:
        """What was called, without the look-ups that only found a task by its words."""
        return [call for call in self.list.calls if call[0] != "list_tasks" or "search" not in call[1]]

    @property
    def changes(self) -> list[Call]:
        """What was called to change or to propose."""
        return [call for call in self.list.calls if call[0] != "list_tasks"]
