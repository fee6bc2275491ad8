"""Chooses the database (DATABASE_URL or the embedded Postgres); sessions, read and write transactions, migrations."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast

import reflex as rx
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege, InvalidSchemaName
from psycopg.sql import quote
from reflex.model import get_async_engine
from sqlalchemy import Connection, CursorResult, Engine, Executable, create_engine, event, make_url, pool, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.util import await_only
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import Settings, settings
from taskchat_app.domain.storage import embedded_postgres, poolers
from taskchat_app.domain.storage import row_security as rows

CONNECT_TIMEOUT_SECONDS = 10
STATEMENT_TIMEOUT_MS = 15_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000
LOSS_LIMITS = {
    "tcp_user_timeout": "20000",
    "keepalives_idle": "30",
    "keepalives_interval": "5",
    "keepalives_count": "3",
}
"""libpq's limits, in ms and s, for a server that vanished without closing its connections. The system's are 15 minutes
and more."""
MIGRATION_LOCK = 7_308_011_441
"""Key of the advisory lock; any number that no other program uses on this database."""
ALEMBIC_INI = Path(__file__).parents[3] / "alembic.ini"
DATABASE_AWAY = (SQLAlchemyError, OSError, embedded_postgres.EmbeddedPostgresError)
"""All errors that a session raises while the database is unavailable, for code that continues without it."""
ONE_MESSAGE = {"no_parameters": True}
"""Option of a message of several statements."""
LOCKED_USER = "locked_user"
"""Key of `session.info`: the id of the user whose row the session has locked."""


class DatabaseUnusable(Exception):
    """The database cannot be used as it is; str() is one line that says what to do."""


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)


def database_url(chosen: Settings) -> str:
    """Return the SQLAlchemy URL of DATABASE_URL, or of the embedded Postgres, which need not run yet."""
    url = make_url(chosen.database_url or embedded_postgres.url(chosen.home))
    limits = {
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,
        "timezone": "UTC",
    }
    options = " ".join(f"-c {name}={value}" for name, value in limits.items())
    # Without client_encoding, the driver returns text columns of some databases (SQL_ASCII) as bytes.
    defaults = {"connect_timeout": str(CONNECT_TIMEOUT_SECONDS), "options": options, "client_encoding": "utf8"}
    return url.set(query={**LOSS_LIMITS, **defaults, **url.query}).render_as_string(hide_password=False)


def connection_string(chosen: Settings) -> str:
    """Return the libpq connection string of the same database, for the one LISTEN connection."""
    url = make_url(database_url(chosen))
    return make_conninfo("", **url.get_dialect()().create_connect_args(url)[1])


@event.listens_for(Engine, "do_connect")
def _start_embedded(dialect: Any, record: Any, cargs: Any, cparams: dict[str, Any]) -> None:
    """Start (or restart) the embedded Postgres before each new connection."""
    if settings().database_url is not None:
        return
    if dialect.is_async:
        # Crash recovery takes seconds: not on the event loop.
        await_only(embedded_postgres.ensure_running_within(settings().home, CONNECT_TIMEOUT_SECONDS))
    else:
        embedded_postgres.ensure_running(settings().home)


@event.listens_for(Engine, "engine_connect")
def _hide_parameters(connection: Connection) -> None:
    """Leave the parameters of statements, which are texts of users, out of errors: of Reflex's engines and ours."""
    connection.engine.hide_parameters = True


def new_session() -> AsyncSession:
    """Return a session of Reflex's connection pool without a transaction."""
    return rx.asession()


@asynccontextmanager
async def _begun(begin_message: str) -> AsyncGenerator[AsyncSession]:
    """Open a session whose transaction this message begins; commit at the end, roll back on an exception."""
    async with new_session() as session:
        await _send_first(session, begin_message)
        yield session
        await session.commit()


async def _send_first(session: AsyncSession, message: str) -> CursorResult[Any]:
    """Send the message with which a session begins, a second time where Postgres had closed the pooled connection.

    Connections are not tested before they are used. Nothing is lost if a BEGIN fails, and the pool has dropped all its
    connections then, so that a second BEGIN uses a new one.
    """
    try:
        return await (await session.connection()).exec_driver_sql(message, execution_options=ONE_MESSAGE)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        await session.rollback()
        return await (await session.connection()).exec_driver_sql(message, execution_options=ONE_MESSAGE)


