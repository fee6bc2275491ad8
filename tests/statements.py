"""Collects the SQL statements that the application sends through SQLAlchemy."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


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
