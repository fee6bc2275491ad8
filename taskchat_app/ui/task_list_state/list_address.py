"""Converts the list's view, filters and sort to and from the page's address, and to a query of the domain.

Also finds the address of the list that a tool call has shown in the chat.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

from taskchat_app.assistant.offline.plan_parts import UNSHOWN_PREFIX
from taskchat_app.domain.dates.local_time import is_date_only
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.storable_values import checked_text
from taskchat_app.domain.tasks.fields import PRIORITIES, Q_MAX_CHARACTERS, TAGS_MAX, checked_bound, checked_tag
from taskchat_app.domain.tasks.list_views import OPEN, STATUSES, is_begun, view_bounds
from taskchat_app.domain.tasks.queries import ORDERS, TaskQuery
from taskchat_app.domain.tasks.search_words import tag_key
from taskchat_app.domain.tasks.sorted_pages import SORTS

ACTIVITY = "activity"
"""The view that is not a list of tasks."""
VIEWS = (OPEN, "today", "upcoming", "later", "overdue", "done", "all", "deleted", ACTIVITY)
BY_DATE = {OPEN: "due", "today": "due", "upcoming": "due", "overdue": "due", "later": "start"}
"""The views sorted by a date by default, and by which."""
DESCENDING = ("created", "priority")
"""The sorts that are descending by default."""
NOW_TOLERANCE = timedelta(minutes=3)
"""A call whose `due_before` is this close to its own time asks for overdue tasks."""
WHOLE_LIST = f"?view={OPEN}"
FIELDS_MAX = 100


@dataclass(frozen=True)
class TaskFilters:
    """The list's filters. Empty means no filter, the view's default sort and that sort's default order.

    The bounds are dates or phrases as the user typed them ("friday"), parsed again each time.
    """

    view: str = OPEN
    priority: str = ""
    tags: tuple[str, ...] = ()
    due_after: str = ""
    due_before: str = ""
    q: str = ""
    sort: str = ""
    order: str = ""
    asked: bool = False
    """Whether the list is shown for a question in the chat, until the user changes something of it."""

    @property
    def narrows(self) -> bool:
        """True if a filter applies besides the view."""
        return bool(self.priority or self.tags or self.due_after or self.due_before or self.q.strip())


def sort_of(filters: TaskFilters) -> tuple[str, str]:
    """Return the effective sort and order; ("", "") for deleted tasks, which have their own default."""
    if filters.view == "deleted" and not filters.sort:
        return "", ""
    sort = filters.sort or BY_DATE.get(filters.view, "created")
    return sort, filters.order or ("desc" if sort in DESCENDING else "asc")


def with_tag(filters: TaskFilters, tag: str) -> TaskFilters:
    """Return the filters with the tag toggled; a tag that no task can have is left out."""
    others = tuple(other for other in filters.tags if tag_key(other) != tag_key(tag))
    return replace(filters, tags=others if len(others) < len(filters.tags) else _tags([*others, tag]))


def query_of(filters: TaskFilters, *, zone: ZoneInfo, now: datetime) -> TaskQuery:
    """Return the domain's query; the filters must be checked ones."""
    sort, order = sort_of(filters)
    after, before = view_bounds(filters.view, zone, now)
    if filters.due_after:
        after.append(checked_bound(filters.due_after, "due_after", zone=zone, now=now))
    if filters.due_before:
        before.append(checked_bound(filters.due_before, "due_before", zone=zone, now=now))
    return TaskQuery(
        status=STATUSES.get(filters.view, OPEN),
        priority=filters.priority or None,
        tags=filters.tags,
        due_after=max(after, default=None),
        due_before=min(before, default=None),
        q=filters.q if filters.q.strip() else None,
        begun=is_begun(filters.view, filters.q.strip()),
        sort=sort or None,
        order=order or None,
    )


def address_of(filters: TaskFilters) -> str:
    """Return the filters as an address's query, with its question mark; "" for the default list."""
    parts = [("view", "" if filters.view == OPEN else filters.view)]
    parts += [("tag", tag) for tag in filters.tags]
    parts += [(name, getattr(filters, name)) for name in ("priority", "due_after", "due_before", "q", "sort", "order")]
    parts.append(("asked", "1" if filters.asked else ""))
    given = [(name, value) for name, value in parts if value]
    return f"?{urlencode(given)}" if given else ""


