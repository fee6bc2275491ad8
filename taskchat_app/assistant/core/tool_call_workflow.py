"""Shows tool calls as ChatKit workflows: titles of running and failed calls, summary (done ones: tools/results.py)."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from chatkit.icons import IconName
from chatkit.types import (
    CustomSummary,
    CustomTask,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

from taskchat_app.assistant.core.items import new_id
from taskchat_app.domain.activity import receipts
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.tasks.fields import Q_MAX_CHARACTERS, TITLE_MAX_CHARACTERS
from taskchat_app.i18n.messages import Message, gettext, joined

CallStatus = Literal["running", "done", "failed"]
ICONS: dict[str, IconName] = {
    "create_task": "plus",
    "list_tasks": "search",
    "update_task": "write",
    "complete_task": "check",
    "delete_task": "lucide:trash-2",
    "bulk_complete_tasks": "check-circle",
    "bulk_delete_tasks": "lucide:trash-2",
}
SUMMARY_PARTS = {
    **{name: receipts.PARTS[name] for name in ("created", "updated", "completed", "reopened", "deleted", "restored")},
    "reminder_set": (gettext("Reminders set {tasks}"), gettext("reminders set {tasks}")),
    "reminder_removed": (gettext("Reminders removed {tasks}"), gettext("reminders removed {tasks}")),
    "proposed": (gettext("Asked to delete {tasks}"), gettext("asked to delete {tasks}")),
}
"""The words for an action, at the beginning of a summary and within it; `tasks` is how many."""
NOT_CARRIED_OUT = gettext("not carried out")
NUMBERS_NAMED = 20
NUMBER_MAX_CHARACTERS = 20
"""Maximal length of a task number in a title, since the model may send any text."""


@dataclass(slots=True)
class ToolCall:
    """One tool call of the model, from its announcement to its result."""

    call_id: str
    tool: str
    arguments: dict[str, Any]
    round: int
    signature: str | None
    title: Message
    item_id: str = ""
    index: int = 0
    status: CallStatus = "running"
    result: dict[str, Any] = field(default_factory=dict[str, Any])

    def task(self) -> CustomTask:
        """Return the call as ChatKit shows it."""
        icon = "info" if self.status == "failed" else ICONS.get(self.tool)
        task = CustomTask(icon=icon, status_indicator="loading" if self.status == "running" else "complete")
        # Validation would turn the Message into plain English. `title` is set, so that it is sent in its place.
        return task.model_copy(update={"title": self.title})

    def view(self) -> dict[str, Any]:
        """Return the call as our own page shows it."""
        names = ("call_id", "tool", "status", "title", "arguments", "result")
        return {name: getattr(self, name) for name in names}


class ToolCallWorkflow:
    """All tool calls of a turn, shown as workflows that close with a summary of recorded changes.

    A call takes these steps: add_call as the model makes it; record_result in the transaction that stores it; then
    `is_stored` is set after the commit, or discard_result is called if there was none; publish_result.
    """

    def __init__(self, publish: Callable[..., Awaitable[None]], thread_id: str) -> None:
        self._publish = publish
        """TurnContext.publish: sends an event, with the call that it shows, to all followers of the turn."""
        self._thread_id = thread_id
        self.open_item: WorkflowItem | None = None
        """The open workflow, which shows the calls since the assistant's last message."""
        self.is_stored = False
        """True if the open workflow is stored as it is now."""
        self._tally: Counter[str] = Counter()
        """How often its calls have done each action, for its summary."""
        self.calls: dict[str, ToolCall] = {}
        """All calls of the turn by their ids."""

    async def add_call(self, call: ToolCall) -> None:
        is_first = self.open_item is None
        workflow = self.open_item or WorkflowItem(
            id=new_id("workflow"),
            thread_id=self._thread_id,
            created_at=now(),
            workflow=Workflow(type="custom", tasks=[], expanded=False),
        )
        self.open_item = workflow
        call.item_id, call.index = workflow.id, len(workflow.workflow.tasks)
        self.calls[call.call_id] = call
        workflow.workflow.tasks.append(call.task())
        self.is_stored = False
        if is_first:
            await self._publish(ThreadItemAddedEvent(item=workflow), call)
        else:
            added = WorkflowTaskAdded(task=call.task(), task_index=call.index)
            await self._publish(ThreadItemUpdatedEvent(item_id=workflow.id, update=added), call)

    def record_result(
        self, call: ToolCall, *, status: CallStatus, title: Message, result: dict[str, Any], tally: Counter[str]
    ) -> None:
        """Set the result of a call, and count what it did for the summary."""
        call.status, call.title, call.result = status, title, result
        self._tally += tally
        self._redraw(call)

    def discard_result(self, call: ToolCall, tally: Counter[str]) -> None:
        """Remove the result of a call whose transaction failed."""
        if call.status != "running":  # it was recorded, but not committed
            self._tally -= tally
        self._fail(call)

    async def publish_result(self, call: ToolCall) -> None:
        updated = WorkflowTaskUpdated(task=call.task(), task_index=call.index)
        await self._publish(ThreadItemUpdatedEvent(item_id=call.item_id, update=updated), call)

    def result_of(self, call_id: str) -> dict[str, Any] | None:
        """Return the result of a call with its messages; None if it has none."""
        call = self.calls.get(call_id)
        return call.result if call is not None and call.result else None

    def pending_calls(self) -> list[ToolCall]:
        """Return the calls that have not run, such as one of a tool that does not exist."""
        return [call for call in self.calls.values() if call.status == "running"]

    async def close(self) -> None:
        """End the open workflow, if there is one; the next call opens another. Pending calls are shown as failed."""
        workflow = self.open_item
        if workflow is None:
            return
        for call in self.pending_calls():
            self._fail(call)
            await self.publish_result(call)
        self.open_item, self._tally = None, Counter()
        await self._publish(ThreadItemDoneEvent(item=workflow), is_stored=self.is_stored)

    def _fail(self, call: ToolCall) -> None:
        call.status, call.result = "failed", {}
        call.title = failed_title(call.tool, call.arguments, NOT_CARRIED_OUT)
        self._redraw(call)

    def _redraw(self, call: ToolCall) -> None:
        if self.open_item is not None and self.open_item.id == call.item_id:
            workflow = self.open_item.workflow
            workflow.tasks[call.index] = call.task()
            workflow.summary = CustomSummary(title="").model_copy(update={"title": summary(self._tally)})
            self.is_stored = False


