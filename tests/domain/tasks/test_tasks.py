"""Writes to tasks: effects, refusals, change-log entries."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.queries import TaskQuery
from taskchat_app.domain.tasks.task_view import as_json, snapshot, view_of_snapshot
from tests.domain.tasks.task_writes import FAR_AWAY, LONG_AGO, add, by, complete, delete, edit, list_all, log, read, row

# Creating


async def test_a_new_task_has_its_fields_and_the_defaults(person: Person):
    before = now()
    task = await add(person, "Buy milk", description="2 litres", priority="high", tags=["home"], due_at=FAR_AWAY)
    assert task == await read(person, 1)
    assert (task.number, task.title, task.description, task.priority) == (1, "Buy milk", "2 litres", "high")
    assert (task.tags, task.due_at, task.recurrence, task.completed_at) == (("home",), FAR_AWAY, None, None)
    assert before - timedelta(milliseconds=1) <= task.created_at == task.updated_at <= now()
    plain = await add(person, "Call mum")
    assert (plain.number, plain.description, plain.priority, plain.tags, plain.due_at) == (2, "", "medium", (), None)


async def test_a_creation_is_recorded_with_the_new_task(person: Person):
    task = await add(person, due_at=FAR_AWAY)
    [change] = await log(person)
    assert (change.kind, change.action, change.actor, change.task_number) == ("task", "created", "api", 1)
    assert change.before is None
    assert change.after is not None
    assert change.after == snapshot(await row(person, 1))
    assert view_of_snapshot(change.after, now()) == task


async def test_a_change_is_recorded_with_its_turn(person: Person):
    async with transaction(person.id) as session:
        cause = Cause(person.id, "assistant", thread_id="thread", turn_id="turn")
        await tasks.create_task(session, cause, TaskDraft("Buy milk"), zone=person.zone)
    [change] = await log(person)
    assert (change.actor, change.thread_id, change.turn_id) == ("assistant", "thread", "turn")


async def test_task_numbers_are_never_used_again(person: Person):
    await add(person)
    await delete(person, (await add(person)).number)
    assert (await add(person)).number == 3


async def test_task_numbers_of_each_user_count_from_one(person: Person, other_person: Person):
    await add(person)
    assert (await add(other_person)).number == 1


async def test_concurrent_creations_get_numbers_without_gaps_or_duplicates(person: Person):
    made = await asyncio.gather(*(add(person, f"Task {index}") for index in range(30)))
    assert sorted(task.number for task in made) == list(range(1, 31))
    assert [change.id for change in await log(person)] == list(range(1, 31))
    titles = {task.number: task.title for task in await list_all(person)}
    assert titles == {task.number: task.title for task in made}


async def test_several_tasks_of_one_transaction_get_different_numbers(person: Person):
    async with transaction(person.id) as session:
        for title in ("One", "Two", "Three"):
            await tasks.create_task(session, by(person), TaskDraft(title), zone=person.zone)
    assert [(task.number, task.title) for task in await list_all(person)] == [(1, "One"), (2, "Two"), (3, "Three")]


async def test_a_rollback_leaves_no_task_and_no_log_entry(person: Person):
    async def break_off() -> None:
        async with transaction(person.id) as session:
            await tasks.create_task(session, by(person), TaskDraft("Gone"), zone=person.zone)
            await tasks.complete_task(session, by(person), 1)
            raise RuntimeError

    await add(person, "Kept")
    with pytest.raises(RuntimeError):
        await break_off()
    assert [(task.title, task.completed_at) for task in await list_all(person)] == [("Kept", None)]
    assert len(await log(person)) == 1
    assert (await add(person)).number == 2


async def test_creating_a_task_for_a_deleted_account_is_refused(person: Person):
    with pytest.raises(NotFound):
        await add(replace(person, id="nobody"))


# Changing


async def test_an_edit_changes_only_the_given_fields(person: Person):
    first = await add(person, description="2 litres", tags=["home"], due_at=FAR_AWAY, priority="high")
    task = await edit(person, 1, title="Buy oat milk")
    assert task == await read(person, 1)
    assert task == replace(first, title="Buy oat milk", updated_at=task.updated_at)
    assert task.updated_at >= first.updated_at


async def test_clear_empties_the_named_fields(person: Person):
    await add(person, description="2 litres", tags=["home"], due_at=FAR_AWAY)
    task = await edit(person, 1, clear=["description", "tags", "due_at"])
    assert (task.description, task.tags, task.due_at) == ("", (), None)


@pytest.mark.parametrize(("name", "field"), [("title", "title"), ("priority", "priority"), ("colour", "clear")])
async def test_required_fields_cannot_be_cleared(person: Person, name: str, field: str):
    first = await add(person)
    with pytest.raises(Invalid) as refused:
        await edit(person, 1, clear=[name])
    assert refused.value.facts["field"] == field
    assert await read(person, 1) == first


async def test_a_field_cannot_be_set_and_cleared(person: Person):
    await add(person, description="old")
    with pytest.raises(Invalid, match="both"):
        await edit(person, 1, description="new", clear=["description"])
    assert (await read(person, 1)).description == "old"


async def test_an_edit_is_recorded_with_before_and_after(person: Person):
    await add(person)
    before = snapshot(await row(person, 1))
    await edit(person, 1, title="Buy oat milk", due_at=FAR_AWAY)
    change = (await log(person))[-1]
    assert (change.action, change.before, change.after) == ("updated", before, snapshot(await row(person, 1)))


async def test_an_edit_without_a_difference_records_nothing(person: Person):
    first = await add(person, description="2 litres", tags=["home"], due_at=FAR_AWAY, recurrence="FREQ=DAILY")
    same = {"title": " Buy milk ", "tags": ["#home"], "due_at": FAR_AWAY, "recurrence": "freq=daily"}
    assert await edit(person, 1, **same) == first
    assert await edit(person, 1) == first
    assert await read(person, 1) == first
    assert len(await log(person)) == 1


async def test_an_edited_task_is_found_only_by_its_new_words(person: Person):
    await add(person, "Buy milk", tags=["home"])
    await edit(person, 1, title="Sell cheese", tags=["work"])
    assert len(await list_all(person, q="cheese work")) == 1
    assert await list_all(person, q="milk") == await list_all(person, tags=["home"]) == []


async def test_an_edit_of_other_fields_keeps_the_search_words(person: Person):
    await add(person, "Buy milk", tags=["home"])
    await edit(person, 1, priority="low")
    assert len(await list_all(person, q="milk", tags=["home"])) == 1


# Completing


async def test_a_second_completion_changes_nothing(person: Person):
    await add(person)
    done = await complete(person, 1)
    assert done.completed_at is not None
    assert done.completed_at == done.updated_at
    assert await complete(person, 1) == done == await read(person, 1)
    assert [change.action for change in await log(person)] == ["created", "completed"]


async def test_a_second_completion_in_the_same_transaction_changes_nothing(person: Person):
    await add(person)
    async with transaction(person.id) as session:
        first = await tasks.complete_task(session, by(person), 1)
        assert await tasks.complete_task(session, by(person), 1) == first
    assert [change.action for change in await log(person)] == ["created", "completed"]


async def test_a_completed_task_can_be_reopened(person: Person):
    await add(person)
    await complete(person, 1)
    for _ in range(2):
        assert (await complete(person, 1, completed=False)).completed_at is None
    assert (await read(person, 1)).completed_at is None
    assert [change.action for change in await log(person)] == ["created", "completed", "reopened"]


async def test_a_done_task_is_not_overdue(person: Person):
    assert (await add(person, due_at=LONG_AGO)).overdue
    assert not (await complete(person, 1)).overdue
    assert not (await add(person, due_at=FAR_AWAY)).overdue


async def test_concurrent_bulk_completions_record_each_task_once(person: Person):
    for index in range(12):
        await add(person, f"Task {index}")

    async def bulk(numbers: list[int]) -> tasks.WriteResult:
        async with transaction(person.id) as session:
            return await tasks.bulk_complete(session, by(person), numbers)

    outcomes = await asyncio.gather(*(bulk(list(range(first, first + 6))) for first in (1, 3, 5, 7, 1, 7)))
    assert sorted(number for outcome in outcomes for number in outcome.changed) == list(range(1, 13))
    assert all(task.completed_at for task in await list_all(person))
    completed = [change.task_number for change in await log(person) if change.action == "completed"]
    assert sorted(number for number in completed if number) == list(range(1, 13))


# Bulk


@pytest.mark.parametrize("write", [tasks.bulk_complete, tasks.bulk_delete])
async def test_a_bulk_write_with_an_unknown_number_changes_nothing(person: Person, write: Any):
    first, second = await add(person), await add(person)
    async with transaction(person.id) as session:  # commits, as a caller does that keeps a record of the refusal
        with pytest.raises(NotFound, match=r"There are no tasks #7, #99."):
            await write(session, by(person), [1, 99, 2, 7])
    assert await list_all(person) == [first, second]
    assert len(await log(person)) == 2


@pytest.mark.parametrize(("write", "action"), [(tasks.bulk_complete, "completed"), (tasks.bulk_delete, "deleted")])
async def test_a_bulk_write_changes_exactly_the_given_numbers(person: Person, write: Any, action: str):
    for index in range(4):
        await add(person, f"Task {index}")
    async with transaction(person.id) as session:
        outcome = await write(session, by(person), [3, 1, 3])
    assert ([task.number for task in outcome.tasks], outcome.changed) == ([1, 3], [1, 3])
    assert [task.number for task in await list_all(person, status="open")] == [2, 4]
    assert [(change.action, change.task_number) for change in (await log(person))[4:]] == [(action, 1), (action, 3)]


async def test_a_bulk_write_ignores_sort_and_page_of_a_filter(person: Person):
    for index in range(60):
        await add(person, f"Task {index}", tags=["home"] if index % 2 else [])
    async with transaction(person.id) as session:
        outcome = await tasks.bulk_delete(session, by(person), TaskQuery(tags=["HOME"], limit=1))
    assert outcome.changed == list(range(2, 61, 2))
    assert len(await list_all(person)) == 30


async def test_a_bulk_completion_returns_but_does_not_change_completed_tasks(person: Person):
    await add(person)
    await add(person)
    await complete(person, 1)
    async with transaction(person.id) as session:
        outcome = await tasks.bulk_complete(session, by(person), [1, 2])
    assert ([task.number for task in outcome.tasks], outcome.changed) == ([1, 2], [2])


async def test_a_bulk_write_without_a_match_changes_nothing(person: Person):
    await add(person)
    async with transaction(person.id) as session:
        assert await tasks.bulk_complete(session, by(person), []) == tasks.WriteResult([], [])
        assert await tasks.bulk_delete(session, by(person), TaskQuery(status="done")) == tasks.WriteResult([], [])
    assert len(await log(person)) == 1


# Somebody else


async def test_no_write_changes_another_users_task(person: Person, other_person: Person):
    theirs = await add(other_person, "Theirs", tags=["home"])
    before = await log(other_person)
    for attempt in (read, edit, complete, delete):
        with pytest.raises(NotFound):
            await attempt(person, 1)
    async with transaction(person.id) as session:
        for write in (tasks.bulk_complete, tasks.bulk_delete):
            with pytest.raises(NotFound):
                await write(session, by(person), [1])
            assert (await write(session, by(person), TaskQuery(status="all"))).tasks == []
    assert await list_all(person) == []
    assert await list_all(other_person) == [theirs]
    assert await log(other_person) == before
    assert await log(person) == []


# Snapshots


async def test_a_snapshot_contains_every_stored_field(person: Person):
    await add(person, description="d", tags=["a"], due_at=FAR_AWAY, recurrence="FREQ=DAILY")
    await complete(person, 1)
    stored, kept = await row(person, 1), snapshot(await row(person, 1))
    # Without rung_until: restoring a snapshot must not make the task ring again.
    assert set(kept) == set(Task.model_fields) - {"user_id", "search", "rung_until"}
    for name in ("due_at", "recurrence_start", "completed_at", "created_at", "updated_at"):
        assert datetime.fromisoformat(kept[name]) == getattr(stored, name)


async def test_the_json_of_a_task_has_the_fields_of_the_contract(person: Person):
    told = as_json(await add(person, tags=["a"], due_at="2030-05-01T09:00:00Z"))
    assert " ".join(told) == (
        "number title description priority tags due_at all_day recurrence completed_at created_at updated_at overdue"
    )
    assert told["due_at"] == "2030-05-01T09:00:00Z"
    assert told["all_day"] is False
    assert told["tags"] == ["a"]
    assert told["created_at"].endswith("Z")
