"""Undoes one entry of a task's history; if the task was changed since, only the fields that were not."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import zone_of
from taskchat_app.domain.activity.undo import Conflict, UndoOutcome, undo_changes
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.log.effective_changes import cause_number, change_histories, effective_changes
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks.fields import FIELD_LABELS
from taskchat_app.domain.tasks.snapshots import in_zone, is_erased, restore_snapshots
from taskchat_app.domain.tasks.task_dates import DUE, START, compute_remind_at, utc_text
from taskchat_app.domain.tasks.task_rows import flush_and_record, now_in_milliseconds
from taskchat_app.domain.tasks.task_view import can_be_step, read_families, snapshot
from taskchat_app.i18n.messages import Message, gettext, joined

_FIELD_NAMES: dict[str, Message] = {
    **FIELD_LABELS,
    "completed_at": gettext("State"),
    "remind_before": gettext("Reminder"),
    "position": gettext("Order"),
}
"""The fields that can be put back one by one, in the order in which messages name them."""
_STORED_WITH = {
    "due_at": ("due_day", "due_reading"),
    "start_at": ("start_day",),
    "recurrence": ("recurrence_start", "recurrence_start_day"),
}
"""The other columns of a field."""
_LEFT = gettext("Left as it is, because it was changed again since: {fields}.")
_Snapshot = dict[str, Any]


async def undo_entry(session: AsyncSession, by: Cause, change_id: int) -> UndoOutcome:
    """Undo the change; if its task was changed since, put back those of its fields that were not.

    The outcome names the other fields in `left`. Any other change than one of fields alone (_is_of_fields_alone)
    remains a conflict with the later ones. Raises NotFound as undo_changes does.
    """
    outcome = await undo_changes(session, by, [change_id])
    if not outcome.conflicts:
        return outcome
    query = select(Change).where(Change.user_id == by.user_id, Change.id == change_id)
    change = (await session.exec(query)).one()
    of_task = (Task.user_id == by.user_id, Task.number == change.task_number, col(Task.deleted_at).is_(None))
    task = (await session.exec(select(Task).where(*of_task).execution_options(populate_existing=True))).one_or_none()
    if task is None or not await _is_of_fields_alone(session, by, change):
        return outcome
    before, after, current = change.before or {}, change.after or {}, snapshot(task)
    zone = await zone_of(session, by.user_id)
    parent = before.get("parent_number")
    families = await read_families(session, by.user_id, [task.number, parent or 0])
    # The task cannot be a step of its former parent again if that is deleted or a step, or if the task has steps.
    impossible = [] if can_be_step(families, parent, task.number) else ["parent_number"]
    merged, left = _merged(in_zone(before, zone), in_zone(after, zone), current, zone, impossible)
    reasons = [_LEFT.with_values(fields=joined([_FIELD_NAMES[name] for name in left], ", "))] if left else []
    if merged == current:  # nothing of it can be put back
        conflicts = [Conflict(task.number, reason) for reason in reasons]
        return UndoOutcome(conflicts=conflicts or outcome.conflicts)
    merged["updated_at"] = utc_text(now_in_milliseconds())
    await restore_snapshots(session, by.user_id, {task.number: merged})
    undoes = None if left else change.id  # a change that is undone in part is still in effect
    await flush_and_record(session, by, [Entry("task", "undone", task.number, current, merged, undoes=undoes)])
    return UndoOutcome(undone=[task.number], left=reasons)


async def _is_of_fields_alone(session: AsyncSession, by: Cause, change: Change) -> bool:
    """Return whether the change is in effect, has its texts, and changed fields of one task alone."""
    before, after = change.before, change.after
    if not before or not after:  # it created or deleted the task
        return False
    if cause_number(change) is not None or is_erased(before) or is_erased(after):
        return False
    if before["completed_at"] != after["completed_at"]:
        if after["recurrence"]:  # it has made, or removed, its next task
            return False
        caused = (Change.user_id == change.user_id, Change.cause_number == change.task_number, Change.id > change.id)
        if (await session.exec(select(Change.id).where(*caused).limit(1))).first() is not None:  # its steps
            return False
    histories = await change_histories(session, by.user_id, [change.task_number or 0], since=change.id)
    return change.id in effective_changes(histories[change.task_number or 0])


def _merged(
    before: _Snapshot, after: _Snapshot, current: _Snapshot, zone: ZoneInfo, impossible: list[str]
) -> tuple[_Snapshot, list[str]]:
    """Return the current snapshot with the change's fields put back, and the names of the fields that are left.

    Left are fields that were changed again since, the `impossible` ones, and those whose old value contradicts others.
    """
    changed = [name for name in _FIELD_NAMES if _values(name, before) != _values(name, after)]
    unchanged_since = [name for name in changed if _values(name, current) == _values(name, after)]
    possible = [name for name in unchanged_since if name not in impossible]
    contradictory = _contradictory(_put_back(current, before, possible))
    restored = [name for name in possible if name not in contradictory]
    merged = _put_back(current, before, restored)
    if "due_at" in restored or "remind_before" in restored:
        merged["remind_at"] = utc_text(compute_remind_at(DUE.of_snapshot(merged), merged["remind_before"], zone))
    return merged, [name for name in changed if name not in restored]


def _contradictory(snapshot: _Snapshot) -> tuple[str, ...]:
    """Return the fields that contradict each other: a recurrence without a due date, a start after the due date."""
    start, due = START.of_snapshot(snapshot), DUE.of_snapshot(snapshot)
    if snapshot["recurrence"] and due is None:
        return ("due_at", "start_at", "recurrence")
    begins_after_due = start is not None and due is not None and start.at > due.at
    return ("due_at", "start_at") if begins_after_due else ()


def _put_back(current: _Snapshot, before: _Snapshot, names: list[str]) -> _Snapshot:
    """Return the current snapshot with these fields as they were before."""
    merged = dict(current)
    for name in names:
        merged |= _values(name, before)
    return merged


def _values(name: str, snapshot: _Snapshot) -> _Snapshot:
    """Return the columns of a field: `due_at` with `due_day` and `due_reading`."""
    return {part: snapshot.get(part) for part in (name, *_STORED_WITH.get(name, ()))}