async def execute(
    session: AsyncSession, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """Execute SQL, or a statement about columns, past the ORM: its rows are no objects of the session."""
    return await (await session.connection()).execute(statement, values)


def transaction(user_id: str | None = None) -> AbstractAsyncContextManager[AsyncSession]:
    """Open a transaction on this user's rows; commit at the end, roll back on an exception.

    Rows of other users can be neither read nor written. Without a user, and after a rollback, only tables without an
    owner are accessible.
    """
    return _begun(rows.begin_message(user_id))


@asynccontextmanager
async def locking_transaction(user_id: str, setting: str = "") -> AsyncGenerator[AsyncSession]:
    """Open a transaction like `transaction()` that locks the user's row as it begins, without a further round trip.

    `setting` is a SET LOCAL for this transaction. Does not check whether the user exists.
    """
    async with _begun(rows.begin_message(user_id, lock=True, setting=setting)) as session:
        session.info[LOCKED_USER] = user_id
        yield session


def reading(user_id: str | None = None) -> AbstractAsyncContextManager[AsyncSession]:
    """Open a read-only transaction on this user's rows, whose queries all read the same moment.

    It ends with a COMMIT, since the driver forgets its prepared statements at a ROLLBACK.
    """
    return _begun(rows.begin_message(user_id, read_only=True))


async def read_at_once(user_id: str, query: str, **values: str | datetime | None) -> list[Any]:
    """Return the rows of a query on this user's rows, in a read-only transaction and one round trip.

    A message of several statements has no parameters: the values of the query's `{name}`s, `{user_id}` among them, are
    sent quoted.
    """
    query = query.format_map({name: quote(value) for name, value in {**values, "user_id": user_id}.items()})
    message = "; ".join((rows.begin_message(user_id, read_only=True), query, "COMMIT"))
    async with new_session() as session:
        return [*await _send_first(session, message)]


system_transaction = partial(transaction, rows.EVERY_USER)
"""Opens a transaction on the rows of all users, for background jobs; otherwise like `transaction()`."""
system_reading = partial(reading, rows.EVERY_USER)
"""Opens a read-only transaction on the rows of all users, for background jobs; otherwise like `reading()`."""


async def is_reachable() -> bool:
    """Return whether the database answers within CONNECT_TIMEOUT_SECONDS."""
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_SECONDS), reading() as session:
            await session.exec(select(1))
    except (DBAPIError, TimeoutError, OSError, embedded_postgres.EmbeddedPostgresError):
        return False
    return True


class PoolUse(NamedTuple):
    """The numbers of connections: the most that may be open, those in use, and those waited for."""

    size: int
    in_use: int
    waiting: int


def pool_use() -> PoolUse:
    # SQLAlchemy has no public way to the overflow's limit and the waiting tasks.
    used = cast(Any, get_async_engine(None).pool)
    waiting = sum(not waiter.done() for waiter in used._pool._queue._getters)
    return PoolUse(used.size() + used._max_overflow, used.checkedout(), waiting)


async def close_pool() -> None:
    """Close all pooled connections; the next session opens new ones."""
    await get_async_engine(None).dispose()


def migrate(chosen: Settings) -> None:
    """Migrate the database to the newest revision; safe when several instances start at once.

    Raises DatabaseUnusable if the database is unreachable, behind a pooler of transactions, not in UTF-8, newer than
    this code, or if the login has not the rights. Blocking.
    """
    engine = create_engine(database_url(chosen), poolclass=pool.NullPool)
    try:
        if chosen.database_url and poolers.pools_transactions(database_url(chosen)):
            raise DatabaseUnusable(poolers.REFUSED)
        with engine.connect() as connection:
            _check_encoding(connection)
            _migrate_locked(connection, _alembic_config())
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
        raise DatabaseUnusable(f"The database cannot be reached ({reason}). {poolers.advice_on(reason)}") from error
    except ProgrammingError as error:
        if isinstance(error.orig, InvalidSchemaName):
            raise DatabaseUnusable(
                f"The search_path names no schema that exists ({error.orig.diag.message_primary})."
                " Check the options of DATABASE_URL and of its login"
            ) from error
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise DatabaseUnusable(
            f"The login of DATABASE_URL has not the rights that it needs ({error.orig.diag.message_primary})."
            " Make it the database's owner: ALTER DATABASE … OWNER TO …"
        ) from error
    except embedded_postgres.EmbeddedPostgresError as error:
        raise DatabaseUnusable(str(error)) from error
    finally:
        engine.dispose()


def _check_encoding(connection: Connection) -> None:
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise DatabaseUnusable(
            f"The database at DATABASE_URL is encoded in {encoding}, where words in other scripts cannot be searched."
            " Use one made with: CREATE DATABASE taskchat ENCODING 'UTF8' TEMPLATE template0"
        )


def _migrate_locked(connection: Connection, config: Config) -> None:
    connection.execute(text("SET statement_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
    connection.commit()
    try:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
        rows.secure(connection)
    except CommandError as error:
        known = ScriptDirectory.from_config(config).get_current_head()
        raise DatabaseUnusable(
            f"The database was made by a newer taskchat than this one (which knows revision {known})."
            " Update taskchat, or point it to another database."
        ) from error
    finally:
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()


def is_known_revision(revision: str) -> bool:
    """Return whether this code has the migration."""
    scripts = ScriptDirectory.from_config(_alembic_config())
    return revision in {script.revision for script in scripts.walk_revisions()}


def _alembic_config() -> Config:
    config = Config(str(ALEMBIC_INI))
    config.set_main_option("script_location", str(ALEMBIC_INI.parent / "alembic"))
    return config
