"""Arguments of the MCP tools: the models of the assistant's tools, in batches. Unknown arguments are refused."""

from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from taskchat_app.assistant.tools.single_task_tools import Arguments, CreateTask, DueText, ParentId, UpdateTask
from taskchat_app.assistant.tools.task_tools import BulkDeleteTasks, ListTasks, Numbers
from taskchat_app.domain.dates.due_dates import OTHERS_MAX

BATCH_MAX = 100
"""Tasks that one call adds or changes."""
DueAt = Annotated[DueText | None, Field(validation_alias=AliasChoices("due_at", "due_date"))]
"""A due date, by the name that the HTTP API has too; by `due_date` as well, as it was once called."""
Cursor = Annotated[str, Field(description="The next_cursor of the page before.")]


class NewTask(CreateTask):
    due_date: DueAt = None
    copy_of: int | None = Field(
        default=None,
        description="The number of a task to copy with its steps, all open; beside it only title and due_at, to"
        " which all its dates move.",
    )


class ChangedTask(UpdateTask):
    due_date: DueAt = None
    parent_id: ParentId = None
    due_reading: int | None = Field(
        default=None, ge=1, le=OTHERS_MAX, description="The place in due_readings, from 1, of the date to take."
    )


class AddTasks(Arguments):
    tasks: list[NewTask] = Field(description="The new tasks.", min_length=1, max_length=BATCH_MAX)


class UpdateTasks(Arguments):
    tasks: list[ChangedTask] = Field(description="The tasks with their changes.", min_length=1, max_length=BATCH_MAX)


class FindTasks(ListTasks):
    cursor: Cursor | None = None


class CompleteTasks(Arguments):
    task_ids: Numbers
    completed: bool = Field(default=True, description="False reopens the tasks.")


class DeleteTasks(BulkDeleteTasks):
    """Either the numbers, or a status."""


class Undo(Arguments):
    what: Literal["last_call", "session"] = Field(
        default="last_call",
        description="last_call: this client's newest call. session: all its calls without a pause of 30 minutes.",
    )
    call_id: str | None = Field(default=None, description="The call_id of one call, instead of `what`.")


class WhatChanged(Arguments):
    task_id: int | None = Field(default=None, description="Only the changes of this task.")
    call_id: str | None = Field(default=None, description="Only the changes of this call.")
    limit: int = Field(default=50, ge=1, le=200, description="How many changes at most.")
    cursor: Cursor | None = None


class Search(Arguments):
    query: str = Field(description="Words in title, description or tags.")


class Fetch(Arguments):
    id: str = Field(description="An id from search: a task's number.")
