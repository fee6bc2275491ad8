"""Validates the changes to tasks: of one, and of several at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.dates.readings import switched
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.storage.storable_values import error_field
from taskchat_app.domain.tasks.fields import (
    PLAIN_FIELDS,
    DueInput,
    check_start,
    checked_due,
    checked_rule,
    checked_start,
    checked_tags,
    checked_tags_of_one,
    checked_values,
    counts_from_due,
    first_due,
    tags_after,
)
from taskchat_app.domain.tasks.task_dates import DUE, SERIES_START, START, chosen_columns, reminder_columns
from taskchat_app.i18n.messages import gettext

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
        check_start(START.after(task, columns), due, field, zone, now)
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
        columns["recurrence"] = checked_rule(edit.recurrence)
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
    if edit.start_at is not None and not counts_from_due(edit.start_at):
        edit = replace(edit, start_at=checked_start(edit.start_at, zone=zone, now=now))
    if edit.recurrence is not None:
        checked_rule(edit.recurrence)
    with error_field("add_tags"):
        added = checked_tags_of_one(edit.add_tags)
    with error_field("remove_tags"):
        removed = checked_tags(edit.remove_tags)
    for name in edit.clear:
        if name not in CLEARABLE_OF_MANY:
            sentence = gettext("Only these can be emptied: {names}.", names=", ".join(CLEARABLE_OF_MANY))
            raise Invalid(sentence, field=name)
    return replace(edit, due_at=edit.due_at if edit.moves else due, add_tags=added, remove_tags=removed)


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
        due = first_due(rule, zone=zone, now=now)
    if due is None:
        sentence = gettext("A repeating task needs a date. Empty its recurrence as well, or give another date.")
        raise Invalid(sentence, field="due_at")
    is_first_of_series = is_new_rule or task.repeats_number is None
    return DUE.columns(due) | SERIES_START.columns(due if is_first_of_series else SERIES_START.of_row(task))
