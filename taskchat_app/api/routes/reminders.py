"""Routes for reminders: choose, snooze, mark as seen, list."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from taskchat_app.api.core.credentials import Reader, Writer
from taskchat_app.api.core.idempotency import OptionalKey, answer_once
from taskchat_app.api.routes.tasks import NumberedRoute
from taskchat_app.api.schemas.bodies import Body, DueAt, StrictBody, UtcTime
from taskchat_app.api.schemas.openapi_fields import TaskNumber
from taskchat_app.api.schemas.task_bodies import Reminder
from taskchat_app.domain.reminders import reminders
from taskchat_app.domain.reminders.reminders import SNOOZE_MAX, SNOOZE_MINUTES
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.tasks.task_dates import NONE

router = APIRouter(prefix="/api", tags=["reminders"], route_class=NumberedRoute)


class ReminderChoice(StrictBody):
    """Request body: the time between the reminder and the due date.

    A due date without a time counts as 09:00 of its day. By default a task with a time rings at that time.
    """

    before: Reminder


class Snooze(StrictBody):
    minutes: Annotated[int, Field(json_schema_extra={"minimum": 1, "maximum": SNOOZE_MAX})] = SNOOZE_MINUTES


class ReminderBody(Body):
    """`remind_at` is null if the task does not ring, or not again."""

    number: int
    title: str
    due_at: DueAt
    before: Reminder
    remind_at: UtcTime | None


class RungBody(Body):
    number: int
    title: str
    due_at: DueAt
    rang_at: UtcTime


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
    return {"coming": coming, "rang": rang}


@router.get("/tasks/{number:int}/reminder", response_model=ReminderBody)
async def read(person: Reader, number: TaskNumber) -> Any:
    """Get the task's reminder: how long before its due date it rings, and when."""
    async with reading(person.id) as session:
        return await reminders.get_reminder(session, person.id, number)


@router.put("/tasks/{number:int}/reminder", response_model=ReminderBody)
async def choose(person: Writer, number: TaskNumber, body: ReminderChoice, key: OptionalKey) -> Response:
    """Set how long before its due date the task rings; 422 without a due date, or for a reminder in the past."""
    return await answer_once(
        person, key, 200, ReminderBody.of, reminders.set_reminder, number, body.before, zone=person.zone
    )


@router.delete("/tasks/{number:int}/reminder", status_code=204)
async def remove(person: Writer, number: TaskNumber, key: OptionalKey) -> Response:
    """Remove the task's reminder. Idempotent."""
    return await answer_once(person, key, 204, None, reminders.set_reminder, number, NONE, zone=person.zone)


@router.post("/tasks/{number:int}/reminder/snooze", response_model=ReminderBody)
async def snooze(person: Writer, number: TaskNumber, key: OptionalKey, body: Snooze | None = None) -> Response:
    """Make the task ring again in some minutes."""
    minutes = body.minutes if body else SNOOZE_MINUTES
    return await answer_once(person, key, 200, ReminderBody.of, reminders.snooze, number, minutes)


@router.post("/tasks/{number:int}/reminder/seen", status_code=204)
async def seen(person: Writer, number: TaskNumber, key: OptionalKey) -> Response:
    """Mark the task's reminder as seen, so that no page shows it. Idempotent."""
    return await answer_once(person, key, 204, None, reminders.mark_seen, number)
