"""Results of the MCP tools: pydantic models, whose JSON schemas clients get, and their text."""

import json
from collections.abc import Collection, Sequence
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from taskchat_app.api.schemas.task_bodies import DueReadingBody, StepsBody
from taskchat_app.assistant.tools.results import task_data
from taskchat_app.config import settings
from taskchat_app.domain.activity.undo import UndoOutcome
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks.task_dates import utc_text
from taskchat_app.domain.tasks.task_view import TaskView, reading_fields


class AnyResult(BaseModel):
    """A result; fields that are None are left out, since schemas without null are what every model takes."""

    def structured(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True)

    def texts(self) -> list[str]:
        """Return the text content: everything as JSON, for clients that read only text."""
        return [json.dumps(self.structured(), ensure_ascii=False)]


class Result(AnyResult):
    """A result with a sentence, which comes before the JSON."""

    message: str

    def texts(self) -> list[str]:
        return [self.message, *super().texts()]


class Task(BaseModel):
    """A task, its dates in the user's time zone; `due_readings` are what else `due_words` could mean."""

    number: int
    parent_id: int | None = None
    steps: StepsBody | None = None
    title: str
    description: str
    priority: str
    tags: list[str]
    due: str | None = None
    due_in_words: str | None = None
    all_day: bool
    due_words: str | None = None
    due_readings: list[DueReadingBody] = []
    begins: str | None = None
    begins_in_words: str | None = None
    recurrence: str | None = None
    rings: str | None = None
    done: bool
    completed: str | None = None
    overdue: bool
    url: str

    @classmethod
    def of(cls, task: TaskView, zone: ZoneInfo) -> Self:
        fields = task_data(task, zone, task.rings_at) | reading_fields(task.due_reading)
        return cls(**fields, url=task_url(task.number))


class Line(BaseModel):
    """The outcome for one task of a call; `index` counts from 0 in the order of the call."""

    index: int
    number: int | None = None
    outcome: Literal[
        "added", "changed", "completed", "reopened", "deleted", "proposed", "unchanged", "failed", "not_done"
    ]
    reason: str | None = None


class Written(Result):
    """A call that writes does all or nothing. `call_id` names its changes for `undo` and `what-changed`.

    With the status `needs_confirmation` nothing is deleted yet: the user decides at `confirm_url`.
    """

    status: Literal["done", "needs_confirmation", "failed"]
    call_id: str | None = None
    results: list[Line]
    tasks: list[Task] = []
    confirm_url: str | None = None


class Found(Result):
    """`next_cursor` is there if more tasks follow."""

    tasks: list[Task]
    next_cursor: str | None = None
    open: int
    done: int
    overdue: int


class Conflict(BaseModel):
    number: int
    reason: str


class Undone(Result):
    """The numbers of the tasks put back, and the tasks that are left as they are, with the reason."""

    undone: list[int]
    conflicts: list[Conflict]

    @classmethod
    def of(cls, outcome: UndoOutcome, message: str) -> Self:
        conflicts = [Conflict(number=conflict.number, reason=conflict.reason) for conflict in outcome.conflicts]
        return cls(message=message, undone=outcome.undone, conflicts=conflicts)


class LoggedChange(BaseModel):
    """A change of a task; `token` is the name of the token of the program that made it."""

    id: int
    at: str
    actor: str
    token: str | None = None
    action: str
    number: int
    title: str
    call_id: str | None = None

    @classmethod
    def of(cls, change: Change) -> Self:
        snapshot = change.after or change.before or {}
        return cls(
            id=change.id,
            at=utc_text(change.at) or "",
            actor=change.actor,
            token=change.token_name,
            action=change.action,
            number=change.task_number or 0,
            title=snapshot.get("title", ""),
            call_id=change.turn_id if change.actor == "mcp" else None,
        )


class Changes(Result):
    """Changes, newest first; `next_cursor` is there if older ones follow."""

    changes: list[LoggedChange]
    next_cursor: str | None = None


class Hit(BaseModel):
    id: str
    title: str
    url: str


class Document(AnyResult):
    """The result of `fetch`, in the form that ChatGPT expects."""

    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, str]


class Hits(AnyResult):
    """The result of `search`, in the form that ChatGPT expects."""

    results: list[Hit]


def task_url(number: int) -> str:
    return f"{settings().origin}/?task={number}"


def names(numbers: Sequence[int]) -> str:
    return ", ".join(f"#{number}" for number in numbers) or "no task"


class BatchFailed(Exception):
    """Some of the tasks of a call were refused; nothing of the call is done."""

    def __init__(self, numbers: Sequence[int | None], refused: Collection[int], reason: PersonError):
        """`numbers` are those of all tasks of the call, None for new ones; `refused` are places among them."""
        lines = [Line(index=place, number=number, outcome="not_done") for place, number in enumerate(numbers)]
        for place in refused:
            lines[place].outcome, lines[place].reason = "failed", reason.detail
        self.written = Written(message=f"Nothing was done. {reason.detail}", status="failed", results=lines)
        super().__init__(self.written.message)
