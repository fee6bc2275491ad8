"""Converts a task's snapshot back into database columns."""

from datetime import datetime
from typing import Any

from taskchat_app.domain.tasks.positions import parse_position, position_of_new
from taskchat_app.domain.tasks.search_words import search_vector
from taskchat_app.domain.tasks.views import MOMENTS, PRIORITIES


def columns_of(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return the database columns of a snapshot."""
    times = {name: _time(snapshot.get(name)) for name in (*MOMENTS, "recurrence_start", "remind_at", "deleted_at")}
    plain = {name: snapshot[name] for name in ("title", "description", "tags", "recurrence", "repeats_number")}
    search = search_vector(snapshot["title"], snapshot["description"], snapshot["tags"])
    # Snapshots from before the manual order have no position. Their tasks were not moved since: a move would be a
    # later change, which prevents the undo.
    position = parse_position(snapshot["position"]) if "position" in snapshot else position_of_new(snapshot["number"])
    plain |= {"priority": PRIORITIES[snapshot["priority"]], "remind_before": snapshot.get("remind_before")}
    return {**plain, **times, "position": position, "search": search}


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
