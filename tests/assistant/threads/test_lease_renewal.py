"""Renewal of leases: its time, locked rows, and turns that lost their lease."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from taskchat_app.assistant.threads import leases, turn_storage
from taskchat_app.assistant.turns.killed_turns import end_killed_turns
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.announcements import TURNS, announce
from taskchat_app.domain.storage.database import now, transaction
from tests.assistant.threads.leased_turns import SOON, change_thread, is_renewed, killed_turn, row, thread
from tests.assistant.turns.turn_state import end_held, turn_in_answer
from tests.chatting import follow_to_end
from tests.standin import Standin
from tests.waiting import in_background, until_async


async def test_a_turn_of_this_process_is_not_ended_when_its_renewal_is_late(
    no_renewal: None, person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch
):
    turn = await turn_in_answer(person, gemini)
    await change_thread(turn, lease_until=now() - timedelta(seconds=1))
    killed = await killed_turn(person, gemini)
    over, end_expired = asyncio.Event(), leases.end_expired

    async def end(user_id: str, thread_id: str, turn_id: str) -> bool:
        if user_id != person.id:  # the twin's lease ran out on a slow machine
            return False
        has_ended = await end_expired(user_id, thread_id, turn_id)
        over.set()
        return has_ended

    monkeypatch.setattr(leases, "end_expired", end)
    async with in_background(end_killed_turns()), asyncio.timeout(60):
        await over.wait()
    assert (await row(killed)).status == "failed"
    assert ((await row(turn)).status, (await thread(turn)).lease_turn_id) == ("running", turn.id)
    gemini.release()
    assert (await follow_to_end(turn)).text == "one two six "


async def test_leases_are_renewed_together_and_wait_for_no_lock(no_renewal: None, person: Person, gemini: Standin):
    running = [await turn_in_answer(person, gemini) for _ in range(3)]
    free, lost, locked = running
    before = now()
    soon = before + SOON
    for turn in running:
        await change_thread(turn, lease_until=soon)
    await change_thread(free, stop_requested=True)
    await change_thread(lost, lease_turn_id=None, lease_until=None)
    async with transaction(person.id) as session:
        await turn_storage.lock_lease(session, locked.context)
        held = await leases.renew([turn.context for turn in running])
    by_turn = {turn_id: lease for (turn_id, _), lease in held.items()}
    assert by_turn == {free.id: (True, "count", True), locked.id: (False, "count", False)}
    [until, _, unchanged] = [(await thread(turn)).lease_until for turn in running]
    assert until is not None
    assert before + turn_storage.LEASE <= until <= now() + turn_storage.LEASE
    assert unchanged == soon
    await end_held(gemini, *running)


async def test_a_locked_thread_delays_no_other_renewal_but_its_own(no_renewal: None, person: Person, gemini: Standin):
    running = [await turn_in_answer(person, gemini) for _ in range(3)]
    locked = running[0]
    soon = now() + SOON
    for turn in running:
        await change_thread(turn, lease_until=soon)
    async with transaction(person.id) as session:
        await turn_storage.lock_lease(session, locked.context)
        leases._renew_now.set()
        for turn in running[1:]:
            await until_async(partial(is_renewed, turn, soon), 60)
        assert not await is_renewed(locked, soon)
    await until_async(partial(is_renewed, locked, soon), 60)  # it is tried again
    await end_held(gemini, *running)


async def test_turns_that_are_due_together_are_renewed_and_the_lost_one_ends(person: Person, gemini: Standin):
    running = [await turn_in_answer(person, gemini) for _ in range(2)]
    soon = now() + SOON
    kept, lost = running
    await change_thread(kept, lease_until=soon)
    await change_thread(lost, lease_turn_id=None, lease_until=None)
    async with transaction() as session:
        for turn in running:
            await announce(session, TURNS, turn.id)  # they check their leases now, not after RENEW_SECONDS
    async with asyncio.timeout(60):
        await follow_to_end(lost)  # the model still waits
    until = (await thread(kept)).lease_until
    assert until is not None
    assert until > soon
    for _ in running:
        gemini.release()
    await follow_to_end(kept)
    assert (kept.context.ending, lost.context.ending) == ("done", "failed")
