"""The records of the account file (docs/export.md), one model for each list.

Names are those of the columns, except where a column would mean nothing in another account: ids of changes count from 1
in the file, and `read_items` counts the items that were read.
"""

import hashlib
import re
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, field_validator, model_validator

from taskchat_app.assistant.account_data.field_types import (
    NUMBER_MAX,
    Day,
    Id,
    Messages,
    Milliseconds,
    Moment,
    Name,
    Number,
    Position,
    RemindBefore,
    Result,
    Rule,
    Status,
)
from taskchat_app.domain.activity.receipts import PARTS
from taskchat_app.domain.attachments.attachments import FILE_MAX_BYTES
from taskchat_app.domain.attachments.media_types import NAME_MAX_CHARACTERS
from taskchat_app.domain.attachments.picture_and_pdf_conversion import TEXT_MAX_CHARACTERS
from taskchat_app.domain.dates.due_dates import OTHERS_MAX, WORDS_MAX_CHARACTERS
from taskchat_app.domain.dates.local_time import FIRST_YEAR, LAST_YEAR
from taskchat_app.domain.log.changes import Actor
from taskchat_app.domain.log.effective_changes import IMPORTED, NOTICES
from taskchat_app.domain.tasks.fields import (
    DESCRIPTION_MAX_CHARACTERS,
    TAG_MAX_CHARACTERS,
    TAGS_SENT_MAX,
    TITLE_MAX_CHARACTERS,
)
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX

FORMAT = "taskchat"
VERSION = 1

ACTIONS = {"task": (PARTS.keys() - {IMPORTED}) | {*NOTICES}, "turn": {"undone"}}
"""The actions of changes in a file, by their kind. An import makes an entry of its own for each task."""
Meaning = Annotated[str, Field(max_length=50)]


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Settings(Record):
    """Settings of the user. `last_task_number` is the highest number that any task had, deleted ones included."""

    timezone: str = "UTC"
    language: str = ""
    week_start: str = "monday"
    clock: str = ""
    date_order: str = ""
    due_meanings: str = ""
    last_task_number: Annotated[int, Field(ge=0, le=NUMBER_MAX)] = 0


class OtherReadingRecord(Record):
    """Another date that the words of a due date could mean: a day with `all_day`, else an instant."""

    due_at: Annotated[str, Field(max_length=40)]
    all_day: bool
    meaning: Meaning

    @field_validator("due_at")
    @classmethod
    def _check_date(cls, text: str) -> str:
        moment = datetime.fromisoformat(text)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError("a date of a year that no task has")
        return text

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        is_day = len(self.due_at) == len("2026-11-24")
        if self.all_day != is_day or not (is_day or self.due_at.endswith("Z")):
            raise ValueError("a day with all_day, else an instant in UTC with a Z")
        return self


class DueReadingRecord(Record):
    """The words that the due date was read from, where and when, and what else they could mean."""

    words: Annotated[str, Field(max_length=WORDS_MAX_CHARACTERS)]
    zone: Annotated[str, Field(max_length=100)]
    read_at: Moment
    meaning: Meaning
    others: Annotated[list[OtherReadingRecord], Field(max_length=OTHERS_MAX)]
    switched: bool = False


class Snapshot(Record):
    """A task as it was before or after a change; empty texts if they were erased with the task."""

    model_config = ConfigDict(extra="allow")  # later versions of taskchat may record more

    number: Number
    position: Position | None = None
    title: Annotated[str, Field(max_length=TITLE_MAX_CHARACTERS)]
    description: Annotated[str, Field(max_length=DESCRIPTION_MAX_CHARACTERS)] = ""
    priority: Literal["low", "medium", "high"] = "medium"
    tags: Annotated[list[Annotated[str, Field(max_length=TAG_MAX_CHARACTERS)]], Field(max_length=TAGS_SENT_MAX)] = []
    due_at: Moment | None = None
    due_day: Day | None = None
    due_reading: DueReadingRecord | None = None
    start_at: Moment | None = None
    start_day: Day | None = None
    recurrence: Rule | None = None
    recurrence_start: Moment | None = None
    recurrence_start_day: Day | None = None
    repeats_number: Number | None = None
    copy_of_number: Number | None = None
    parent_number: Number | None = None
    remind_before: RemindBefore | None = None
    remind_at: Moment | None = None
    completed_at: Moment | None = None
    created_at: Moment
    updated_at: Moment
    deleted_at: Moment | None = None

    @model_validator(mode="after")
    def _check_dates(self) -> Self:
        if self.recurrence and not self.due_at:
            raise ValueError("a repeating task needs due_at")
        days = (self.due_day, self.start_day, self.recurrence_start_day)
        moments = (self.due_at, self.start_at, self.recurrence_start)
        if any(day and not moment for day, moment in zip(days, moments, strict=True)):
            raise ValueError(
                "a whole day needs the moment when it ends, in due_at or recurrence_start, or begins, in start_at"
            )
        if self.start_at and self.due_at and self.start_at > self.due_at:
            raise ValueError("a task begins before it is due")
        return self


