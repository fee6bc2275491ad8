"""How a turn stands, while it is just ending."""

from taskchat_app.assistant import receipts
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.database import reading
from tests.chatting import finished, reached, start
from tests.standin import Standin, hold_after, text


async def test_a_turn_that_ends_while_it_is_read_did_not_fail(person: Person, gemini: Standin) -> None:
    gemini.script([hold_after(text("one two three", pieces=3), 1)])
    turn = await start(person, "count")
    await reached(turn, "thread.item.updated", "one")
    async with reading() as session:
        row = await receipts.access_turn(session, person.id, turn.id)
        gemini.release()
        await finished(turn)
        assert row.status == "running"
        assert await receipts.status_of(session, row) == "done"
