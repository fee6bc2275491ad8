"""Sets the reminder that a user's message asks for."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.grammar.clause_splitting import split_clauses
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.parser import read_command
from taskchat_app.assistant.grammar.phrases.reminder_phrases import (
    ReminderRequest,
    is_only_reminder_request,
    parse_reminder_request,
    reminder_moment,
    timed_request,
)
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS, stems_of
from taskchat_app.assistant.tools.results import describe_reminder
from taskchat_app.domain.dates.command_text import as_command
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.reminders import reminders
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.task_dates import NONE
from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.i18n.messages import Message, gettext, joined


@dataclass(frozen=True, slots=True)
class ReminderNote:
    """The task's reminder in words, None where there is none to speak of, and whether it was changed."""

    sentence: Message | None = None
    changed: bool = False


async def apply_reminder_request(
    session: AsyncSession, by: Cause, message: str, task: TaskView, *, zone: ZoneInfo, is_described: bool
) -> ReminderNote:
    """Set the reminder that the user's message requests for this task; describe it if it does, or if `is_described`."""
    request = reminder_request_for(message, task, UserClock(zone, now()))
    if task.due_at is None:
        asks_to_ring = request is not None and request.before != NONE
        return ReminderNote(gettext("It has no due date, so it cannot ring.") if asks_to_ring else None)
    if request is None and not is_described:
        return ReminderNote()
    before = reminders.reminder_of(task)
    has_offset = before.before not in (NONE, "at_due_time")
    if request is None or (request.is_plain and has_offset):  # "remind me of it" keeps "1 hour before"
        return ReminderNote(describe_reminder(before, zone))
    after = before
    sentences: list[Message] = []
    try:
        after = await reminders.set_reminder(session, by, task.number, request.before, zone=zone)
    except Invalid as error:
        sentences = [error.detail]
    if request.unknown:
        known = gettext("A reminder can be at the due time, 10 minutes, 1 hour or 1 day before, not {unknown}.")
        sentences = [known.with_values(unknown=request.unknown)]
    sentences.append(describe_reminder(after, zone) or gettext("It does not ring."))
    return ReminderNote(joined(sentences), after != before)


def reminder_request_for(message: str, task: TaskView, clock: UserClock) -> ReminderRequest | None:
    """Return what the message says of a reminder for this task: of several clauses, those that name it."""
    clauses = _clauses_of(message, task, clock)
    if len(clauses) > 1:
        clauses = [clause for clause in clauses if _speaks_of(clause, task, clock)]
    for clause in clauses:
        request = parse_reminder_request(clause)
        if request is not None:
            timed = timed_request(clause, task.due, clock) if request.is_plain and task.due else None
            return timed or request
    return None


def _clauses_of(message: str, task: TaskView, clock: UserClock) -> list[str]:
    """Return the message's clauses; one that says nothing but when to remind belongs to the clause before it."""
    clauses: list[str] = []
    for clause in split_clauses(as_command(message) or ""):
        if clauses and (is_only_reminder_request(clause) or reminder_moment(clause, task.due, clock)):
            clauses[-1] += f" {clause}"
        else:
            clauses.append(clause)
    return clauses


def _speaks_of(part: str, task: TaskView, clock: UserClock) -> bool:
    has_word_of_title = not (stems_of(part) - FILLERS).isdisjoint(stems_of(task.title))
    return has_word_of_title or task.number in read_command(part, clock).target.numbers
