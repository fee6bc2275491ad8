"""Changes as rows of the timeline: who, what, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from taskchat_app.assistant.threads.conversations import StartingMessage, starting_messages
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.log.effective_changes import change_histories, effective_changes
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks.reminder_times import reminder_choice
from taskchat_app.ui.core.session import CONVERSATIONS
from taskchat_app.ui.core.task_links import TASK_ADDRESS
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.due_dates import due_words
from taskchat_app.ui.i18n.formatting import format_day, format_rule

TEXT_SHOWN = 60


@dataclass(frozen=True)
class ChangeRow:
    """One change; `message` is what the person said to bring it about, at `message_address`."""

    id: int
    action: str
    who: str
    task: str
    task_address: str
    title: str
    differences: tuple[str, ...]
    at: str
    message: str
    message_address: str
    stands: bool


@dataclass(frozen=True)
class ChangePage:
    """Rows, newest first, and the cursor of the following page, None on the last one."""

    rows: list[ChangeRow]
    next: str | None


async def change_page(person: Person, *, task: int | None = None, cursor: str | None = None, limit: int) -> ChangePage:
    """One page of what happened, to everything or to one task."""
    async with reading(person.id) as session:
        page = await list_activity(session, person.id, task=task, cursor=cursor, limit=limit)
        numbers = {change.task_number or 0 for change in page.changes}
        since = min((change.id for change in page.changes), default=0)
        past = await change_histories(session, person.id, numbers, since=since) if numbers else {}
    held = {change_id for history in past.values() for change_id in effective_changes(history)}
    said = await starting_messages(person.id, {change.turn_id for change in page.changes if change.turn_id})
    at = now()
    rows = [_row(change, said.get(change.turn_id or ""), change.id in held, person.zone, at) for change in page.changes]
    return ChangePage(rows, page.next)


def _row(change: Change, said: StartingMessage | None, stands: bool, zone: ZoneInfo, at: datetime) -> ChangeRow:
    kept = change.after or change.before or {}
    return ChangeRow(
        id=change.id,
        action=change.action,
        who=words.DID[change.action].format(who=words.ACTORS[change.actor]),
        task=f"#{change.task_number}",
        task_address=f"{TASK_ADDRESS}{change.task_number}",
        title=str(kept.get("title", "")),
        differences=tuple(_differences(change, zone, at)),
        at=moment_words(change.at, zone, at),
        message=_cut(said.text) if said else "",
        message_address=f"{CONVERSATIONS}{said.thread_id}" if said else "",
        stands=stands,
    )


def moment_words(moment: datetime, zone: ZoneInfo, at: datetime) -> str:
    """The time of day where the person lives, with the date when it was another day."""
    local = moment.astimezone(zone)
    clock = f"{local:%H:%M}"
    if local.date() == at.astimezone(zone).date():
        return clock
    return f"{format_day(local)}, {clock}"


def _differences(change: Change, zone: ZoneInfo, at: datetime) -> Sequence[str]:
    """What is different now, as "Due: none → tomorrow"; nothing where the task came or went."""
    before, after = change.before, change.after
    if change.action == "undone" and (before is None or after is None):
        return [words.THERE_AGAIN if before is None else words.GONE_AGAIN]
    if before is None or after is None or change.action in ("completed", "reopened"):
        return []
    different = [
        words.DIFFERENCE.format(
            name=name, before=_value_in_words(field, before, zone, at), after=_value_in_words(field, after, zone, at)
        )
        for field, name in words.FIELDS.items()
        if before[field] != after[field]
    ]
    was, will_be = (words.REMINDER_CHOICES[reminder_choice(kept)] for kept in (before, after))
    # Another date alone may silence a task or make it ring again; and the usual choice may be made in words.
    if before.get("remind_before") != after.get("remind_before") and was != will_be:
        different.append(words.DIFFERENCE.format(name=words.REMINDER, before=was, after=will_be))
    return different


def _value_in_words(field: str, kept: dict[str, Any], zone: ZoneInfo, at: datetime) -> str:
    value: Any = kept[field]
    if field == "completed_at":
        return words.STATE_DONE if value else words.STATE_OPEN
    if not value:
        return words.NONE
    match field:
        case "due_at":
            return due_words(datetime.fromisoformat(value), zone, at)
        case "recurrence":
            return format_rule(value)
        case "priority":
            return words.PRIORITIES[value]
        case "tags":
            return " ".join(f"#{tag}" for tag in value)
        case _:
            return f"“{_cut(value)}”"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TEXT_SHOWN else f"{line[: TEXT_SHOWN - 1].rstrip()}…"
