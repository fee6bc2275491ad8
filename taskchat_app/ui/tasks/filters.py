"""The list's view, filters and sort, as an address and as a query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.due_dates import day_end, day_start
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.fields import Q_MAX_CHARACTERS, TAGS_MAX, checked_bound, checked_tag, checked_text
from taskchat_app.domain.tasks.pagination import SORTS
from taskchat_app.domain.tasks.queries import ORDERS, TaskQuery
from taskchat_app.domain.tasks.search_words import tag_key
from taskchat_app.domain.tasks.views import PRIORITIES

OPEN = "open"
ACTIVITY = "activity"
"""The view that is no list of tasks."""
VIEWS = (OPEN, "today", "upcoming", "overdue", "done", "all", "deleted", ACTIVITY)
STATUSES = {"done": "done", "all": "all", "deleted": "deleted"}
"""The views that hold something else than open tasks."""
BY_DATE = ("today", "upcoming", "overdue")
"""The views that are sorted by the due date unless another sort is asked for."""
GROUPED = ("today", "upcoming")
"""The views that are parted by days as long as they are sorted by the due date."""
DESCENDING = ("created", "priority")
"""The sorts that begin with the newest, or the most important."""


@dataclass(frozen=True)
class TaskFilters:
    """Empty stands for no filter, and for the view's own sort and that sort's own order.

    The bounds are dates or phrases as the person wrote them ("friday"), read anew each time.
    """

    view: str = OPEN
    priority: str = ""
    tags: tuple[str, ...] = ()
    due_after: str = ""
    due_before: str = ""
    q: str = ""
    sort: str = ""
    order: str = ""

    @property
    def narrows(self) -> bool:
        """Whether fewer tasks are shown than the view holds."""
        return bool(self.priority or self.tags or self.due_after or self.due_before or self.q.strip())


def sort_of(filters: TaskFilters) -> tuple[str, str]:
    """The sort and the order that the list really has; deleted tasks have ones of their own, ("", "")."""
    if filters.view == "deleted" and not filters.sort:
        return "", ""
    sort = filters.sort or ("due" if filters.view in BY_DATE else "created")
    return sort, filters.order or ("desc" if sort in DESCENDING else "asc")


def is_grouped(filters: TaskFilters) -> bool:
    return filters.view in GROUPED and sort_of(filters)[0] == "due"


def with_tag(filters: TaskFilters, tag: str) -> TaskFilters:
    """The filters with the tag, or without it where they have it."""
    kept = tuple(other for other in filters.tags if tag_key(other) != tag_key(tag))
    return replace(filters, tags=kept if len(kept) < len(filters.tags) else (*kept, tag)[:TAGS_MAX])


def query_of(filters: TaskFilters, *, zone: ZoneInfo, now: datetime) -> TaskQuery:
    """What the domain is asked for; the filters are checked ones."""
    sort, order = sort_of(filters)
    after, before = _days_of(filters.view, zone, now)
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
        sort=sort or None,
        order=order or None,
    )


def _days_of(view: str, zone: ZoneInfo, now: datetime) -> tuple[list[datetime], list[datetime]]:
    """The view's own bounds: today has what is overdue too, upcoming begins tomorrow."""
    today = now.astimezone(zone).date()
    match view:
        case "today":
            return [], [day_end(today, zone)]
        case "upcoming":
            return [day_start(today + timedelta(days=1), zone)], []
        case "overdue":
            return [], [now - timedelta(microseconds=1)]
        case _:
            return [], []


def address_of(filters: TaskFilters) -> str:
    """The filters as the query of an address, with its question mark; "" for the list as it stands by itself."""
    parts: list[tuple[str, str]] = [("view", filters.view)] if filters.view != OPEN else []
    parts += [("tag", tag) for tag in filters.tags]
    named = ("priority", "due_after", "due_before", "q", "sort", "order")
    parts += [(name, value) for name in named if (value := getattr(filters, name))]
    return f"?{urlencode(parts)}" if parts else ""


def filters_at(query: str, *, zone: ZoneInfo, now: datetime) -> TaskFilters:
    """The filters that an address asks for; what makes no sense there is left out."""
    try:
        values = parse_qs(query.removeprefix("?"), max_num_fields=100)
    except ValueError:
        return TaskFilters()
    return checked_filters({name: found[-1] for name, found in values.items()}, values.get("tag", []), zone, now)


def checked_filters(given: Mapping[str, str], tags: Iterable[str], zone: ZoneInfo, now: datetime) -> TaskFilters:
    """The filters of these words, without those that make no sense."""
    return TaskFilters(
        view=_one_of(given.get("view", ""), VIEWS) or OPEN,
        priority=_one_of(given.get("priority", ""), tuple(PRIORITIES)),
        tags=_tags(tags),
        due_after=_bound(given.get("due_after", ""), "due_after", zone, now),
        due_before=_bound(given.get("due_before", ""), "due_before", zone, now),
        q=_words(given.get("q", "")),
        sort=_one_of(given.get("sort", ""), SORTS),
        order=_one_of(given.get("order", ""), ORDERS),
    )


def _one_of(value: str, choices: Sequence[str]) -> str:
    return value if value in choices else ""


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for tag in tags:
        try:
            name = checked_tag(tag)
        except Invalid:
            continue
        found.setdefault(tag_key(name), name)
    return tuple(found.values())[:TAGS_MAX]


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
