"""The tools that add, change, complete or delete one task: arguments, whose JSON schema clients get, and functions.

With `turn.follows_rules` the offline rules call them, not a model. Rules take dates only from the user's words, and
_set_reminder reads the reminder from these too.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator
from pydantic.json_schema import SkipJsonSchema
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.tool_call_workflow import ToolCall
from taskchat_app.assistant.tools import deletion_consent, deletion_proposals, results
from taskchat_app.assistant.tools.execution import ToolResult
from taskchat_app.assistant.tools.reminders import ReminderNote, apply_reminder_request
from taskchat_app.domain.dates.date_mentions import find_dues
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.dates.readings import as_said
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.reminders.reminders import reminder_of
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.tasks import queries, task_rows, tasks
from taskchat_app.domain.tasks.edits import CLEARABLE, TaskEdit
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.task_view import NO_STEPS, TaskView, WriteResult, finished_parents
from taskchat_app.i18n.messages import Message, gettext, joined

Number = Annotated[int, Field(description="The task's number, such as 7 for #7.")]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    Field(description="What is to be done, in a few words."),
]
Description = Annotated[str, Field(description="Notes on the task.")]
MOMENT = "ISO date or date-time, or a phrase such as “next friday 9am”, in the person's time zone."
DueText = Annotated[str, Field(description=MOMENT)]
DueDate = Annotated[DueText | None, Field(validation_alias=AliasChoices("due_date", "due_at"))]
"""A due date, by its old name or by that of the HTTP API."""
StartDate = Annotated[
    str | None,
    Field(
        description=f"When the task begins; it is hidden until then. {MOMENT}",
        validation_alias=AliasChoices("start_date", "start_at"),
    ),
]
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


async def create_task(session: AsyncSession, turn: TurnContext, call: CreateTask) -> ToolResult:
    """Add a task, or copy one; adds nothing if an earlier reply of this turn made the same call."""
    if earlier := _already_added(turn, call):
        return results.already_added_result(earlier.result)
    due, zone = _due_as_said(turn, call.due_date), turn.person.zone
    added = await add(session, turn.cause(), call, due, zone)
    [task] = added.tasks
    reminder_note = await _set_reminder(session, turn, task, is_described=task.due is not None)
    facts = [*results.describe_fields(task), *results.describe_copied_steps(len(added.steps))]
    return results.task_result(results.ADDED, task, turn, facts=facts, reminder=reminder_note.sentence)


async def add(session: AsyncSession, by: Cause, call: CreateTask, due: str | Due | None, zone: ZoneInfo) -> WriteResult:
    """Create the task of the call, or copy the one that it names, due then."""
    if call.copy_of is not None:
        return await tasks.copy_task(session, by, call.copy_of, due_at=due, title=call.title, zone=zone)
    return await task_rows.create_tasks(session, by, [replace(call.draft(), due_at=due)], zone=zone)


def _due_as_said(turn: TurnContext, text: str | None, current: Due | None = None) -> Due | None:
    """Return the date of a call. Its `reading` has the words of the user's message that mean it, and their other dates.

    "Pay rent on 3/5": a call with "3/5" or "2026-05-03" gets the words "3/5" and both their dates. A model may choose
    another date than the words say (see as_said). `current` is the task's date so far.
    """
    if text is None:
        return None
    at, zone = now(), turn.person.zone
    due = parse_due(text, zone=zone, now=at, current=current)
    if due.reading and due.reading["words"].casefold() in turn.command.casefold():  # the call has the user's words
        return due
    said = find_dues(turn.command, zone=zone, now=at, current=current)
    return as_said(due, said, chosen=not turn.follows_rules, zone=zone, now=at)


def _already_added(turn: TurnContext, call: CreateTask) -> ToolCall | None:
    """Return the identical call of an earlier reply in this turn: models repeat calls whose results they have."""
    for earlier in turn.workflow.calls.values():
        has_added = earlier.tool == "create_task" and earlier.status == "done" and earlier.round < turn.round
        if has_added and CreateTask.model_validate(earlier.arguments) == call:
            return earlier
    return None


async def update_task(session: AsyncSession, turn: TurnContext, call: UpdateTask) -> ToolResult:
    before = await queries.get_task(session, turn.person.id, call.task_id)
    edit = replace(call.edit(), due_at=_due_as_said(turn, call.due_date, before.due))
    task = await tasks.update_task(session, turn.cause(), call.task_id, edit, zone=turn.person.zone)
    is_described = call.reminder is not None or task.due != before.due
    reminder_note = await _set_reminder(session, turn, task, is_described=is_described)
    if replace(task, reminder=before.reminder, updated_at=before.updated_at) != before:
        done = results.CHANGED
    elif task.reminder != before.reminder or reminder_note.changed:
        done = results.CHANGED_REMINDER
    else:
        done = results.NOTHING_TO_CHANGE
    facts = results.describe_fields(task, before)
    return results.task_result(done, task, turn, facts=facts, reminder=reminder_note.sentence)


async def complete_task(session: AsyncSession, turn: TurnContext, call: CompleteTask) -> ToolResult:
    done = await tasks.bulk_complete(session, turn.cause(), [call.task_id], completed=call.completed)
    facts = results.describe_steps(len(done.steps))
    if not call.completed:
        title = results.REOPENED if done.changed else results.ALREADY_OPEN
        return results.task_result(title, done.tasks[0], turn, facts=facts)
    title = results.COMPLETED if done.changed else results.ALREADY_DONE
    result = results.task_result(title, done.tasks[0], turn, done.next, facts=facts)
    return replace(result, message=joined([result.message, *await offers_to_complete(session, turn, done)]))


async def offers_to_complete(session: AsyncSession, turn: TurnContext, done: WriteResult) -> list[Message]:
    """Return an offer to complete each task whose last step was completed; the person decides."""
    offer = gettext("All steps of #{number} {title} are done. “Complete {number}” completes it too.")
    finished = await finished_parents(session, turn.person.id, done.changed_tasks)
    return [offer.with_values(number=number, title=title) for number, title in finished]


async def delete_task(session: AsyncSession, turn: TurnContext, call: DeleteTask) -> ToolResult:
    """Delete the task if the person's own message names it; otherwise, or with its steps, it joins the proposal."""
    task = await queries.get_task(session, turn.person.id, call.task_id)
    if task.steps == NO_STEPS and await deletion_consent.commands_deletion(session, turn, task):
        await tasks.delete_task(session, turn.cause(), task.number)
        return results.task_result(results.DELETED, task, turn)
    added, card = await deletion_proposals.propose_in_turn(session, turn, [task.number])
    title = gettext("Chose {task} to delete", task=results.task_label(task))
    return results.proposal_result([task], added, card, title)


async def _set_reminder(
    session: AsyncSession, turn: TurnContext, task: TaskView, *, is_described: bool
) -> ReminderNote:
    """Set the reminder that the message requests, for the rules; say when the task rings, if `is_described`."""
    zone = turn.person.zone
    if turn.follows_rules:
        return await apply_reminder_request(
            session, turn.cause(), turn.message, task, zone=zone, is_described=is_described
        )
    if not is_described:
        return ReminderNote()
    return ReminderNote(results.describe_reminder(reminder_of(task), zone))
