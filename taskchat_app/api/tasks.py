"""Tasks over HTTP: each route takes its input, calls one verb or read of the domain, and gives its answer as JSON."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from taskchat_app.api.credentials import SignedIn
from taskchat_app.api.once import Once, answer_once
from taskchat_app.domain import tasks
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.changes import Cause
from taskchat_app.domain.database import now, reading
from taskchat_app.domain.errors import Invalid
from taskchat_app.domain.task_fields import TaskDraft, TaskEdit, checked_bound
from taskchat_app.domain.task_pages import SORTS
from taskchat_app.domain.task_search import (
    LIMIT_MOST,
    LISTED_STATUSES,
    ORDERS,
    STATUSES,
    TaskQuery,
    get_task,
    list_tasks,
)
from taskchat_app.domain.task_views import PRIORITIES, as_json


class NumberedRoute(APIRoute):
    """A route that a number of over 4,300 digits does not match: Python refuses to read one."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        try:
            return super().matches(scope)
        except ValueError:
            return Match.NONE, {}


router = APIRouter(prefix="/api/tasks", tags=["tasks"], route_class=NumberedRoute)


def _choice(choices: Any) -> Any:
    """For the documentation only: which words will do is decided by the domain, whose sentences say so."""
    return Field(json_schema_extra={"enum": list(choices)})


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Priority = Annotated[str, _choice(PRIORITIES)]


class NewTask(BaseModel):
    """`due_at` takes an ISO date or date-time, or a phrase such as "next friday 9am" in the person's time zone."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title: str
    description: str = ""
    priority: Priority = "medium"
    tags: list[str] = []
    due_at: str | None = None
    recurrence: str | None = None


class TaskChanges(BaseModel):
    """What is to be different; null empties description, tags, due_at or recurrence."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title: str | None = None
    description: str | None = None
    priority: Priority | None = None
    tags: list[str] | None = None
    due_at: str | None = None
    recurrence: str | None = None

    def edit(self) -> TaskEdit:
        given = self.model_dump(include=self.model_fields_set)
        emptied = [name for name, value in given.items() if value is None]
        return TaskEdit(**{name: value for name, value in given.items() if value is not None}, clear=emptied)