def end_running_calls(workflow: Workflow) -> bool:
    """Show the running calls of a stored workflow as not carried out; return whether it had any."""
    running = [task for task in workflow.tasks if isinstance(task, CustomTask) and task.status_indicator == "loading"]
    for task in running:
        task.icon, task.status_indicator = "info", "complete"
        task.title = joined([task.title or "", NOT_CARRIED_OUT], ": ")
    return bool(running)


def running_title(tool: str, arguments: dict[str, Any]) -> Message:
    """Return the title of a running call, such as: Adding “Buy milk”."""
    number = str(arguments.get("task_id"))[:NUMBER_MAX_CHARACTERS]
    match tool:
        case "create_task":
            title = str(arguments.get("title") or "")[:TITLE_MAX_CHARACTERS]
            return gettext("Adding “{title}”", title=title) if title else gettext("Adding a task")
        case "list_tasks":
            words = str(arguments.get("search") or "")[:Q_MAX_CHARACTERS]
            return gettext("Looking for “{words}”", words=words) if words else gettext("Looking at your tasks")
        case "update_task":
            return gettext("Changing #{number}", number=number)
        case "complete_task":
            if arguments.get("completed") is False:
                return gettext("Reopening #{number}", number=number)
            return gettext("Completing #{number}", number=number)
        case "delete_task":
            return gettext("Deleting #{number}", number=number)
        case "bulk_complete_tasks":
            return gettext("Completing tasks")
        case "bulk_delete_tasks":
            return gettext("Collecting tasks to delete")
        case "propose_plan":
            return gettext("Planning")
        case _:
            return gettext("Trying something that taskchat cannot do")


def failed_title(tool: str, arguments: dict[str, Any], reason: Message) -> Message:
    """Return the title of a call that was not carried out: Adding “Buy milk”: There is no such day."""
    return joined([running_title(tool, arguments), reason], ": ")


def task_names(numbers: Sequence[int]) -> str:
    """Return the tasks' numbers as text, or their count if there are more than NUMBERS_NAMED."""
    if len(numbers) > NUMBERS_NAMED:
        return gettext("{count} tasks", count=len(numbers))
    return ", ".join(f"#{number}" for number in numbers)


def summary(tally: Counter[str]) -> Message:
    """Return the summary of recorded changes, such as: Added 2, completed 1."""
    parts: list[Message] = []
    for action, (first, further) in SUMMARY_PARTS.items():
        if tally[action]:
            parts.append((further if parts else first).with_values(tasks=tally[action]))
    return joined(parts, ", ") if parts else receipts.NOTHING_CHANGED
