"""The plain fields of a task, each stored as its check returns it, and the checks of texts and tags."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from taskchat_app.domain.storage.errors import Invalid, check_length, checked_text
from taskchat_app.domain.storage.models import Task
from taskchat_app.i18n.messages import Message, gettext

PRIORITIES = {"low": 1, "medium": 2, "high": 3}
PRIORITY_LABELS = {"low": gettext("Low"), "medium": gettext("Medium"), "high": gettext("High")}
PRIORITY_NAMES = {level: name for name, level in PRIORITIES.items()}
TITLE_MAX_CHARACTERS = 255
DESCRIPTION_MAX_CHARACTERS = 2_000
TAGS_MAX = 20
TAGS_SENT_MAX = 5 * TAGS_MAX
"""Tags in one list of a request, duplicates included."""
TAG_MAX_CHARACTERS = 50


@contextmanager
def error_field(field: str) -> Generator[None]:
    """Context manager: attributes every Invalid raised inside to this field."""
    try:
        yield
    except Invalid as error:
        raise Invalid(error.detail, **error.facts | {"field": field}) from error


def checked_tags(tags: Sequence[str]) -> list[str]:
    """Return the tags normalized; raise Invalid for more than TAGS_SENT_MAX tags, before any tag is read."""
    if len(tags) > TAGS_SENT_MAX:
        raise _too_many_tags(len(tags), TAGS_SENT_MAX)
    return [checked_tag(tag) for tag in tags]


def checked_tag(tag: str) -> str:
    """Return the tag trimmed and without a leading #, of any characters.

    Which of them a sentence can have is up to the parsers: ui/task_list_state/add_line_parser.py and
    assistant/grammar/phrases/new_task.py.
    """
    name = checked_text(tag, "tag").strip().lstrip("#").strip()
    if not name:
        raise Invalid(gettext("A tag is empty. Leave it out, or give it a name."))
    if len(name) > TAG_MAX_CHARACTERS:
        sentence = gettext("The tag “{tag}” has {count} characters. Shorten it to {most} or fewer.")
        raise Invalid(sentence.with_values(tag=f"{name[:20]}…", count=len(name), most=TAG_MAX_CHARACTERS))
    return name


def _title(title: str) -> str:
    trimmed = checked_text(title, "title").strip()
    if not trimmed:
        raise Invalid(gettext("The title is empty. Say what is to be done."))
    check_length(trimmed, "title", TITLE_MAX_CHARACTERS)
    return trimmed


def _description(description: str) -> str:
    check_length(checked_text(description, "description"), "description", DESCRIPTION_MAX_CHARACTERS)
    return description


def _priority(name: str) -> int:
    level = PRIORITIES.get(name)
    if level is None:
        raise Invalid(gettext("The priority is low, medium or high. Choose one of them."))
    return level


def checked_tags_of_one(tags: Sequence[str]) -> list[str]:
    """Return the tags normalized, without duplicates; raise Invalid for more than one task may have."""
    if len(tags) > TAGS_SENT_MAX:
        raise _too_many_tags(len(tags), TAGS_MAX)
    names: dict[str, str] = {}
    for name in checked_tags(tags):
        names.setdefault(name.casefold(), name)
    if len(names) > TAGS_MAX:
        raise _too_many_tags(len(names), TAGS_MAX)
    return list(names.values())


def _too_many_tags(count: int, most: int) -> Invalid:
    return Invalid(gettext("There are {count} tags. Keep {most} or fewer.", count=count, most=most))


def _unchanged(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainField:
    """A field with one column, of its name.

    `check` turns input into the column's value or raises Invalid; `shown` turns that into the value of views, JSON and
    snapshots, and `stored` back. `as_words` turns the value of a snapshot into words; None for a text. `empty` is the
    column's value of a task without it, and of snapshots from before there was the field.
    """

    name: str
    label: Message
    check: Callable[[Any], Any]
    empty: Any
    clearable: bool = True
    shown: Callable[[Any], Any] = _unchanged
    stored: Callable[[Any], Any] = _unchanged
    as_words: Callable[[Any], str] | None = None


PLAIN_FIELDS = (
    PlainField(name="title", label=gettext("Title"), check=_title, empty="", clearable=False),
    PlainField(name="description", label=gettext("Description"), check=_description, empty=""),
    PlainField(
        name="priority",
        label=gettext("Priority"),
        check=_priority,
        empty=PRIORITIES["medium"],
        clearable=False,
        shown=PRIORITY_NAMES.__getitem__,
        stored=PRIORITIES.__getitem__,
        as_words=PRIORITY_LABELS.__getitem__,
    ),
    PlainField(
        name="tags",
        label=gettext("Tags"),
        check=checked_tags_of_one,
        empty=[],
        shown=list,
        stored=list,
        as_words=lambda tags: " ".join(f"#{tag}" for tag in tags),
    ),
)
"""In the order in which clients read them."""
_LABELS = {field.name: field.label for field in PLAIN_FIELDS}
FIELD_LABELS = {
    "title": _LABELS["title"],
    "description": _LABELS["description"],
    "due_at": gettext("Due"),
    "start_at": gettext("Begins"),
    "recurrence": gettext("Repeats"),
    **_LABELS,  # title and description keep their places
    "parent_number": gettext("Step of"),
}
"""The names of the fields that a person edits, in the order in which the page shows them."""
AS_WORDS = {field.name: field.as_words for field in PLAIN_FIELDS if field.as_words}


def checked_values(values: object) -> dict[str, Any]:
    """Return the columns of the fields that are not None in a draft or an edit. Raises Invalid with the field."""
    columns: dict[str, Any] = {}
    for field in PLAIN_FIELDS:
        value = getattr(values, field.name)
        if value is not None:
            with error_field(field.name):
                columns[field.name] = field.check(value)
    return columns


def shown_values(task: Task) -> dict[str, Any]:
    """Return the fields of the row as snapshots have them."""
    return {field.name: field.shown(getattr(task, field.name)) for field in PLAIN_FIELDS}


def stored_values(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a snapshot's fields, empty where it has none."""
    return {field.name: field.stored(snapshot.get(field.name, field.shown(field.empty))) for field in PLAIN_FIELDS}


def tags_after(tags: Sequence[str], added: Sequence[str], removed: Sequence[str]) -> list[str]:
    """Return the tags without the removed ones, without regard to case, and with the added ones."""
    removed_keys = {tag.casefold() for tag in removed}
    with error_field("tags"):
        return checked_tags_of_one([*(tag for tag in tags if tag.casefold() not in removed_keys), *added])
