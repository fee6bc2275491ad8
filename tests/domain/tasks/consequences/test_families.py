"""Steps are completed, reopened, deleted, restored and repeated with their tasks."""

from datetime import date

from taskchat_app.domain.activity.last_action import last_action
from taskchat_app.domain.activity.receipts import receipt
from taskchat_app.domain.dates.local_time import local_day
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.task_view import StepCounts
from tests.evidence import Step
from tests.task_account import Account, undone_and_left

WEEKLY = {"due_at": "2030-03-04", "recurrence": "FREQ=WEEKLY"}


async def open_numbers(me: Account) -> list[int]:
    return await me.numbers(status="open")


async def receipt_of(me: Account, turn: str) -> str:
    return str(receipt([change for change in await me.log() if change.turn_id == turn]))


async def test_completing_a_task_completes_its_open_steps_and_reopening_it_reopens_just_those(me: Account):
    await me.add_family(3)
    await me.complete(2)
    await me.complete(1, turn="done")
    assert await open_numbers(me) == []
    assert await receipt_of(me, "done") == "Completed #1 and 2 steps"
    await me.complete(1, False, turn="reopened")
    assert await open_numbers(me) == [1, 3, 4]
    assert await receipt_of(me, "reopened") == "Reopened #1 and 2 steps"


async def test_a_step_reopened_completed_or_selected_by_itself_stays_as_it_is(me: Account, step: Step):
    await me.add_family(3)
    await me.complete(1)
    await me.complete(2, False)
    await me.complete(2)
    await me.complete(1, False)
    assert await open_numbers(me) == [1, 3, 4]
    await me.complete(2, False)
    step("selected with its task, after earlier completions with it")
    done = await me.complete_all([1, 2])
    assert (done.changed, done.steps) == ([1, 2], [3, 4])
    await me.delete(1)
    await me.restore(1)
    await me.complete(1, False)
    assert await open_numbers(me) == [1, 3, 4]
    step("the last step does not complete its task")
    await me.complete_all([3, 4])
    assert await open_numbers(me) == [1]


async def test_undo_of_the_turn_of_the_change_and_of_the_last_action_reopens_the_steps(me: Account):
    await me.add_family(3)
    await me.complete(2)
    await me.complete(1, turn="done")
    assert (await me.undo_turn("done")).undone == [1, 3, 4]
    assert [change.cause_number for change in (await me.log())[-3:]] == [None, 1, 1]
    assert await open_numbers(me) == [1, 3, 4]
    done = await me.complete_all([1])
    assert (await me.undo(done.changes[0])).undone == [1, 3, 4]
    assert (await me.undo(done.changes[0])).undone == []
    assert await open_numbers(me) == [1, 3, 4]
    [undo, *_] = [change for change in await me.log() if change.undoes == done.changes[0]]
    assert (await me.undo(undo.id)).undone == [1, 3, 4]
    assert await open_numbers(me) == []


async def test_undo_by_hand_reopens_the_task_with_its_steps_but_names_changed_ones(me: Account, other: Account):
    await me.add_family(3)
    async with transaction(me.person.id) as session:
        await tasks.bulk_complete(session, me.person.cause("person"), [1])
    action = await me.get(last_action)
    assert action is not None
    assert (await me.undo(*action.change_ids)).undone == [1, 2, 3, 4]
    await me.complete(1, turn="done")
    await me.edit(3, title="Other")
    assert undone_and_left(await me.undo_turn("done")) == ([1, 2, 4], [3])
    await me.complete(1)
    await me.complete(1, False)
    assert await open_numbers(me) == [1, 2, 4], "not this completion completed #3"
    await other.add("Pack")
    await other.add("Move")
    await other.edit(1, parent_number=2)
    done = await other.complete_all([2])
    assert (await other.undo(*done.changes[:1])).undone == [1, 2]


