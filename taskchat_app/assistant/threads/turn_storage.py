"""Stores a turn: its beginning, its items, its tool calls and its end.

All of it runs under the user's lock. A turn takes the lease on its thread as it begins, and writes nothing without it:
the lease says which turn answers the thread, until when, and whether to stop. leases.py keeps it while the turn runs.
The two runs of a retried turn, which keeps its id, are distinguished by the change id at which each began.
"""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from chatkit.types import ThreadItem, UserMessageItem
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.events import encode_failure
from taskchat_app.assistant.core.items import MESSAGES, body_of, text_of
from taskchat_app.domain.limits.account_bytes import ROW_BYTES, check_share
from taskchat_app.domain.log.changes import Cause, Entry, not_recorded, recorded_values
from taskchat_app.domain.storage.database import DATABASE_AWAY, execute, locking_transaction, now, reading
from taskchat_app.domain.storage.models import Thread
from taskchat_app.domain.storage.models import ThreadItem as ThreadItemRow
from taskchat_app.domain.tasks.search_words import search_words_of

SEARCHED_MAX = 100_000
"""Indexed characters of a message: Postgres stores at most 1 MB of words."""
PUT_ITEMS = """
    put AS ( -- the items, new or as they are now
        INSERT INTO thread_items (id, thread_id, user_id, turn_id, type, body, created_at)
        SELECT id, :thread_id, :user_id, :turn_id, type, body, :at
        FROM jsonb_to_recordset(:items) AS item (place int, id text, type text, body jsonb) ORDER BY place
        ON CONFLICT (id) DO UPDATE SET body = excluded.body, type = excluded.type
        WHERE thread_items.user_id = excluded.user_id
        RETURNING id
    ), indexed AS ( -- the words of messages, for the search
        INSERT INTO message_words (item_id, user_id, search)
        SELECT id, :user_id, array_to_tsvector(words)
        FROM put JOIN jsonb_to_recordset(:items) AS item (id text, words text[]) USING (id) WHERE words IS NOT NULL
        ON CONFLICT (item_id) DO UPDATE SET search = excluded.search
    )"""
"""Inserts or updates items in order. An updated item keeps its position; another user's is not updated.

`item_values` makes the items; STORE has this part, and store.PUT."""


def item_values(items: Sequence[ThreadItem]) -> dict[str, Any]:
    """Return the items as the parameter of PUT_ITEMS, and their bytes."""
    rows: list[dict[str, Any]] = []
    item_bytes = 0
    for place, item in enumerate(items):
        body = body_of(item)
        item_bytes += len(json.dumps(body)) + ROW_BYTES
        rows.append({"place": place, "id": item.id, "type": item.type, "body": body, "words": words_of(item)})
    return {"items": rows, "item_bytes": item_bytes}


def words_of(item: ThreadItem) -> list[str] | None:
    """Return the words by which the search finds a message; None for an item that is no message."""
    return search_words_of(text_of(item)[:SEARCHED_MAX]) if isinstance(item, MESSAGES) else None


_Json = dict[str, Any]


class ItemNotStored(Exception):
    """The database did not store an item of a turn, which ends the turn."""


class TurnOverError(Exception):
    """The turn lost its lease (stopped, or another run took over) and must not write."""


class StopRequestedError(TurnOverError):
    """The turn holds its lease, but is to stop; it may store its partial answer."""


