"""Validates the fields of a task, for the API, the tools and the page."""

from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias, TypeGuard
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.day_phrases import day_before, is_before
from taskchat_app.domain.dates.due_dates import format_near, parse_bound, parse_due
from taskchat_app.domain.dates.local_time import Due, Start, check_year, out_of_range
from taskchat_app.domain.dates.readings import switched
from taskchat_app.domain.dates.recurrence.recurrence import check_rule, first_occurrence
from taskchat_app.domain.storage.errors import Invalid, check_length, checked_text
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.field_tables.plain_fields import (
    PLAIN_FIELDS,
    checked_tags,
    checked_tags_of_one,
    checked_values,
    error_field,
    tags_after,
)
from taskchat_app.domain.tasks.task_dates import DUE, SERIES_START, START, chosen_columns, reminder_columns
from taskchat_app.i18n.messages import gettext

Q_MAX_CHARACTERS = 255
"""Characters of a search query."""
CLEARABLE_OF_MANY = ("due_at", "start_at", "recurrence", "parent_number")
CLEARABLE = (*(field.name for field in PLAIN_FIELDS if field.clearable), *CLEARABLE_OF_MANY)
_EMPTY: dict[str, dict[str, Any]] = {
    **{field.name: {field.name: field.empty} for field in PLAIN_FIELDS},
    "due_at": DUE.columns(None),
    "start_at": START.columns(None),
    "recurrence": {"recurrence": None},
    "parent_number": {"parent_number": None},
}
"""The columns of a task without the field."""
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
    """The task that this one is a step of; create_tasks checks that it can have steps (see steps.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEdit:
    """Changes to a task: None leaves a field unchanged, `clear` names fields to empty (of CLEARABLE).

    With `moves`, words for a day keep the task's time ("thursday"), and words for a time its day ("4pm"). `due_reading`
    chooses another reading of the words of the due date by its place among them, counted from 1. Only bulk edits add
    and remove tags, without regard to case; a tag that is both added and removed is added.
    """

    title: str | None = None
    description: str | None = None
    priority: str | None = None
    tags: Sequence[str] | None = None
    due_at: DueInput | None = None
    start_at: DueInput | None = None
    recurrence: str | None = None
    reminder: str | None = None
    parent_number: int | None = None
    clear: Iterable[str] = ()
    moves: bool = False
    due_reading: int | None = None
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()


def checked_draft(draft: TaskDraft, *, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """Return the columns of a new task; raise Invalid with the name of the first invalid field."""
    rule = None if draft.recurrence is None else _checked_rule(draft.recurrence)
    due = None if draft.due_at is None else checked_due(draft.due_at, zone=zone, now=now)
    if rule is not None and due is None:
        due = _first_due(rule, zone=zone, now=now)
    start = None if draft.start_at is None else checked_start(draft.start_at, zone=zone, now=now, due=due)
    _check_start(start, due, "start_at", zone, now)
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


def checked_edit(task: Task, edit: TaskEdit, *, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """Return the columns that the edit changes, with their new values; raise Invalid with the name of the field."""
    columns = _edited_columns(task, edit, zone, now)
    changed = {name: value for name, value in columns.items() if getattr(task, name) != value}
    due = DUE.after(task, columns)
    is_due_changed = DUE.at in changed or DUE.day in changed
    is_start_changed = START.at in changed or START.day in changed
    # Only if changed: another zone moves times, not days, so that a start that nobody changes can follow the due date.
    if is_due_changed or is_start_changed:
        field = "due_at" if edit.start_at is None else "start_at"
        _check_start(START.after(task, columns), due, field, zone, now)
    if is_due_changed:
        changed |= reminder_columns(due, task.remind_before, zone=zone, at=now)
    else:
        changed.pop("due_reading", None)  # the same date keeps its words
    return changed | chosen_columns(due, edit.reminder, zone=zone, at=now, task=task)


def _edited_columns(task: Task, edit: TaskEdit, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """Return the columns of the fields that the edit sets or empties, also of equal values; without the reminder's."""
    columns = _cleared(edit) | checked_values(edit)
    if edit.due_reading is not None:
        columns |= DUE.columns(_switched(task, edit, edit.due_reading, zone))
    elif edit.due_at is not None:
        current = DUE.of_row(task) if edit.moves else None
        columns |= DUE.columns(checked_due(edit.due_at, zone=zone, now=now, current=current))
    if edit.add_tags or edit.remove_tags:
        columns["tags"] = tags_after(task.tags, edit.add_tags, edit.remove_tags)
    if edit.recurrence is not None:
        columns["recurrence"] = _checked_rule(edit.recurrence)
    if edit.parent_number is not None:
        columns["parent_number"] = edit.parent_number
    columns |= _series_columns(task, columns, zone=zone, now=now)  # a new rule may set the due date
    if edit.start_at is not None:  # only now: it may count back from the due date
        due = DUE.after(task, columns)
        columns |= START.columns(checked_start(edit.start_at, zone=zone, now=now, due=due))
    return columns


