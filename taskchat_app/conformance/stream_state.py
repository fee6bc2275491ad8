"""Follows the state of a thread's items through the events of a stream, and notes each event that does not fit."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ErrorEvent,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

MessageUpdate = (
    AssistantMessageContentPartAdded
    | AssistantMessageContentPartTextDelta
    | AssistantMessageContentPartAnnotationAdded
    | AssistantMessageContentPartDone
)
WorkflowUpdate = WorkflowTaskAdded | WorkflowTaskUpdated
StateCheck = Literal[
    "stream.item_ids", "stream.added_first", "stream.done_once", "stream.no_update_after_done",
    "stream.every_item_done", "stream.deltas", "stream.indexes", "stream.updates_fit", "stream.known_items",
]  # fmt: skip
"""The checks whose breaches StreamState notes."""


class StreamState:
    """The items of one stream: open ones as their updates leave them, and the ids of those that are done."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self.known = set(known)
        """Ids of the items that the thread had before."""
        self.open: dict[str, ThreadItem] = {}
        self.done: set[str] = set()
        self.breaches: defaultdict[StateCheck, list[str]] = defaultdict(list)
        """What does not fit."""

    def follow(self, events: Iterable[ThreadStreamEvent]) -> None:
        """Apply all events of a stream that was read to its end."""
        failed = False
        for event in events:
            failed = failed or isinstance(event, ErrorEvent)
            self._apply(event)
        if not failed:
            for item in self.open.values():
                self._note("stream.every_item_done", f"the {item.type} {item.id} was added and never done")

    def _note(self, check: StateCheck, breach: str) -> None:
        self.breaches[check].append(breach)

    def _apply(self, event: ThreadStreamEvent) -> None:
        match event:
            case ThreadItemAddedEvent(item=item):
                if item.id in self.known or item.id in self.open or item.id in self.done:
                    self._note("stream.item_ids", f"{item.id} was added although there is an item of this id")
                self.open[item.id] = item.model_copy(deep=True)
            case ThreadItemUpdatedEvent(item_id=item_id):
                self._update(item_id, event.update)
            case ThreadItemDoneEvent(item=item):
                self._finish(item)
            case ThreadItemRemovedEvent(item_id=item_id):
                self._expect_known(item_id, "removed")
                self.open.pop(item_id, None)
            case ThreadItemReplacedEvent(item=item):
                self._expect_known(item.id, "replaced")
                if self.open.pop(item.id, None) is not None:
                    self.done.add(item.id)
            case _:
                pass

    def _expect_known(self, item_id: str, what: str) -> None:
        if item_id not in self.known and item_id not in self.open and item_id not in self.done:
            self._note("stream.known_items", f"{item_id} was {what} although there is no such item")

    def _update(self, item_id: str, update: ThreadItemUpdate) -> None:
        item = self.open.get(item_id)
        if item is None and item_id in self.done:
            self._note("stream.no_update_after_done", f"{update.type} of {item_id} came after its done")
        elif item is None:
            self._note("stream.added_first", f"{update.type} of {item_id} came before thread.item.added")
        elif isinstance(item, AssistantMessageItem) and isinstance(update, MessageUpdate):
            self._update_message(item, update)
        elif isinstance(item, WorkflowItem) and isinstance(update, WorkflowUpdate):
            self._update_workflow(item, update)
        elif isinstance(item, AssistantMessageItem | WorkflowItem):
            self._note("stream.updates_fit", f"{update.type} of the {item.type} {item.id}")

    def _update_message(self, item: AssistantMessageItem, update: MessageUpdate) -> None:
        if update.content_index > len(item.content) or update.content_index < 0:
            self._note(
                "stream.indexes", f"{update.type} of part {update.content_index}, the next is {len(item.content)}"
            )
            return
        if update.content_index == len(item.content):
            item.content.append(AssistantMessageContent(text="", annotations=[]))
        part = item.content[update.content_index]
        match update:
            case AssistantMessageContentPartAdded():
                item.content[update.content_index] = update.content.model_copy(deep=True)
            case AssistantMessageContentPartTextDelta():
                part.text += update.delta
            case AssistantMessageContentPartAnnotationAdded():
                if update.annotation_index > len(part.annotations):
                    self._note("stream.indexes", f"annotation {update.annotation_index} of {len(part.annotations)}")
                part.annotations.insert(update.annotation_index, update.annotation)
            case AssistantMessageContentPartDone():
                if update.content.text != part.text:
                    self._note("stream.deltas", _differs("the part's done text", part.text, update.content.text))
                item.content[update.content_index] = update.content.model_copy(deep=True)

    def _update_workflow(self, item: WorkflowItem, update: WorkflowUpdate) -> None:
        tasks = item.workflow.tasks
        if isinstance(update, WorkflowTaskAdded):
            if update.task_index != len(tasks):
                self._note("stream.indexes", f"task {update.task_index} was added as the {len(tasks)}th")
            tasks.append(update.task)
        elif 0 <= update.task_index < len(tasks):
            tasks[update.task_index] = update.task
        else:
            self._note("stream.indexes", f"task {update.task_index} of {len(tasks)} was updated")

    def _finish(self, item: ThreadItem) -> None:
        if item.id in self.done:
            self._note("stream.done_once", f"the {item.type} {item.id} was done twice")
        elif item.id in self.known:
            self._note("stream.item_ids", f"{item.id} was done although an earlier item has this id")
        added = self.open.pop(item.id, None)
        self.done.add(item.id)
        if added is None:
            return
        if added.type != item.type:
            self._note("stream.updates_fit", f"{item.id} was added as {added.type} and done as {item.type}")
        elif isinstance(added, AssistantMessageItem) and isinstance(item, AssistantMessageItem):
            streamed, final = text_of(added), text_of(item)
            if streamed != final:
                self._note("stream.deltas", _differs("the done text", streamed, final))
        elif isinstance(added, WorkflowItem) and isinstance(item, WorkflowItem):
            streamed_tasks, final_tasks = added.workflow.tasks, item.workflow.tasks
            if streamed_tasks != final_tasks:
                self._note("stream.deltas", f"the tasks {streamed_tasks} were streamed, {final_tasks} are done"[:300])


def text_of(item: AssistantMessageItem) -> str:
    return "".join(part.text for part in item.content)


def _differs(what: str, streamed: str, final: str) -> str:
    return f"the deltas add up to {_short(streamed)}, {what} is {_short(final)}"


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
