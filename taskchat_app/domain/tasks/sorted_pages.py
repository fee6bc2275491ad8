"""Sort orders of tasks, and keyset pagination in them: cursors."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, tuple_
from sqlmodel import col

from taskchat_app.domain.storage.cursors import decode, encode
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.storage.storable_values import checked_text, task_numbers
from taskchat_app.domain.tasks.positions import parse_position
from taskchat_app.i18n.messages import gettext

SORTS = ("created", "due", "start", "priority", "title", "manual")
DATES = ("due", "start")
"""The sorts by a date that a task need not have."""
BY_DELETION = "deleted"
"""The default sort of deleted tasks; clients cannot choose it by name."""
BY_COMPLETION = "completed"
"""The sort of TaskQuery.newest_done; clients cannot choose it by name."""
SORT_KEYS: dict[str, Any] = {
    "created": col(Task.created_at),
    "due": col(Task.due_at),
    "start": col(Task.start_at),
    "priority": col(Task.priority),
    "title": func.lower(col(Task.title)),
    "manual": col(Task.position),
    BY_DELETION: col(Task.deleted_at),
    BY_COMPLETION: col(Task.completed_at),
}


def ordering(sort: str, order: str) -> list[ColumnElement[Any]]:
    """Return ORDER BY terms: the sort key, then the number, in the same direction; missing dates are last."""
    key, number = SORT_KEYS[sort], col(Task.number)
    if order == "asc":
        return [key.asc(), number.asc()]
    # Postgres cannot use an index scanned backwards for NULLS LAST, not even for a column without nulls.
    return [key.desc().nulls_last() if sort in DATES else key.desc(), number.desc()]


def after_position(last_key: Any, last_number: int, sort: str, order: str) -> ColumnElement[bool]:
    """Return the condition for tasks that come after this sort key and number; missing dates are last."""
    key, number = SORT_KEYS[sort], col(Task.number)
    further = number > last_number if order == "asc" else number < last_number
    if last_key is None:
        return and_(key.is_(None), further)
    row, end = tuple_(key, number), tuple_(literal(last_key), literal(last_number))
    after = row > end if order == "asc" else row < end
    return or_(after, key.is_(None)) if sort in DATES else after


def encode_position(key: Any, number: int, sort: str, query: object) -> str:
    """Return an opaque cursor of a page that ends with this sort key and number.

    `decode_position` accepts it for the same sort and query (order and filters as JSON).
    """
    return encode([sort, query], [key.isoformat() if isinstance(key, datetime) else key, number])


def decode_position(cursor: str, sort: str, query: object) -> tuple[Any, int]:
    """Return key and number of a cursor; raise Invalid unless encode_position made it for the same sort and query."""
    try:
        key, number = decode(cursor, [sort, query])
        if type(number) is int and task_numbers([number]):
            return _key(sort, key), number
    except (ValueError, Invalid):
        pass
    sentence = gettext("This cursor belongs to another list. Ask for the first page, without a cursor.")
    raise Invalid(sentence, field="cursor")


def _key(sort: str, key: Any) -> Any:
    """Convert the sort key to the column's type; raise ValueError or Invalid if impossible (cursors can be forged)."""
    if key is None and sort in DATES:
        return None
    if sort == "priority":
        if type(key) is int and 0 < key < 10:
            return key
    elif isinstance(key, str):
        if sort == "title":
            return checked_text(key, "cursor")
        if sort == "manual":
            return parse_position(key)
        moment = datetime.fromisoformat(key)
        if moment.tzinfo:
            return moment
    raise ValueError("no key of this sort")
