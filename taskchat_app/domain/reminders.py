"""Reminders as people set and see them: chosen for a task, coming, rung and not seen yet, put off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from taskchat_app.domain.changes import Cause, Entry, lock_user
from taskchat_app.domain.dates import say_due
from taskchat_app.domain.errors import Invalid
from taskchat_app.domain.models import Ring, Task
from taskchat_app.domain.numbers import task_numbers
from taskchat_app.domain.reminder_times import BEFORE, NONE, SILENT, arranged, chosen, is_open
from taskchat_app.domain.task_fields import naming
from taskchat_app.domain.task_rows import this_moment, write
from taskchat_app.domain.task_search import check_known, stored_tasks
from taskchat_app.domain.task_views import snapshot

COMING_MOST = 200
SNOOZE_MINUTES = 10
SNOOZE_MOST = 7 * 24 * 60
KEPT_FOR = timedelta(hours=24)
"""What should have rung longer ago than this, and what rang and was not seen, is told no more."""
TAB_LONGEST = 100
"""Characters of a tab's id that count; the browser chooses it."""
SHOWN_SECONDS = 30
"""So long a reminder belongs to the tab that shows it, unless that tab says that it still does."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """When a task rings: `before` is a name of BEFORE or "none"; `remind_at` is None where it does not ring (again)."""

    number: int
    title: str
    due_at: datetime | None
    before: str
    remind_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rung:
    """A reminder that rang and was not seen yet; `is_new` until a tab has shown it."""

    number: int
    title: str
    due_at: datetime | None
    rang_at: datetime
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a browser, which may be hidden behind others."""

    login_id: str
    id: str
    visible: bool

    @property
    def browser(self) -> str:
        """What the names of all tabs of this browser begin with."""
        return f"{self.login_id}/"

    @property
    def name(self) -> str:
        return f"{self.browser}{self.id[:TAB_LONGEST]}"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a tab is to show, and when it is to ask again, if it is."""

    rung: list[Rung]
    again_seconds: float | None


async def get_reminder(session: AsyncSession, user_id: str, number: int) -> Reminder:
    """The task's reminder; NotFound when there is no such task."""
    [task] = await stored_tasks(session, user_id, [number])
    return reminder_of(task, this_moment())


async def set_reminder(session: AsyncSession, by: Cause, number: int, before: str, *, zone: ZoneInfo) -> Reminder:
    """Let the task ring so long before its due date, or not at all; the same choice again changes nothing.

    Raises Invalid for a task without a due date and for a moment that has passed.
    """
    await lock_user(session, by.user_id)
    [task] = await stored_tasks(session, by.user_id, [number])
    at = this_moment()
    with naming("before"):
        minutes = _minutes(before)
        if task.due_at is None and minutes != SILENT:
            raise Invalid(f"#{number} has no due date to be reminded of. Give it one first.")
        if task.due_at is None or task.remind_before == minutes:
            return reminder_of(task, at)
        columns = arranged(task.due_at, minutes, zone=zone, at=at)
        moment: datetime | None = columns["remind_at"]
        if moment is not None and moment <= at:
            raise Invalid(f"{say_due(moment, zone)} has passed. Choose a later reminder, or a later due date.")
    kept = snapshot(task)
    for name, value in {**columns, "updated_at": at}.items():
        setattr(task, name, value)
    action = "reminder_removed" if minutes == SILENT else "reminder_set"
    await write(session, by, [Entry("task", action, number, kept, snapshot(task))])
    return reminder_of(task, at)


async def snooze(session: AsyncSession, by: Cause, number: int, minutes: int = SNOOZE_MINUTES) -> Reminder:
    """Let the task ring again so many minutes from now; a task that is done stays silent."""
    if not 1 <= minutes <= SNOOZE_MOST:
        raise Invalid(f"The minutes are a number from 1 to {SNOOZE_MOST}.", field="minutes")
    await lock_user(session, by.user_id)
    [task] = await stored_tasks(session, by.user_id, [number])
    at = this_moment()
    if task.completed_at is None:
        kept = snapshot(task)
        task.remind_at, task.rung_until = at + timedelta(minutes=minutes), at
        await write(session, by, [Entry("task", "snoozed", number, kept, snapshot(task))])
    return reminder_of(task, at)


