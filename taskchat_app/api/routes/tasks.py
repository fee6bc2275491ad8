"""Routes under /api/tasks; each calls one function of the domain."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.routing import APIRoute
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from taskchat_app.api.core.credentials import Reader, Writer
from taskchat_app.api.core.idempotency import OptionalKey, answer_once
from taskchat_app.api.schemas.openapi_fields import TaskNumber
from taskchat_app.api.schemas.task_bodies import (
    BulkChanges,
    ChangedTaskBody,
    Completion,
    Copying,
    Listing,
    Move,
    NewTask,
    NumbersBody,
    PageBody,
    Selection,
    TaskBody,
    TaskChanges,
)
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.preferences import offered_meaning
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.tasks import task_rows, tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.queries import get_task, list_tasks
from taskchat_app.domain.tasks.task_view import WriteResult, as_json


class NumberedRoute(APIRoute):
    """A route that does not match a number of more than 4,300 digits, which int() refuses to parse."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        try:
            return super().matches(scope)
        except ValueError:
            return Match.NONE, {}


router = APIRouter(prefix="/api/tasks", tags=["tasks"], route_class=NumberedRoute)


def _numbers(outcome: WriteResult) -> dict[str, list[int]]:
    return {"numbers": [view.number for view in outcome.tasks]}


def _first(outcome: WriteResult) -> dict[str, Any]:
    """Return the task itself, which comes before its steps."""
    return as_json(outcome.tasks[0])


@router.get("", response_model=PageBody)
async def list_of_tasks(person: Reader, listing: Annotated[Listing, Query()]) -> Any:
    """List one page of the user's tasks; all filters are ANDed, and `counts` ignore them."""
    query = listing.query(person)
    async with reading(person.id) as session:
        page = await list_tasks(session, person.id, query)
    return {"tasks": [as_json(view) for view in page.tasks], "next": page.next, "counts": page.counts}


@router.post("", status_code=201, response_model=TaskBody)
async def create(person: Writer, body: NewTask, key: OptionalKey) -> Response:
    """Create a task under the user's next number."""
    draft = TaskDraft(**body.model_dump())
    return await answer_once(person, key, 201, as_json, task_rows.create_task, draft, zone=person.zone)


@router.post("/bulk-complete", response_model=NumbersBody)
async def bulk_complete(person: Writer, body: Selection, key: OptionalKey) -> Response:
    """Complete all tasks that the numbers or the filter select, or none of them."""
    return await answer_once(person, key, 200, _numbers, tasks.bulk_complete, body.which(person))


@router.post("/bulk-delete", response_model=NumbersBody)
async def bulk_delete(person: Writer, body: Selection, key: OptionalKey) -> Response:
    """Delete all tasks that the numbers or the filter select, or none of them; each can be restored for 30 days."""
    return await answer_once(person, key, 200, _numbers, tasks.bulk_delete, body.which(person))


@router.post("/bulk-update", response_model=NumbersBody)
async def bulk_update(person: Writer, body: BulkChanges, key: OptionalKey) -> Response:
    """Change all tasks that the numbers or the filter select, or none of them; `due_at` may be a phrase."""
    which, edit = body.which(person), body.edit()
    return await answer_once(person, key, 200, _numbers, tasks.bulk_update, which, edit, zone=person.zone)


@router.get("/{number:int}", response_model=TaskBody)
async def read(person: Reader, number: TaskNumber) -> Any:
    """Get the task with this number."""
    async with reading(person.id) as session:
        return as_json(await get_task(session, person.id, number))


@router.patch("/{number:int}", response_model=ChangedTaskBody)
async def change(person: Writer, number: TaskNumber, body: TaskChanges, key: OptionalKey) -> Response:
    """Change only the given fields; null empties a field."""
    edit = body.edit()

    async def work(session: AsyncSession, by: Cause) -> dict[str, Any]:
        task = await tasks.update_task(session, by, number, edit, zone=person.zone)
        reading = task.due_reading if edit.due_reading else None
        offered = await offered_meaning(session, person.id, reading, person.zone)
        return as_json(task) | ({"due_meaning_offered": offered} if offered else {})

    return await answer_once(person, key, 200, dict, work)


@router.delete("/{number:int}", status_code=204)
async def delete(person: Writer, number: TaskNumber, key: OptionalKey) -> Response:
    """Delete the task. It can be restored for 30 days; its number is never used again."""
    return await answer_once(person, key, 204, None, tasks.delete_task, number)


@router.post("/{number:int}/complete", response_model=TaskBody)
async def complete(person: Writer, number: TaskNumber, key: OptionalKey, body: Completion | None = None) -> Response:
    """Complete or reopen the task. Completing a repeating task creates the next one; reopening it deletes that one,
    unless it was changed.
    """
    completed = body is None or body.completed
    return await answer_once(person, key, 200, as_json, tasks.complete_task, number, completed)


@router.post("/{number:int}/copy", status_code=201, response_model=TaskBody)
async def copy(person: Writer, number: TaskNumber, key: OptionalKey, body: Copying | None = None) -> Response:
    """Copy the task with its steps, all open and none repeating, under new numbers; the task stays as it is.

    With `due_at` all its dates move by as many days; without it dates that are past are left out.
    """
    options = (body or Copying()).model_dump()
    return await answer_once(person, key, 201, _first, tasks.copy_task, number, **options, zone=person.zone)


@router.post("/{number:int}/move", response_model=TaskBody)
async def move(person: Writer, number: TaskNumber, body: Move, key: OptionalKey) -> Response:
    """Move the task in the manual order (`sort=manual`), in which new tasks are first."""
    return await answer_once(person, key, 200, _first, tasks.move_task, number, **body.beside())


@router.post("/{number:int}/restore", response_model=TaskBody)
async def restore(person: Writer, number: TaskNumber, key: OptionalKey) -> Response:
    """Restore exactly a task deleted in the last 30 days; an existing one stays unchanged."""
    return await answer_once(person, key, 200, as_json, tasks.restore_task, number)
