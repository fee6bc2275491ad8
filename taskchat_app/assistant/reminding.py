"""The reminders of a turn: set by code where the person's own words ask for them, and told as they will be."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.naming import FILLERS, numbers_in, words_of
from taskchat_app.assistant.offline_clauses import split_clauses
from taskchat_app.assistant.reminder_words import Wish, is_wish_only, wish_in
from taskchat_app.domain import reminders
from taskchat_app.domain.changes import Cause
from taskchat_app.domain.command_text import as_command
from taskchat_app.domain.dates import is_date_only, say_due
from taskchat_app.domain.errors import Invalid
from taskchat_app.domain.quotes import mask_quotes
from taskchat_app.domain.reminder_times import NONE
from taskchat_app.domain.reminders import Reminder
from taskchat_app.domain.task_views import TaskView

BEFORE_WORDS = {"10_minutes": "10 minutes before", "1_hour": "1 hour before", "1_day": "1 day before"}
WHERE = "on an open page of taskchat"


@dataclass(frozen=True, slots=True)
class Told:
    """The task's reminder in one sentence, empty where there is none to speak of, and whether it was changed."""

    sentence: str = ""
    changed: bool = False


async def remind(
    session: AsyncSession, by: Cause, message: str, task: TaskView, *, zone: ZoneInfo, is_new_date: bool
) -> Told:
    """Set the reminder that the person's message asks for this task, if it does, and tell what will happen."""
    wish = wish_for(message, task)
    before = await reminders.get_reminder(session, by.user_id, task.number)
    if wish is None:
        return Told(will_ring(before, zone) if is_new_date else "")
    if task.due_at is None:
        return Told("" if wish.before == NONE else "It has no due date, so it cannot ring.")
    if wish.is_plain and before.before not in (NONE, "at_due_time"):
        return Told(will_ring(before, zone))
    refused = ""
    try:
        after = await reminders.set_reminder(session, by, task.number, wish.before, zone=zone)
    except Invalid as error:
        after, refused = before, f"{error.detail} "
    if wish.unknown:
        refused = f"A reminder can be at the due time, 10 minutes, 1 hour or 1 day before, not {wish.unknown}. "
    rings = will_ring(after, zone) or "It does not ring."
    return Told(refused + rings, after != before)


def wish_for(message: str, task: TaskView) -> Wish | None:
    """What the message says of a reminder for this task: of several clauses, those that speak of it."""
    parts: list[str] = []
    for clause in split_clauses(as_command(message) or ""):
        if parts and is_wish_only(clause):
            parts[-1] = f"{parts[-1]} {clause}"
        else:
            parts.append(clause)
    if len(parts) > 1:
        parts = [part for part in parts if _speaks_of(part, task)]
    return next((wish for wish in map(wish_in, parts) if wish is not None), None)


def will_ring(reminder: Reminder, zone: ZoneInfo) -> str:
    """It rings on Friday 20 November 2026 at 16:50, 10 minutes before, on an open page of taskchat."""
    if reminder.remind_at is None:
        return ""
    before = BEFORE_WORDS.get(reminder.before, "")
    if before and _counts_from_morning(reminder.due_at, zone):
        before += " 09:00 of that day"
    return f"It rings on {say_due(reminder.remind_at, zone)}, {f'{before}, ' if before else ''}{WHERE}."


def _counts_from_morning(due_at: datetime | None, zone: ZoneInfo) -> bool:
    return due_at is not None and is_date_only(due_at, zone)


def _speaks_of(part: str, task: TaskView) -> bool:
    text = mask_quotes(part)
    return task.number in numbers_in(text) or bool((words_of(part) - FILLERS) & words_of(task.title))