LEASE = timedelta(seconds=10)
"""How long a thread stays leased after its server was killed, by the clock of Postgres: the machines of two processes
may differ by more."""
BEGIN_TURN = text("""
    WITH admitted AS ( -- no row if the account is gone or the token revoked
        SELECT last_change_id + 1 AS first_change_id FROM users
        WHERE id = :user_id AND (CAST(:token_id AS text) IS NULL OR EXISTS (
            SELECT FROM access_tokens WHERE user_id = :user_id AND id = :token_id AND revoked_at IS NULL
        ))
    ), leased AS ( -- the thread, new or not, with its lease
        INSERT INTO threads (id, user_id, title, search, status, details, lease_turn_id, lease_until, stop_requested,
            created_at, updated_at)
        SELECT :thread_id, :user_id, :title, array_to_tsvector(CAST(:title_words AS text[])), :thread_status, :details,
            :turn_id, clock_timestamp() + CAST(:lease AS interval), false, :created_at, :at FROM admitted
        ON CONFLICT (id) DO UPDATE SET lease_turn_id = excluded.lease_turn_id, lease_until = excluded.lease_until,
            stop_requested = false, updated_at = excluded.updated_at
    ), started AS ( -- the turn, new or run again
        INSERT INTO turns (id, user_id, thread_id, status, first_change_id, started_at)
        SELECT :turn_id, :user_id, :thread_id, 'running', first_change_id, :at FROM admitted
        ON CONFLICT (id) DO UPDATE SET status = 'running', first_change_id = excluded.first_change_id, error = NULL,
            started_at = excluded.started_at, ended_at = NULL
    )
    SELECT first_change_id,
        EXISTS (SELECT FROM proposals WHERE thread_id = :thread_id AND decision IS NULL) AS has_open_proposals
    FROM admitted
""").bindparams(bindparam("thread_status", type_=JSONB), bindparam("details", type_=JSONB))
"""Gives the turn the lease of the thread, which the caller has found free."""
STORE = text(f"""
    WITH counter AS ( -- the ids of the entries, and the bytes that the account then stores
        UPDATE users SET last_change_id = last_change_id + :count,
            stored_bytes = stored_bytes + :entry_bytes + :item_bytes + :call_bytes
        WHERE id = :user_id RETURNING last_change_id, stored_bytes
    ), written AS ( -- the entries
        INSERT INTO changes (user_id, id, at, actor, kind, action, thread_id, item_id, turn_id, token_id, token_name)
        SELECT :user_id, last_change_id - :count + place, :at, :actor, kind, action, :thread_id, item_id, :turn_id,
            :token_id, :token_name
        FROM counter, jsonb_to_recordset(CAST(:entries AS jsonb)) AS entry (place int, kind text, action text,
            item_id text)
    ), {PUT_ITEMS}, called AS ( -- the tool calls
        INSERT INTO tool_executions (user_id, thread_id, turn_id, item_id, round, call_id, tool, title, arguments,
            result, messages, outcome, signature, milliseconds, at)
        SELECT :user_id, :thread_id, :turn_id, item_id, round, call_id, tool, title, arguments,
            result, messages, outcome, signature, milliseconds, :at
        FROM jsonb_to_recordset(:calls) AS call (item_id text, round int, call_id text, tool text, title text,
            arguments jsonb, result jsonb, messages jsonb, outcome text, signature text, milliseconds float)
    )
    SELECT stored_bytes,
        pg_notify(:channel, json_build_object('subject', CAST(:user_id AS text), 'id', last_change_id)::text)
    FROM counter
""").bindparams(bindparam("items", type_=JSONB), bindparam("calls", type_=JSONB))  # noqa: S608 -- no input is in it
"""Stores items and tool calls of a turn and records the entries about them, in one round trip:
changes.RECORD and store.PUT would be two, for each message, each tool call and each answer.

recorded_values gives the parameters of `counter` and `written`, item_values those of PUT_ITEMS and :item_bytes,
_store_parameters :calls and :call_bytes."""
HOLDS_LEASE = """
    threads.id = :thread_id AND threads.user_id = :user_id AND threads.lease_turn_id = :turn_id
        AND turns.id = :turn_id AND turns.first_change_id = :first_change_id
"""
"""A condition on a thread and a turn: this run of the turn has the lease. Its parameters are run_parameters."""
LOCK_LEASE = text(f"""
    SELECT stop_requested FROM threads, turns WHERE {HOLDS_LEASE} FOR NO KEY UPDATE OF threads
""")  # noqa: S608 -- no input is in it
END_TURN = text(f"""
    WITH freed AS (
        UPDATE threads SET lease_turn_id = NULL, lease_until = NULL, stop_requested = false, updated_at = :at
        FROM turns WHERE {HOLDS_LEASE} RETURNING turns.id
    )
    UPDATE turns SET status = :ending, error = :error, ended_at = :at FROM freed WHERE turns.id = freed.id
    RETURNING turns.id
""").bindparams(bindparam("error", type_=JSONB(none_as_null=True)))  # noqa: S608 -- no input is in it
"""Ends the turn and releases its lease; has no row if the turn no longer holds it."""


