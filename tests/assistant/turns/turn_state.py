"""Scripted replies of the model, turns that wait in them, and their rows in the database, also refused ones."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chatkit.types import InferenceOptions, UserMessageItem
from sqlalchemy import text as sql
from sqlmodel import select

from taskchat_app.assistant.turns.turns import RunningTurn
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Thread
from taskchat_app.domain.storage.models import Turn as TurnRow
from tests.chatting import follow_to_end, rows, start, write
from tests.standin import Standin, call, calls, hold_after, text

COUNTING = text("one two six ", pieces=3)
MILK = calls(call("create_task", {"title": "Buy milk"}))
MESSAGE = UserMessageItem(
    id="msg_1", thread_id="thr_1", created_at=now(), content=[], inference_options=InferenceOptions(), quoted_text=None
)


async def turn_in_answer(person: Person, gemini: Standin) -> RunningTurn:
    """Start a turn whose model has sent the first word of COUNTING and waits to be released."""
    gemini.script([hold_after(COUNTING, 1)])
    return await start(person, "count", until="one")


async def end_held(gemini: Standin, *turns: RunningTurn) -> None:
    """Release the replies that these turns wait for, and follow the turns to their ends."""
    for _ in turns:
        gemini.release()
    for turn in turns:
        await follow_to_end(turn)


async def status_of(turn_id: str) -> str:
    [status] = await rows(select(TurnRow.status).where(TurnRow.id == turn_id))
    return status


async def is_free(thread_id: str) -> bool:
    [thread] = await rows(select(Thread).where(Thread.id == thread_id))
    return thread.lease_turn_id is None and not thread.stop_requested


@asynccontextmanager
async def refused_rows(table: str, condition: str) -> AsyncIterator[None]:
    """Have the database refuse new rows of a table that do not meet the condition."""
    await write(sql(f"ALTER TABLE {table} ADD CONSTRAINT refused CHECK ({condition}) NOT VALID"))
    try:
        yield
    finally:
        await write(sql(f"ALTER TABLE {table} DROP CONSTRAINT refused"))
