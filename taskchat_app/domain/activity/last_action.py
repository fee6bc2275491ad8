"""Finds the user's last action on tasks that is not undone, for Undo without naming one."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from sqlalchemy import text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log.effective_changes import changes_of_tasks
from taskchat_app.domain.storage.models import Change
from taskchat_app.runtime.event_loop import PIECE

CHANGES_READ = 500
"""An action further back in the log is not found."""
PAUSE = timedelta(minutes=30)
"""Without a request for so long, a program's session has ended: MCP's own sessions are not kept."""
PIECE_PAUSE = timedelta(seconds=1)
"""Two pieces of one action are recorded within this."""
SESSION_START = text("""
    SELECT max(id) FROM (
        SELECT id, at - lag(at) OVER (ORDER BY id) AS pause FROM changes
        WHERE user_id = :user_id AND token_id = :token_id
    ) AS of_token WHERE pause > :pause
""")
OWN = ("person", "assistant")
"""Actors whose changes count: not programs, and not the next task of a repeating one."""


async def last_action(session: AsyncSession, user_id: str, token_id: str | None = None) -> list[Change]:
    """Return the changes of the last action in effect, newest first: those of one turn, call or click.

    With `token_id`, the last one with this access token instead of the last one of the user.

    Undos are no actions: a second call after an undo returns the action before. Empty if there is none.
    """
    newest_first = changes_of_tasks(user_id).order_by(None).order_by(col(Change.id).desc()).limit(CHANGES_READ)
    changes = _in_effect((await session.exec(newest_first)).all(), token_id)
    if not changes:
        return []
    if turn_id := changes[0].turn_id:
        return [change for change in changes if change.turn_id == turn_id]
    return _recorded_together([change for change in changes if change.turn_id is None])


async def session_start(session: AsyncSession, user_id: str, token_id: str) -> int:
    """Return the id of the first change of the token's last session: after it, no pause was longer than PAUSE."""
    connection = await session.connection()
    parameters = {"user_id": user_id, "token_id": token_id, "pause": PAUSE}
    return (await connection.execute(SESSION_START, parameters)).scalar_one() or 0


def _in_effect(newest_first: Sequence[Change], token_id: str | None) -> list[Change]:
    """Return the changes in effect of the token, or the user's own, without undos."""
    undone: set[int] = set()
    kept: list[Change] = []
    for change in newest_first:
        if change.id in undone:
            continue
        if change.undoes is not None:
            undone.add(change.undoes)
        elif change.token_id == token_id if token_id else change.actor in OWN:
            kept.append(change)
    return kept


def _recorded_together(newest_first: Sequence[Change]) -> list[Change]:
    """Return the changes recorded with the first: at one moment, or in full pieces before it (event_loop.py)."""
    together: list[Change] = []
    for _, group in groupby(newest_first, key=lambda change: change.at):
        piece = list(group)
        if together and not _precedes(piece, together):
            break
        together += piece
    return together


def _precedes(piece: Sequence[Change], later: Sequence[Change]) -> bool:
    """Return whether the changes are an earlier piece of the action that made the later ones."""
    is_close = later[-1].at - piece[0].at < PIECE_PAUSE
    return len(piece) == PIECE and is_close and piece[0].action == later[-1].action
