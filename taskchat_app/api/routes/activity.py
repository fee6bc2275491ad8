"""Routes under /api/activity: list the change log, undo a change."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BaseModel

from taskchat_app.api.core.credentials import Reader, Writer
from taskchat_app.api.core.idempotency import OptionalKey, answer_once
from taskchat_app.api.schemas.bodies import Body, Sentence
from taskchat_app.api.schemas.openapi_fields import ChangeId
from taskchat_app.api.schemas.task_bodies import TaskBody
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.activity import PAGE_MAX, list_activity
from taskchat_app.domain.activity.undo import UndoOutcome, undo_changes
from taskchat_app.domain.log.changes import Actor
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks.snapshots import snapshot_json
from taskchat_app.domain.tasks.task_dates import utc_text
from taskchat_app.domain.tasks.task_view import NO_STEPS, StepCounts, count_steps

router = APIRouter(prefix="/api/activity", tags=["activity"])


class ChangeTokenBody(BaseModel):
    """The access token with which a change was made."""

    id: str
    name: str


class ChangeBody(BaseModel):
    """One change of a task; `before` is null for a created or restored task, `after` for a deleted one.

    `token` is there only if the change was made with one.
    """

    id: int
    at: str
    actor: Actor
    action: str
    task: int
    before: TaskBody | None
    after: TaskBody | None
    thread_id: str | None
    turn_id: str | None
    token: ChangeTokenBody | None = None


class ActivityBody(BaseModel):
    """`next` is the `cursor` of the next page, null on the last page."""

    changes: list[ChangeBody]
    next: str | None


class ConflictBody(Body):
    """`number` is null for a conversation, which the reason names."""

    number: int | None
    reason: Sentence


class UndoBody(BaseModel):
    """The numbers of the restored tasks, and the tasks that were not restored."""

    undone: list[int]
    conflicts: list[ConflictBody]


@router.get("", response_model=ActivityBody, response_model_exclude_unset=True)
async def activity(
    person: Reader,
    task: int | None = None,
    turn: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(json_schema_extra={"minimum": 1, "maximum": PAGE_MAX})] = 50,
) -> Any:
    """List the changes of tasks, newest first, with actor and state before and after."""
    async with reading(person.id) as session:
        page = await list_activity(session, person.id, task=task, turn=turn, cursor=cursor, limit=limit)
    return {"changes": await changes_json(person, page.changes), "next": page.next}


@router.post("/{change_id}/undo", response_model=UndoBody)
async def undo(change_id: ChangeId, person: Writer, key: OptionalKey) -> Any:
    """Undo one change. A task that was changed since is left as it is and named; a second undo changes nothing."""
    return await answer_once(person, key, 200, undo_body, undo_changes, [change_id])


async def changes_json(person: Person, changes: Sequence[Change]) -> list[dict[str, Any]]:
    steps = await steps_of_changes(person.id, changes)
    return [change_json(change, person.zone, steps) for change in changes]


async def steps_of_changes(user_id: str, changes: Sequence[Change]) -> dict[int, StepCounts]:
    """Return the steps that the tasks of these changes have now, by number; without tasks that have none."""
    numbers = {change.task_number for change in changes if change.kind == "task" and change.task_number is not None}
    if not numbers:  # then no connection to the database is taken
        return {}
    async with reading(user_id) as session:
        return await count_steps(session, user_id, numbers)


def change_json(change: Change, zone: ZoneInfo, steps: Mapping[int, StepCounts]) -> dict[str, Any]:
    """Return a change as JSON for clients, without the text of messages; whole days end as they do in the user's zone.

    `steps` are those that tasks have now (steps_of_changes).
    """
    is_task = change.kind == "task"
    steps_now = steps.get(change.task_number or 0, NO_STEPS)
    fields: dict[str, Any] = {
        "id": change.id,
        "at": utc_text(change.at),
        "kind": change.kind,
        "action": change.action,
        "actor": change.actor,
        "task": change.task_number,
        "before": snapshot_json(change.before, zone, steps_now) if is_task else None,
        "after": snapshot_json(change.after, zone, steps_now) if is_task else None,
        "thread_id": change.thread_id,
        "item_id": change.item_id,
        "turn_id": change.turn_id,
    }
    if change.token_id:
        fields["token"] = {"id": change.token_id, "name": change.token_name}
    return fields


def undo_body(outcome: UndoOutcome) -> UndoBody:
    tasks = [ConflictBody.of(conflict) for conflict in outcome.conflicts]
    conversations = [ConflictBody(number=None, reason=reason) for reason in outcome.left]
    return UndoBody(undone=outcome.undone, conflicts=tasks + conversations)
