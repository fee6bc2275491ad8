"""Computes the address of the list that shows the result of a list_tasks call."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.due_dates import is_date_only
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.fields import checked_bound
from taskchat_app.ui.task_list_state.list_address import OPEN, TaskFilters, address_of, sort_of

NOW_TOLERANCE = timedelta(minutes=3)
"""A call whose `due_before` is this close to its own time asks for overdue tasks."""
WHOLE_LIST = f"?view={OPEN}"


def list_of(call: Mapping[str, Any], at: datetime, zone: ZoneInfo) -> str:
    """Return the query of the page's address for a call made at `at`; "" if its result should not be linked.

    Only finished calls of list_tasks are linked. A search without results or for a number looked for one task. The list
    is marked as asked for unless it is the whole one, in its own order or in the one that the user chose on the page.
    """
    arguments: dict[str, Any] = call.get("arguments") or {}
    result: dict[str, Any] = call.get("result") or {}
    if (call["tool"], call["status"]) != ("list_tasks", "done"):
        return ""
    search = str(arguments.get("search") or "")
    if search and (search.startswith("#") or not result.get("tasks")):
        return ""
    given = {name: str(value) for name, value in arguments.items() if value not in (None, "")}
    chosen: Mapping[str, str] = result.get("sorted") or {}
    filters = TaskFilters(
        view=given.get("status", OPEN),
        priority=given.get("priority", ""),
        tags=(given["tag"],) if "tag" in given else (),
        due_after=given.get("due_after", ""),
        due_before=given.get("due_before", ""),
        q=given.get("search", ""),
        sort=chosen.get("sort") or _sort(given),
        order=chosen.get("order", ""),
    )
    if filters.view == OPEN and not filters.due_after and _is_same_moment(filters.due_before, at, zone):
        filters = replace(filters, view="overdue", due_before="")
    if sort_of(filters) == sort_of(replace(filters, sort="", order="")):
        filters = replace(filters, sort="", order="")  # the list's own order
    is_whole = TaskFilters() == (replace(filters, sort="", order="") if chosen else filters)
    return address_of(replace(filters, asked=not is_whole)) or WHOLE_LIST


def _sort(given: dict[str, str]) -> str:
    """Return the requested sort; "due" by default if the call filters by due date, otherwise the list's default."""
    requested = given.get("sort", "created")
    if requested != "created":
        return requested
    return "due" if {"due_after", "due_before"} & given.keys() else ""


def _is_same_moment(due_before: str, at: datetime, zone: ZoneInfo) -> bool:
    try:
        bound = checked_bound(due_before, "due_before", zone=zone, now=at)
    except Invalid:
        return False
    return abs(bound - at) <= NOW_TOLERANCE and not is_date_only(bound, zone)