async def begin_turn(
    session: AsyncSession, by: Cause, thread: Thread, message: UserMessageItem, entries: Sequence[Entry]
) -> tuple[int, bool]:
    """Give the turn the thread's lease, store its message and record the entries.

    Return the id of the turn's first change, and whether the thread has proposals that are not decided. The caller
    has locked the thread, which is free or new. Raises NotFound if the account was deleted, NotSignedIn if
    the token of the cause is revoked, AccountFull beyond the account's share of the disk.
    """
    connection = await session.connection()
    store = await _store_parameters(by, [message], entries)
    begin = store | {  # of `store` it needs the user, the thread, the turn, the token and the time
        "title": thread.title,
        "title_words": search_words_of(thread.title or ""),
        "thread_status": thread.status,
        "details": thread.details,
        "created_at": thread.created_at,
        "lease": LEASE,
    }
    begun = (await connection.execute(BEGIN_TURN, begin)).one_or_none()
    if begun is None:
        raise not_recorded(by)
    stored = (await connection.execute(STORE, store)).one()
    await check_share(session, by.user_id, stored.stored_bytes)
    return begun.first_change_id, begun.has_open_proposals


def run_parameters(turn: TurnContext) -> _Json:
    """Return what names the turn's run in a statement that needs its lease."""
    return {
        "thread_id": turn.thread_id,
        "user_id": turn.person.id,
        "turn_id": turn.turn_id,
        "first_change_id": turn.first_change_id,
    }


async def lock_lease(session: AsyncSession, turn: TurnContext) -> bool:
    """Lock the lease until the transaction ends, and return whether to stop; raise TurnOverError if it is lost."""
    stop_requested = (await execute(session, LOCK_LEASE, run_parameters(turn))).scalar_one_or_none()
    if stop_requested is None:
        raise TurnOverError(turn.turn_id)
    return stop_requested


@asynccontextmanager
async def held_transaction(turn: TurnContext) -> AsyncGenerator[AsyncSession]:
    """Open a transaction in which a turn writes, with its user and its lease locked.

    Raises TurnOverError if the turn no longer holds it, StopRequestedError if it is to stop.
    """
    async with locking_transaction(turn.person.id) as session:
        if await lock_lease(session, turn):
            raise StopRequestedError(turn.turn_id)
        yield session


async def store_item(turn: TurnContext, item: ThreadItem) -> None:
    """Store an item of the assistant. Raises TurnOverError or ItemNotStored when it cannot be stored."""
    try:
        async with locking_transaction(turn.person.id) as session:
            await lock_lease(session, turn)
            await _store(session, turn, [item])
    except DATABASE_AWAY as error:
        raise ItemNotStored(turn.turn_id) from error


async def store_call(session: AsyncSession, turn: TurnContext, call: _Json) -> None:
    """Store a tool call, the columns of its ToolExecution, with the workflow as it now stands; the lease is checked."""
    workflow = turn.workflow.open_item
    await _store(session, turn, [] if workflow is None else [workflow], calls=[call])


async def end_turn(turn: TurnContext, last_message: ThreadItem | None = None) -> bool:
    """Store how the turn ended, with its last message, and release its lease; return False if it has lost it."""
    values = run_parameters(turn) | {"at": now(), "ending": turn.ending, "error": encode_failure(turn.failure)}
    async with locking_transaction(turn.person.id) as session:
        if (await execute(session, END_TURN, values)).one_or_none() is None:
            return False
        await _store(session, turn, [last_message] if last_message else [], Entry("turn", turn.ending))
    return True


async def has_stored(turn: TurnContext, item: ThreadItem) -> bool:
    async with reading(turn.person.id) as session:
        return await session.get(ThreadItemRow, item.id) is not None


async def _store(
    session: AsyncSession, turn: TurnContext, items: Sequence[ThreadItem], *more: Entry, calls: Sequence[_Json] = ()
) -> None:
    """Store items and tool calls of a running turn, and record the entries about the items and `more`."""
    entries = [*(Entry("message", "stored", item_id=item.id) for item in items), *more]
    await execute(session, STORE, await _store_parameters(turn.cause(), items, entries, calls))


async def _store_parameters(
    by: Cause, items: Sequence[ThreadItem], entries: Sequence[Entry], calls: Sequence[_Json] = ()
) -> _Json:
    contents = [[call["arguments"], call["result"], call["messages"]] for call in calls]
    call_bytes = sum(len(json.dumps(content)) + ROW_BYTES for content in contents)
    return await recorded_values(by, entries) | item_values(items) | {"calls": calls, "call_bytes": call_bytes}
