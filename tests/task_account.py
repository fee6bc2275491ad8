"""A user whose tasks a test writes and reads, each time in a transaction of its own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import update
from sqlmodel import col, select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import UndoOutcome, undo_changes, undo_turn
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks import task_rows, tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.queries import TaskPage, TaskQuery, get_task, list_tasks
from taskchat_app.domain.tasks.task_view import TaskView, WriteResult, snapshot, view_of

LONG_AGO = datetime(2020, 2, 1, 9, 0, tzinfo=UTC)
NOON = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)
FAR_AWAY = datetime(2400, 2, 1, 9, 0, tzinfo=UTC)
OPEN = TaskQuery()
Result = TypeVar("Result")


def read_at(at: datetime, number: int = 1, title: str = "Buy milk", **columns: Any) -> TaskView:
    """Return a task with these columns that was created at this moment and is read then, without a database."""
    row = Task(user_id="somebody", number=number, position="a", title=title, created_at=at, updated_at=at, **columns)
    return view_of(row, at)


def undone_and_left(outcome: UndoOutcome) -> tuple[list[int], list[int | None]]:
    """Return the numbers of the tasks that an undo put back, and of those that it left as conflicts."""
    return outcome.undone, [conflict.number for conflict in outcome.conflicts]


@dataclass(frozen=True)
class Account:
    """`person` as the cause of writes is a program, or with a turn the assistant in the conversation "thread"."""

    person: Person

    def by(self, turn: str | None = None) -> Cause:
        return Cause(self.person.id, "assistant", "thread", turn) if turn else Cause(self.person.id, "api")

    async def run(
        self, verb: Callable[..., Awaitable[Result]], *arguments: Any, turn: str | None = None, **options: Any
    ) -> Result:
        """Write: `run(tasks.bulk_complete, [1, 2])`."""
        async with transaction(self.person.id) as session:
            return await verb(session, self.by(turn), *arguments, **options)

    async def get(self, query: Callable[..., Awaitable[Result]], *arguments: Any, **options: Any) -> Result:
        """Read: `get(find_tasks, "milk", 9)`."""
        async with reading(self.person.id) as session:
            return await query(session, self.person.id, *arguments, **options)

    async def add(self, title: str = "Buy milk", *, turn: str | None = None, **fields: Any) -> TaskView:
        return await self.run(task_rows.create_task, TaskDraft(title, **fields), zone=self.person.zone, turn=turn)

    async def add_all(self, *drafts: TaskDraft | str) -> list[TaskView]:
        """Create these tasks in one transaction."""
        async with transaction(self.person.id) as session:
            made = [TaskDraft(one) if isinstance(one, str) else one for one in drafts]
            return [await task_rows.create_task(session, self.by(), draft, zone=self.person.zone) for draft in made]

    async def add_family(self, steps: int = 2, **fields: Any) -> None:
        """Add task 1 with these fields, and its steps 2, 3, …"""
        await self.add("Move", **fields)
        for number in range(2, 2 + steps):
            await self.add(f"Step {number}", parent_number=1)

    async def edit(self, number: int, *, turn: str | None = None, **fields: Any) -> TaskView:
        return await self.run(tasks.update_task, number, TaskEdit(**fields), zone=self.person.zone, turn=turn)

    async def edit_all(self, which: Sequence[int] | TaskQuery, **fields: Any) -> WriteResult:
        return await self.run(tasks.bulk_update, which, TaskEdit(**fields), zone=self.person.zone)

    async def complete(self, number: int, completed: bool = True, *, turn: str | None = None) -> TaskView:
        return await self.run(tasks.complete_task, number, completed, turn=turn)

    async def complete_all(self, which: Sequence[int] | TaskQuery = OPEN, *, turn: str | None = None) -> WriteResult:
        return await self.run(tasks.bulk_complete, which, turn=turn)

    async def delete(self, *numbers: int) -> TaskView:
        """Delete the tasks one after the other; return the last one."""
        return [await self.run(tasks.delete_task, number) for number in numbers][-1]

    async def delete_all(self, which: Sequence[int] | TaskQuery = OPEN) -> WriteResult:
        return await self.run(tasks.bulk_delete, which)

    async def restore(self, number: int) -> TaskView:
        return await self.run(tasks.restore_task, number)

    async def move(self, number: int, **beside: Any) -> WriteResult:
        return await self.run(tasks.move_task, number, **beside)

    async def add_together(self, *titles: str) -> WriteResult:
        return await self.run(task_rows.create_tasks, [*map(TaskDraft, titles)], zone=self.person.zone)

    async def undo(self, *changes: int, turn: str | None = None) -> UndoOutcome:
        return await self.run(undo_changes, changes, turn=turn)

    async def undo_turn(self, turn: str) -> UndoOutcome:
        return await self.run(undo_turn, turn)

    async def task(self, number: int = 1) -> TaskView:
        return await self.get(get_task, number)

    async def page(self, **query: Any) -> TaskPage:
        return await self.get(list_tasks, TaskQuery(**query))

    async def tasks(self, **query: Any) -> list[TaskView]:
        return (await self.page(**{"status": "all", "limit": 200} | query)).tasks

    async def numbers(self, **query: Any) -> list[int]:
        return [task.number for task in await self.tasks(**query)]

    async def numbers_by_page(self, **query: Any) -> list[int]:
        """Return the numbers of all pages, one after the other."""
        found, cursor = list[int](), None
        while True:
            page = await self.page(**query, cursor=cursor)
            found += [task.number for task in page.tasks]
            cursor = page.next
            if cursor is None:
                return found

    async def row(self, number: int = 1) -> Task:
        async with reading(self.person.id) as session:
            own = select(Task).where(Task.user_id == self.person.id, Task.number == number)
            return (await session.exec(own)).one()

    async def set_columns(self, number: int, **columns: Any) -> None:
        """Change the stored row, past the domain's functions."""
        own = update(Task).where(col(Task.user_id) == self.person.id, col(Task.number) == number)
        async with transaction(self.person.id) as session:
            await session.exec(own.values(**columns))

    async def set_deleted_ago(self, number: int, **ago: float) -> None:
        """Move the deletion of the task into the past."""
        await self.set_columns(number, deleted_at=now() - timedelta(**ago))

    async def snapshots(self) -> dict[int, dict[str, Any]]:
        """Return the snapshots of all tasks that are not deleted, by number."""
        own = select(Task).where(Task.user_id == self.person.id, col(Task.deleted_at).is_(None))
        async with reading(self.person.id) as session:
            return {task.number: snapshot(task) for task in (await session.exec(own.order_by(col(Task.number)))).all()}

    async def log(self) -> list[Change]:
        async with reading(self.person.id) as session:
            own = select(Change).where(Change.user_id == self.person.id).order_by(col(Change.id))
            return list((await session.exec(own)).all())

    async def logged(self, since: int = 0) -> list[tuple[str, str, int | None]]:
        """Return actor, action and task of the changes after the first `since` ones."""
        return [(change.actor, change.action, change.task_number) for change in (await self.log())[since:]]

    async def actions(self) -> list[str]:
        return [change.action for change in await self.log()]
