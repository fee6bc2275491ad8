"""The manual order: moves, undo, restore, repeat."""

import asyncio
import base64
import json
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.activity.undo import undo_changes
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks import positions, series, tasks
from taskchat_app.domain.tasks.positions import (
    POSITION_MAX,
    gaps_after,
    parse_position,
    position_between,
    position_of_new,
    position_within,
)
from taskchat_app.domain.tasks.queries import TaskQuery, list_tasks
from taskchat_app.domain.tasks.task_view import snapshot
from tests.domain.activity.test_undo import add as add_in
from tests.domain.activity.test_undo import cause, create_user
from tests.domain.tasks.task_writes import add, by, complete, delete, edit, log, row
from tests.twins import Twins, rolled_back_session

Move = tuple[int, str, int]


async def move(person: Person, number: int, **beside: int | None) -> None:
    async with transaction(person.id) as session:
        await tasks.move_task(session, by(person), number, **beside)


async def order(person: Person, status: str = "open", direction: str = "asc", limit: int = 200) -> list[int]:
    """Return the numbers in the manual order, read page by page."""
    numbers: list[int] = []
    cursor = None
    while True:
        query = TaskQuery(status=status, sort="manual", order=direction, limit=limit, cursor=cursor)
        async with reading(person.id) as session:
            page = await list_tasks(session, person.id, query)
        numbers += [task.number for task in page.tasks]
        cursor = page.next
        if cursor is None:
            return numbers


async def order_in(session: AsyncSession, person: Person) -> list[int]:
    """Return the numbers in the manual order, read in the session's transaction."""
    query = select(Task.number).where(Task.user_id == person.id, col(Task.deleted_at).is_(None))
    return list((await session.exec(query.order_by(col(Task.position)))).all())


async def add_several(person: Person, count: int) -> None:
    for number in range(1, count + 1):
        await add(person, f"Task {number}")


# Moving


async def test_a_new_task_is_first(person: Person):
    await add_several(person, 3)
    assert await order(person) == [3, 2, 1]
    await move(person, 1)
    await add(person)
    assert await order(person) == [4, 1, 3, 2]
    await move(person, 2)
    await move(person, 3)
    await add(person)
    assert await order(person) == [5, 3, 2, 4, 1]


async def test_a_task_is_moved_after_before_and_to_the_top(person: Person):
    await add_several(person, 4)
    await move(person, 4, after=2)
    assert await order(person) == [3, 2, 4, 1]
    await move(person, 1, before=2)
    assert await order(person) == [3, 1, 2, 4]
    await move(person, 4, after=None)
    assert await order(person) == [4, 3, 1, 2]
    await move(person, 3, after=2)
    assert await order(person) == [4, 1, 2, 3]
    assert await order(person, direction="desc") == [3, 2, 1, 4]


async def test_moving_changes_one_row_and_is_recorded(person: Person):
    await add_several(person, 3)
    before = {number: await row(person, number) for number in (1, 2, 3)}
    await move(person, 1, after=3)
    assert [(await row(person, number)).position for number in (2, 3)] == [before[2].position, before[3].position]
    moved = (await log(person))[-1]
    assert (moved.action, moved.task_number) == ("moved", 1)
    assert moved.before is not None
    assert moved.after is not None
    different = {name for name in moved.before if moved.before[name] != moved.after[name]}
    assert different == {"position", "updated_at"}
    assert moved.after["position"] == (await row(person, 1)).position


async def test_a_move_to_the_current_place_changes_nothing(person: Person):
    await add_several(person, 3)
    await move(person, 3)
    await move(person, 2, after=3)
    await move(person, 2, before=1)
    await move(person, 1, after=2)
    assert [change.action for change in await log(person)] == ["created"] * 3


@pytest.mark.parametrize("neighbour", [1, 3, 9, 0, -1, 2**31, 10**30])
@pytest.mark.parametrize("side", ["after", "before"])
async def test_the_task_itself_deleted_and_unknown_tasks_are_refused_as_neighbours(
    person: Person, side: str, neighbour: int
):
    await add_several(person, 3)
    await delete(person, 3)
    with pytest.raises(Invalid, match=f"#{neighbour}") as refused:
        await move(person, 1, **{side: neighbour})
    assert refused.value.facts["field"] == side
    assert await order(person) == [2, 1]