class TaskRecord(Snapshot):
    """A task as it is, deleted ones included (`deleted_at`). `rang_at`: its reminder rang and was not dismissed."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=TITLE_MAX_CHARACTERS)]
    rung_until: Moment | None = None
    rang_at: Moment | None = None


class ChangeRecord(Record):
    """An entry of the change log; `undoes` is the id of the change that it undid."""

    id: Number
    at: Moment
    actor: Actor
    kind: Literal["task", "turn"] = "task"
    action: Id
    task_number: Number | None = None
    cause_number: Number | None = None
    before: Snapshot | None = None
    after: Snapshot | None = None
    thread_id: Id | None = None
    item_id: Id | None = None
    turn_id: Id | None = None
    undoes: Number | None = None
    token_id: Id | None = None
    token_name: Name | None = None

    @model_validator(mode="after")
    def _check_readable(self) -> Self:
        if self.action not in ACTIONS[self.kind]:
            raise ValueError(f"{self.kind} changes have no action of this name")
        if self.kind == "task" and self.task_number is None:
            raise ValueError("a change of a task needs task_number")
        if (self.token_id is None) != (self.token_name is None):
            raise ValueError("a token has an id and a name")
        return self


class ConversationRecord(Record):
    """A conversation; the first `read_items` of its items were read."""

    id: Id
    title: Name | None = None
    status: Status = {"type": "active"}
    details: dict[str, Any] = {}
    allowed_image_domains: list[str] | None = None
    read_items: Annotated[int, Field(ge=0, le=NUMBER_MAX)] = 0
    created_at: Moment
    updated_at: Moment
    deleted_at: Moment | None = None


class PartRecord(Record):
    """A part of a conversation."""

    thread_id: Id


class ItemRecord(PartRecord):
    """An item of a conversation, in order; `body` is the ChatKit item."""

    id: Id
    turn_id: Id | None = None
    type: Id
    body: dict[str, Any]
    feedback: Name | None = None
    created_at: Moment


class ToolCallRecord(PartRecord):
    """A tool call, in order, as the conversation shows it."""

    turn_id: Id
    item_id: Id | None = None
    round: Annotated[int, Field(ge=0, le=NUMBER_MAX)]
    call_id: Name
    tool: Name
    title: str
    arguments: dict[str, Any]
    result: Result
    messages: Messages | None = None
    outcome: Name
    signature: str | None = None
    milliseconds: Milliseconds
    at: Moment


class ProposalRecord(PartRecord):
    """Tasks that an answer proposed to delete, and the decision."""

    id: Id
    turn_id: Id
    item_id: Id
    numbers: Annotated[list[Number], Field(max_length=AT_ONCE_MAX)]
    created_at: Moment
    expires_at: Moment
    decision: Id | None = None
    decided_at: Moment | None = None


class FailureRecord(Record):
    """Why an answer failed."""

    message: str
    allow_retry: bool
    messages: Messages = {}


class TurnRecord(PartRecord):
    """An answer; its changes are those with its id from `first_change_id` on."""

    id: Id
    status: Literal["running", "done", "stopped", "failed"]
    first_change_id: Annotated[int, Field(ge=0, le=NUMBER_MAX)] = 0
    error: FailureRecord | None = None
    started_at: Moment
    ended_at: Moment | None = None


class FileRecord(PartRecord):
    """A file of a message; `preview` and `for_model` are smaller pictures of it (Base64), `text` what is read in it."""

    id: Id
    item_id: Id
    name: Annotated[str, Field(max_length=NAME_MAX_CHARACTERS)]
    mime_type: Literal[
        "image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf",
        "text/plain", "text/markdown", "text/csv",
    ]  # fmt: skip
    size: Annotated[int, Field(ge=1, le=FILE_MAX_BYTES)]
    created_at: Moment
    uploaded_at: Moment
    preview: Base64Bytes = b""
    for_model: Base64Bytes = b""
    text: Annotated[str, Field(max_length=TEXT_MAX_CHARACTERS)] = ""


class FilePartRecord(PartRecord):
    """A part of a file's content, in order."""

    attachment_id: Id
    data: Base64Bytes


class AccountFile(Record):
    """Everything of one user. The schema in docs/export.schema.json is made of this model."""

    format: Literal["taskchat"]
    version: Literal[1]
    settings: Settings = Settings()
    tasks: list[TaskRecord] = []
    changes: list[ChangeRecord] = []
    conversations: list[ConversationRecord] = []
    items: list[ItemRecord] = []
    tool_calls: list[ToolCallRecord] = []
    proposals: list[ProposalRecord] = []
    turns: list[TurnRecord] = []
    files: list[FileRecord] = []
    file_parts: list[FilePartRecord] = []


VALUES = frozenset(("format", "version", "settings"))
LISTS = frozenset(AccountFile.model_fields.keys() - VALUES)
_ID = re.compile(r'"([a-z]{2,4}_[0-9a-f]{32})"', re.ASCII)
"""An id in a record: two to four letters and 32 hexadecimal digits.

Imported conversations get new ids if another account of the same database has theirs already. These end in a suffix of
their account, which an export leaves out: so a copy exports the same file as its original.
"""


def id_suffix(user_id: str) -> str:
    """Return the suffix of the user's copied ids: no hexadecimal digit comes first."""
    return f"x{hashlib.sha256(user_id.encode()).hexdigest()[:24]}"


def with_suffix(line: str, suffix: str) -> str:
    """Return the record, as JSON, with the suffix at every id."""
    return _ID.sub(rf'"\1{suffix}"', line)
