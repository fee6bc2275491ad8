"""Stores a turn: its beginning, its items, its tool calls and its end, each in one statement.

A turn waits for each round trip to Postgres, so what is written together is one statement. All of them run under the
user's lock. Those of a running turn write nothing unless it holds its thread's lease (see leases).
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from chatkit.types import ThreadItem, UserMessageItem
from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.events import encode_failure
from taskchat_app.assistant.threads.leases import IS_HELD, LEASE_END, TurnOverError
from taskchat_app.assistant.threads.store import ITEMS, item_values, putting
from taskchat_app.domain.activity.receipts import CHANGES_OF_TURN, receipt_of
from taskchat_app.domain.limits.account_bytes import ROW_BYTES, check_share
from taskchat_app.domain.limits.rate_limits import REQUESTED, TAKING, Limit, taken_values
from taskchat_app.domain.log.changes import (
    IS_PERMITTED,
    LAST_CHANGE,
    Cause,
    Entry,
    not_recorded,
    recorded_values,
    recording,
)
from taskchat_app.domain.storage.database import DATABASE_AWAY, locking_transaction, reading
from taskchat_app.domain.storage.models import Thread
from taskchat_app.domain.storage.models import ThreadItem as ThreadItemRow
from taskchat_app.domain.tasks.search_words import search_words_of
from taskchat_app.i18n.messages import Message, gettext, messages_in

TURN_OVER = gettext("This answer was ended: its conversation was deleted, or is answered anew.")
NOT_SAVED = gettext(
    "The database did not answer, so the rest was not done. What is shown as done is kept. Try again in a moment."
)


class ItemNotStored(Exception):
    """The database did not store an item of a turn, which ends the turn."""


def _statement(ctes: str, *json_parameters: str, more: str = "") -> TextClause:
    """Return the statement with these CTEs, of which `counter` records the changes and `put` the items."""
    json = [bindparam(name, type_=JSONB(none_as_null=True)) for name in json_parameters]
    return text(f"WITH {ctes} SELECT {LAST_CHANGE}{more} FROM counter").bindparams(ITEMS, *json)  # noqa: S608 -- constants


ITEMS_READ = 120
"""At most so many items are read for the model, however short they are."""
PLANNING = "SET LOCAL enable_bitmapscan = off"
"""Begins the transaction of BEGIN_TURN, so that the newest items are read backwards by the index. Without fresh
statistics, Postgres takes a conversation for short, and reads and sorts all of it."""
_CHANGES_BY_CLICKS = """
    WITH clicks AS (
        SELECT changes.id, undoes, action, task_number
        FROM turns JOIN changes ON changes.turn_id = turns.id AND changes.id >= turns.first_change_id
        WHERE turns.id = thread_items.turn_id AND changes.user_id = :user_id AND kind = 'task'
            AND actor NOT IN ('assistant', 'repeat')
    )
    SELECT json_agg(json_build_array(id, undoes, action, task_number, is_click) ORDER BY id) FROM (
        SELECT id, undoes, action, task_number, true AS is_click FROM clicks
        UNION ALL
        SELECT id, undoes, action, task_number, false FROM changes
        WHERE user_id = :user_id AND undoes IS NOT NULL AND id > (SELECT min(id) FROM clicks)
            AND task_number IN (SELECT task_number FROM clicks)
    ) AS change"""
"""Selects what clicks in the cards of an item's turn changed, and the later undos in the history of these tasks."""
_TOOL_CALLS = """
    SELECT json_agg(call ORDER BY call.id) FROM (
        SELECT id, round, call_id, tool, arguments, result, signature FROM tool_executions
        WHERE thread_id = :thread_id AND turn_id = thread_items.turn_id AND item_id = thread_items.id
    ) AS call"""
"""Selects the tool calls of a workflow."""
_PROPOSAL = """
    SELECT json_build_object('decision', decision, 'numbers', numbers, 'restored', ARRAY(
        SELECT number FROM tasks
        WHERE user_id = :user_id AND number = ANY(proposals.numbers) AND deleted_at IS NULL
    )) FROM proposals
    WHERE thread_id = :thread_id AND item_id = thread_items.id ORDER BY created_at DESC LIMIT 1"""
