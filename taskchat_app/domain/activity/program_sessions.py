"""Finds where the session of a connected program begins: its calls with one token, without a long pause."""

from datetime import timedelta

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

PAUSE = timedelta(minutes=30)
"""Without a request for so long, a program's session has ended: MCP's own sessions are not kept."""
SESSION_START = text("""
    SELECT max(id) FROM (
        SELECT id, at - lag(at) OVER (ORDER BY id) AS pause FROM changes
        WHERE user_id = :user_id AND token_id = :token_id
    ) AS of_token WHERE pause > :pause
""")


async def session_start(session: AsyncSession, user_id: str, token_id: str) -> int:
    """Return the id of the first change of the token's last session: after it, no pause was longer than PAUSE."""
    connection = await session.connection()
    parameters = {"user_id": user_id, "token_id": token_id, "pause": PAUSE}
    return (await connection.execute(SESSION_START, parameters)).scalar_one() or 0
