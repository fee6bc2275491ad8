"""Converts a task's snapshot back into database columns."""

from datetime import datetime
from typing import Any

from taskchat_app.domain.tasks.positions import parse_position, position_of_new
from taskchat_app.domain.tasks.search_words import search_vector
from taskchat_app.domain.tasks.views import MOMENTS, PRIORITIES


def columns_of(kept: dict[str, Any]) -> dict[str, Any]:
    """A snapshot as the columns of its row."""
    moments = {name: _moment(kept.get(name)) for name in (*MOMENTS, "recurrence_start", "remind_at", "deleted_at")}
    plain = {name: kept[name] for name in ("title", "description", "tags", "recurrence", "repeats_number")}
    search = search_vector(kept["title"], kept["description"], kept["tags"])
    # What was kept before there was an order by hand has not been moved since, or it could not be put back.
    position = parse_position(kept["position"]) if "position" in kept else position_of_new(kept["number"])
    plain |= {"priority": PRIORITIES[kept["priority"]], "remind_before": kept.get("remind_before")}
    return {**plain, **moments, "position": position, "search": search}


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
