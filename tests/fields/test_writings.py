"""Every place that writes tasks takes every field that people can set, and stores what `TaskDraft` stores of it."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeAlias

from pydantic import ValidationError

from taskchat_app.api.mcp.arguments import ChangedTask, NewTask
from taskchat_app.api.schemas import task_bodies
from taskchat_app.assistant.tools.single_task_tools import CreateTask, UpdateTask
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks import task_rows, tasks
from taskchat_app.domain.tasks.edits import CLEARABLE, CLEARABLE_OF_MANY, TaskEdit
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.ui.task_detail.field_edits import edit_of
from taskchat_app.ui.task_list_state.add_line_parser import draft_of
from tests.fields.stored_task import COLUMNS, FIELDS, PLAIN, ZONE, Account, given, lost

TYPED = {
    "title": "",
    "priority": "!low",
    "tags": "#home #work",
    "due_at": "2031-05-06",
    "start_at": "~2031-01-06",
    "recurrence": "every week",
    "parent_number": "step of 3",
}
"""What `given` has, in the add line; a description cannot be typed there."""
DERIVED = (
    "position due_day due_reading start_day recurrence_start recurrence_start_day repeats_number copy_of_number "
    "remind_before remind_at rung_until completed_at created_at updated_at deleted_at"
)
"""Columns that no draft has: they follow from other fields, or have functions of their own."""
OF_ITS_OWN = "position rung_until created_at updated_at"
"""Columns in which two equal tasks differ."""
Write: TypeAlias = Callable[[str, Any], "TaskDraft | TaskEdit"]


def as_tool(field: str, value: Any) -> dict[str, Any]:
    return {"title": PLAIN} | {"due_date" if field == "due_at" else field: value}


def bulk(body: dict[str, Any]) -> TaskEdit:
    return task_bodies.BulkChanges.model_validate({"numbers": [1]} | body).edit()


PLACES: dict[str, tuple[Write, str]] = {
    "TaskEdit (fields.py)": (lambda field, value: TaskEdit(**{field: value}), ""),
    "TaskChanges (task_bodies.py)": (
        lambda field, value: task_bodies.TaskChanges.model_validate({field: value}).edit(),
        "",
    ),
    "BulkChanges (task_bodies.py)": (lambda field, value: bulk({field: value}), "title description tags"),
    "CreateTask (single_task_tools.py)": (lambda field, value: CreateTask(**as_tool(field, value)).draft(), ""),
    "UpdateTask (single_task_tools.py)": (
        lambda field, value: UpdateTask(task_id=1, **as_tool(field, value)).edit(),
        "",
    ),
    "NewTask (mcp/arguments.py)": (lambda field, value: NewTask(**as_tool(field, value)).draft(), ""),
    "ChangedTask (mcp/arguments.py)": (lambda field, value: ChangedTask(task_id=1, **as_tool(field, value)).edit(), ""),
    "edit_of (field_edits.py)": (
        lambda field, value: edit_of(field, str(value), zone=ZONE, now=now()),
        "priority tags",
    ),
    "draft_of (add_line_parser.py)": (
        lambda field, value: draft_of(f"{value if field == 'title' else PLAIN} {TYPED[field]}", zone=ZONE, now=now()),
        "description",
    ),
}
"""What makes drafts and edits, and the fields that it does not take: the open task has buttons for two of them."""


async def written(account: Account, change: TaskDraft | TaskEdit, number: int = 0) -> dict[str, Any]:
    """Return the row of a new task, or of one without other fields that is edited, also in bulk."""
    if isinstance(change, TaskDraft):
        return await account.row((await account.run(task_rows.create_task, change, zone=ZONE)).number)
    number = number or await account.add()
    await account.run(tasks.update_task, number, change, zone=ZONE)
    return await account.row(number)


async def test_every_place_takes_every_field(account: Account):
    wrong: list[str] = []
    plain = await account.row(await account.add())
    for field in set(FIELDS) - {"reminder"}:
        expected = await account.row(await account.add(**{field: given(field)}))
        assert expected[field] != plain[field], f"checked_draft ignores {field}"
        for place, (write, without) in PLACES.items():
            if field in without.split():
                continue
            try:
                change = write(field, given(field))
            except (Invalid, KeyError, TypeError, ValidationError) as error:
                wrong.append(f"{place} does not take {field}: {type(error).__name__}: {error}")
            else:
                wrong += lost(f"{place}, {field}", expected, await written(account, change), OF_ITS_OWN)
        posted = await account.api.post("/api/tasks", json={"title": PLAIN} | {field: given(field)})
        wrong += lost("POST /api/tasks", expected, await account.row(posted.json().get("number", 0)), OF_ITS_OWN)
        several = await account.add()
        await account.run(tasks.bulk_update, [several], TaskEdit(**{field: given(field)}), zone=ZONE)
        wrong += lost("bulk_update", expected, await account.row(several), OF_ITS_OWN)
    assert not wrong, "\n".join(wrong)


async def test_every_place_of_programs_takes_a_reminder_beside_a_date(account: Account):
    named = {"due_at": given("due_at"), "reminder": given("reminder")}
    called = {"title": PLAIN, "due_date": named["due_at"], "reminder": named["reminder"]}
    expected = await account.row(await account.add(**named))
    assert expected["remind_before"] == 10
    changes: list[TaskDraft | TaskEdit] = [
        CreateTask(**called).draft(),
        NewTask(**called).draft(),
        UpdateTask(task_id=1, **called).edit(),
        ChangedTask(task_id=1, **called).edit(),
        task_bodies.TaskChanges.model_validate(named).edit(),
        bulk(named),
    ]
    for change in changes:
        assert lost("", expected, await written(account, change), OF_ITS_OWN) == []


async def test_every_place_empties_every_field_that_can_be_empty(account: Account):
    assert set(FIELDS) - {*CLEARABLE} == {"title", "priority", "reminder"}
    wrong: list[str] = []
    plain = await account.row(await account.add())
    for field in CLEARABLE:
        name = "due_date" if field == "due_at" else field
        places: dict[str, Callable[[], TaskEdit]] = {
            "TaskEdit.clear": lambda field=field: TaskEdit(clear=[field]),
            "UpdateTask.clear": lambda name=name: UpdateTask.model_validate({"task_id": 1, "clear": [name]}).edit(),
            "PATCH with null": lambda field=field: task_bodies.TaskChanges.model_validate({field: None}).edit(),
        }
        if field in CLEARABLE_OF_MANY:
            places["bulk-update with null"] = lambda field=field: bulk({field: None})
        if field != "tags":
            places["edit_of (field_edits.py)"] = lambda field=field: edit_of(field, "", zone=ZONE, now=now())
        for place, make in places.items():
            try:
                found = await written(account, make(), await account.add(**{field: given(field)}))
                wrong += [f"{place}: {field} stays"] if found[field] != plain[field] else []
            except (Invalid, ValidationError) as error:
                wrong.append(f"{place} does not take {field}: {error}")
    assert not wrong, "\n".join(wrong)


def test_every_column_is_in_the_draft_or_derived():
    assert [name for name in COLUMNS if name not in {*FIELDS, *DERIVED.split()}] == []
    assert set(FIELDS) <= {field.name for field in fields(TaskEdit)}
