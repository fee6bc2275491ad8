"""Row-level security: a transaction reads and writes only the rows of its user.

Migrations create the policies. Policies apply to every role except superusers and the tables' owner, so the
application's sessions run as a separate NOLOGIN role, which `secure()` creates in each database.
"""

import logging
from functools import cache
from typing import Any, Self, cast

from psycopg import AsyncCursor
from psycopg.sql import quote
from sqlalchemy import AdaptedConnection, Connection, Engine, event, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import SQLModel

log = logging.getLogger(__name__)

SETTING = "taskchat.user_id"
"""The transaction-local setting that the policies compare with `user_id`."""
EVERY_USER = "*"
"""Value of SETTING that permits the rows of all users."""

# Roles are shared by the whole cluster: each database has its own, so that no installation gets another's rights.
ROLE = "'taskchat_app_' || (SELECT oid FROM pg_database WHERE datname = current_database())"
FIND_ROLE = f"""
    SELECT rolname FROM pg_roles WHERE rolname = {ROLE} AND pg_has_role(session_user, rolname,
        CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
"""  # noqa: S608 -- constants
"""Selects the role if it exists and the login may SET ROLE to it."""
TAKE_ROLE = f"SELECT set_config('role', rolname, false) FROM ({FIND_ROLE}) AS found"  # noqa: S608 -- constants
TABLES_WITHOUT_PRIVILEGES = """
    SELECT name FROM unnest(CAST(:tables AS text[])) AS name
    CROSS JOIN unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) AS privilege
    GROUP BY name HAVING NOT bool_and(has_table_privilege(:role, name, privilege))
"""
"""Selects the tables on which the role lacks a privilege."""
FUNCTIONS = (
    "found_tasks(text[], text)",
    "found_messages(text[], text)",
    "counted_tasks(timestamp with time zone, timestamp with time zone)",
)
"""Functions that run as the tables' owner; others than the application's role may not call them."""
TABLES_WITH_SECURITY = """
    SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
    AND relname = ANY(:tables) AND relrowsecurity AND relforcerowsecurity = :forced
"""
"""Selects the tables with row-level security that is (or is not) forced on their owner."""


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, record: Any) -> None:
    """Switch a new async connection to the application's role; sync ones (migrations) keep the login, for all rows."""
    is_async = isinstance(connection, AdaptedConnection)
    cursor = connection.cursor()
    cursor.execute(TAKE_ROLE if is_async else f"SET {SETTING} = '{EVERY_USER}'")
    cursor.close()
    connection.commit()
    if is_async:
        cast("Any", connection).autocommit = True  # database.py sends the BEGIN (see begin_message)
        connection.driver_connection.cursor_factory = RowsCursor


class RowsCursor(AsyncCursor[Any]):
    """A cursor that skips results without columns, as begin_message has, which is sent with the first query."""

    async def execute(self, *args: Any, **kwargs: Any) -> Self:
        await super().execute(*args, **kwargs)
        has_next = True
        while has_next and self.pgresult is not None and self.pgresult.nfields == 0:
            has_next = self.nextset()  # None at the last result, which stays the current one: that of an UPDATE
        return self


def begin_message(user_id: str | None, *, read_only: bool = False, lock: bool = False, setting: str = "") -> str:
    """Return the SQL that begins a transaction of this user, as one message to Postgres.

    Without a user (None) no user's rows are accessible, and none is locked. With `lock`, it also locks the user's row
    until the transaction ends. With `read_only`, all its queries read the same moment, such as one for a conversation's
    messages and one for whether it is being answered. `setting` is one more statement, a SET LOCAL for the transaction.
    """
    statements = ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if read_only else "BEGIN"]
    if user_id is not None:
        statements.append(f"SET LOCAL {SETTING} = {quote(user_id)}")
    if lock and user_id is not None:
        statements.append(f"SELECT FROM users WHERE id = {quote(user_id)} FOR UPDATE")  # no columns
    return "; ".join([*statements, setting] if setting else statements)


def secure(connection: Connection) -> None:
    """Create the application's role, or apply the policies to the login if it may not create roles. Safe to repeat.

    Does not raise if rights are missing, but logs a warning with the outcome.
    """
    try:
        _create_role(connection)
        _force(connection, on=False)
        connection.commit()
    except ProgrammingError as error:
        connection.rollback()
        _bind_login(connection, str(error.orig).splitlines()[0])


def _create_role(connection: Connection) -> None:
    """Create the role, grant it to the login, and grant it the privileges on the tables."""
    role = connection.execute(text(f"SELECT {ROLE}")).scalar_one()
    if connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first() is None:
        connection.execute(text(f"CREATE ROLE {role} NOLOGIN"))
    if connection.execute(text(FIND_ROLE)).first() is None:
        connection.execute(text(f"GRANT {role} TO CURRENT_USER"))
    schema = "SELECT quote_ident(current_schema()), has_schema_privilege(:role, current_schema(), 'USAGE')"
    name, is_open = connection.execute(text(schema), {"role": role}).one()
    if not is_open:
        connection.execute(text(f"GRANT USAGE ON SCHEMA {name} TO {role}"))
    parameters = {"role": role, "tables": list(SQLModel.metadata.tables)}
    if tables := connection.execute(text(TABLES_WITHOUT_PRIVILEGES), parameters).scalars().all():
        connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(tables)} TO {role}"))
    for function in FUNCTIONS:
        connection.execute(text(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC"))
        connection.execute(text(f"GRANT EXECUTE ON FUNCTION {function} TO {role}"))
    connection.execute(text(f"SET LOCAL ROLE {role}"))  # fails here if the login may not take the role
    connection.execute(text("RESET ROLE"))


def _bind_login(connection: Connection, reason: str) -> None:
    """Apply the policies to the login, which owns the tables."""
    try:
        _force(connection, on=True)
        connection.commit()
    except ProgrammingError:
        connection.rollback()
    bypasses = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user"
    is_exempt = connection.execute(text(bypasses)).scalar_one()
    outcome = "is off, since that login bypasses it" if is_exempt else "binds that login itself"
    warn_of_login(reason, outcome)


@cache
def warn_of_login(reason: str, outcome: str) -> None:
    """Log a warning that the login may make no role; once, though a start migrates three times and forks."""
    log.warning("The login of DATABASE_URL may make no role (%s): row-level security %s", reason, outcome)


def _force(connection: Connection, *, on: bool) -> None:
    """Make the policies apply to the tables' owner too (`on`), or not."""
    parameters = {"tables": list(SQLModel.metadata.tables), "forced": not on}
    for table in connection.execute(text(TABLES_WITH_SECURITY), parameters).scalars().all():
        connection.execute(text(f"ALTER TABLE {table} {'' if on else 'NO '}FORCE ROW LEVEL SECURITY"))
