"""Three turns of a user run at once; further ones wait, and can be followed and stopped."""

import asyncio

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.answers_at_once import ANSWERS_AT_ONCE
from tests.chatting import Chat, follow_to_end, start
from tests.standin import Standin, hold_after, text


async def asked(gemini: Standin, count: int) -> None:
    """Wait until the model was asked so often, and see that it is not asked more often for a while."""
    async with asyncio.timeout(20):
        while len(gemini.requests) < count:  # noqa: ASYNC110 -- the stand-in runs in a thread of its own
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    assert len(gemini.requests) == count


async def test_a_fourth_turn_waits_until_one_of_three_ends(
    chat: Chat, gemini: Standin, person: Person, other_person: Person
) -> None:
    gemini.script([hold_after(text("Done.", pieces=2), 1)], repeat=True)
    *_, fourth, fifth = [await start(person, f"message {number}") for number in range(ANSWERS_AT_ONCE + 2)]
    await asked(gemini, ANSWERS_AT_ONCE)
    for turn in (fourth, fifth):
        assert (await chat.http.get(f"/api/turns/{turn.id}")).json()["status"] == "running"
    others = await start(other_person, "of somebody else")
    await asked(gemini, ANSWERS_AT_ONCE + 1)
    assert (await chat.http.post(f"/api/turns/{fourth.id}/stop")).status_code == 204
    assert (await chat.http.get(f"/api/turns/{fourth.id}")).json()["status"] == "stopped"
    await asked(gemini, ANSWERS_AT_ONCE + 1)
    for _ in range(ANSWERS_AT_ONCE + 2):
        gemini.release()
    assert ((await follow_to_end(fifth)).text, (await follow_to_end(others)).text) == ("Done.", "Done.")
    assert (await chat.http.get(f"/api/turns/{fifth.id}")).json()["status"] == "done"
    gemini.release()
    assert (await chat.send("again", fourth.thread_id)).text == "Done."
