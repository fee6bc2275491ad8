"""The manual order: moves, undo, restore, repeat; positions as keys and as decimals of earlier versions."""

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
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks import positions, tasks
from taskchat_app.domain.tasks.consequences import series
from taskchat_app.domain.tasks.positions import parse_position, position_within
from taskchat_app.domain.tasks.task_rows import POSITION_MAX, gaps_after, position_between, position_of_new
from tests.chatting import write
from tests.domain.activity.test_undo import add as add_in
from tests.domain.activity.test_undo import cause, create_user
from tests.soak import budget
from tests.task_account import Account, undone_and_left
from tests.twins import Twins, rolled_back_session

Move = tuple[int, str, int]


async def order(me: Account, status: str = "open", direction: str = "asc", limit: int = 200) -> list[int]:
    """Return the numbers in the manual order, read page by page."""
    return await me.numbers_by_page(status=status, sort="manual", order=direction, limit=limit)


async def order_in(session: AsyncSession, person: Person) -> list[int]:
    """Return the numbers in the manual order, read in the session's transaction."""
    query = select(Task.number).where(Task.user_id == person.id, col(Task.deleted_at).is_(None))
    return list((await session.exec(query.order_by(col(Task.position)))).all())


async def add_several(me: Account, count: int) -> None:
    await me.add_all(*(f"Task {number}" for number in range(1, count + 1)))


async def set_position_in_log(me: Account, change: Change, position: str | None) -> None:
    """Record this position before the change, as an earlier version did; None: record none."""
    before = {name: value for name, value in (change.before or {}).items() if name != "position"}
    before |= {"position": position} if position else {}
    await write(
        update(Change).where(col(Change.user_id) == me.person.id, col(Change.id) == change.id).values(before=before)
    )


# Moving


async def test_a_new_task_is_first_and_a_task_is_moved_after_before_and_to_the_top(me: Account):
    await add_several(me, 3)
    assert await order(me) == [3, 2, 1]
    await me.move(1)
    await me.add()
    assert await order(me) == [4, 1, 3, 2]
    for number, beside, expected in (
        (4, {"after": 2}, [1, 3, 2, 4]),
        (1, {"before": 2}, [3, 1, 2, 4]),
        (4, {"after": None}, [4, 3, 1, 2]),
        (3, {"after": 2}, [4, 1, 2, 3]),
        (2, {}, [2, 4, 1, 3]),
        (3, {}, [3, 2, 4, 1]),
    ):
        await me.move(number, **beside)
        assert await order(me) == expected
    assert await order(me, direction="desc") == [1, 4, 2, 3]
    await me.add()
    assert await order(me) == [5, 3, 2, 4, 1]


async def test_moving_changes_one_row_and_is_recorded_and_a_move_to_the_current_place_changes_nothing(me: Account):
    await add_several(me, 3)
    await me.move(3)
    await me.move(2, after=3)
    await me.move(2, before=1)
    await me.move(1, after=2)
    assert await me.actions() == ["created"] * 3
    before = {number: await me.row(number) for number in (1, 2, 3)}
    await me.move(1, after=3)
    assert [(await me.row(number)).position for number in (2, 3)] == [before[2].position, before[3].position]
    moved = (await me.log())[-1]
    assert (moved.action, moved.task_number) == ("moved", 1)
    assert moved.before is not None
    assert moved.after is not None
    different = {name for name in moved.before if moved.before[name] != moved.after[name]}
    assert different == {"position", "updated_at"}
    assert moved.after["position"] == (await me.row(1)).position


async def test_the_task_itself_deleted_unknown_and_others_tasks_are_no_neighbours(me: Account, other: Account):
    await add_several(me, 3)
    await me.delete(3)
    await add_several(other, 5)
    for side in ("after", "before"):
        for neighbour in (1, 3, 5, 9, 0, -1, 2**31, 10**30):
            with pytest.raises(Invalid, match=f"#{neighbour}") as refused:
                await me.move(1, **{side: neighbour})
            assert refused.value.facts["field"] == side
    assert await order(me) == [2, 1]
    with pytest.raises(NotFound):
        await me.move(4)
    assert await order(other) == [5, 4, 3, 2, 1]


