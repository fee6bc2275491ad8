"""Converts a task's snapshot back into database columns or into JSON, and restores tasks from snapshots."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.database import execute, now
from taskchat_app.domain.storage.models import Task, is_any
from taskchat_app.domain.tasks.fields import stored_values
from taskchat_app.domain.tasks.positions import parse_position
from taskchat_app.domain.tasks.search_words import search_vector
from taskchat_app.domain.tasks.task_dates import DATE_PAIRS, DUE, compute_remind_at, restored_reminder_columns, utc_text
from taskchat_app.domain.tasks.task_rows import now_in_milliseconds, position_of_new
from taskchat_app.domain.tasks.task_view import (
    NO_STEPS,
    SNAPSHOT_TIMES,
    SNAPSHOT_VALUES,
    StepCounts,
    TaskView,
    as_json,
    view_of,
)

ERASED_TEXTS: dict[str, Any] = {"title": "", "description": "", "tags": [], "due_reading": None}
"""What a snapshot holds instead of the texts of a task that was deleted for good: no task has an empty title."""


def in_zone(snapshot: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """Return the snapshot for a user who now lives in the zone: a whole day ends where that day ends there."""
    moved: dict[str, Any] = {}
    for pair in DATE_PAIRS:
        value = pair.of_snapshot(snapshot)
        there = None if value is None else value.in_zone(zone)
        if there is not None and there != value:
            moved[pair.at] = utc_text(there.at)
    if DUE.at in moved and snapshot.get("remind_at"):
        due = DUE.of_snapshot(snapshot | moved)
        moved["remind_at"] = utc_text(compute_remind_at(due, snapshot.get("remind_before"), zone))
    return snapshot | moved


def snapshot_json(
    snapshot: dict[str, Any] | None, zone: ZoneInfo, steps: StepCounts = NO_STEPS
) -> dict[str, Any] | None:
    """Return the task of a snapshot as JSON for a client whose user lives in the zone; None without one.

    `steps` are those that the task has now, since a snapshot is of one task alone.
    """
    if not snapshot:
        return None
    return as_json(replace(view_of_snapshot(in_zone(snapshot, zone), now()), steps=steps))


def view_of_snapshot(snapshot: dict[str, Any], at: datetime) -> TaskView:
    """Return the task of a snapshot of the user's zone (see in_zone); only `overdue` is computed for `at`."""
    return view_of(cast(Task, SimpleNamespace(number=snapshot["number"], **_values_of(snapshot))), at)


def is_erased(snapshot: dict[str, Any]) -> bool:
    """Return whether the snapshot's texts are erased, so that it restores nothing."""
    return not snapshot["title"]


def columns_of(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return the database columns of a snapshot of the user's zone (see in_zone)."""
    search = search_vector(snapshot["title"], snapshot["description"], snapshot["tags"])
    # Snapshots from before the manual order have no position. Their tasks were not moved since: a move would be a
    # later change, which prevents the undo.
    position = parse_position(snapshot["position"]) if "position" in snapshot else position_of_new(snapshot["number"])
    return {**_values_of(snapshot), "position": position, "search": search}


def _values_of(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of the fields, dates and times."""
    columns = stored_values(snapshot) | {name: snapshot.get(name) for name in SNAPSHOT_VALUES}
    for name in SNAPSHOT_TIMES:
        text = snapshot.get(name)
        columns[name] = None if text is None else datetime.fromisoformat(text)
    for pair in DATE_PAIRS:
        columns |= pair.columns(pair.of_snapshot(snapshot))
    return columns


async def restore_snapshots(
    session: AsyncSession, user_id: str, snapshots: Mapping[int, dict[str, Any] | None]
) -> None:
    """Write each task's snapshot; a task without one did not exist and is deleted. Its number is not used again."""
    at = now_in_milliseconds()
    created = [number for number, before in snapshots.items() if before is None]
    if created:
        deletion = update(Task).where(col(Task.user_id) == user_id, is_any(col(Task.number), created))
        await session.exec(deletion.values(deleted_at=at))
    rows = [
        {"user_id": user_id, "number": number, **columns_of(before), "rung_until": at}
        for number, before in snapshots.items()
        if before is not None
    ]
    if rows:
        upsert = insert(Task)
        columns = {name: upsert.excluded[name] for name in rows[0] if name not in ("user_id", "number")}
        changed = columns | restored_reminder_columns(columns)
        written = upsert.on_conflict_do_update(index_elements=["user_id", "number"], set_=changed)
        await execute(session, written, rows)
