"""Three turns of a user run at once; further ones wait, and can be followed and stopped."""

from taskchat_app.assistant.turns.answer import ANSWERS_AT_ONCE
from taskchat_app.domain.accounts.accounts import Person
from tests.chatting import Chat, follow_to_end, start
from tests.standin import Standin, hold_after, last_user_text, text
from tests.waiting import until_async


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
