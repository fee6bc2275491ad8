"""Scripted replies of the model, and the state of turns and threads in the database."""

from sqlmodel import select

from taskchat_app.domain.storage.models import Thread
from taskchat_app.domain.storage.models import Turn as TurnRow
from tests.chatting import rows
from tests.standin import call, calls, text

COUNTING = text("one two six ", pieces=3)
MILK = calls(call("create_task", {"title": "Buy milk"}))


async def status_of(turn_id: str) -> str:
    [status] = await rows(select(TurnRow.status).where(TurnRow.id == turn_id))
    return status


async def is_free(thread_id: str) -> bool:
    [thread] = await rows(select(Thread).where(Thread.id == thread_id))
    return thread.lease_turn_id is None and not thread.stop_requested
