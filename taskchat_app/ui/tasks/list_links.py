"""The list address that shows what a tool call found."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.due_dates import is_date_only
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.fields import checked_bound
from taskchat_app.ui.tasks.filters import OPEN, TaskFilters, address_of

JUST_THEN = timedelta(minutes=3)
"""So near to its own moment a call that asks for what is due by then asks for what is overdue."""
WHOLE_LIST = f"?view={OPEN}"


def list_of(call: Mapping[str, Any], at: datetime, zone: ZoneInfo) -> str:
    """The query of the page's address for what this call found at that moment; "" where it is not to be shown.

    Only a finished call of list_tasks is, and no search that found nothing: that was for a task to do something with.
    """
    arguments: dict[str, Any] = call.get("arguments") or {}
    result: dict[str, Any] = call.get("result") or {}
    if (call["tool"], call["status"]) != ("list_tasks", "done"):
        return ""
    if arguments.get("search") and not result.get("tasks"):
        return ""
    given = {name: str(value) for name, value in arguments.items() if value not in (None, "")}
    filters = TaskFilters(
        view=given.get("status", OPEN),
        priority=given.get("priority", ""),
        tags=(given["tag"],) if "tag" in given else (),
        due_after=given.get("due_after", ""),
        due_before=given.get("due_before", ""),
        q=given.get("search", ""),
        sort=_sort(given),
    )
    if filters.view == OPEN and not filters.due_after and _is_same_moment(filters.due_before, at, zone):
        sort = filters.sort if filters.sort != "due" else ""  # which that view has by itself
        filters = replace(filters, view="overdue", due_before="", sort=sort)
    return address_of(filters) or WHOLE_LIST


def _sort(given: dict[str, str]) -> str:
    """The list's own order unless another was asked for; by date what was asked for by date."""
    asked = given.get("sort", "created")
    if asked != "created":
        return asked
    return "due" if {"due_after", "due_before"} & given.keys() else ""


def _is_same_moment(due_before: str, at: datetime, zone: ZoneInfo) -> bool:
    try:
        bound = checked_bound(due_before, "due_before", zone=zone, now=at)
    except Invalid:
        return False
    return abs(bound - at) <= JUST_THEN and not is_date_only(bound, zone)
