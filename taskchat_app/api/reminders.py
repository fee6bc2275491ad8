"""Routes for reminders: choose, snooze, mark as seen, list."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from taskchat_app.api.credentials import SignedIn
from taskchat_app.api.idempotency import Once, answer_once
from taskchat_app.api.numbers import TaskNumber
from taskchat_app.api.tasks import NumberedRoute
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.reminders import reminders
from taskchat_app.domain.reminders.reminders import SNOOZE_MAX, SNOOZE_MINUTES, Reminder, RungReminder
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.tasks.reminder_times import BEFORE, NONE
from taskchat_app.domain.tasks.views import utc_text

router = APIRouter(prefix="/api", tags=["reminders"], route_class=NumberedRoute)

Before = Annotated[str, Field(json_schema_extra={"enum": [*BEFORE, NONE]})]


class ReminderChoice(BaseModel):
    """How long before its due date the task rings.

    A due date without a time counts as 09:00 of its day here; a task with a time of day that nothing was chosen for
    rings at that time.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    before: Before


class Snooze(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    minutes: Annotated[int, Field(json_schema_extra={"minimum": 1, "maximum": SNOOZE_MAX})] = SNOOZE_MINUTES


class ReminderBody(BaseModel):
    """`remind_at` is null where the task does not ring, or not again."""

    number: int
    title: str
    due_at: str | None
    before: Before
    remind_at: str | None


class RungBody(BaseModel):
    number: int
    title: str
    due_at: str | None
    rang_at: str


class RemindersBody(BaseModel):
    """`coming` are the next 200, the first ones first; `rang` is what was not seen yet, of the last 24 hours."""

    coming: list[ReminderBody]
    rang: list[RungBody]


def _by(person: Person) -> Cause:
    return Cause(person.id, "api")


@router.get("/reminders", response_model=RemindersBody)
async def list_of_reminders(person: SignedIn) -> Any:
    """What rings next, and what rang and nobody has seen."""
    async with reading(person.id) as session:
        coming = await reminders.list_upcoming(session, person.id)
        rang = await reminders.list_rung(session, person.id)
    return {"coming": [_json(one) for one in coming], "rang": [_rung_json(one) for one in rang]}


@router.get("/tasks/{number:int}/reminder", response_model=ReminderBody)
async def read(person: SignedIn, number: TaskNumber) -> Any:
    """How long before its due date the task rings, and when."""
    async with reading(person.id) as session:
        return _json(await reminders.get_reminder(session, person.id, number))


@router.put("/tasks/{number:int}/reminder", response_model=ReminderBody)
async def choose(person: SignedIn, number: TaskNumber, body: ReminderChoice, once: Once) -> Response:
    """Let the task ring so long before it falls due; 422 without a due date, or for a moment that has passed."""

    async def work(session: AsyncSession) -> Any:
        return _json(await reminders.set_reminder(session, _by(person), number, body.before, zone=person.zone))

    return await answer_once(person, once, work)


@router.delete("/tasks/{number:int}/reminder", status_code=204)
async def remove(person: SignedIn, number: TaskNumber, once: Once) -> Response:
    """Let the task fall due in silence; twice is the same as once."""

    async def work(session: AsyncSession) -> None:
        await reminders.set_reminder(session, _by(person), number, NONE, zone=person.zone)

    return await answer_once(person, once, work, status=204)


@router.post("/tasks/{number:int}/reminder/snooze", response_model=ReminderBody)
async def snooze(person: SignedIn, number: TaskNumber, once: Once, body: Snooze | None = None) -> Response:
    """Let the task ring again so many minutes from now."""

    async def work(session: AsyncSession) -> Any:
        minutes = SNOOZE_MINUTES if body is None else body.minutes
        return _json(await reminders.snooze(session, _by(person), number, minutes))

    return await answer_once(person, once, work)


@router.post("/tasks/{number:int}/reminder/seen", status_code=204)
async def seen(person: SignedIn, number: TaskNumber, once: Once) -> Response:
    """What rang was seen, and is shown on no page any more; twice is the same as once."""

    async def work(session: AsyncSession) -> None:
        await reminders.mark_seen(session, person.id, number)

    return await answer_once(person, once, work, status=204)


def _json(reminder: Reminder) -> dict[str, Any]:
    return {
        "number": reminder.number,
        "title": reminder.title,
        "due_at": utc_text(reminder.due_at),
        "before": reminder.before,
        "remind_at": utc_text(reminder.remind_at),
    }


def _rung_json(rung: RungReminder) -> dict[str, Any]:
    return {
        "number": rung.number,
        "title": rung.title,
        "due_at": utc_text(rung.due_at),
        "rang_at": utc_text(rung.rang_at),
    }