async def test_another_users_task_is_no_neighbour_and_cannot_be_moved(person: Person, other_person: Person):
    await add(person)
    await add_several(other_person, 2)
    with pytest.raises(Invalid):
        await move(person, 1, after=2)
    with pytest.raises(NotFound):
        await move(person, 2)
    assert await order(other_person) == [2, 1]


async def test_concurrent_moves_to_one_place_get_different_positions(person: Person):
    await add_several(person, 12)
    await asyncio.gather(*(move(person, number, after=1) for number in range(2, 13)))
    found = await order(person)
    assert found[0] == 1
    assert sorted(found) == list(range(1, 13))
    async with reading(person.id) as session:
        positions = (await session.exec(select(col(Task.position)).where(Task.user_id == person.id))).all()
    assert len(set(positions)) == 12


async def test_pages_stay_correct_while_tasks_are_moved(person: Person):
    await add_several(person, 9)
    for number in range(1, 9):
        await move(person, number, after=9)
    everything = await order(person)
    for limit in (1, 2, 4):
        assert await order(person, limit=limit) == everything
        assert await order(person, limit=limit, direction="desc") == everything[::-1]


# What else moves


async def test_a_restored_task_returns_to_its_place(person: Person):
    await add_several(person, 4)
    await move(person, 4, after=2)
    await delete(person, 2)
    await move(person, 1)
    async with transaction(person.id) as session:
        await tasks.restore_task(session, by(person), 2)
    assert await order(person) == [1, 3, 2, 4]


async def test_the_next_task_of_a_repeating_task_is_right_after_it(person: Person):
    await add(person, "First")
    await add(person, "Daily", recurrence="FREQ=DAILY")
    await add(person, "Weekly", recurrence="FREQ=WEEKLY")
    await add(person, "Newest")
    async with transaction(person.id) as session:
        await tasks.bulk_complete(session, by(person), [2, 3])
    assert await order(person) == [4, 6, 5, 1]
    assert await order(person, "all") == [4, 3, 6, 2, 5, 1]
    await complete(person, 2, completed=False)
    assert await order(person) == [4, 6, 2, 1]


async def test_undoing_a_move_restores_the_order_exactly(person: Person):
    await add_several(person, 4)
    await move(person, 4, after=1)
    kept = [snapshot(await row(person, number)) for number in (1, 2, 3, 4)]
    await move(person, 2)
    change = (await log(person))[-1]
    await add(person)
    async with transaction(person.id) as session:
        outcome = await undo_changes(session, by(person), [change.id])
    assert (outcome.undone, outcome.conflicts) == ([2], [])
    assert await order(person) == [5, 3, 2, 1, 4]
    assert [snapshot(await row(person, number)) for number in (1, 2, 3, 4)] == kept


async def test_a_snapshot_without_a_position_can_be_restored(person: Person):
    await add_several(person, 3)
    await edit(person, 2, title="Changed")
    change = (await log(person))[-1]
    assert change.before is not None
    async with transaction(person.id) as session:
        old = {name: value for name, value in change.before.items() if name != "position"}
        named = (col(Change.user_id) == person.id, col(Change.id) == change.id)
        await session.exec(update(Change).where(*named).values(before=old))
    async with transaction(person.id) as session:
        assert (await undo_changes(session, by(person), [change.id])).undone == [2]
    assert ((await row(person, 2)).title, await order(person)) == ("Task 2", [3, 2, 1])


# Positions


@given(moves=st.lists(st.tuples(st.integers(1, 10_000), st.integers(0, 8)), max_size=60))
def test_a_position_is_strictly_between_its_neighbours_and_unique(moves: list[tuple[int, int]]):
    places = {position_of_new(number): number for number in range(1, 5)}
    for number, gap in moves:
        edges = [position_of_new(20_000), *sorted(places), None]
        low, high = edges[gap % (len(edges) - 1)], edges[gap % (len(edges) - 1) + 1]
        assert low is not None
        found = position_between(low, high, number)
        assert low < found
        assert high is None or found < high
        assert number == 1 or position_between(low, high, number - 1) != found
        assert number_in(found) == number
        assert parse_position(found) == found
        places.setdefault(found, number)


def number_in(position: str) -> int:
    """Return the task number encoded after the last 0."""
    digits = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    name = position.rsplit("0", 1)[1]
    return sum((digits.index(digit) + 1) * 61**power for power, digit in enumerate(reversed(name)))


