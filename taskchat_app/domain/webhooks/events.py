"""Events of webhooks and their payloads, made of changes of the log."""

import json
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from taskchat_app.domain.log.effective_changes import IMPORTED
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks.snapshots import snapshot_json
from taskchat_app.domain.tasks.task_dates import utc_text

Event = Literal[
    "task.created", "task.updated", "task.completed", "task.reopened", "task.deleted", "task.restored", "reminder.due"
]
EVENTS: tuple[Event, ...] = get_args(Event)
TEST = "test"
"""The type of the message that a user sends to try a webhook."""
OF_ACTIONS: dict[str, Event] = {
    "created": "task.created",
    IMPORTED: "task.created",
    "completed": "task.completed",
    "reopened": "task.reopened",
    "deleted": "task.deleted",
    "restored": "task.restored",
    "reminded": "reminder.due",
}
UNSENT_FIELDS = ("due_words", "due_readings", "steps")
"""Fields of a task that only the user reads, and `steps`, which are counted in other tasks."""
UNSENT_ACTIONS = ("snoozed", "seen")
"""Actions that change no field of a task."""


def event_of(change: Change) -> Event | None:
    """Return the event of a change; None for changes of other kinds."""
    if change.kind != "task" or change.action in UNSENT_ACTIONS:
        return None
    if change.action == IMPORTED and (change.after or {}).get("deleted_at"):
        return None
    if change.action != "undone":
        return OF_ACTIONS.get(change.action, "task.updated")
    if change.after is None:
        return "task.deleted"
    if change.before is None:
        return "task.restored"
    was_done, is_done = bool(change.before.get("completed_at")), bool(change.after.get("completed_at"))
    if was_done == is_done:
        return "task.updated"
    return "task.completed" if is_done else "task.reopened"


def payload_of(change: Change, event: Event, zone: ZoneInfo) -> str:
    """Return the body: the task after the change, or before it was deleted; a whole day ends as in this zone."""
    task = snapshot_json(change.after or change.before, zone) or {}
    task = {name: value for name, value in task.items() if name not in UNSENT_FIELDS}
    data = {"task": task, "change_id": change.id, "actor": change.actor}
    return _body(event, utc_text(change.at), data)


def payload_of_test() -> str:
    return _body(TEST, utc_text(now()), {"task": None})


def _body(event: str, at: str | None, data: dict[str, Any]) -> str:
    return json.dumps({"type": event, "timestamp": at, "data": data}, ensure_ascii=False, separators=(",", ":"))
