"""ChatKit events for the embedding page: which tasks changed, what an answer waits for, the conversation's title."""

from collections.abc import Sequence

from chatkit.icons import IconName
from chatkit.types import ClientEffectEvent, Page, ProgressUpdateEvent, Thread, ThreadMetadata, ThreadUpdatedEvent

from taskchat_app.domain.log.changes import TaskChange
from taskchat_app.i18n.messages import Message

CHANGED = "taskchat.changed"
"""The effect's name; its data are `numbers`, each once, and `last_change_id`, an id of GET /api/events."""


def changed_effects(changes: Sequence[TaskChange]) -> list[ClientEffectEvent]:
    """Return the effect that names the tasks of committed changes; none without changes."""
    if not changes:
        return []
    numbers = list(dict.fromkeys(change.number for change in changes))
    return [ClientEffectEvent(name=CHANGED, data={"numbers": numbers, "last_change_id": changes[-1].id})]


def progress_event(message: Message, icon: IconName = "clock") -> ProgressUpdateEvent:
    """Return the event that says what takes long, made like an error event."""
    return ProgressUpdateEvent(icon=icon, text="").model_copy(update={"text": message})


def thread_without_items(thread: ThreadMetadata) -> Thread:
    """Return the thread as an event names it: its items have their own events."""
    return Thread(**thread.model_dump(), items=Page())


def title_event(thread: ThreadMetadata) -> ThreadUpdatedEvent:
    """Return the event by which clients learn the thread's title."""
    return ThreadUpdatedEvent(thread=thread_without_items(thread))