@pytest.mark.parametrize("inner", ["low", "high", "both"])
def test_repeated_moves_into_one_gap_add_one_character_per_five_moves(inner: str):
    low, high = position_of_new(2), position_of_new(1)
    found = low
    for index in range(1000):
        found = position_between(low, high, 10_000 + index)
        assert low < found < high
        if inner == "low" or (inner == "both" and index % 2):
            low = found
        else:
            high = found
    assert len(found) < 220


async def test_a_move_into_a_gap_without_room_is_refused_and_changes_nothing(person: Person):
    await add_several(person, 4)
    await fill_gap(person, 2, 3)
    with pytest.raises(Invalid, match="Move a task beside it somewhere else first"):
        await move(person, 1, before=2)
    assert await order(person) == [4, 3, 2, 1]
    await move(person, 2, after=1)
    await move(person, 4, after=3)
    assert await order(person) == [3, 4, 1, 2]


async def test_the_next_task_of_a_repeating_task_is_first_if_the_gap_has_no_room(person: Person):
    await add(person, "First")
    await add(person, "Second")
    await add(person, "Daily", recurrence="FREQ=DAILY")
    await fill_gap(person, 2, 3)
    await complete(person, 3)
    assert await order(person) == [4, 2, 1]


async def fill_gap(person: Person, behind: int, before: int) -> None:
    """Give two neighbours positions without room for a key of 1,000 characters between them."""
    async with transaction(person.id) as session:
        for number, key in ((before, "V" * 988), (behind, "V" * 987 + "W")):
            named = (col(Task.user_id) == person.id, col(Task.number) == number)
            position = position_of_new(before) + key
            await session.exec(update(Task).where(*named).values(position=position))


# Decimals of earlier versions

DECIMALS = st.tuples(st.integers(0, 40), st.text("0123456789", max_size=5))


@given(one=DECIMALS, other=DECIMALS)
def test_a_decimal_becomes_a_key_in_the_same_order(one: tuple[int, str], other: tuple[int, str]):
    texts = [f"-{whole}.{digits}".rstrip(".") for whole, digits in (one, other)]
    (first, second), (low, high) = map(Decimal, texts), map(parse_position, texts)
    assert (first < second, first == second) == (low < high, low == high)


def test_new_positions_fit_to_those_stored_by_earlier_versions():
    assert (position_of_new(1), position_of_new(62)) == ("Q9999999998", "Q9999999937")


async def test_the_longest_permitted_position_is_used(person: Person, monkeypatch: pytest.MonkeyPatch):
    await add_several(person, 3)
    longest = len(position_between(position_of_new(3), position_of_new(2), 1))
    monkeypatch.setattr(positions, "POSITION_MAX", longest - 1)
    with pytest.raises(Invalid, match="Move a task beside it somewhere else first"):
        await move(person, 1, after=3)
    monkeypatch.setattr(positions, "POSITION_MAX", longest)
    await move(person, 1, after=3)
    assert await order(person) == [3, 1, 2]


@pytest.mark.parametrize(("missing", "found"), [(0, [3, 4, 1]), (1, [4, 3, 1])])
async def test_the_next_task_stands_after_its_task_if_the_longest_position_is_enough(
    person: Person, monkeypatch: pytest.MonkeyPatch, missing: int, found: list[int]
):
    for title, recurrence in (("First", None), ("Daily", "FREQ=DAILY"), ("Newest", None)):
        await add(person, title, recurrence=recurrence)
    longest = len(position_between(position_of_new(2), position_of_new(1), 4))
    monkeypatch.setattr(series, "POSITION_MAX", longest - missing)
    await complete(person, 2)
    assert await order(person) == found


def test_the_decimal_of_a_new_task_becomes_its_key():
    assert parse_position("-7") == position_of_new(7)


def test_a_decimal_of_16_000_digits_is_cut():
    assert len(parse_position("-7." + "1234567890" * 1_600)) == POSITION_MAX


@pytest.mark.parametrize("text", ["", "7", "-", "-7.", "-٣", "Q", "Q1 ", "Q" * 1_001, "-" + "9" * 10, "Zä", "1Q"])
def test_other_text_is_not_a_position(text: str):
    with pytest.raises(ValueError, match="no position"):
        parse_position(text)


async def test_undoing_a_move_that_an_earlier_version_recorded_restores_the_order(person: Person):
    await add_several(person, 3)
    await move(person, 1, after=3)
    change = (await log(person))[-1]
    assert change.before is not None
    async with transaction(person.id) as session:
        old = change.before | {"position": "-1"}
        named = (col(Change.user_id) == person.id, col(Change.id) == change.id)
        await session.exec(update(Change).where(*named).values(before=old))
    async with transaction(person.id) as session:
        assert (await undo_changes(session, by(person), [change.id])).undone == [1]
    assert await order(person) == [3, 2, 1]
    assert (await row(person, 1)).position == position_of_new(1)


