"""Undo of one entry of a task's history puts back the fields that were not changed again since."""

from datetime import date

from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.activity.entry_undo import undo_entry
from taskchat_app.domain.log.changes import last_change_id
from taskchat_app.domain.reminders import reminders
from taskchat_app.domain.tasks.task_view import snapshot
from tests.task_account import Account, undone_and_left


async def test_an_entry_is_undone_field_by_field_and_the_rest_is_named(me: Account):
    await me.add("Call mum", due_at="2030-05-01T09:00", tags=["home"])
    await me.edit(1, title="Call dad", due_at="2030-06-01", priority="high")
    entry = await last_change_id(me.person.id)
    edited = await me.edit(1, title="Call aunt", tags=["work"])

    outcome = await me.run(undo_entry, entry)

    task = await me.task(1)
    assert (task.title, task.priority, task.tags, task.due_day) == ("Call aunt", "medium", ("work",), None)
    assert (f"{task.due_at:%d %H:%M}", task.updated_at > edited.updated_at) == ("01 09:00", True)
    assert (await me.get(reminders.get_reminder, 1)).remind_at == task.due_at
    assert (outcome.undone, outcome.conflicts) == ([1], [])
    assert outcome.left == ["Left as it is, because it was changed again since: Title."]
    undone = (await me.get(list_activity, task=1)).changes[0]
    assert (undone.action, undone.undoes) == ("undone", None)
    assert undone_and_left(await me.run(undo_entry, entry)) == ([], [1])
    await me.undo(undone.id)
    assert ((await me.task(1)).due_day, (await me.task(1)).title) == (date(2030, 6, 1), "Call aunt")


async def test_entries_are_undone_in_any_order_until_the_task_is_as_it_was(me: Account):
    await me.add("Buy milk")
    before = snapshot(await me.row(1))
    await me.edit(1, title="Buy bread")
    await me.edit(1, priority="high")
    await me.edit(1, due_at="2030-05-01")
    await me.edit(1, tags=["food"])
    for entry in (2, 4, 3, 5):
        outcome = await me.run(undo_entry, entry)
        assert (outcome.undone, outcome.conflicts, outcome.left) == ([1], [], [])
    assert [change.undoes for change in (await me.log())[5:]] == [2, 4, 3, 5]
    assert snapshot(await me.row(1)) | {"updated_at": ""} == before | {"updated_at": ""}


async def test_a_reminder_put_back_rings_as_it_did_and_a_date_before_a_start_is_left(me: Account, other: Account):
    await me.add("Call mum", due_at="2030-05-01T09:00")
    await me.edit(1, reminder="1_hour")
    await me.complete(1)
    await me.edit(1, title="Call dad")
    for entry in (3, 2):
        assert (await me.run(undo_entry, entry)).undone == [1]
    assert (await me.get(reminders.get_reminder, 1)).remind_at == (await me.task(1)).due_at
    await other.add("Paint", due_at="2030-05-01")
    await other.edit(1, due_at="2030-06-01", priority="high")
    entry = await last_change_id(other.person.id)
    await other.edit(1, start_at="2030-05-20")
    outcome = await other.run(undo_entry, entry)
    task = await other.task(1)
    assert (task.priority, task.due_day, outcome.undone) == ("medium", date(2030, 6, 1), [1])
    assert outcome.left == ["Left as it is, because it was changed again since: Due."]


async def test_creating_deleting_and_completing_what_repeats_are_undone_whole_or_not_at_all(me: Account):
    await me.add("Water plants", due_at="2030-05-01", recurrence="FREQ=DAILY")
    await me.complete(1)
    completing = 2
    await me.edit(1, title="Water the plants")
    after = snapshot(await me.row(1))
    for entry in (1, completing):
        outcome = await me.run(undo_entry, entry)
        assert outcome.undone == []
        assert outcome.conflicts[0].number == 1
    assert snapshot(await me.row(1)) == after
    await me.add("Move")
    await me.add("Pack", parent_number=3)
    await me.edit(3, title="Move out")
    await me.undo(7)
    await me.edit(3, title="Move out")
    await me.complete(3)
    assert (await me.run(undo_entry, 7)).undone == [], "it is undone already"
    await me.edit(3, title="Move away")
    assert (await me.run(undo_entry, 10)).undone == [], "it completed a step, too"