def checked_bulk(edit: TaskEdit, *, zone: ZoneInfo, now: datetime) -> TaskEdit:
    """Return an edit of several tasks with its tags normalized, and each date parsed unless it depends on the task.

    Dates depend on the task with `moves`, or if they count from its due date. Only CLEARABLE_OF_MANY can be emptied.
    Raises Invalid with the name of the field.
    """
    due = None if edit.due_at is None else checked_due(edit.due_at, zone=zone, now=now)
    checked_values(edit)  # only raises: the values stay as they were given
    if edit.start_at is not None and not _counts_from_due(edit.start_at):
        edit = replace(edit, start_at=checked_start(edit.start_at, zone=zone, now=now))
    if edit.recurrence is not None:
        _checked_rule(edit.recurrence)
    with error_field("add_tags"):
        added = checked_tags_of_one(edit.add_tags)
    with error_field("remove_tags"):
        removed = checked_tags(edit.remove_tags)
    for name in edit.clear:
        if name not in CLEARABLE_OF_MANY:
            sentence = gettext("Only these can be emptied: {names}.", names=", ".join(CLEARABLE_OF_MANY))
            raise Invalid(sentence, field=name)
    return replace(edit, due_at=edit.due_at if edit.moves else due, add_tags=added, remove_tags=removed)


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
        if _counts_from_due(value):
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


def _counts_from_due(value: DueInput) -> TypeGuard[str]:
    return isinstance(value, str) and is_before(value)


def _check_start(start: Due | None, due: Due | None, field: str, zone: ZoneInfo, now: datetime) -> None:
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


def _cleared(edit: TaskEdit) -> dict[str, Any]:
    """Return the columns of the fields that the edit empties."""
    columns: dict[str, Any] = {}
    for name in edit.clear:
        if name not in CLEARABLE:
            is_field = name in (*_EMPTY, "due_reading")
            sentence = gettext("Only these can be emptied: {names}. Give a new value instead.")
            raise Invalid(sentence.with_values(names=", ".join(CLEARABLE)), field=name if is_field else "clear")
        if getattr(edit, name) is not None:
            raise Invalid(gettext("{name} is both set and emptied. Send one of the two.", name=name), field=name)
        columns |= _EMPTY[name]
    return columns


def _switched(task: Task, edit: TaskEdit, place: int, zone: ZoneInfo) -> Due:
    """Return the other reading of the due date's words at this place."""
    with error_field("due_reading"):
        if edit.due_at is not None:
            raise Invalid(gettext("due_at and due_reading are two dates. Send one of the two."))
        due = DUE.of_row(task)
        other = switched(due, place, zone) if due else None
        if other is None:
            refusal = gettext("The due date has no such other reading. Read the task again: its date may have changed.")
            raise Invalid(refusal)
        return other


def _series_columns(task: Task, columns: dict[str, Any], *, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """Return the due date and the start of the series, once the other changed `columns` are set.

    A new rule sets the due date if there is none, and begins a series. A new date for the first task of a series moves
    the start of the series; for a later task it does not.
    """
    rule = columns.get("recurrence", task.recurrence)
    if rule is None:
        return SERIES_START.columns(None)
    is_new_rule = rule != task.recurrence
    due = DUE.after(task, columns)
    if due is None and is_new_rule:
        due = _first_due(rule, zone=zone, now=now)
    if due is None:
        sentence = gettext("A repeating task needs a date. Empty its recurrence as well, or give another date.")
        raise Invalid(sentence, field="due_at")
    is_first_of_series = is_new_rule or task.repeats_number is None
    return DUE.columns(due) | SERIES_START.columns(due if is_first_of_series else SERIES_START.of_row(task))


def _checked_rule(rule: str) -> str:
    with error_field("recurrence"):
        return check_rule(checked_text(rule, "recurrence"))


def _first_due(rule: str, *, zone: ZoneInfo, now: datetime) -> Due:
    with error_field("recurrence"):
        return first_occurrence(rule, now=now, zone=zone)
