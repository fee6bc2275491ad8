"""Row-level security: a transaction sees and writes only the rows of its user.

The policies are made by the migrations. They bind every role but superusers and the tables' owner, so the sessions of
the application run as a role of their own, without login, which `secure()` makes in each database.
"""

import logging
from typing import Any, cast

from psycopg.sql import quote
from sqlalchemy import AdaptedConnection, Connection, Engine, event, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import SQLModel

log = logging.getLogger(__name__)

SETTING = "taskchat.user_id"
"""The setting of a transaction that the policies compare `user_id` with."""
EVERY_USER = "*"
"""In place of a user's id: the rows of all users."""
USER_OPTION = "taskchat_user_id"
"""The execution option of a session that says whose rows it is for."""

# Roles belong to the whole cluster: one for each database, so that no installation gains another one's rights.
ROLE = "'taskchat_app_' || (SELECT oid FROM pg_database WHERE datname = current_database())"
FIND_ROLE = f"""
    SELECT rolname FROM pg_roles WHERE rolname = {ROLE} AND pg_has_role(session_user, rolname,
        CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
"""  # noqa: S608 (constants)
"""The role, where there is one that the login may take."""
TAKE_ROLE = f"SELECT set_config('role', rolname, false) FROM ({FIND_ROLE}) AS found"  # noqa: S608 (constants)
LACKING = """
    SELECT name FROM unnest(CAST(:tables AS text[])) AS name
    CROSS JOIN unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) AS privilege
    GROUP BY name HAVING NOT bool_and(has_table_privilege(:role, name, privilege))
"""
"""The tables that the role has not all rights to."""
FORCED = """
    SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
    AND relname = ANY(:tables) AND relrowsecurity AND relforcerowsecurity = :forced
"""
"""The tables whose policies bind their owner too, or do not."""


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, record: Any) -> None:
    """Give up the login's rights on a new connection of the application; migrations keep them, and see all rows."""
    is_async = isinstance(connection, AdaptedConnection)
    cursor = connection.cursor()
    cursor.execute(TAKE_ROLE if is_async else f"SET {SETTING} = '{EVERY_USER}'")
    cursor.close()
    connection.commit()
    if is_async:
        cast("Any", connection).autocommit = True  # begin_named sends the BEGIN


@event.listens_for(Engine, "begin")
def begin_named(connection: Connection) -> None:
    """Begin a transaction of the application and name its user, both in one message to Postgres."""
    if not connection.dialect.is_async:
        return
    user_id = connection.get_execution_options().get(USER_OPTION)
    named = "" if user_id is None else f"; SET LOCAL {SETTING} = {quote(user_id)}"
    connection.exec_driver_sql("BEGIN" + named)


def secure(connection: Connection) -> None:
    """Make the role of the application; where the login may make none, bind the login itself. Safe to repeat.

    Never raises for a lack of rights: the log says what it comes to.
    """
    try:
        _make_role(connection)
        _force(connection, on=False)
        connection.commit()
    except ProgrammingError as error:
        connection.rollback()
        _bind_login(connection, str(error.orig).splitlines()[0])


def _make_role(connection: Connection) -> None:
    """Create the role, let the login take it, and give it what the application does with its tables."""
    role = connection.execute(text(f"SELECT {ROLE}")).scalar_one()
    if connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first() is None:
        connection.execute(text(f"CREATE ROLE {role} NOLOGIN"))
    if connection.execute(text(FIND_ROLE)).first() is None:
        connection.execute(text(f"GRANT {role} TO CURRENT_USER"))
    schema = "SELECT quote_ident(current_schema()), has_schema_privilege(:role, current_schema(), 'USAGE')"
    name, is_open = connection.execute(text(schema), {"role": role}).one()
    if not is_open:
        connection.execute(text(f"GRANT USAGE ON SCHEMA {name} TO {role}"))
    asked = {"role": role, "tables": list(SQLModel.metadata.tables)}
    if lacking := connection.execute(text(LACKING), asked).scalars().all():
        connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(lacking)} TO {role}"))
    connection.execute(text(f"SET LOCAL ROLE {role}"))
    connection.execute(text("RESET ROLE"))


def _bind_login(connection: Connection, reason: str) -> None:
    """Let the policies bind the login as the tables' owner."""
    try:
        _force(connection, on=True)
        connection.commit()
    except ProgrammingError:
        connection.rollback()
    bypasses = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user"
    is_above = connection.execute(text(bypasses)).scalar_one()
    outcome = "is off, since that login bypasses it" if is_above else "binds that login itself"
    log.warning("The login of DATABASE_URL may make no role (%s): row-level security %s", reason, outcome)


def _force(connection: Connection, *, on: bool) -> None:
    """Let the policies bind the tables' owner too, or not."""
    asked = {"tables": list(SQLModel.metadata.tables), "forced": not on}
    for table in connection.execute(text(FORCED), asked).scalars().all():
        connection.execute(text(f"ALTER TABLE {table} {'' if on else 'NO '}FORCE ROW LEVEL SECURITY"))
