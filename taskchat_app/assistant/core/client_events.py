"""ChatKit events for the embedding page: which tasks changed, and what an answer waits for."""

from collections.abc import Sequence

from chatkit.icons import IconName
from chatkit.types import ClientEffectEvent, ProgressUpdateEvent

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
    """Return the event that says what takes long, copied like an error event."""
    return ProgressUpdateEvent(icon=icon, text="").model_copy(update={"text": message})