"""Selects the proposal of a card, and which of its tasks exist again."""
_EARLIER_ITEMS = f"""
    SELECT json_agg(item ORDER BY seq) FROM (
        SELECT seq, json_build_array(type, body -> 'content', body -> 'quoted_text', body -> 'attachments',
            CASE WHEN type = 'workflow' THEN ({_TOOL_CALLS}) END,
            CASE WHEN type = 'widget' THEN
                json_build_object('proposal', ({_PROPOSAL}), 'changes', ({_CHANGES_BY_CLICKS}))
            END) AS item
        FROM thread_items
        WHERE thread_id = :thread_id AND type IN ('user_message', 'assistant_message', 'workflow', 'widget')
            AND turn_id IS DISTINCT FROM :turn_id
        ORDER BY seq DESC LIMIT :most
    ) AS newest"""  # noqa: S608 -- constants
"""Selects the newest items before the turn, oldest first, as the rows of Begun.earlier."""
_GIVE_LEASE = f"""
    held AS (
        INSERT INTO threads (id, user_id, title, search, status, details, lease_turn_id, lease_until, stop_requested,
            created_at, updated_at)
        SELECT :thread_id, :user_id, :title, array_to_tsvector(CAST(:title_words AS text[])), :thread_status, :details,
            :turn_id, {LEASE_END}, false, :created_at, :at FROM counter
        ON CONFLICT (id) DO UPDATE SET lease_turn_id = excluded.lease_turn_id, lease_until = excluded.lease_until,
            stop_requested = false, updated_at = excluded.updated_at
    )"""  # noqa: S608 -- constants
"""CTE that inserts the thread if it is new, and gives its lease to the turn."""
_START_TURN = """
    started AS (
        INSERT INTO turns (id, user_id, thread_id, status, first_change_id, started_at)
        SELECT :turn_id, :user_id, :thread_id, 'running', last_change_id, :at FROM counter
        ON CONFLICT (id) DO UPDATE SET status = 'running', first_change_id = excluded.first_change_id, error = NULL,
            started_at = excluded.started_at, ended_at = NULL
    )"""
"""CTE that inserts the turn as running, or updates one that is retried."""
BEGIN_TURN = _statement(
    f"{TAKING}, {recording(IS_PERMITTED)}, {putting('EXISTS (SELECT FROM counter)')}, {_GIVE_LEASE}, {_START_TURN}",
    "thread_status",
    "details",
    more=f""",
        ARRAY(SELECT scope FROM taken) AS taken,
        ({_EARLIER_ITEMS}) AS earlier,
        EXISTS (SELECT FROM proposals WHERE thread_id = :thread_id AND decision IS NULL) AS has_open_proposals""",  # noqa: S608 -- constants
).bindparams(REQUESTED)
"""Counts and stores the message, begins the turn and reads the conversation before it (Begun): all in one statement,
since the first word waits for each round trip."""
STORE_ITEM = _statement(
    f"""held AS MATERIALIZED (SELECT threads.id FROM threads, turns WHERE {IS_HELD} FOR UPDATE OF threads),
        {recording("EXISTS (SELECT FROM held)")}, {putting("EXISTS (SELECT FROM held)")}"""  # noqa: S608 -- constants
)
END_TURN = _statement(
    f"""freed AS (
            UPDATE threads SET lease_turn_id = NULL, lease_until = NULL, stop_requested = false, updated_at = :at
            FROM turns WHERE {IS_HELD} RETURNING threads.id
        ), ended AS (
            UPDATE turns SET status = :ending, error = :error, ended_at = :at
            WHERE id = :turn_id AND EXISTS (SELECT FROM freed)
        ), {recording("EXISTS (SELECT FROM freed)")}, {putting("EXISTS (SELECT FROM freed)")}""",  # noqa: S608 -- constants
    "error",
    more=f", {CHANGES_OF_TURN} AS changes",
)
"""Ends the turn, and reads what it has changed: its receipt."""
STORE_CALL = _statement(
    f"""{recording()}, {putting()}, executed AS (
            INSERT INTO tool_executions (user_id, thread_id, turn_id, item_id, round, call_id, tool, title, arguments,
                result, messages, outcome, signature, milliseconds, at)
            VALUES (:user_id, :thread_id, :turn_id, :item_id, :round, :call_id, :tool, :title, :arguments, :result,
                :messages, :outcome, :signature, :milliseconds, :at)
        )""",  # noqa: S608 -- constants
    "arguments",
    "result",
    "messages",
)


