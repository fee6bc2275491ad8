"""The append-only change log: records changes, reads and follows them; announcements.py tells other processes.

Its followers: api/routes/events.py (GET /api/events) and ui/shell/live_state.py (the page).
"""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Literal, NamedTuple

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.limits.account_bytes import ROW_BYTES, check_share
from taskchat_app.domain.limits.rate_limits import check_room_for_writes, take_writes
from taskchat_app.domain.log.announcements import CHANGES, announcements
from taskchat_app.domain.storage.database import execute, now, reading
from taskchat_app.domain.storage.errors import NotFound, NotSignedIn, PersonError
from taskchat_app.domain.storage.models import Change, User
from taskchat_app.domain.storage.user_lock import NO_ACCOUNT
from taskchat_app.i18n.messages import gettext
from taskchat_app.runtime.broadcaster import Broadcaster, FellBehind, SharedBroadcasters
from taskchat_app.runtime.event_loop import PIECE, in_pieces

Actor = Literal["person", "assistant", "api", "mcp", "repeat"]
Kind = Literal["task", "thread", "message", "turn", "person"]
TOKEN_ENDED = gettext("This token is unknown, revoked or expired. Make another one in Settings.")


class Token(NamedTuple):
    """The access token with which a change is made."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Who makes a change, and in which thread and turn and with which access token, if any.

    Changes that are not `counted` take nothing from the write limit.
    """

    user_id: str
    actor: Actor
    thread_id: str | None = None
    turn_id: str | None = None
    token: Token | None = None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A change to record: `before` is None for a created object, `after` None for a deleted one."""

    kind: Kind
    action: str
    task_number: int | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    item_id: str | None = None
    undoes: int | None = None
    cause_number: int | None = None
    """The task whose change this change of its step follows from."""


@dataclass(frozen=True, slots=True)
class TaskChange:
    """A recorded change of a task, without its content."""

    id: int
    action: str
    number: int


def task_changes(session: AsyncSession) -> list[TaskChange]:
    """Return the changes of tasks that this session has recorded so far, oldest first."""
    return session.info.setdefault("task_changes", [])


GROWING: tuple[Kind, ...] = ("task", "thread")
"""Kinds of entries that a full account may not add: entries of messages and turns belong to turns that run already."""
FREEING = ("deleted", "read", "reminded", "seen", "snoozed")
"""Actions that it may take all the same."""


def _differences(snapshot: str, base: str) -> str:
    """Return SQL for the fields of a snapshot that its base lacks or has with other values; NULL without a snapshot."""
    return f"""CASE WHEN {snapshot} IS NOT NULL THEN COALESCE((
        SELECT jsonb_object_agg(key, value) FROM jsonb_each({snapshot}) WHERE {base} -> key IS DISTINCT FROM value
    ), '{{}}') END"""  # noqa: S608 -- no input is in it


def _has_fields_of(base: str, snapshot: str) -> str:
    """Return SQL for whether the snapshot has each field of the base: differences cannot leave one out."""
    return f"{base} - ARRAY(SELECT jsonb_object_keys({snapshot})) = '{{}}'"


# Records changes in one round trip: updates the user's counters, inserts the entries and notifies. An entry is stored
# as what differs from an earlier one, its base (see stored_snapshots.py): if the base of #7 is {"title": "Milk",
# "priority": "low"}, an entry that makes its priority high has `before` {} and `after` {"priority": "high"}.
RECORD = text(f"""
    WITH entry AS (  -- the given entries
        SELECT * FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS given (place int, kind text, action text,
            task_number int, cause_number int, before jsonb, after jsonb, item_id text, undoes bigint)
    ), based AS (  -- with the base of the task's newest entry, unless that has a field that the entry lacks
        SELECT entry.*, found.base_id, found.base_state
        FROM entry LEFT JOIN LATERAL (
            SELECT base.id AS base_id, CASE
                WHEN base.base_id = base.id THEN COALESCE(base.before || base.after, base.before)
                ELSE COALESCE(base.after, base.before)
            END AS base_state  -- the task as the base has it: see stored_snapshots.whole_snapshots
            FROM changes AS base
            WHERE entry.before IS NOT NULL AND base.user_id = :user_id AND base.id = (
                SELECT COALESCE(newest.base_id, newest.id) FROM changes AS newest
                WHERE newest.user_id = :user_id AND newest.task_number = entry.task_number
                    AND newest.kind = entry.kind AND COALESCE(newest.before, newest.after) IS NOT NULL
                ORDER BY newest.id DESC LIMIT 1
            )
            LIMIT 1  -- has Postgres find the base by its id: without statistics it read all changes
        ) AS found ON {_has_fields_of("base_state", "before")}
            AND (after IS NULL OR {_has_fields_of("base_state", "after")})
    ), chosen AS (  -- stored as a difference from that base, else with its `after` as one from its `before`, else whole
        SELECT *, CASE
            WHEN base_id IS NOT NULL AND octet_length(({_differences("before", "base_state")})::text) <= 512 THEN 'base'
            WHEN after IS NOT NULL AND {_has_fields_of("before", "after")} THEN 'before'
        END AS stored_from
        FROM based
    ), shortened AS MATERIALIZED (  -- with the snapshots to store
        SELECT place, kind, action, task_number, cause_number, item_id, undoes, base_id, stored_from,
            CASE stored_from WHEN 'base' THEN {_differences("before", "base_state")} ELSE before END AS before,
            CASE stored_from
                WHEN 'base' THEN {_differences("after", "base_state")}
                WHEN 'before' THEN {_differences("after", "before")}
                ELSE after
            END AS after
        FROM chosen
    ), counter AS (  -- no row if the account is gone, or the token was revoked while the request waited for the lock
        UPDATE users SET last_change_id = last_change_id + :count, stored_bytes = stored_bytes + :entry_bytes
            + COALESCE((  -- the bytes of the entries, and of new tasks as much again
                SELECT sum((COALESCE(pg_column_size(before), 0) + COALESCE(pg_column_size(after), 0))
                    * CASE WHEN action IN ('created', 'imported') THEN 2 ELSE 1 END)
                FROM shortened
            ), 0)
        WHERE id = :user_id AND (CAST(:token_id AS text) IS NULL OR EXISTS (
            SELECT FROM access_tokens WHERE user_id = :user_id AND id = :token_id AND revoked_at IS NULL
        ))
        RETURNING last_change_id, stored_bytes
    ), written AS (
        INSERT INTO changes (user_id, id, at, actor, kind, action, task_number, cause_number, before, after, base_id,
            thread_id, item_id, turn_id, undoes, token_id, token_name)
        SELECT :user_id, last_change_id - :count + place, :at, :actor, kind, action, task_number, cause_number, before,
            after, CASE stored_from WHEN 'base' THEN base_id WHEN 'before' THEN last_change_id - :count + place END,
            :thread_id, item_id, :turn_id, undoes, :token_id, :token_name
        FROM counter, shortened
    )
    SELECT last_change_id, stored_bytes,
        pg_notify(:channel, json_build_object('subject', CAST(:user_id AS text), 'id', last_change_id)::text)
    FROM counter