async def see(session: AsyncSession, user_id: str, number: int) -> None:
    """The person has seen the task's reminder: no tab shows it any more. Twice is the same as once.

    Raises NotFound for a number that no task of theirs has had.
    """
    await check_known(session, user_id, number)
    await session.exec(delete(Ring).where(col(Ring.user_id) == user_id, col(Ring.task_number) == number))


async def coming(session: AsyncSession, user_id: str) -> list[Reminder]:
    """What rings next, the first ones first."""
    at = this_moment()
    query = select(Task).where(Task.user_id == user_id, is_open(), col(Task.remind_at) > at)
    tasks = await session.exec(query.order_by(col(Task.remind_at), col(Task.number)).limit(COMING_MOST))
    return [reminder_of(task, at) for task in tasks.all()]


async def reminders_of(session: AsyncSession, user_id: str, numbers: Sequence[int]) -> dict[int, Reminder]:
    """The reminders of those of these tasks that there are, by number."""
    at = this_moment()
    query = select(Task).where(
        Task.user_id == user_id, col(Task.deleted_at).is_(None), col(Task.number).in_(task_numbers(numbers))
    )
    return {task.number: reminder_of(task, at) for task in (await session.exec(query)).all()}


async def rung(session: AsyncSession, user_id: str) -> list[Rung]:
    """What rang in the last day, of tasks that are still open, and was not seen yet."""
    return [_rung(ring, task) for ring, task in (await session.exec(_unseen(user_id))).all()]


async def take_to_show(session: AsyncSession, user_id: str, tab: Tab) -> Shown:
    """What this tab shows: nothing that another one does, unless that one is hidden or was not heard of for a while.

    So each reminder is shown once, over all tabs, browsers and instances, and all of them in one tab of a browser. A
    tab that shows some asks again in good time; one that shows none asks when it may take over from the tab that does.
    """
    at = this_moment()
    rows = (await session.exec(_unseen(user_id).with_for_update(of=Ring))).all()
    others = [ring for ring, _ in rows if ring.shown_by != tab.name and ring.shown_until and ring.shown_until > at]
    yields = any(ring.shown_by and ring.shown_by.startswith(tab.browser) for ring in others)
    mine = [(ring, task) for ring, task in rows if _may_take(ring, tab, at, yields=yields)]
    rung = [replace(_rung(ring, task), is_new=ring.shown_by is None) for ring, task in mine]
    for ring, _ in mine:
        ring.shown_by, ring.shown_until = tab.name, at + timedelta(seconds=SHOWN_SECONDS if tab.visible else 0)
    await session.flush()
    if not tab.visible:
        return Shown(rung, None)
    waits = [((ring.shown_until or at) - at).total_seconds() + 1 for ring in others]
    return Shown(rung, min([SHOWN_SECONDS / 3, *waits] if rung else waits, default=None))


def _may_take(ring: Ring, tab: Tab, at: datetime, *, yields: bool) -> bool:
    if ring.shown_by == tab.name:
        return True
    if ring.shown_by is None:
        return not yields
    return tab.visible and not yields and (ring.shown_until or at) <= at


def reminder_of(task: Task, at: datetime) -> Reminder:
    """The task's reminder as it is at that moment."""
    rings = task.remind_at is not None and task.remind_at > at and task.completed_at is None
    before = chosen({"remind_before": task.remind_before, "remind_at": task.remind_at})
    return Reminder(task.number, task.title, task.due_at, before, task.remind_at if rings else None)


def _minutes(before: str) -> int:
    if before == NONE:
        return SILENT
    if before not in BEFORE:
        raise Invalid(f"A reminder is {', '.join(BEFORE)} or {NONE}. Choose one of them.")
    return BEFORE[before]


def _rung(ring: Ring, task: Task) -> Rung:
    return Rung(task.number, task.title, task.due_at, ring.rang_at)


def _unseen(user_id: str) -> Select[Ring, Task]:
    """Rings with their tasks; one that was arranged anew since it rang has nothing to tell."""
    query = select(Ring, Task).join(Task, (col(Task.user_id) == Ring.user_id) & (col(Task.number) == Ring.task_number))
    recent = col(Ring.rang_at) > this_moment() - KEPT_FOR
    still = col(Task.rung_until) == col(Ring.rang_at)
    return query.where(Ring.user_id == user_id, recent, still, is_open()).order_by(col(Ring.rang_at), col(Task.number))
