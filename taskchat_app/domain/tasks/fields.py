"""The fields of a task: how each is checked, shown and stored, and the input for a new task."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias, TypeGuard
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.day_phrases import day_before, is_before
from taskchat_app.domain.dates.due_dates import parse_bound, parse_due
from taskchat_app.domain.dates.local_time import Due, Start, check_year, format_near, out_of_range
from taskchat_app.domain.dates.recurrence.recurrence import check_rule, first_occurrence
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.storage.storable_values import check_length, checked_text, error_field
from taskchat_app.domain.tasks.task_dates import DUE, SERIES_START, START, chosen_columns, reminder_columns
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


Q_MAX_CHARACTERS = 255
"""Characters of a search query."""
DueInput: TypeAlias = str | datetime | Due
"""An ISO date or date-time, a phrase, an instant, or a parsed due date."""


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """Input for a new task; `due_at` and `start_at` are an ISO date, a date-time, a phrase or a date."""

    title: str
    _: KW_ONLY
    description: str = ""
    priority: str = "medium"
    tags: Sequence[str] = ()
    due_at: DueInput | None = None
    start_at: DueInput | None = None
    recurrence: str | None = None
    reminder: str | None = None
    """A name of task_dates.BEFORE, or "none"; None: as the date's kind has it by default."""
    parent_number: int | None = None
    """The task that this one is a step of; create_tasks checks that it can have steps (see task_view.py)."""


def checked_draft(draft: TaskDraft, *, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """Return the columns of a new task; raise Invalid with the name of the first invalid field."""
    rule = None if draft.recurrence is None else checked_rule(draft.recurrence)
    due = None if draft.due_at is None else checked_due(draft.due_at, zone=zone, now=now)
    if rule is not None and due is None:
        due = first_due(rule, zone=zone, now=now)
    start = None if draft.start_at is None else checked_start(draft.start_at, zone=zone, now=now, due=due)
    check_start(start, due, "start_at", zone, now)
    return {
        **checked_values(draft),
        "recurrence": rule,
        "parent_number": draft.parent_number,
        **DUE.columns(due),
        **START.columns(start),
        **SERIES_START.columns(due if rule is not None else None),
        **reminder_columns(due, None, zone=zone, at=now),
        **chosen_columns(due, draft.reminder, zone=zone, at=now),
    }


def checked_due(value: DueInput, *, zone: ZoneInfo, now: datetime, current: Due | None = None) -> Due:
    """Return the due date in whole seconds; `current` is the date that words move (see parse_due)."""
    with error_field("due_at"):
        if isinstance(value, Due):
            due = value.in_zone(zone)
        else:
            text = checked_text(value, "date") if isinstance(value, str) else value.isoformat()
            due = parse_due(text, zone=zone, now=now, current=current)
        return replace(due, at=due.at.replace(microsecond=0))


def checked_start(value: DueInput, *, zone: ZoneInfo, now: datetime, due: Due | None = None) -> Start:
    """Return the start in whole seconds; of a day or a period its first instant.

    "two weeks before" is counted from the due date. Raises Invalid, for such words without a due date too.
    """
    with error_field("start_at"):
        if counts_from_due(value):
            if due is None:
                sentence = gettext("“{words}” counts from the due date, and there is none. Say which day instead.")
                raise Invalid(sentence.with_values(words=value))
            day = day_before(value, due.local_day(zone))
            if day is None:
                raise out_of_range()
            check_year(day)
            return Start.of_day(day, zone)
        if isinstance(value, Due):
            return Start.of_day(value.day, zone) if value.day else Start.of_instant(value.at, zone)
        text = checked_text(value, "date") if isinstance(value, str) else value.isoformat()
        return Start.of_instant(parse_bound(text, zone=zone, now=now, end=False).replace(microsecond=0), zone)


def counts_from_due(value: DueInput) -> TypeGuard[str]:
    return isinstance(value, str) and is_before(value)


def check_start(start: Due | None, due: Due | None, field: str, zone: ZoneInfo, now: datetime) -> None:
    """Raise Invalid if the task would begin after its due date."""
    if start is not None and due is not None and start.at > due.at:
        sentence = gettext(
            "The task would begin {start}, after it is due: {due}. Choose an earlier start or a later due date.",
            start=format_near(start, zone, now=now),
            due=format_near(due, zone, now=now),
        )
        raise Invalid(sentence, field=field)


def checked_bound(text: str, field: str, *, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the instant of the filter `field` ("due_before" or "due_after"); both are inclusive."""
    with error_field(field):
        return parse_bound(checked_text(text, "date"), zone=zone, now=now, end=field == "due_before")


def checked_search(text: str) -> str:
    """Return the search query, trimmed."""
    with error_field("q"):
        check_length(text, "search", Q_MAX_CHARACTERS)
        return checked_text(text, "search").strip()


def checked_rule(rule: str) -> str:
    with error_field("recurrence"):
        return check_rule(checked_text(rule, "recurrence"))


def first_due(rule: str, *, zone: ZoneInfo, now: datetime) -> Due:
    with error_field("recurrence"):
        return first_occurrence(rule, now=now, zone=zone)
