"""Routes under /api/tasks; each calls one function of the domain."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.routing import APIRoute
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from taskchat_app.api.credentials import SignedIn
from taskchat_app.api.idempotency import Once, answer_once
from taskchat_app.api.numbers import TaskNumber
from taskchat_app.api.task_bodies import (
    BulkChanges,
    Completion,
    Listing,
    Move,
    NewTask,
    NumbersBody,
    PageBody,
    Selection,
    TaskBody,
    TaskChanges,
)
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.queries import get_task, list_tasks
from taskchat_app.domain.tasks.views import as_json


class NumberedRoute(APIRoute):
    """A route that a number of over 4,300 digits does not match: Python refuses to read one."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        try:
            return super().matches(scope)
        except ValueError:
            return Match.NONE, {}


router = APIRouter(prefix="/api/tasks", tags=["tasks"], route_class=NumberedRoute)


def _by(person: Person) -> Cause:
    return Cause(person.id, "api")


def _numbers(outcome: tasks.WriteResult) -> dict[str, list[int]]:
    return {"numbers": [view.number for view in outcome.tasks]}


@router.get("", response_model=PageBody)
async def list_of_tasks(person: SignedIn, listing: Annotated[Listing, Query()]) -> Any:
    """One page of the person's tasks: all filters are ANDed, and `counts` leave them aside."""
    query = listing.query(person, sort=listing.sort, order=listing.order, limit=listing.limit, cursor=listing.cursor)
    async with reading(person.id) as session:
        page = await list_tasks(session, person.id, query)
    return {"tasks": [as_json(view) for view in page.tasks], "next": page.next, "counts": page.counts}


@router.post("", status_code=201, response_model=TaskBody)
async def create(person: SignedIn, body: NewTask, once: Once) -> Response:
    """Add a task under the person's next number."""

    async def work(session: AsyncSession) -> Any:
        draft = TaskDraft(**body.model_dump())
        return as_json(await tasks.create_task(session, _by(person), draft, zone=person.zone))

    return await answer_once(person, once, work, status=201)


@router.post("/bulk-complete", response_model=NumbersBody)
async def bulk_complete(person: SignedIn, body: Selection, once: Once) -> Response:
    """Tick all tasks that the numbers or the filter name, or none of them."""

    async def work(session: AsyncSession) -> Any:
        return _numbers(await tasks.bulk_complete(session, _by(person), body.which(person)))

    return await answer_once(person, once, work)


@router.post("/bulk-delete", response_model=NumbersBody)
async def bulk_delete(person: SignedIn, body: Selection, once: Once) -> Response:
    """Delete all tasks that the numbers or the filter name, or none of them; each can be restored for 30 days."""

    async def work(session: AsyncSession) -> Any:
        return _numbers(await tasks.bulk_delete(session, _by(person), body.which(person)))

    return await answer_once(person, once, work)


@router.post("/bulk-update", response_model=NumbersBody)
async def bulk_update(person: SignedIn, body: BulkChanges, once: Once) -> Response:
    """Change all of them or none; `due_at` takes phrases as everywhere."""

    async def work(session: AsyncSession) -> Any:
        return _numbers(await tasks.edit_tasks(session, _by(person), body.which(person), body.edit(), zone=person.zone))

    return await answer_once(person, once, work)


@router.get("/{number:int}", response_model=TaskBody)
async def read(person: SignedIn, number: TaskNumber) -> Any:
    """The task of this number."""
    async with reading(person.id) as session:
        return as_json(await get_task(session, person.id, number))


@router.patch("/{number:int}", response_model=TaskBody)
async def change(person: SignedIn, number: TaskNumber, body: TaskChanges, once: Once) -> Response:
    """Change the fields that are given, and no other; null empties one."""

    async def work(session: AsyncSession) -> Any:
        return as_json(await tasks.update_task(session, _by(person), number, body.edit(), zone=person.zone))

    return await answer_once(person, once, work)


@router.delete("/{number:int}", status_code=204)
async def delete(person: SignedIn, number: TaskNumber, once: Once) -> Response:
    """Delete the task, which can be restored for 30 days; its number is never used again."""

    async def work(session: AsyncSession) -> None:
        await tasks.delete_task(session, _by(person), number)

    return await answer_once(person, once, work, status=204)


@router.post("/{number:int}/complete", response_model=TaskBody)
async def complete(person: SignedIn, number: TaskNumber, once: Once, body: Completion | None = None) -> Response:
    """Tick the task or take the tick back; a repeating one makes its next, or removes it where nobody touched it."""

    async def work(session: AsyncSession) -> Any:
        completed = body is None or body.completed
        return as_json(await tasks.complete_task(session, _by(person), number, completed))

    return await answer_once(person, once, work)


@router.post("/{number:int}/move", response_model=TaskBody)
async def move(person: SignedIn, number: TaskNumber, body: Move, once: Once) -> Response:
    """Put the task elsewhere in the order by hand, which `sort=manual` lists; a new task stands first."""

    async def work(session: AsyncSession) -> Any:
        return as_json((await tasks.move_task(session, _by(person), number, **body.beside())).tasks[0])

    return await answer_once(person, once, work)


@router.post("/{number:int}/restore", response_model=TaskBody)
async def restore(person: SignedIn, number: TaskNumber, once: Once) -> Response:
    """Bring back a task deleted in the last 30 days, exactly as it was; one that is there stays as it is."""

    async def work(session: AsyncSession) -> Any:
        return as_json(await tasks.restore_task(session, _by(person), number))

    return await answer_once(person, once, work)