""")  # noqa: S608 -- no input is in it


async def record(session: AsyncSession, by: Cause, entries: Sequence[Entry]) -> list[int]:
    """Append the entries to the user's log and announce them on commit; return their ids.

    The user's counter changes under the lock on the user's row, so ids have no gaps and become visible in order.
    Raises WriteLimit if the user exceeds rate_limits.WRITES, AccountFull beyond the account's share of the disk,
    NotSignedIn if the token of the cause is revoked.
    """
    if not entries:
        return []
    if _is_limited(by) and any(entry.action != "reminded" for entry in entries):  # a reminder that rings is no write
        await take_writes(session, by.user_id, len(entries))
    values = await recorded_values(by, entries)
    recorded = (await execute(session, RECORD, values)).one_or_none()
    if recorded is None:
        raise not_recorded(by)
    grows = any(entry.kind in GROWING and entry.action not in FREEING for entry in entries)
    is_consequence = by.actor == "repeat"  # of a change that was checked
    if grows and not is_consequence:
        await check_share(session, by.user_id, recorded.stored_bytes)
    number = recorded.last_change_id
    ids = list(range(number - len(entries) + 1, number + 1))
    task_changes(session).extend(
        TaskChange(change_id, entry.action, entry.task_number)
        for change_id, entry in zip(ids, entries, strict=True)
        if entry.kind == "task" and entry.task_number is not None
    )
    return ids


def _is_limited(by: Cause) -> bool:
    """Return whether the write limit applies. It does not within turns, which have limits of their own.

    A call of MCP has an id in place of a turn's, but no limit of its own.
    """
    is_outside_turns = by.actor == "mcp" or (by.actor in ("person", "api") and by.turn_id is None)
    return by.counted and is_outside_turns


async def check_writes(session: AsyncSession, by: Cause, count: int) -> None:
    """Raise WriteLimit if the limit has no room for so many changes, before any of them is written.

    The disk keeps for a while what a rollback takes back; up to PIECE changes are written before they are counted.
    """
    if count > PIECE and _is_limited(by):
        await check_room_for_writes(session, by.user_id, count)


def not_recorded(by: Cause) -> PersonError:
    """Return the reason why nothing may be recorded by this cause."""
    return NotSignedIn(TOKEN_ENDED) if by.token else NotFound(NO_ACCOUNT)


async def recorded_values(by: Cause, entries: Sequence[Entry]) -> dict[str, Any]:
    """Return the entries and their cause as parameters of a statement that records them."""
    encoded: list[str] = []
    async for piece in in_pieces(list(enumerate(entries, 1))):
        encoded += [_encoded(place, entry) for place, entry in piece]
    return {
        "user_id": by.user_id,
        "thread_id": by.thread_id,
        "turn_id": by.turn_id,
        "token_id": by.token and by.token.id,
        "token_name": by.token and by.token.name,
        "actor": by.actor,
        "at": now(),
        "count": len(entries),
        "entry_bytes": len(entries) * ROW_BYTES,
        "channel": CHANGES,
        "entries": f"[{','.join(encoded)}]",
    }


def _encoded(place: int, entry: Entry) -> str:
    """Return the entry as JSON. dataclasses.asdict would make deep copies of both snapshots."""
    return json.dumps({"place": place} | {field.name: getattr(entry, field.name) for field in fields(entry)})


PAGE = 200
"""Maximum number of changes in one read of a follower."""
IDLE_SECONDS = 10.0
"""Interval of reading the log without an announcement, since announcements may be lost."""
BEHIND_MAX = 1000
"""Changes kept in memory for slow followers; a slower one reads the log itself."""


async def last_change_id(user_id: str) -> int:
    """Return the id of the user's newest change; 0 if there is none."""
    async with reading(user_id) as session:
        return (await session.exec(select(User.last_change_id).where(User.id == user_id))).one_or_none() or 0