class Completion(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    completed: bool = True


class Filter(BaseModel):
    """All ANDed; `due_before` and `due_after` are inclusive, and a bare date covers its whole day."""

    model_config = ConfigDict(extra="forbid")

    status: Annotated[str, _choice(STATUSES)] = "open"
    priority: Priority | None = None
    tag: Annotated[list[str], BeforeValidator(_listed)] = []
    due_before: str | None = None
    due_after: str | None = None
    q: str | None = None

    def query(self, person: Person, **listing: Any) -> TaskQuery:
        at = now()
        before, after = self.due_before, self.due_after
        return TaskQuery(
            status=self.status,
            priority=self.priority,
            tags=self.tag,
            due_before=None if before is None else checked_bound(before, "due_before", zone=person.zone, now=at),
            due_after=None if after is None else checked_bound(after, "due_after", zone=person.zone, now=at),
            q=self.q,
            **listing,
        )


class Listing(Filter):
    """Filters, and how what they let through is listed.

    Without a sort, tasks come as they were created, and deleted ones (of the last 30 days) from the newest deleted on.
    """

    status: Annotated[str, _choice(LISTED_STATUSES)] = "open"
    sort: Annotated[str | None, _choice(SORTS)] = None
    order: Annotated[str | None, _choice(ORDERS)] = None
    limit: Annotated[int, Field(json_schema_extra={"minimum": 1, "maximum": LIMIT_MOST})] = 50
    cursor: str | None = None


class Selection(BaseModel):
    """Exactly one of the two."""

    model_config = ConfigDict(extra="forbid")

    numbers: list[Annotated[int, Field(strict=True)]] | None = None
    filter: Filter | None = None

    def which(self, person: Person) -> list[int] | TaskQuery:
        if self.numbers is not None and self.filter is None:
            return self.numbers
        if self.filter is not None and self.numbers is None:
            return self.filter.query(person)
        raise Invalid("Say which tasks: send either numbers or filter.", field="numbers")


class TaskBody(BaseModel):
    number: int
    title: str
    description: str
    priority: Priority
    tags: list[str]
    due_at: str | None
    recurrence: str | None
    completed_at: str | None
    created_at: str
    updated_at: str
    overdue: bool


class CountsBody(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    open: int
    done: int
    overdue: int


class PageBody(BaseModel):
    """`next` is the `cursor` of the following page, null on the last one; the counts leave the filters aside."""

    tasks: list[TaskBody]
    next: str | None
    counts: CountsBody


class NumbersBody(BaseModel):
    numbers: list[int]


def _by(person: Person) -> Cause:
    return Cause(person.id, "api")


def _numbers(outcome: tasks.BulkOutcome) -> dict[str, list[int]]:
    return {"numbers": [view.number for view in outcome.tasks]}


@router.get("", response_model=PageBody)
async def list_of_tasks(person: SignedIn, listing: Annotated[Listing, Query()]) -> Any:
    query = listing.query(person, sort=listing.sort, order=listing.order, limit=listing.limit, cursor=listing.cursor)
    async with reading() as session:
        page = await list_tasks(session, person.id, query)
    return {"tasks": [as_json(view) for view in page.tasks], "next": page.next, "counts": page.counts}


@router.post("", status_code=201, response_model=TaskBody)
async def create(person: SignedIn, body: NewTask, once: Once) -> Response:
    async def work(session: AsyncSession) -> Any:
        draft = TaskDraft(**body.model_dump())
        return as_json(await tasks.create_task(session, _by(person), draft, zone=person.zone))

    return await answer_once(person, once, work, status=201)


@router.post("/bulk-complete", response_model=NumbersBody)
async def bulk_complete(person: SignedIn, body: Selection, once: Once) -> Response:
    async def work(session: AsyncSession) -> Any:
        return _numbers(await tasks.bulk_complete(session, _by(person), body.which(person)))

    return await answer_once(person, once, work)


@router.post("/bulk-delete", response_model=NumbersBody)
async def bulk_delete(person: SignedIn, body: Selection, once: Once) -> Response:
    async def work(session: AsyncSession) -> Any:
        return _numbers(await tasks.bulk_delete(session, _by(person), body.which(person)))

    return await answer_once(person, once, work)


@router.get("/{number:int}", response_model=TaskBody)
async def read(person: SignedIn, number: int) -> Any:
    async with reading() as session:
        return as_json(await get_task(session, person.id, number))


@router.patch("/{number:int}", response_model=TaskBody)
async def change(person: SignedIn, number: int, body: TaskChanges, once: Once) -> Response:
    async def work(session: AsyncSession) -> Any:
        return as_json(await tasks.update_task(session, _by(person), number, body.edit(), zone=person.zone))

    return await answer_once(person, once, work)


@router.delete("/{number:int}", status_code=204)
async def delete(person: SignedIn, number: int, once: Once) -> Response:
    async def work(session: AsyncSession) -> None:
        await tasks.delete_task(session, _by(person), number)

    return await answer_once(person, once, work, status=204)


@router.post("/{number:int}/complete", response_model=TaskBody)
async def complete(person: SignedIn, number: int, once: Once, body: Completion | None = None) -> Response:
    """Tick the task or take the tick back; a repeating one makes its next, or removes it where nobody touched it."""

    async def work(session: AsyncSession) -> Any:
        completed = body is None or body.completed
        return as_json(await tasks.complete_task(session, _by(person), number, completed))

    return await answer_once(person, once, work)


@router.post("/{number:int}/restore", response_model=TaskBody)
async def restore(person: SignedIn, number: int, once: Once) -> Response:
    """Bring back a task deleted in the last 30 days, exactly as it was; one that is there stays as it is."""

    async def work(session: AsyncSession) -> Any:
        return as_json(await tasks.restore_task(session, _by(person), number))

    return await answer_once(person, once, work)
