"""The history of the open task."""

from typing import Any

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.tasks import task_rows, tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.ui.task_detail.state import DetailState
from tests.task_account import Account


async def test_the_date_of_a_deleted_task_has_no_other_one(person: Person, tab: Any):
    account, detail = Account(person), tab.get_substate([DetailState.get_name()])
    await account.add(due_at="tomorrow at 8")
    await detail.open(1)
    assert len(detail.task.others) == 1
    await account.delete(1)
    await detail.open(1)
    assert (detail.task.deleted, detail.task.others) == (True, ())


async def test_changes_elsewhere_leave_the_shown_rows_of_the_history(person: Person, tab: Any):
    async with transaction() as session:
        by = Cause(person.id, "person")
        for title in ("Buy milk", "Call mum"):
            await task_rows.create_task(session, by, TaskDraft(title), zone=person.zone)
        for number in range(100):
            await tasks.update_task(session, by, 1, TaskEdit(title=f"Milk {number}"), zone=person.zone)
    detail = tab.get_substate([DetailState.get_name()])
    await detail.open(1)
    await detail.load_more()
    await detail.load_more()
    assert len(detail.rows) == 90
    async with transaction() as session:
        await tasks.update_task(session, by, 1, TaskEdit(title="Buy oat milk"), zone=person.zone)
    await detail.load(person)
    assert (len(detail.rows), detail.task.title, detail.has_more) == (90, "Buy oat milk", True)
    await detail.load_more()
    assert len({row.id for row in detail.rows}) == 102
    await detail.open(2)
    assert (len(detail.rows), detail.has_more) == (1, False)
    await detail.open(1)
    assert len(detail.rows) == 30