async def changes_after(user_id: str, after: int) -> list[Change]:
    """Return at most PAGE of the user's changes with an id above `after`, oldest first."""
    async with reading(user_id) as session:
        query = select(Change).where(Change.user_id == user_id, Change.id > after).order_by(col(Change.id)).limit(PAGE)
        return list((await session.exec(query)).all())


_feeds: SharedBroadcasters[Change] = SharedBroadcasters()
"""The changes that this process follows, by user id: all followers of a user share one reader."""


async def follow_log(user_id: str, after: int, *, tick: float | None = None) -> AsyncGenerator[Sequence[Change], None]:
    """Yield batches of the user's changes with ids above `after`, in order and each once, endlessly.

    Yields an empty batch after `tick` seconds without a change, so that the caller can check other conditions. Raises
    if the database is unreachable; a new call with the last id seen continues without a gap.
    """
    # Where a new feed begins; an existing feed knows its newest change.
    newest = 0 if user_id in _feeds else await last_change_id(user_id)
    new_feed = partial(Broadcaster[Change], keep=BEHIND_MAX, after=newest)
    with _feeds.shared(user_id, new_feed, partial(_read_log, user_id)) as feed:
        while True:
            try:
                async with aclosing(feed.subscribe(after, tick=tick)) as batches:
                    async for batch in batches:
                        after = batch[-1].id if batch else after
                        yield batch
            except FellBehind as behind:
                if changes := await changes_after(user_id, after):
                    after = changes[-1].id
                    yield changes
                else:  # they were deleted
                    after = behind.kept_after


async def _read_log(user_id: str, feed: Broadcaster[Change]) -> None:
    """Publish new changes as they are announced, to all followers of the user's log (follow_log)."""
    with announcements().listen(CHANGES, user_id) as announced:
        while True:
            announced.clear()
            if changes := await changes_after(user_id, feed.last):
                feed.publish(*changes, numbers=[change.id for change in changes])
            else:
                await announced.wait(IDLE_SECONDS)