async def test_concurrent_moves_get_different_positions_and_pages_stay_correct(me: Account, other: Account):
    await add_several(me, 12)
    await asyncio.gather(*(me.move(number, after=1) for number in range(2, 13)))
    found = await order(me)
    assert found[0] == 1
    assert sorted(found) == list(range(1, 13))
    assert len({(await me.row(number)).position for number in found}) == 12
    await add_several(other, 9)
    for number in range(1, 9):
        await other.move(number, after=9)
    everything = await order(other)
    for limit in (1, 2, 4):
        assert await order(other, limit=limit) == everything
        assert await order(other, limit=limit, direction="desc") == everything[::-1]


# What else moves


async def test_the_next_task_of_a_repeating_task_is_right_after_it(me: Account):
    for title, rule in (("First", None), ("Daily", "FREQ=DAILY"), ("Weekly", "FREQ=WEEKLY"), ("Newest", None)):
        await me.add(title, recurrence=rule)
    await me.complete_all([2, 3])
    assert await order(me) == [4, 6, 5, 1]
    assert await order(me, "all") == [4, 3, 6, 2, 5, 1]
    await me.complete(2, False)
    assert await order(me) == [4, 6, 2, 1]


async def test_undoing_a_move_restores_the_order_exactly_and_a_restored_task_returns_to_its_place(me: Account):
    await add_several(me, 4)
    await me.move(4, after=1)
    kept = await me.snapshots()
    await me.move(2)
    change = (await me.log())[-1]
    await me.add()
    assert undone_and_left(await me.undo(change.id)) == ([2], [])
    assert await order(me) == [5, 3, 2, 1, 4]
    assert {number: task for number, task in (await me.snapshots()).items() if number < 5} == kept
    await me.delete(2)
    await me.move(1)
    await me.restore(2)
    assert await order(me) == [1, 5, 3, 2, 4]


async def test_changes_and_cursors_of_earlier_versions_are_undone_and_continued(me: Account):
    await add_several(me, 3)
    await me.edit(2, title="Changed")
    await set_position_in_log(me, (await me.log())[-1], None)
    assert (await me.undo(4)).undone == [2]
    assert ((await me.row(2)).title, await order(me)) == ("Task 2", [3, 2, 1])
    await me.move(1, after=3)
    change = (await me.log())[-1]
    await set_position_in_log(me, change, "-1")
    assert (await me.undo(change.id)).undone == [1]
    assert (await order(me), (await me.row(1)).position) == ([3, 2, 1], position_of_new(1))
    cursor = (await me.page(sort="manual", limit=1)).next
    assert cursor is not None
    mark, key, number = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    assert (key, number) == (position_of_new(3), 3)
    old = base64.urlsafe_b64encode(json.dumps([mark, "-3", number]).encode()).decode().rstrip("=")
    assert [task.number for task in (await me.page(sort="manual", limit=5, cursor=old)).tasks] == [2, 1]


# Room


async def fill_gap(me: Account, behind: int, before: int) -> None:
    """Give two neighbours positions without room for a key of 1,000 characters between them."""
    for number, key in ((before, "V" * 988), (behind, "V" * 987 + "W")):
        await me.set_columns(number, position=position_of_new(before) + key)


async def test_a_move_into_a_full_gap_is_refused_and_the_next_task_of_a_series_is_first(me: Account, other: Account):
    await add_several(other, 2)
    await other.add("Daily", recurrence="FREQ=DAILY")
    await fill_gap(other, 2, 3)
    await other.complete(3)
    assert await order(other) == [4, 2, 1]
    await add_several(me, 4)
    await fill_gap(me, 2, 3)
    with pytest.raises(Invalid, match="Move a task beside it somewhere else first"):
        await me.move(1, before=2)
    assert await order(me) == [4, 3, 2, 1]
    await me.move(2, after=1)
    await me.move(4, after=3)
    assert await order(me) == [3, 4, 1, 2]


