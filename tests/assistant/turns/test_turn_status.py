"""The status of a turn, also while it is ending."""

from sqlalchemy import update
from sqlmodel import col

from taskchat_app.assistant.turns import turn_status
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.receipts import Receipt, receipts_of_turns
from taskchat_app.domain.activity.undo import undo_turn
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.models import Turn
from tests.assistant.turns.turn_state import turn_in_answer
from tests.chatting import ended_turn, follow_to_end, start, write
from tests.standin import Standin, call, calls, hold_after, text


async def test_a_turn_that_ends_during_a_transaction_is_not_failed(person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    async with transaction(person.id) as session:
        row = await turn_status.access_turn(session, person.id, turn.id)
        gemini.release()
        await follow_to_end(turn)
        assert row.status == "running"
        assert await turn_status.status_of(session, row) == "done"


async def test_a_killed_turn_is_failed_also_while_a_later_turn_answers_its_thread(person: Person, gemini: Standin):
    gemini.script([text("Hello."), hold_after(text("one two three", pieces=3), 1)])
    killed = await ended_turn(person, "hello")
    turn = await start(person, "count", killed.thread_id, until="one")
    await write(update(Turn).where(col(Turn.id) == killed.id).values(status="running", ended_at=None))
    assert (await turn_status.view_turn(person.id, killed.id)).status == "failed"
    assert (await turn_status.view_turn(person.id, turn.id)).status == "running"
    gemini.release()
    await follow_to_end(turn)


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
