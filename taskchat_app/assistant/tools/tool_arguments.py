"""Arguments of the tools: one model for each, whose JSON schema the model and MCP clients get."""

from collections.abc import Collection
from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator
from pydantic.json_schema import SkipJsonSchema

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.tasks.edits import CLEARABLE, TaskEdit
from taskchat_app.domain.tasks.fields import TaskDraft, checked_bound
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX, LIMIT_MAX, TaskQuery

Number = Annotated[int, Field(description="The task's number, such as 7 for #7.")]
Numbers = Annotated[list[int], Field(max_length=AT_ONCE_MAX, description="The tasks' numbers.")]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    Field(description="What is to be done, in a few words."),
]
Description = Annotated[str, Field(description="Notes on the task.")]
_MOMENT = "ISO date or date-time, or a phrase such as “next friday 9am”, in the person's time zone."
Due = Annotated[str, Field(description=_MOMENT)]
DueDate = Annotated[Due | None, Field(validation_alias=AliasChoices("due_date", "due_at"))]
"""A due date, by its old name or by that of the HTTP API."""
StartDate = Annotated[
    str | None,
    Field(
        description=f"When the task begins; it is hidden until then. {_MOMENT}",
        validation_alias=AliasChoices("start_date", "start_at"),
    ),
]
Bound = Annotated[str, Field(description=f"Inclusive. {_MOMENT}")]
Priority = Annotated[Literal["low", "medium", "high"], Field(description="How important the task is.")]
Tags = Annotated[list[str], Field(description="All tags the task is to have, without #.")]
Rule = Annotated[str, Field(description="RFC 5545 RRULE, such as FREQ=WEEKLY;BYDAY=MO.")]
Reminder = Annotated[
    Literal["at_due_time", "10_minutes", "1_hour", "1_day", "none"],
    Field(
        description="How long before its due date the task rings. Without a choice a task with a time rings then, and"
        " one without a time does not."
    ),
]
_PARENT_NAMES = AliasChoices("parent_id", "parent_number")
ParentId = Annotated[
    int | None,
    Field(
        description="The number of the task that this one is a step of. A step has no steps.",
        validation_alias=_PARENT_NAMES,
    ),
]
_DOMAIN_NAMES = {"due_date": "due_at", "start_date": "start_at", "parent_id": "parent_number"}
"""The domain's names of fields that have others in the tools."""


def _domain_name(field: str) -> str:
    return _DOMAIN_NAMES.get(field, field)


class Arguments(BaseModel):
    """Arguments of one call; an unknown one is refused, so that nothing the model means is dropped."""

    model_config = ConfigDict(extra="forbid")

    def given_fields(self, *, without: Collection[str]) -> dict[str, Any]:
        """Return the arguments that are given, by the domain's names of the task's fields."""
        return {_domain_name(name): value for name, value in self if value is not None and name not in without}


class CreateTask(Arguments):
    title: Title
    description: Description | None = None
    due_date: DueDate = None
    start_date: StartDate = None
    priority: Priority | None = None
    tags: Tags | None = None
    recurrence: Rule | None = None
    reminder: Reminder | None = None
    parent_id: ParentId = None
    copy_of: SkipJsonSchema[int | None] = None
    """The number of the task to copy with its steps; the rules' and MCP's, not the model's (decision 55)."""

    @model_validator(mode="after")
    def _check_copy(self) -> Self:
        if self.copy_of is not None and self.model_fields_set - {"copy_of", "title", "due_date"}:
            raise ValueError("a copy takes a title and a due date only; change the rest of it afterwards")
        return self

    def draft(self) -> TaskDraft:
        return TaskDraft(**self.given_fields(without={"copy_of"}))


_CLEARABLE_FIELDS = [field for field in CreateTask.model_fields if _domain_name(field) in CLEARABLE]
_BOTH_NAMES = [name for field in _CLEARABLE_FIELDS for name in (field, _domain_name(field))]
_CLEAR_NAMES: list[JsonValue] = [*dict.fromkeys(_BOTH_NAMES)]
"""The names of the fields that can be emptied: "description", "due_date", "due_at" and so on, each once."""


class PlannedLine(Arguments):
    title: Title
    due_date: Due | None = None
    parent: int | None = Field(
        default=None, ge=0, description="Index of an earlier line, from 0, of which this is a step."
    )


class ProposePlan(Arguments):
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), Field(description="What is planned.")]
    lines: list[PlannedLine] = Field(min_length=1, description="The tasks to be, in their order.")


class ListTasks(Arguments):
    status: Literal["open", "later", "done", "all"] = Field(
        default="open",
        description="Which tasks. later: open ones that begin later; open has these only with search or dates.",
    )
    priority: Literal["low", "medium", "high"] | None = Field(default=None, description="Only tasks of this priority.")
    tag: str | None = Field(default=None, description="Only tasks with this tag.")
    due_before: Bound | None = None
    due_after: Bound | None = None
    search: str | None = Field(default=None, description="Words in title, description or tags, or a number such as #7.")
    sort: Literal["created", "due", "start", "priority", "title"] = Field(
        default="created", description="The order; by priority, the highest first."
    )
    limit: int = Field(default=50, ge=1, le=LIMIT_MAX, description="How many tasks at most.")

    def query(self, person: Person, **listing: Any) -> TaskQuery:
        """Return the filters and the limit as the domain's TaskQuery; `listing` are its other fields."""
        at = now()
        before, after = self.due_before, self.due_after
        return TaskQuery(
            status="open" if self.status == "later" else self.status,
            priority=self.priority,
            tags=(self.tag,) if self.tag else (),
            due_before=checked_bound(before, "due_before", zone=person.zone, now=at) if before else None,
            due_after=checked_bound(after, "due_after", zone=person.zone, now=at) if after else None,
            begun=self._begun(),
            q=self.search,
            limit=self.limit,
            timezone=person.timezone,
            **listing,
        )

    def _begun(self) -> bool | None:
        """Return True to list only tasks that have begun, False for only those that begin later, None for both."""
        if self.status == "later":
            return False
        is_narrowed = self.search or self.due_before or self.due_after
        return True if self.status == "open" and not is_narrowed else None


class UpdateTask(Arguments):
    task_id: Number
    title: Title | None = None
    description: Description | None = None
    due_date: DueDate = None
    start_date: StartDate = None
    priority: Priority | None = None
    tags: Tags | None = None
    recurrence: Rule | None = None
    reminder: Reminder | None = None
    parent_id: SkipJsonSchema[int | None] = Field(default=None, validation_alias=_PARENT_NAMES)
    """The rules' and MCP's, like CreateTask.copy_of."""
    clear: list[Annotated[str, Field(json_schema_extra={"enum": _CLEAR_NAMES})]] | None = Field(
        default=None, description="Names of the fields to empty."
    )

    def edit(self) -> TaskEdit:
        clear = [_domain_name(name) for name in self.clear or ()]
        return TaskEdit(**self.given_fields(without={"task_id", "clear"}), clear=clear, moves=True)


class CompleteTask(Arguments):
    task_id: Number
    completed: bool = Field(default=True, description="False reopens the task.")


class DeleteTask(Arguments):
    task_id: Number


class BulkCompleteTasks(Arguments):
    task_ids: Numbers | None = None
    all_open: bool = Field(default=False, description="True for every open task, instead of task_ids.")


class BulkDeleteTasks(Arguments):
    task_ids: Numbers | None = None
    status: Literal["done", "open", "all"] | None = Field(
        default=None, description="All tasks of this status, instead of task_ids."
    )