async def test_the_longest_permitted_position_is_used(me: Account, other: Account, monkeypatch: pytest.MonkeyPatch):
    await add_several(me, 3)
    longest = len(position_between(position_of_new(3), position_of_new(2), 1))
    monkeypatch.setattr(positions, "POSITION_MAX", longest - 1)
    with pytest.raises(Invalid, match="Move a task beside it somewhere else first"):
        await me.move(1, after=3)
    monkeypatch.setattr(positions, "POSITION_MAX", longest)
    await me.move(1, after=3)
    assert await order(me) == [3, 1, 2]
    for title, recurrence in (("First", None), ("Daily", "FREQ=DAILY"), ("Newest", None)):
        await other.add(title, recurrence=recurrence)
    for number, missing, found in ((4, 0, [3, 4, 1]), (5, 1, [5, 3, 1])):
        longest = len(position_between(position_of_new(2), position_of_new(1), number))
        monkeypatch.setattr(series, "POSITION_MAX", longest - missing)
        await other.complete(2)
        assert await order(other) == found
        await other.complete(2, False)


# Positions


@pytest.mark.also_soak
@settings(max_examples=budget(40, 4_000))
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


DECIMALS = st.tuples(st.integers(0, 40), st.text("0123456789", max_size=5))


@given(one=DECIMALS, other_one=DECIMALS)
def test_a_decimal_becomes_a_key_in_the_same_order(one: tuple[int, str], other_one: tuple[int, str]):
    texts = [f"-{whole}.{digits}".rstrip(".") for whole, digits in (one, other_one)]
    (first, second), (low, high) = map(Decimal, texts), map(parse_position, texts)
    assert (first < second, first == second) == (low < high, low == high)


def test_positions_fit_to_those_stored_by_earlier_versions_and_other_text_is_none():
    assert (position_of_new(1), position_of_new(62)) == ("Q9999999998", "Q9999999937")
    assert parse_position("-7") == position_of_new(7)
    assert len(parse_position("-7." + "1234567890" * 1_600)) == POSITION_MAX
    for text in ("", "7", "-", "-7.", "-٣", "Q", "Q1 ", "Q" * 1_001, "-" + "9" * 10, "Zä", "1Q"):
        with pytest.raises(ValueError, match="no position"):
            parse_position(text)


MOVES = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 9), st.sampled_from(["after", "before"]), st.integers(0, 9)),
        st.tuples(st.integers(0, 9), st.sampled_from(["first", "new", "delete"]), st.just(0)),
    ),
    max_size=15,
)


async def apply_step(session: AsyncSession, person: Person, model: list[int], step: Move) -> None:
    """Apply one step to the tasks and to a list with the expected order."""
    pick, action, beside = step
    number, neighbour = (model[index % len(model)] for index in (pick, beside))
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


@pytest.mark.also_soak
@settings(max_examples=budget(6, 150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


async def test_gaps_after_tasks_are_between_the_users_own_tasks(me: Account, other: Account):
    new = position_of_new
    await add_several(me, 3)
    await add_several(other, 5)
    await other.move(1, after=4)  # between #4 and #3
    assert await me.get(gaps_after, [1, 3, 5]) == {1: (new(1), None), 3: (new(3), new(2))}
    moved = (await other.get(gaps_after, [4]))[4][1]
    expected = {1: (moved, new(3)), 3: (new(3), new(2)), 4: (new(4), moved)}
    assert await other.get(gaps_after, [1, 3, 4]) == expected


PLACES = st.text("01VZaz", min_size=1, max_size=4).map("Q9999999990".__add__)


@given(places=st.lists(PLACES, unique=True, min_size=2), numbers=st.permutations(range(1, 100)))
def test_positions_within_a_prefix_sort_by_place_between_their_neighbours(places: list[str], numbers: list[int]):
    prefix = "Q9999999980V"
    found = [position_within(prefix, place, number) for place, number in zip(sorted(places), numbers, strict=False)]
    assert found == sorted(set(found))
    for low, high in pairwise(["Q9999999980", *found, "Q9999999981"]):
        assert low < position_between(low, high, 5) < high
    assert position_within(prefix, "Q9999999990" + "0" * 600 + "V", 7) == position_of_new(7), "it would be too long"
