"""Makes receipts: the changes of a turn, read from the log, in one line ("Added #7, completed #3")."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log.changes import TaskChange
from taskchat_app.domain.log.effective_changes import changes_of_tasks, effective_changes
from taskchat_app.domain.storage.database import execute, reading
from taskchat_app.domain.storage.models import Change, Turn
from taskchat_app.i18n.messages import Message, gettext, joined, ngettext

PARTS = {
    "created": (gettext("Added {tasks}"), gettext("added {tasks}")),
    "imported": (gettext("Imported {tasks}"), gettext("imported {tasks}")),
    "completed": (gettext("Completed {tasks}"), gettext("completed {tasks}")),
    "reopened": (gettext("Reopened {tasks}"), gettext("reopened {tasks}")),
    "updated": (gettext("Changed {tasks}"), gettext("changed {tasks}")),
    "moved": (gettext("Moved {tasks}"), gettext("moved {tasks}")),
    "deleted": (gettext("Deleted {tasks}"), gettext("deleted {tasks}")),
    "restored": (gettext("Restored {tasks}"), gettext("restored {tasks}")),
    "reminder_set": (gettext("Set a reminder for {tasks}"), gettext("set a reminder for {tasks}")),
    "reminder_removed": (gettext("Removed the reminder of {tasks}"), gettext("removed the reminder of {tasks}")),
    "undone": (gettext("Put back {tasks}"), gettext("put back {tasks}")),
}
"""The words for an action, at the beginning of a receipt and within it."""
NUMBERS_SHOWN = 5
NOTHING_CHANGED = gettext("Nothing changed")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The changes of a turn in one line, and whether any of them can still be undone."""

    text: str
    changed: bool
    can_undo: bool
    in_effect: frozenset[int] = field(default=frozenset(), compare=False)
    """The numbers of the tasks whose changes can be undone."""


class BareChange(NamedTuple):
    """A change of CHANGES_OF_TURNS, without most columns: to make Change objects of thousands blocks the event loop."""

    id: int
    action: str
    task_number: int | None
    undoes: int | None
    token_name: str | None
    is_own: bool
    """True for a change of the turn itself, False for an undo by others."""
    cause_number: int | None


CHANGES_OF_TURNS = text("""
    SELECT turns.id, (
        SELECT json_agg(
            json_build_array(id, action, task_number, undoes, token_name, is_own, cause_number) ORDER BY id
        ) FROM (
            SELECT id, action, task_number, undoes, token_name, true AS is_own, cause_number FROM changes
            WHERE user_id = turns.user_id AND turn_id = turns.id AND id >= turns.first_change_id AND kind = 'task'
            UNION ALL -- and undos by others of changes of the same tasks
            SELECT id, action, task_number, undoes, token_name, false, cause_number FROM changes
            WHERE user_id = turns.user_id AND id >= turns.first_change_id AND undoes IS NOT NULL
                AND turn_id IS DISTINCT FROM turns.id AND task_number IN (
                    SELECT task_number FROM changes AS own
                    WHERE own.user_id = turns.user_id AND own.turn_id = turns.id AND own.id >= turns.first_change_id
                        AND own.kind = 'task'
                )
        ) AS change
    ) FROM turns WHERE turns.user_id = :user_id AND turns.id = ANY(:turn_ids)
""")
"""Selects the task changes of each turn, and others that undid some of them; each as the fields of a BareChange.

Both are found by an index, also in a plan that does not know how many changes are newer than a turn's first."""


async def changes_of_turn(
    session: AsyncSession, user_id: str, turn_id: str, first_change_id: int, limit: int | None = None
) -> list[Change]:
    """Return the turn's task changes, oldest first, undone ones included."""
    in_turn = changes_of_tasks(user_id).where(col(Change.turn_id) == turn_id, col(Change.id) >= first_change_id)
    return list((await session.exec(in_turn.limit(limit))).all())


async def task_changes_of(session: AsyncSession, turn: Turn) -> list[TaskChange]:
    """Return the turn's task changes without their content, oldest first: there may be hundreds."""
    own = changes_of_tasks(turn.user_id).where(col(Change.turn_id) == turn.id, col(Change.id) >= turn.first_change_id)
    columns = (col(Change.id), col(Change.action), col(Change.task_number))
    return [TaskChange(*row) for row in await execute(session, own.with_only_columns(*columns))]


async def receipts_of_turns(user_id: str, turn_ids: Collection[str]) -> dict[str, Receipt]:
    """Return the receipts of these turns of the user, all in one read; other ids are left out."""
    if not turn_ids:
        return {}
    values = {"user_id": user_id, "turn_ids": list(turn_ids)}
    async with reading(user_id) as session:
        rows = (await execute(session, CHANGES_OF_TURNS, values)).all()
    receipts: dict[str, Receipt] = {}
    for turn_id, selected in rows:
        changes = [BareChange(*row) for row in selected or ()]
        own = [change for change in changes if change.is_own]
        effective = effective_changes(changes)
        in_effect = frozenset(change.task_number or 0 for change in own if change.id in effective)
        receipts[turn_id] = Receipt(receipt(own), changed=bool(own), can_undo=bool(in_effect), in_effect=in_effect)
    return receipts


def receipt(changes: Sequence[Change] | Sequence[BareChange]) -> Message:
    """Summarize changes in one line, with the access token they were made with: "Added #7, completed #3 and 2 steps".

    Steps are counted where they follow from a change of their task.
    """
    numbers: dict[str, list[int]] = {}
    steps: dict[str, set[int]] = {}
    for change in changes:
        if change.cause_number is None:
            numbers.setdefault(change.action, []).append(change.task_number or 0)
        else:
            steps.setdefault(change.action, set()).add(change.task_number or 0)
    parts: list[Message] = []
    for action, (first, further) in PARTS.items():
        if action in numbers or action in steps:
            named = _name_tasks(numbers.get(action, []), len(steps.get(action, ())))
            parts.append((further if parts else first).with_values(tasks=named))
    if not parts:
        return NOTHING_CHANGED
    token = next((change.token_name for change in changes if change.token_name), None)
    summary = joined(parts, ", ")
    return gettext("{changes} with the token “{name}”", changes=summary, name=token) if token else summary


def receipt_of_added(numbers: Sequence[int]) -> Message:
    """Return what `receipt` returns for the adding of these tasks."""
    return PARTS["created"][0].with_values(tasks=_name_tasks(list(numbers))) if numbers else NOTHING_CHANGED


def _name_tasks(numbers: list[int], steps: int = 0) -> str:
    unique = list(dict.fromkeys(numbers))
    named = ", ".join(f"#{number}" for number in unique)
    if len(unique) > NUMBERS_SHOWN:
        named = gettext("{count} tasks", count=len(unique))
    if not steps:
        return named
    counted = ngettext("{count} step", "{count} steps", steps)
    return gettext("{tasks} and {steps}", tasks=named, steps=counted) if named else counted
