"""Finds what an Undo without a name is for: the user's last action on tasks, or a program's last action or session."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.activity.undo import UndoOutcome, undo_token
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.log.effective_changes import IMPORTED, changes_of_tasks
from taskchat_app.domain.storage.database import execute
from taskchat_app.domain.storage.models import Change

READ_AT_ONCE = 500
CHANGES_READ = 10_000
"""An action further back in the log is not found."""
PAUSE = timedelta(minutes=30)
"""A program's session ends after so long without a request: MCP's own sessions are not kept."""
SESSION_START = text("""
    SELECT max(id) FROM (
        SELECT id, at - lag(at) OVER (ORDER BY id) AS pause FROM changes
        WHERE user_id = :user_id AND token_id = :token_id AND starts_with(turn_id, :calls)
    ) AS of_token WHERE pause > :pause
""")
"""Selects the first change after the last long pause between a client's changes."""
USER_ACTORS = ("person", "assistant")
"""Actors whose changes count: not programs, and not the next task of a repeating one."""


class LoggedChange(NamedTuple):
    """An entry of the log without the task's content, which is most of it."""

    id: int
    at: datetime
    actor: str
    action: str
    task_number: int
    turn_id: str | None
    undoes: int | None
    token_id: str | None


@dataclass(frozen=True, slots=True)
class LastAction:
    change_ids: list[int]
    """Its changes in effect, newest first."""
    turn_id: str | None = None
    """The turn or call that made them, if one did; it may have made further ones."""


async def last_action(
    session: AsyncSession, user_id: str, token_id: str | None = None, calls: str = ""
) -> LastAction | None:
    """Return the last action in effect of the user: the changes of one turn, call or click. None if there is none.

    With `token_id`, the last MCP call with this access token, of a client whose call ids begin with `calls`.
    An undo is no action: after one, the action before is returned. Nor is the history of a task from an account file.
    """

    def is_sought(change: LoggedChange) -> bool:
        if token_id:
            return change.token_id == token_id and (change.turn_id or "").startswith(calls)
        return change.actor in USER_ACTORS

    async with aclosing(_in_effect(session, user_id)) as changes:
        async for newest in changes:
            if is_sought(newest):
                break
        else:
            return None
        first_of_turn: int | None = None
        if newest.turn_id is not None:
            in_turn = (Change.user_id == user_id, Change.turn_id == newest.turn_id)
            first_of_turn = (await session.exec(select(func.min(Change.id)).where(*in_turn))).one()
        ids = [newest.id]
        async for change in changes:
            # A click, which has no turn, records all its changes at one moment.
            is_older = change.at != newest.at if first_of_turn is None else change.id < first_of_turn
            if is_older:
                break
            if is_sought(change) and change.turn_id == newest.turn_id:
                ids.append(change.id)
    return LastAction(ids, newest.turn_id)


async def undo_last_of_token(session: AsyncSession, by: Cause, token_id: str, calls: str) -> UndoOutcome:
    """Undo a client's last call in effect with this access token (see last_action); no effect if there is none."""
    action = await last_action(session, by.user_id, token_id, calls)
    if action is None:
        return UndoOutcome()
    assert action.turn_id is not None  # each MCP call has an id
    return await undo_token(session, by, token_id, turn_id=action.turn_id)


async def session_start(session: AsyncSession, user_id: str, token_id: str, calls: str) -> int:
    """Return the id of the first change of a client's last session: after it, no pause was longer than PAUSE."""
    parameters = {"user_id": user_id, "token_id": token_id, "calls": calls, "pause": PAUSE}
    return (await execute(session, SESSION_START, parameters)).scalar_one() or 0


async def _in_effect(session: AsyncSession, user_id: str) -> AsyncGenerator[LoggedChange]:
    """Yield the user's changes of tasks that no later one has undone, newest first, out of the last CHANGES_READ.

    Without undos and the history of imported tasks. The log is read in pages: most actions are in the first.
    """
    undone: set[int] = set()
    imported: set[int] = set()
    columns = [getattr(Change, name) for name in LoggedChange._fields]
    query = changes_of_tasks(user_id).order_by(None).order_by(col(Change.id).desc()).limit(READ_AT_ONCE)
    for _ in range(CHANGES_READ // READ_AT_ONCE):
        page = [LoggedChange(*row) for row in await execute(session, query.with_only_columns(*columns))]
        for change in page:
            is_older_than_import = change.task_number in imported  # the import itself is none of its history
            if change.action == IMPORTED:
                imported.add(change.task_number)
            if is_older_than_import or change.id in undone:  # an undo is newer than what it undid, and so read before
                continue
            if change.undoes is None:
                yield change
            else:
                undone.add(change.undoes)
        if len(page) < READ_AT_ONCE:
            return
        query = query.where(col(Change.id) < page[-1].id)
