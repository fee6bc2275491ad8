"""Reads a title that was edited in place as the add line reads a sentence: `Call mum tomorrow !high #home`."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.dates.local_time import Due, at_local_time
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.tasks import queries, tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.fields import DueInput
from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.ui.task_list_state.add_line_parser import ListContext, chips_of, draft_of


async def retitle(session: AsyncSession, by: Cause, number: int, typed: str, *, zone: ZoneInfo) -> object:
    """Store the typed title, and the date, start, priority, repetition and tags that were typed with it."""
    task = await queries.get_task(session, by.user_id, number)
    return await tasks.update_task(session, by, number, title_edit(typed, task, zone=zone, now=now()), zone=zone)


def title_edit(typed: str, task: TaskView, *, zone: ZoneInfo, now: datetime) -> TaskEdit:
    """Return the edit of the title, and of the fields whose words were typed with it.

    A date or mark that the former title has stays in the title: "Plan tomorrow", edited to "Plan tomorrow !high", only
    gets the priority.
    """
    kept_in_title = frozenset(chip.key for chip in chips_of(task.title, zone=zone, now=now))
    draft = draft_of(typed, ListContext(removed_chips=kept_in_title), zone=zone, now=now)
    if not draft.title:  # nothing but marks: they are the title
        return TaskEdit(title=typed)
    return TaskEdit(
        title=draft.title,
        due_at=_at_its_time(draft.due_at, task.due, zone),
        start_at=draft.start_at,
        recurrence=draft.recurrence,
        parent_number=draft.parent_number,
        priority=None if draft.priority == "medium" else draft.priority,  # what it has if none was typed
        tags=[*task.tags, *draft.tags] if draft.tags else None,
    )


def _at_its_time(typed: DueInput | None, former: Due | None, zone: ZoneInfo) -> DueInput | None:
    """Return the typed date; a day without a time is at the time that the task has, as when it is moved."""
    if not isinstance(typed, Due) or typed.day is None:  # no date, or one with a time
        return typed
    if former is None or former.day is not None:  # the task has no date, or one without a time
        return typed
    return Due(at_local_time(typed.day, former.at.astimezone(zone).time(), zone))
