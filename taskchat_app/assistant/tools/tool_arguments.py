"""Arguments of the seven tools: one model for each, whose JSON schema the model and MCP clients get."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.tasks.fields import TaskDraft, TaskEdit, checked_bound
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX, LIMIT_MAX, TaskQuery

Priority = Literal["low", "medium", "high"]
Number = Annotated[int, Field(description="The task's number, such as 7 for #7.")]
Numbers = Annotated[list[int], Field(max_length=AT_ONCE_MAX, description="The tasks' numbers.")]
Due = Annotated[
    str,
    Field(description="ISO date or date-time, or a phrase such as “next friday 9am”, in the person's time zone."),
]
Rule = Annotated[str, Field(description="RFC 5545 RRULE, such as FREQ=WEEKLY;BYDAY=MO.")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Arguments(BaseModel):
    """Arguments of one call; an unknown one is refused, so that nothing the model means is dropped."""

    model_config = ConfigDict(extra="forbid")


class CreateTask(Arguments):
    title: Title
    description: str | None = None
    due_date: Due | None = None
    priority: Priority | None = None
    tags: list[str] | None = None
    recurrence: Rule | None = None

    def draft(self) -> TaskDraft:
        """Return the new task as the domain's TaskDraft."""
        return TaskDraft(
            title=self.title,
            description=self.description or "",
            priority=self.priority or "medium",
            tags=self.tags or (),
            due_at=self.due_date,
            recurrence=self.recurrence,
        )


class ListTasks(Arguments):
    status: Literal["open", "done", "all"] = "open"
    priority: Priority | None = None
    tag: str | None = None
    due_before: Due | None = None
    due_after: Due | None = None
    search: Annotated[str, Field(description="Words in title, description or tags, or a number such as #7.")] | None = (
        None
    )
    sort: Literal["created", "due", "priority", "title"] = "created"
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = 50

    def query(self, person: Person, **listing: Any) -> TaskQuery:
        """Return the filters and the limit as the domain's TaskQuery; `listing` are its other fields."""
        at = now()
        before, after = self.due_before, self.due_after
        return TaskQuery(
            status=self.status,
            priority=self.priority,
            tags=(self.tag,) if self.tag else (),
            due_before=checked_bound(before, "due_before", zone=person.zone, now=at) if before else None,
            due_after=checked_bound(after, "due_after", zone=person.zone, now=at) if after else None,
            q=self.search,
            limit=self.limit,
            timezone=person.timezone,
            **listing,
        )


class UpdateTask(Arguments):
    task_id: Number
    title: Title | None = None
    description: str | None = None
    due_date: Due | None = None
    priority: Priority | None = None
    tags: Annotated[list[str], Field(description="All tags the task is to have.")] | None = None
    recurrence: Rule | None = None
    clear: (
        Annotated[
            list[Literal["description", "due_date", "tags", "recurrence"]],
            Field(description="Names of the fields to empty."),
        ]
        | None
    ) = None

    def edit(self) -> TaskEdit:
        """Return the changes as the domain's TaskEdit."""
        return TaskEdit(
            title=self.title,
            description=self.description,
            priority=self.priority,
            tags=self.tags,
            due_at=self.due_date,
            recurrence=self.recurrence,
            clear=["due_at" if name == "due_date" else name for name in self.clear or ()],
            moves=True,
        )


class CompleteTask(Arguments):
    task_id: Number
    completed: Annotated[bool, Field(description="False reopens the task.")] = True


class DeleteTask(Arguments):
    task_id: Number


class BulkCompleteTasks(Arguments):
    task_ids: Numbers | None = None
    all_open: bool = False


class BulkDeleteTasks(Arguments):
    task_ids: Numbers | None = None
    status: Literal["done", "open", "all"] | None = None
