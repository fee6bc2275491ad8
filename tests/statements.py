"""Collects the SQL statements that the application sends through SQLAlchemy; reads how Postgres plans one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.dialects import postgresql
from sqlmodel.ext.asyncio.session import AsyncSession


@contextmanager
def sent_statements(beginning: str = "") -> Iterator[list[str]]:
    """Yield the texts of the statements with this beginning sent meanwhile, in their order, with their parameters."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.strip().startswith(beginning):
            sent.append(f"{statement.strip()} {parameters}")

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def plan_of(
    session: AsyncSession, query: Any, values: dict[str, Any] | None = None, *, without: Sequence[str] = ()
) -> list[str]:
    """Return the lines of the plan of a query or a text, without these ways of reading, which suit few rows."""
    if not isinstance(query, str):
        compiled = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        query = str(compiled).replace("::", r"\:\:")
    connection = await session.connection()
    for way in without:
        await connection.execute(text(f"SET LOCAL enable_{way} = off"))
    return list((await connection.execute(text(f"EXPLAIN {query}"), values)).scalars())