async def test_a_cursor_of_an_earlier_version_continues_after_its_position(person: Person):
    await add_several(person, 3)
    async with reading(person.id) as session:
        page = await list_tasks(session, person.id, TaskQuery(sort="manual", limit=1))
        assert page.next is not None
        mark, key, number = json.loads(base64.urlsafe_b64decode(page.next + "=" * (-len(page.next) % 4)))
        assert (key, number) == (position_of_new(3), 3)
        old = base64.urlsafe_b64encode(json.dumps([mark, "-3", number]).encode()).decode().rstrip("=")
        rest = await list_tasks(session, person.id, TaskQuery(sort="manual", limit=5, cursor=old))
    assert [task.number for task in rest.tasks] == [2, 1]


MOVES = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 9), st.sampled_from(["after", "before"]), st.integers(0, 9)),
        st.tuples(st.integers(0, 9), st.sampled_from(["first", "new", "delete"]), st.just(0)),
    ),
    max_size=15,
)


async def apply_step(session: AsyncSession, person: Person, model: list[int], step: Move) -> None:
    """Apply one step to the tasks and to a list with the expected order."""
    pick, action, other = step
    number, neighbour = (model[index % len(model)] for index in (pick, other))
    match action:
        case "new":
            model.insert(0, await add_in(session, cause(person), person, title="New"))
        case "delete":
            if len(model) > 1:
                await tasks.delete_task(session, cause(person), number)
                model.remove(number)
        case "first":
            await tasks.move_task(session, cause(person), number)
            model.remove(number)
            model.insert(0, number)
        case _:
            if number != neighbour:
                await tasks.move_task(session, cause(person), number, **{action: neighbour})
                model.remove(number)
                model.insert(model.index(neighbour) + (action == "after"), number)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=MOVES)
async def test_random_moves_match_a_list_and_undo_reverts_each(postgres: Twins, steps: Sequence[Move]):
    async with rolled_back_session() as session:
        person = await create_user(session)
        model: list[int] = []
        for _ in range(5):
            model.insert(0, await add_in(session, cause(person), person, title="Given"))
        states = [list(model)]
        for step in steps:
            await apply_step(session, person, model, step)
            assert await order_in(session, person) == model
            states += [list(model)] if model != states[-1] else []
        changes = (await list_activity(session, person.id, limit=200)).changes
        for change, state in zip(changes, reversed(states[:-1]), strict=False):
            assert (await undo_changes(session, cause(person), [change.id])).conflicts == []
            assert await order_in(session, person) == state


async def test_gaps_after_tasks_are_between_the_users_own_tasks(person: Person, other_person: Person):
    new = position_of_new
    async with rolled_back_session() as session:
        for one, count in ((person, 3), (other_person, 5)):
            for _ in range(count):
                await add_in(session, cause(one), one, title="Given")
        await tasks.move_task(session, cause(other_person), 1, after=4)  # between #4 and #3
        assert await gaps_after(session, person.id, [1, 3, 5]) == {1: (new(1), None), 3: (new(3), new(2))}
        moved = (await gaps_after(session, other_person.id, [4]))[4][1]
        assert await gaps_after(session, other_person.id, [1, 3, 4]) == {
            1: (moved, new(3)),
            3: (new(3), new(2)),
            4: (new(4), moved),
        }


PLACES = st.text("01VZaz", min_size=1, max_size=4).map("Q9999999990".__add__)


@given(places=st.lists(PLACES, unique=True, min_size=2), numbers=st.permutations(range(1, 100)))
def test_positions_within_a_prefix_sort_by_place_and_stay_between_their_neighbours(
    places: list[str], numbers: list[int]
):
    prefix = "Q9999999980V"
    found = [position_within(prefix, place, number) for place, number in zip(sorted(places), numbers, strict=False)]
    assert found == sorted(set(found))
    for low, high in pairwise(["Q9999999980", *found, "Q9999999981"]):
        assert low < position_between(low, high, 5) < high


def test_a_position_with_a_prefix_that_would_be_too_long_is_that_of_a_new_task():
    assert position_within("Q9999999980V", "Q9999999990" + "0" * 600 + "V", 7) == position_of_new(7)
