"""Reads and changes the rows of turns and their threads."""

from datetime import datetime, timedelta

from sqlalchemy import text as sql
from sqlalchemy import update
from sqlmodel import col, select

from taskchat_app.assistant.threads import turn_storage
from taskchat_app.assistant.turns.turns import RunningTurn
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Thread
from taskchat_app.domain.storage.models import Turn as TurnRow
from tests.chatting import ended_turn, rows, write
from tests.standin import Standin, text

SOON = turn_storage.LEASE / 2
"""Until the end of a lease that a renewal is to extend: no matter how late that is, it ends later then."""


async def row(turn: RunningTurn) -> TurnRow:
    [turn_row] = await rows(select(TurnRow).where(TurnRow.id == turn.id))
    return turn_row


async def thread(turn: RunningTurn) -> Thread:
    [thread_row] = await rows(select(Thread).where(Thread.id == turn.thread_id))
    return thread_row


async def is_waited_for(count: int = 1) -> bool:
    """Return whether so many connections wait for locked rows."""
    return await rows(sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'transactionid'")) == [(count,)]


async def change_thread(turn: RunningTurn, **values: object) -> None:
    await write(update(Thread).where(col(Thread.id) == turn.thread_id).values(values))


async def set_running(turn: RunningTurn, **lease: object) -> None:
    """Have the row of a turn that has ended say that it runs, and its thread that it is leased so."""
    await write(update(TurnRow).where(col(TurnRow.id) == turn.id).values(status="running", ended_at=None))
    if lease:
        await change_thread(turn, lease_turn_id=turn.id, **lease)


async def killed_turn(person: Person, gemini: Standin) -> RunningTurn:
    """Return a turn whose server was killed a moment ago."""
    gemini.script([text("Hello.")])
    turn = await ended_turn(person, "hello")
    await set_running(turn, lease_until=now() - timedelta(seconds=1))
    return turn


async def is_renewed(turn: RunningTurn, since: datetime) -> bool:
    until = (await thread(turn)).lease_until
    return until is not None and until > since