async def test_deleting_a_task_deletes_its_steps_and_restoring_it_or_an_undo_restores_those(me: Account):
    await me.add_family(3)
    await me.delete(2)
    await me.complete(3)
    gone = await me.delete_all([1])
    assert (await me.numbers(), gone.steps) == ([], [3, 4])
    restored = await me.restore(1)
    assert (restored.steps, await me.numbers()) == (StepCounts(open=1, done=1), [1, 3, 4])
    gone = await me.delete_all([1])
    assert undone_and_left(await me.undo(*gone.changes[1:2])) == ([], [3]), "none comes back alone"
    assert (await me.undo(*gone.changes[:1])).undone == [1, 3, 4]
    assert (await me.task(1)).steps == StepCounts(open=1, done=1)


async def test_the_next_of_a_repeating_task_has_open_copies_of_its_last_steps(me: Account, other: Account):
    await me.add("Clean", **WEEKLY)
    await me.add("Windows", parent_number=1, due_at="2030-03-02", start_at="2030-03-01", tags=["home"])
    await me.add("Floor", parent_number=1)
    await me.complete(3)
    await me.complete(1, turn="done")
    assert (await me.task(1)).steps == StepCounts(done=2)
    following = await me.task(4)
    assert (following.due_day, following.steps) == (date(2030, 3, 11), StepCounts(open=2))
    copies = {task.title: task for task in await me.tasks() if task.parent_number == 4}
    assert copies["Windows"].due_day == date(2030, 3, 9)
    assert copies["Windows"].start_day == date(2030, 3, 8)
    assert (copies["Windows"].tags, copies["Floor"].due_at) == (("home",), None)
    assert await receipt_of(me, "done") == "Added #4 and 2 steps, completed #1 and 1 step"
    reopened = await me.run(tasks.bulk_complete, [1], False)
    assert await me.numbers() == [1, 2, 3]
    assert await open_numbers(me) == [1, 2]
    assert (await me.undo(*reopened.changes[:1])).undone == [1, 2, 4, 5, 6]
    await other.add("Clean", **WEEKLY)
    await other.add("Water", parent_number=1, due_at="2030-03-01", recurrence="FREQ=DAILY")
    await other.complete(2)
    await other.complete(1)
    [copy] = [task for task in await other.tasks(status="open") if task.parent_number == 4]
    assert copy.due_at is not None
    assert local_day(copy.due_at, other.person.zone) == date(2030, 3, 9)
    assert copy.recurrence == "FREQ=DAILY"


async def test_undo_removes_the_next_task_with_its_steps_unless_one_of_them_was_changed(me: Account, other: Account):
    await me.add_family(1, **WEEKLY)
    done = await me.complete_all([1])
    outcome = await me.undo(*done.changes[:1])
    assert (outcome.undone, outcome.removed, outcome.conflicts) == ([1, 2, 3, 4], [3, 4], [])
    assert await me.numbers() == [1, 2]
    await me.complete(1)
    await me.edit(6, title="All windows")
    await me.complete(1, False)
    assert await me.numbers() == [1, 2, 5, 6]
    await other.add_family(2, **WEEKLY)
    done = await other.complete_all([1])
    for changed in (4, 5):
        await other.edit(changed, title="By hand")
        outcome = await other.undo(*done.changes[:1])
        assert (outcome.undone, sorted(one.number for one in outcome.conflicts)) == ([1, 2, 3], [4, 5, 6])
        assert (await other.task(4)).steps == StepCounts(open=2)
        await other.undo(*[change.id for change in await other.log() if change.action == "undone"][-3:])
        await other.undo(next(one.id for one in reversed(await other.log()) if one.action == "updated"))


async def test_undo_of_a_restoration_leaves_the_steps_of_a_task_that_has_others_now(me: Account):
    await me.add_family(2)
    await me.add("Another")
    await me.delete(1)
    await me.restore(1)
    restored = next(change for change in await me.log() if (change.action, change.task_number) == ("restored", 1))
    await me.edit(4, parent_number=1)
    assert undone_and_left(await me.undo(restored.id)) == ([], [1, 2, 3])
    assert (await me.task(1)).steps == StepCounts(open=3)