class Begun(NamedTuple):
    """A begun turn: its first change, the limits with room for it, and the conversation before its message."""

    first_change_id: int
    taken: list[str]
    """The scopes of the limits that had room for the message; unless all had, the caller must roll back."""
    earlier: list[list[Any]]
    """The conversation before the message, oldest first: of each item its type, `content`, `quoted_text` and
    `attachments`, the tool calls of a workflow, and of a card its proposal, and what clicks in it changed, with the
    undos. Whole items would cost more than the query."""
    has_open_proposals: bool
    """True if the thread has proposals that are not decided."""


async def begin_turn(
    session: AsyncSession,
    by: Cause,
    thread: Thread,
    message: UserMessageItem,
    entries: Sequence[Entry],
    limits: Sequence[Limit],
) -> Begun:
    """Count the message in the limits, store it, record the entries and give the turn the thread's lease.

    The caller has locked the thread, which is free or new. Raises NotFound if the account was deleted, NotSignedIn if
    the token of the cause is revoked, AccountFull beyond the account's share of the disk.
    """
    values = recorded_values(by, entries) | item_values([message]) | taken_values(limits, by.user_id)
    values |= {
        "title": thread.title,
        "title_words": search_words_of(thread.title or ""),
        "thread_status": thread.status,
        "details": thread.details,
        "created_at": thread.created_at,
        "most": ITEMS_READ,
    }
    row = (await (await session.connection()).execute(BEGIN_TURN, values)).one_or_none()
    if row is None:
        raise not_recorded(by)
    await check_share(session, by.user_id, row.stored_bytes)
    return Begun(row.last_change_id, row.taken, row.earlier or [], row.has_open_proposals)


async def store_item(turn: TurnContext, item: ThreadItem) -> None:
    """Store an item of the assistant. Raises TurnOverError or ItemNotStored when it cannot be stored."""
    try:
        async with locking_transaction(turn.person.id) as session:
            if await _execute(session, STORE_ITEM, _values(turn, [item])) is None:
                raise TurnOverError(turn.turn_id)
    except DATABASE_AWAY as error:
        raise ItemNotStored(turn.turn_id) from error


async def store_call(
    session: AsyncSession, turn: TurnContext, call: dict[str, Any], title: Message, result: dict[str, Any]
) -> None:
    """Store a tool call with the workflow as it now stands; the caller has checked the lease.

    `call` holds the other columns of its ToolExecution.
    """
    workflow = turn.workflow.current()
    values = _values(turn, [] if workflow is None else [workflow])
    messages = messages_in({"title": title, "message": result.get("message")})
    values |= call | {"title": title, "result": result, "messages": messages}
    values["more_bytes"] += len(json.dumps([call["arguments"], result, messages])) + ROW_BYTES
    await _execute(session, STORE_CALL, values)


async def end_turn(turn: TurnContext) -> bool:
    """Store the turn's last message and how it ended, release the lease and note the receipt.

    Return False, and do nothing, if the turn no longer has its lease.
    """
    items = [turn.finished_message] if turn.finished_message else []
    values = _values(turn, items, Entry("turn", turn.ending))
    values |= {"ending": turn.ending, "error": encode_failure(turn.failure)}
    async with locking_transaction(turn.person.id) as session:
        ended = (await (await session.connection()).execute(END_TURN, values)).one_or_none()
    if ended is not None:
        turn.receipt = receipt_of(ended.changes)
    return ended is not None


async def has_stored_last_message(turn: TurnContext) -> bool:
    """Return whether the turn's last message is stored."""
    assert turn.finished_message is not None
    async with reading(turn.person.id) as session:
        return await session.get(ThreadItemRow, turn.finished_message.id) is not None


def _values(turn: TurnContext, items: Sequence[ThreadItem], *more: Entry) -> dict[str, Any]:
    """Return the parameters of all statements of a running turn: its items, and the entries about them and `more`."""
    entries = [*(Entry("message", "stored", item_id=item.id) for item in items), *more]
    return recorded_values(turn.cause(), entries) | item_values(items) | {"first_change_id": turn.first_change_id}


async def _execute(session: AsyncSession, statement: TextClause, values: dict[str, Any]) -> int | None:
    """Return the id of the newest change; None if the statement wrote nothing."""
    return (await (await session.connection()).execute(statement, values)).scalar_one_or_none()
