"""The offline assistant through the Agents SDK's own runner, over a list in memory that speaks as the real tools do."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from agents import Agent, RunConfig, Runner, Tool, function_tool
from agents.items import TResponseInputItem
from agents.tool_context import ToolContext

from taskchat_app.assistant.offline.model import OfflineModel
from taskchat_app.assistant.offline.plan_parts import Result
from taskchat_app.assistant.tools.results import ADDED, CHANGED, COMPLETED, DELETED, REOPENED
from taskchat_app.domain.dates.due_dates import format_near, parse_due
from taskchat_app.domain.dates.recurrence.text import format_rule
from taskchat_app.i18n.messages import Message, gettext, joined, ngettext

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def told(done: Message, task: dict[str, Any]) -> Result:
    """A tool's result about one task, as results.task_result makes it."""
    due = (
        format_near(parse_due(task["due"], zone=BERLIN, now=WEDNESDAY), BERLIN, now=WEDNESDAY) if task["due"] else None
    )
    parts = [done.with_values(task=f"#{task['number']} {task['title']}")]
    parts += [gettext("due {due}", due=due)] if due else []
    parts += [gettext("repeats {rule}", rule=format_rule(task["recurrence"]))] if task["recurrence"] else []
    return {"status": "ok", "message": joined(parts, ", ", end="."), "task": task | {"due_in_words": due}}


def is_found(task: dict[str, Any], search: str, text: str) -> bool:
    """Return whether a search finds a task: by its number, or by words that begin words of its text."""
    parts = text.lower().split()
    return search == f"#{task['number']}" or all(
        any(part.startswith(word) for part in parts) for word in search.lower().split()
    )


@dataclass
class List:
    """A list in memory for seven tools, which note each call as it came, and its result with its messages."""

    tasks: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])
    results: dict[str, Result] = field(default_factory=dict[str, Result])

    def keep(self, context: ToolContext[Any], result: Result) -> str:
        self.results[context.tool_call_id] = result
        return json.dumps(result)

    def add(self, title: str, **fields: Any) -> dict[str, Any]:
        number = max(self.tasks, default=0) + 1
        task = {"number": number, "title": title, "description": "", "priority": "medium", "tags": [], "due": None}
        self.tasks[number] = task | {"due_in_words": None, "recurrence": None, "done": False, "overdue": False} | fields
        return self.tasks[number]

    def note(self, tool: str, **arguments: Any) -> None:
        self.calls.append((tool, {name: value for name, value in arguments.items() if value is not None}))

    def on_one(self, number: int, what: Message, **changes: Any) -> Result:
        if number not in self.tasks:
            return {"status": "error", "message": gettext("There is no task {number}.", number=number)}
        self.tasks[number] |= changes
        return told(what, self.tasks[number])

    def found(self, status: str, search: str, **_: str | None) -> list[dict[str, Any]]:
        """Return the tasks of this status whose titles hold the words; other filters are not looked at."""
        wanted = {"open": (False,), "done": (True,), "all": (False, True)}[status]
        return [
            task for task in self.tasks.values() if task["done"] in wanted and is_found(task, search, task["title"])
        ]


@cache
def tools() -> list[Tool]:
    """Return the seven tools, which work on the list that is the run's context.

    Made once: making their schemas for each message took more than half of the time of these tests. Coroutines, so that
    the calls of one round are made in their order: the SDK runs other functions in threads.
    """

    @function_tool
    async def create_task(
        call: ToolContext[List],
        title: str,
        description: str | None = None,
        due_date: str | None = None,
        priority: str | None = None,
        tags: list[str] | None = None,
        recurrence: str | None = None,
    ) -> str:
        call.context.note("create_task", title=title, description=description, due_date=due_date, priority=priority,
                          tags=tags, recurrence=recurrence)  # fmt: skip
        return call.context.keep(call, told(ADDED, call.context.add(title, due=due_date, recurrence=recurrence)))

    @function_tool
    async def list_tasks(
        call: ToolContext[List],
        status: str | None = None,
        priority: str | None = None,
        tag: str | None = None,
        due_before: str | None = None,
        due_after: str | None = None,
        search: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
    ) -> str:
        call.context.note("list_tasks", status=status, priority=priority, tag=tag, due_before=due_before,
                          due_after=due_after, search=search, sort=sort, limit=limit)  # fmt: skip
        given = {"priority": priority, "tag": tag, "due_before": due_before, "due_after": due_after}
        found = call.context.found(status or "open", search or "", **given)
        shown = [dict(task) for task in found[: limit or 50]]
        message = joined([ngettext("Found {count} task", "Found {count} tasks", len(shown))], end=".")
        more = len(found) > len(shown)
        return call.context.keep(call, {"status": "ok", "message": message, "tasks": shown, "more": more})

    @function_tool
    async def update_task(
        call: ToolContext[List],
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
        call.context.note("update_task", task_id=task_id, **given)
        changes = {name: value for name, value in given.items() if value is not None and name != "clear"}
        if "due_date" in changes:
            changes["due"] = changes.pop("due_date")
        return call.context.keep(call, call.context.on_one(task_id, CHANGED, **changes))

    @function_tool
    async def complete_task(call: ToolContext[List], task_id: int, completed: bool | None = None) -> str:
        call.context.note("complete_task", task_id=task_id, completed=completed)
        done = REOPENED if completed is False else COMPLETED
        return call.context.keep(call, call.context.on_one(task_id, done, done=completed is not False))

    @function_tool
    async def delete_task(call: ToolContext[List], task_id: int) -> str:
        call.context.note("delete_task", task_id=task_id)
        result = call.context.on_one(task_id, DELETED)
        call.context.tasks.pop(task_id, None)
        return call.context.keep(call, result)

    @function_tool
    async def bulk_complete_tasks(
        call: ToolContext[List], task_ids: list[int] | None = None, all_open: bool | None = None
    ) -> str:
        call.context.note("bulk_complete_tasks", task_ids=task_ids, all_open=all_open)
        chosen = task_ids or list(call.context.tasks)
        titles = [call.context.tasks[number]["title"] for number in chosen]
        names = ", ".join(f"#{number} {title}" for number, title in zip(chosen, titles, strict=True))
        message = joined([COMPLETED.with_values(task=names)], end=".")
        return call.context.keep(call, {"status": "ok", "message": message, "numbers": chosen, "titles": titles})

    @function_tool
    async def bulk_delete_tasks(
        call: ToolContext[List], task_ids: list[int] | None = None, status: str | None = None
    ) -> str:
        call.context.note("bulk_delete_tasks", task_ids=task_ids, status=status)
        chosen = task_ids or list(call.context.tasks)
        titles = [call.context.tasks[number]["title"] for number in chosen]
        message = gettext("Nothing is deleted yet.")
        return call.context.keep(call, {"status": "proposed", "message": message, "numbers": chosen, "titles": titles})

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
        model = OfflineModel(zone=BERLIN, now=WEDNESDAY, language=self.language, result_of=self.list.results.get)
        agent = Agent(name="taskchat", model=model, tools=tools())
        self.items = [*self.items, {"role": "user", "content": message}]
        self.list.calls.clear()
        run = Runner.run_streamed(agent, self.items, context=self.list, run_config=RunConfig(tracing_disabled=True))
        self.events = [event.data async for event in run.stream_events() if event.type == "raw_response_event"]
        self.items = run.to_input_list()
        return str(run.final_output)

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """What was called, without the look-ups that only found a task by its words."""
        return [call for call in self.list.calls if call[0] != "list_tasks" or "search" not in call[1]]
