"""Notes statements that name a table of users' rows without a condition on the user.

Of rows whose keys count per user, such a statement finds another user's as well, which are hidden by row-level security
alone. It may return the same nevertheless, also with a twin (see tests.twins).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from greenlet import getcurrent
from sqlalchemy import Connection, Engine, event
from sqlmodel import SQLModel

import taskchat_app
from taskchat_app.domain.storage.row_security import BEGIN_OPTION, EVERY_USER

TESTS = str(Path(__file__).parent)
OURS = (TESTS, str(Path(taskchat_app.__file__).parent))
CONDITION = re.compile(r"\buser_id (?:=|IN)\s|(?<!user_id) = (?:\w+\.)?user_id\b|\bfalse\b")
"""`false`: nothing can have what is looked for."""


@cache
def _table() -> re.Pattern[str]:
    keyed = [table.name for table in SQLModel.metadata.tables.values() if "user_id" in table.primary_key.columns]
    return re.compile(rf"(?:\b(?:FROM|JOIN|UPDATE|USING)|,)\s+({'|'.join(keyed)})\b(?!\.|\s*\()")


@cache
def lacks_condition(statement: str) -> bool:
    """Return whether a table has no condition of its own."""
    return len(_table().findall(statement)) > len(CONDITION.findall(statement))


def _is_from_test() -> bool:
    """Return whether a test sends the statement itself; the greenlet of SQLAlchemy hides who awaits it."""
    frame: Any = getattr(getcurrent().parent, "gr_frame", None)
    while frame and not frame.f_code.co_filename.startswith(OURS):
        frame = frame.f_back
    return frame is None or frame.f_code.co_filename.startswith(TESTS)


@contextmanager
def without_condition() -> Iterator[list[str]]:
    """Yield a list of such statements of the application, without those of jobs over all users."""
    found: list[str] = []

    def note(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        begun = connection.get_execution_options().get(BEGIN_OPTION)
        is_of_user = begun is not None and f"'{EVERY_USER}'" not in begun
        if is_of_user and lacks_condition(statement) and not _is_from_test():
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)
