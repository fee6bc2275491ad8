"""Reads the items of a conversation before a message, of which agent/history.py makes the model's input."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log.changes import Cause

ITEMS_READ = 120
"""At most so many items are read, however short they are."""
PLANNING = "SET LOCAL enable_bitmapscan = off"
"""For the transaction that reads them, so that the newest items are read backwards by the index. Without fresh
statistics, Postgres takes a conversation for short, and reads and sorts all of it."""
READ_EARLIER = text("""
    WITH newest AS (
        SELECT seq, id, turn_id, type, body FROM thread_items
        WHERE thread_id = :thread_id AND type IN ('user_message', 'assistant_message', 'workflow', 'widget')
            AND turn_id IS DISTINCT FROM :turn_id
        ORDER BY seq DESC LIMIT :most
    )
    SELECT type, body -> 'content', body -> 'quoted_text', body -> 'attachments',
        CASE WHEN type = 'workflow' THEN (
            SELECT json_agg(call ORDER BY call.id) FROM (
                SELECT id, round, call_id, tool, arguments, result, signature FROM tool_executions
                WHERE thread_id = :thread_id AND turn_id = newest.turn_id AND item_id = newest.id
            ) AS call
        ) END AS calls,
        CASE WHEN type = 'widget' THEN (
            SELECT json_build_object('decision', decision, 'numbers', numbers, 'restored', ARRAY(
                SELECT number FROM tasks
                WHERE user_id = :user_id AND number = ANY(proposals.numbers) AND deleted_at IS NULL
            )) FROM proposals
            WHERE thread_id = :thread_id AND item_id = newest.id ORDER BY created_at DESC LIMIT 1
        ) END AS proposal,
        CASE WHEN type = 'widget' THEN (
            WITH clicks AS ( -- an undo among them is read twice: effective_changes takes it once
                SELECT changes.id, undoes, action, task_number
                FROM turns JOIN changes ON changes.turn_id = turns.id AND changes.id >= turns.first_change_id
                WHERE turns.id = newest.turn_id AND changes.user_id = :user_id AND kind = 'task'
                    AND actor NOT IN ('assistant', 'repeat')
            )
            SELECT json_agg(change ORDER BY id) FROM (
                SELECT id, undoes, action, task_number, true AS is_click FROM clicks
                UNION ALL
                SELECT id, undoes, action, task_number, false FROM changes
                WHERE user_id = :user_id AND undoes IS NOT NULL AND id > (SELECT min(id) FROM clicks)
                    AND task_number IN (SELECT task_number FROM clicks)
            ) AS change
        ) END AS changes
    FROM newest ORDER BY seq
""")
"""Reads the columns of EarlierItem. Whole items would cost more than the query."""


class EarlierItem(NamedTuple):
    """The parts of an item of which the model's input is made."""

    type: str
    content: Any = None
    quoted_text: str | None = None
    attachments: Sequence[dict[str, Any]] | None = None
    calls: Sequence[dict[str, Any]] | None = None
    """The tool calls of a workflow: columns of tool_executions."""
    proposal: dict[str, Any] | None = None
    """Of a card that proposes to delete tasks: `decision`, `numbers`, and `restored`, those that exist again."""
    changes: Sequence[dict[str, Any]] | None = None
    """Of a card: what clicks in its turn changed, and later undos of these tasks, as the fields of ClickChange."""


class ClickChange(NamedTuple):
    """A change that was made by a click on a card, or an undo."""

    id: int
    undoes: int | None
    action: str
    task_number: int | None
    is_click: bool


async def read_earlier(session: AsyncSession, by: Cause) -> list[EarlierItem]:
    """Return the newest items of the thread but those of the turn itself, oldest first."""
    values = {"thread_id": by.thread_id, "turn_id": by.turn_id, "user_id": by.user_id, "most": ITEMS_READ}
    rows = await (await session.connection()).execute(READ_EARLIER, values)
    return [EarlierItem(*row) for row in rows]
