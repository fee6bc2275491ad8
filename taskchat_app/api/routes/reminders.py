"""Routes for reminders: choose, snooze, mark as seen, list."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from taskchat_app.api.core.credentials import Reader, Writer
from taskchat_app.api.core.idempotency import OptionalKey, answer_once
from taskchat_app.api.routes.tasks import NumberedRoute
from taskchat_app.api.schemas.numbers import TaskNumber
from taskchat_app.domain.reminders import reminders
from taskchat_app.domain.reminders.reminders import SNOOZE_MAX, SNOOZE_MINUTES, Reminder, RungReminder
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.tasks.reminder_times import BEFORE, NONE
from taskchat_app.domain.tasks.views import utc_text

router = APIRouter(prefix="/api", tags=["reminders"], route_class=NumberedRoute)

Before = Annotated[str, Field(json_schema_extra={"enum": [*BEFORE, NONE]})]


class ReminderChoice(BaseModel):
    """Request body: the time between the reminder and the due date.

    A due date without a time counts as 09:00 of its day. By default a task with a time rings at that time.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    before: Before


class Snooze(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    minutes: Annotated[int, Field(json_schema_extra={"minimum": 1, "maximum": SNOOZE_MAX})] = SNOOZE_MINUTES


class ReminderBody(BaseModel):
    """`remind_at` is null if the task does not ring, or not again."""

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
    """`coming` are the next 200 reminders, earliest first; `rang` those of the last 24 hours that are not seen yet."""

    coming: list[ReminderBody]
    rang: list[RungBody]


@router.get("/reminders", response_model=RemindersBody)
async def list_of_reminders(person: Reader) -> Any:
    """List the next reminders, and those that rang and are not seen yet."""
    async with reading(person.id) as session:
        coming = await reminders.list_upcoming(session, person.id)
        rang = await reminders.list_rung(session, person.id)
    return {"coming": [_json(reminder) for reminder in coming], "rang": [_rung_json(rung) for rung in rang]}


@router.get("/tasks/{number:int}/reminder", response_model=ReminderBody)
async def read(person: Reader, number: TaskNumber) -> Any:
    """Get the task's reminder: how long before its due date it rings, and when."""
    async with reading(person.id) as session:
        return _json(await reminders.get_reminder(session, person.id, number))


@router.put("/tasks/{number:int}/reminder", response_model=ReminderBody)
async def choose(person: Writer, number: TaskNumber, body: ReminderChoice, key: OptionalKey) -> Response:
    """Set how long before its due date the task rings; 422 without a due date, or for a reminder in the past."""

    async def work(session: AsyncSession) -> Any:
        return _json(await reminders.set_reminder(session, person.cause("api"), number, body.before, zone=person.zone))

    return await answer_once(person, key, work)


@router.delete("/tasks/{number:int}/reminder", status_code=204)
async def remove(person: Writer, number: TaskNumber, key: OptionalKey) -> Response:
    """Remove the task's reminder. Idempotent."""

    async def work(session: AsyncSession) -> None:
        await reminders.set_reminder(session, person.cause("api"), number, NONE, zone=person.zone)

    return await answer_once(person, key, work, status=204)


@router.post("/tasks/{number:int}/reminder/snooze", response_model=ReminderBody)
async def snooze(person: Writer, number: TaskNumber, key: OptionalKey, body: Snooze | None = None) -> Response:
    """Make the task ring again in some minutes."""

    async def work(session: AsyncSession) -> Any:
        minutes = SNOOZE_MINUTES if body is None else body.minutes
        return _json(await reminders.snooze(session, person.cause("api"), number, minutes))

    return await answer_once(person, key, work)


@router.post("/tasks/{number:int}/reminder/seen", status_code=204)
async def seen(person: Writer, number: TaskNumber, key: OptionalKey) -> Response:
    """Mark the task's reminder as seen, so that no page shows it. Idempotent."""

    async def work(session: AsyncSession) -> None:
        await reminders.mark_seen(session, person.id, number)

    return await answer_once(person, key, work, status=204)


def _json(reminder: Reminder) -> dict[str, Any]:
    return {
        "number": reminder.number,
        "title": reminder.title,
        "due_at": utc_text(reminder.due and reminder.due.at),
        "before": reminder.before,
        "remind_at": utc_text(reminder.remind_at),
    }


def _rung_json(rung: RungReminder) -> dict[str, Any]:
    return {
        "number": rung.number,
        "title": rung.title,
        "due_at": utc_text(rung.due and rung.due.at),
        "rang_at": utc_text(rung.rang_at),
    }