def fields_of(query: str) -> dict[str, list[str]]:
    """Return the fields of an address's query; none if it has more than FIELDS_MAX."""
    try:
        return parse_qs(query.removeprefix("?"), max_num_fields=FIELDS_MAX)
    except ValueError:
        return {}


def filters_at(query: str, *, zone: ZoneInfo, now: datetime) -> TaskFilters:
    """Return the filters of an address's query, without invalid ones."""
    values = fields_of(query)
    given = {name: texts[-1] for name, texts in values.items()}
    return TaskFilters(
        view=_one_of(given.get("view", ""), VIEWS) or OPEN,
        priority=_one_of(given.get("priority", ""), tuple(PRIORITIES)),
        tags=_tags(values.get("tag", [])),
        due_after=_bound(given.get("due_after", ""), "due_after", zone, now),
        due_before=_bound(given.get("due_before", ""), "due_before", zone, now),
        q=_words(given.get("q", "")),
        sort=_one_of(given.get("sort", ""), SORTS),
        order=_one_of(given.get("order", ""), ORDERS),
        asked=given.get("asked") == "1",
    )


def _one_of(value: str, choices: Sequence[str]) -> str:
    return value if value in choices else ""


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    by_key: dict[str, str] = {}
    for tag in tags:
        with suppress(Invalid):
            name = checked_tag(tag)
            by_key.setdefault(tag_key(name), name)
    return tuple(by_key.values())[:TAGS_MAX]


def _bound(text: str, field: str, zone: ZoneInfo, now: datetime) -> str:
    try:
        checked_bound(text, field, zone=zone, now=now)
    except Invalid:
        return ""
    return text.strip()


def _words(text: str) -> str:
    try:
        return checked_text(text, "search")[:Q_MAX_CHARACTERS]
    except Invalid:
        return ""


def address_of_call(call: Mapping[str, Any], at: datetime, zone: ZoneInfo) -> str:
    """Return the address's query of the list that a call of list_tasks, made at `at`, has shown; "" for no such list.

    There is none for other calls, for a call whose tasks the answer does not show, and for a search by a task's number
    or without a result. The list is `asked`, except all open tasks in their default order or that chosen on the page.
    """
    arguments: dict[str, Any] = call.get("arguments") or {}
    result: dict[str, Any] = call.get("result") or {}
    is_finished_list = call["tool"] == "list_tasks" and call["status"] == "done"
    if not is_finished_list or call["call_id"].startswith(UNSHOWN_PREFIX):
        return ""
    given = {name: str(value) for name, value in arguments.items() if value not in (None, "")}
    search = given.get("search", "")
    is_search_in_vain = search != "" and not result.get("tasks")
    if search.startswith("#") or is_search_in_vain:
        return ""
    chosen_order: Mapping[str, str] = result.get("sorted") or {}
    filters = _filters_of_call(given, chosen_order, at, zone)
    in_default_order = replace(filters, sort="", order="") if chosen_order else filters
    is_whole_list = in_default_order == TaskFilters()
    return address_of(replace(filters, asked=not is_whole_list)) or WHOLE_LIST


def _filters_of_call(given: Mapping[str, str], chosen: Mapping[str, str], at: datetime, zone: ZoneInfo) -> TaskFilters:
    """Return the filters of a call's arguments; `chosen` are the sort and order that the user chose on the page."""
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
    if filters.view == OPEN and not filters.due_after and _is_now(filters.due_before, at, zone):
        filters = replace(filters, view="overdue", due_before="")
    in_default_order = replace(filters, sort="", order="")
    return in_default_order if sort_of(filters) == sort_of(in_default_order) else filters


def _sort(given: Mapping[str, str]) -> str:
    """Return the requested sort; without one "due" if the call filters by due date, else "" for the list's default."""
    if given.get("sort", "created") != "created":
        return given["sort"]
    return "due" if "due_after" in given or "due_before" in given else ""


def _is_now(due_before: str, at: datetime, zone: ZoneInfo) -> bool:
    try:
        bound = checked_bound(due_before, "due_before", zone=zone, now=at)
    except Invalid:
        return False
    return abs(bound - at) <= NOW_TOLERANCE and not is_date_only(bound, zone)
