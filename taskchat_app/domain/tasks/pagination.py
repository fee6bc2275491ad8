"""Keyset pagination of tasks: sort orders and cursors."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, tuple_
from sqlmodel import col

from taskchat_app.domain.storage.cursors import decode, encode
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.storage.number_ranges import task_numbers
from taskchat_app.domain.tasks.fields import checked_text
from taskchat_app.domain.tasks.positions import parse_position
from taskchat_app.i18n.messages import gettext

SORTS = ("created", "due", "priority", "title", "manual")
BY_DELETION = "deleted"
"""The usual sort of deleted tasks; nobody can ask for it by name."""
SORT_KEYS: dict[str, Any] = {
    "created": col(Task.created_at),
    "due": col(Task.due_at),
    "priority": col(Task.priority),
    "title": func.lower(col(Task.title)),
    "manual": col(Task.position),
    BY_DELETION: col(Task.deleted_at),
}


@dataclass(frozen=True, slots=True)
class PagePosition:
    """The end of a page: the last task's sort key and number."""

    key: Any
    number: int


def ordering(sort: str, order: str) -> list[ColumnElement[Any]]:
    """By the sort key, then by number, both the same way; tasks without a date come last either way."""
    key, number = SORT_KEYS[sort], col(Task.number)
    if order == "asc":
        return [key.asc(), number.asc()]
    # No index read backwards has its nulls last, not even where the column holds none.
    return [key.desc().nulls_last() if sort == "due" else key.desc(), number.desc()]


def after_position(place: PagePosition, sort: str, order: str) -> ColumnElement[bool]:
    """What comes after the place in that order."""
    key, number = SORT_KEYS[sort], col(Task.number)
    further = number > place.number if order == "asc" else number < place.number
    if place.key is None:
        return and_(key.is_(None), further)
    here, there = tuple_(key, number), tuple_(literal(place.key), literal(place.number))
    past = here > there if order == "asc" else here < there
    return or_(past, key.is_(None)) if sort == "due" else past


def encode_position(place: PagePosition, sort: str, question: object) -> str:
    """An opaque text that `decode_position` reads back for the same sort and question (the order and filters, as
    JSON)."""
    key = place.key.isoformat() if isinstance(place.key, datetime) else place.key
    return encode([sort, question], [key, place.number])


def decode_position(cursor: str, sort: str, question: object) -> PagePosition:
    """Where the page before this one ended; Invalid for anything that cursor_of did not make for the same question."""
    try:
        key, number = decode(cursor, [sort, question])
        if type(number) is int and task_numbers([number]):
            return PagePosition(_key(sort, key), number)
    except (ValueError, Invalid):
        pass
    raise Invalid(
        gettext("This cursor belongs to another list. Ask for the first page, without a cursor."), field="cursor"
    )


def _key(sort: str, key: Any) -> Any:
    """The sort key as the column compares it; whatever it cannot hold is refused, since anybody can write a cursor."""
    if sort == "due" and key is None:
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
