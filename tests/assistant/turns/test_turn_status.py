"""The status of a turn, also while it is ending or waits for other turns of its user."""

from taskchat_app.assistant.turns import turn_status
from taskchat_app.assistant.turns.answer import ANSWERS_AT_ONCE
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.receipts import Receipt, receipts_of_turns
from taskchat_app.domain.activity.undo import undo_turn
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import transaction
from tests.assistant.threads.leased_turns import set_running
from tests.assistant.turns.turn_state import end_held, turn_in_answer
from tests.chatting import Chat, ended_turn, follow_to_end, start
from tests.standin import Standin, call, calls, hold_after, last_user_text, text
from tests.waiting import until_async


async def test_a_turn_that_ends_during_a_transaction_is_not_failed(person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    async with transaction(person.id) as session:
        row = await turn_status.access_turn(session, person.id, turn.id)
        await end_held(gemini, turn)
        assert row.status == "running"
        assert await turn_status.status_of(session, row) == "done"


async def test_a_killed_turn_is_failed_also_while_a_later_turn_answers_its_thread(person: Person, gemini: Standin):
    gemini.script([text("Hello."), hold_after(text("one two three", pieces=3), 1)])
    killed = await ended_turn(person, "hello")
    turn = await start(person, "count", killed.thread_id, until="one")
    await set_running(killed)
    assert (await turn_status.view_turn(person.id, killed.id)).status == "failed"
    assert (await turn_status.view_turn(person.id, turn.id)).status == "running"
    await end_held(gemini, turn)


async def test_receipts_are_returned_for_own_turns_only(person: Person, other_person: Person, gemini: Standin):
    turn_ids: dict[str, str] = {}
    for one in (person, other_person):
        gemini.script([calls(call("create_task", {"title": "Buy milk"})), text("Added.")])
        turn_ids[one.id] = (await follow_to_end(await start(one, "add milk"))).turn_id
    for one in (person, other_person):
        found = await receipts_of_turns(one.id, [*turn_ids.values(), "absent"])
        assert list(found) == [turn_ids[one.id]]
        assert found[turn_ids[one.id]] == Receipt("Added #1", changed=True, can_undo=True)
    async with transaction() as session:
        await undo_turn(session, Cause(other_person.id, "person"), turn_ids[other_person.id])
    assert (await receipts_of_turns(person.id, list(turn_ids.values())))[turn_ids[person.id]].can_undo
    [undone] = (await receipts_of_turns(other_person.id, list(turn_ids.values()))).values()
    assert not undone.can_undo


async def asked(gemini: Standin, *said: str) -> None:
    """Wait until the model was asked so often, and see that these messages were all."""
    await until_async(lambda: len(gemini.requests) >= len(said), 60)
    assert sorted(map(last_user_text, gemini.requests)) == sorted(said)


async def test_a_fourth_turn_waits_until_one_of_three_ends(chat: Chat, person: Person, other_person: Person):
    chat.script([hold_after(text("Done.", pieces=2), 1)], repeat=True)
    said = [f"message {number}" for number in range(ANSWERS_AT_ONCE + 2)]
    *_, fourth, fifth = [await start(person, words) for words in said]
    first_ones = said[:ANSWERS_AT_ONCE]
    await asked(chat.gemini, *first_ones)
    for turn in (fourth, fifth):
        assert (await chat.turn(turn.id))["status"] == "running"
    others = await start(other_person, "of somebody else")
    # A turn that began after the fourth and the fifth comes to the model before them.
    await asked(chat.gemini, *first_ones, "of somebody else")
    assert (await chat.http.post(f"/api/turns/{fourth.id}/stop")).status_code == 204
    assert (await chat.turn(fourth.id))["status"] == "stopped"
    more = await start(other_person, "again of somebody else")
    await asked(chat.gemini, *first_ones, "of somebody else", "again of somebody else")
    for _ in range(ANSWERS_AT_ONCE + 3):
        chat.gemini.release()
    assert [(await follow_to_end(turn)).text for turn in (fifth, others, more)] == ["Done."] * 3
    assert (await chat.turn(fifth.id))["status"] == "done"
    chat.gemini.release()
    assert (await chat.send("again", fourth.thread_id)).text == "Done."
