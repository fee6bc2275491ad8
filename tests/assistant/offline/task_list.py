"""The offline assistant through the Agents SDK's own runner, over a list in memory that speaks as the real tools do."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agents import Agent, RunConfig, Runner, Tool, function_tool
from agents.items import TResponseInputItem

from taskchat_app.assistant.offline.model import OfflineModel
from taskchat_app.domain.dates.due_dates import format_due, parse_due
from taskchat_app.domain.dates.recurrence_text import format_rule

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def told(verb: str, task: dict[str, Any]) -> str:
    """A tool's result about one task, as tool_results.result_of makes it."""
    words = format_due(parse_due(task["due"], zone=BERLIN, now=WEDNESDAY), BERLIN) if task["due"] else None
    due = f", due {words}" if words else ""
    repeats = f", repeats {format_rule(task['recurrence'])}" if task["recurrence"] else ""
    message = f"{verb} #{task['number']} {task['title']}{due}{repeats}."
    return json.dumps({"status": "ok", "message": message, "task": task | {"due_in_words": words}})


@dataclass
class List:
    """Seven tools over a list in memory, which note each call as it came."""

    tasks: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])

    def add(self, title: str, **fields: Any) -> dict[str, Any]:
        number = max(self.tasks, default=0) + 1
        task = {"number": number, "title": title, "description": "", "priority": "medium", "tags": [], "due": None}
        self.tasks[number] = task | {"due_in_words": None, "recurrence": None, "done": False, "overdue": False} | fields
        return self.tasks[number]

    def note(self, tool: str, **arguments: Any) -> None:
        self.calls.append((tool, {name: value for name, value in arguments.items() if value is not None}))

    def on_one(self, number: int, verb: str, **changes: Any) -> str:
        if number not in self.tasks:
            return json.dumps({"status": "error", "message": f"There is no task {number}."})
        self.tasks[number] |= changes
        return told(verb, self.tasks[number])

    def found(self, status: str, search: str, **_: str | None) -> list[dict[str, Any]]:
        """Return the tasks of this status whose titles hold the words; other filters are not looked at."""
        wanted = {"open": (False,), "done": (True,), "all": (False, True)}[status]
        words = search.lower().split()
        return [
            task
            for task in self.tasks.values()
            if task["done"] in wanted
            and all(any(part.startswith(word) for part in task["title"].lower().split()) for word in words)
        ]

    def tools(self) -> list[Tool]:
        @function_tool
        def create_task(
            title: str,
            description: str | None = None,
            due_date: str | None = None,
            priority: str | None = None,
            tags: list[str] | None = None,
            recurrence: str | None = None,
        ) -> str:
            self.note("create_task", title=title, description=description, due_date=due_date, priority=priority,
                      tags=tags, recurrence=recurrence)  # fmt: skip
            return told("Added", self.add(title, due=due_date, recurrence=recurrence))

        @function_tool
        def list_tasks(
            status: str | None = None,
            priority: str | None = None,
            tag: str | None = None,
            due_before: str | None = None,
            due_after: str | None = None,
            search: str | None = None,
            sort: str | None = None,
            limit: int | None = None,
        ) -> str:
            self.note("list_tasks", status=status, priority=priority, tag=tag, due_before=due_before,
                      due_after=due_after, search=search, sort=sort, limit=limit)  # fmt: skip
            given = {"priority": priority, "tag": tag, "due_before": due_before, "due_after": due_after}
            found = self.found(status or "open", search or "", **given)
            count = "1 task" if len(found) == 1 else f"{len(found)} tasks"
            return json.dumps({"status": "ok", "message": f"Found {count}.", "tasks": found, "more": False})

        @function_tool
        def update_task(
            task_id: int,
            title: str | None = None,
            description: str | None = None,
            due_date: str | None = None,
            priority: str | None = None,
            tags: list[str] | None = None,
            recurrence: str | None = None,
            clear: list[str] | None = None,
        ) -> str:
            given = {"title": title, "description": description, "due_date": due_date, "priority": priority,
                     "tags": tags, "recurrence": recurrence, "clear": clear}  # fmt: skip
            self.note("update_task", task_id=task_id, **given)
            changes = {name: value for name, value in given.items() if value is not None and name != "clear"}
            if "due_date" in changes:
                changes["due"] = changes.pop("due_date")
            return self.on_one(task_id, "Changed", **changes)

        @function_tool
        def complete_task(task_id: int, completed: bool | None = None) -> str:
            self.note("complete_task", task_id=task_id, completed=completed)
            return self.on_one(task_id, "Reopened" if completed is False else "Completed", done=completed is not False)

        @function_tool
        def delete_task(task_id: int) -> str:
            self.note("delete_task", task_id=task_id)
            said = self.on_one(task_id, "Deleted")
            self.tasks.pop(task_id, None)
            return said

        @function_tool
        def bulk_complete_tasks(task_ids: list[int] | None = None, all_open: bool | None = None) -> str:
            self.note("bulk_complete_tasks", task_ids=task_ids, all_open=all_open)
            chosen = task_ids or list(self.tasks)
            titles = [self.tasks[number]["title"] for number in chosen]
            names = ", ".join(f"#{number} {title}" for number, title in zip(chosen, titles, strict=True))
            return json.dumps({"status": "ok", "message": f"Completed {names}.", "numbers": chosen, "titles": titles})

        @function_tool
        def bulk_delete_tasks(task_ids: list[int] | None = None, status: str | None = None) -> str:
            self.note("bulk_delete_tasks", task_ids=task_ids, status=status)
            chosen = task_ids or list(self.tasks)
            titles = [self.tasks[number]["title"] for number in chosen]
            result = {"status": "proposed", "message": "Nothing is deleted yet.", "numbers": chosen, "titles": titles}
            return json.dumps(result)

        return [
            create_task,
            list_tasks,
            update_task,
            complete_task,
            delete_task,
            bulk_complete_tasks,
            bulk_delete_tasks,
        ]


class Conversation:
    """Messages one after the other, each with the whole conversation before it, as the server keeps it."""

    def __init__(self, titles: list[str], language: str = "", of: type[List] = List) -> None:
        self.language = language
        self.list = of()
        for title in titles:
            self.list.add(title)
        self.items: list[TResponseInputItem] = []
        self.events: list[Any] = []

    async def say(self, message: str) -> str:
        model = OfflineModel(zone=BERLIN, now=WEDNESDAY, language=self.language)
        agent = Agent(name="taskchat", model=model, tools=self.list.tools())
        self.items = [*self.items, {"role": "user", "content": message}]
        self.list.calls.clear()
        run = Runner.run_streamed(agent, self.items, run_config=RunConfig(tracing_disabled=True))
        self.events = [event.data async for event in run.stream_events() if event.type == "raw_response_event"]
        self.items = run.to_input_list()
        return str(run.final_output)

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """What was called, without the look-ups that only found a task by its words."""
        return [call for call in self.list.calls if call[0] != "list_tasks" or "search" not in call[1]]
