"""Views of the list: their status and dates, and views written as text ("overdue #home")."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import day_end, day_start
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.storable_values import error_field
from taskchat_app.domain.tasks.fields import Q_MAX_CHARACTERS, TAGS_MAX, checked_search, checked_tags
from taskchat_app.domain.tasks.queries import TaskQuery
from taskchat_app.domain.tasks.search_words import search_words_of
from taskchat_app.i18n.messages import gettext

OPEN = "open"
STATUSES = {"done": "done", "all": "all", "deleted": "deleted"}
"""The status of each view that does not contain open tasks only."""
NAMES = (OPEN, "today", "week", "upcoming", "later", "overdue", "done", "all")
"""The names that a view's text may contain."""
WEEK_DAYS = 7
_BEGUN = {OPEN: True, "today": True, "later": False}


def is_begun(view: str, q: str | None) -> bool | None:
    """Return whether the view has only tasks that have begun, or only others; None for both.

    A search finds both, except in "later".
    """
    return None if q and view != "later" else _BEGUN.get(view)


def view_bounds(view: str, zone: ZoneInfo, now: datetime) -> tuple[list[datetime], list[datetime]]:
    """Return the view's lower and upper bounds of due dates, as lists to which callers add bounds of their own.

    "today" and "week" (seven days) include overdue tasks, "upcoming" begins tomorrow.
    """
    today = now.astimezone(zone).date()
    match view:
        case "today":
            return [], [day_end(today, zone)]
        case "week":
            return [], [day_end(today + timedelta(days=WEEK_DAYS - 1), zone)]
        case "upcoming":
            return [day_start(today + timedelta(days=1), zone)], []
        case "overdue":
            return [], [now - timedelta(microseconds=1)]
        case _:
            return [], []


def checked_view(text: str) -> str:
    """Return the view's text normalized: its name, its tags, its words. Raises Invalid, with examples."""
    name, tags, words = _read(text)
    return " ".join(filter(None, [name, *(f"#{tag}" for tag in tags), *words]))


def query_of_view(text: str, *, zone: ZoneInfo, now: datetime) -> TaskQuery:
    """Return the filters of a view's text; without a name, open tasks."""
    name, tags, words = _read(text)
    name, q = name or OPEN, " ".join(words)
    after, before = view_bounds(name, zone, now)
    return TaskQuery(
        status=STATUSES.get(name, OPEN),
        tags=tags,
        due_after=max(after, default=None),
        due_before=min(before, default=None),
        q=q or None,
        begun=is_begun(name, q),
    )


def _read(text: str) -> tuple[str, list[str], list[str]]:
    """Return the name, tags and words of a view's text; the name may be empty."""
    with error_field("view"):
        parts = checked_search(text).split()
        tags = checked_tags([part for part in parts if part.startswith("#")])
    names = list(dict.fromkeys(part.lower() for part in parts if part.lower() in NAMES))
    words = [part for part in parts if part.lower() not in NAMES and not part.startswith("#")]
    has_too_many = len(names) > 1 or len(tags) > TAGS_MAX
    are_searchable = all(search_words_of(word) for word in words)
    if not parts or has_too_many or not are_searchable:
        sentence = gettext(
            "A view is one of {names}, tags such as #home, words to search for, or several of these:"
            " “overdue #home”, in at most {most} characters.",
            names=", ".join(NAMES),
            most=Q_MAX_CHARACTERS,
        )
        raise Invalid(sentence, field="view")
    return "".join(names), list(dict.fromkeys(tags)), words
