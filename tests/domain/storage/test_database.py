"""Transactions and connections: their beginnings, limits, errors without values, and poolers."""

from typing import Any, cast
from urllib.parse import urlencode

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from reflex.model import get_async_engine
from sqlalchemy import make_url, text
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, InternalError
from sqlmodel import select

from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage import backup
from taskchat_app.domain.storage.database import (
    connection_string,
    database_url,
    locking_transaction,
    read_at_once,
    reading,
    transaction,
)
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Task, User
from taskchat_app.domain.storage.user_lock import lock_user, locked_user
from taskchat_app.domain.tasks import task_rows
from taskchat_app.domain.tasks.fields import TaskDraft
from tests.twins import Twins


async def test_a_transaction_begins_anew_where_postgres_has_closed_the_pooled_connections(person: Person):
    pids = await _close_pooled_connections(person)
    async with transaction(person.id) as session:
        await task_rows.create_task(session, Cause(person.id, "person"), TaskDraft("Buy milk"), zone=person.zone)
    async with reading(person.id), reading(person.id) as session:
        assert (await session.exec(select(Task.title).where(Task.user_id == person.id))).all() == ["Buy milk"]
    assert pids.isdisjoint(row[0] for row in await _pooled_backends())


async def test_all_queries_of_a_reading_read_the_same_moment_and_write_nothing(person: Person):
    async with reading(person.id) as session:
        titles = select(Task.title).where(Task.user_id == person.id)
        assert (await session.exec(titles)).all() == []
        async with transaction(person.id) as other:
            await task_rows.create_task(other, Cause(person.id, "person"), TaskDraft("Buy milk"), zone=person.zone)
        assert (await session.exec(titles)).all() == []
    async with reading(person.id) as session:
        assert (await session.exec(titles)).all() == ["Buy milk"]
    with pytest.raises(InternalError, match="read-only transaction"):
        async with reading(person.id) as session:
            await task_rows.create_task(session, Cause(person.id, "person"), TaskDraft("Buy tea"), zone=person.zone)


async def test_what_is_read_at_once_is_read_again_on_a_closed_connection_and_writes_nothing(person: Person):
    await _close_pooled_connections(person)
    assert await read_at_once(person.id, "SELECT id FROM users WHERE id = {id}", id=person.id) == [(person.id,)]
    with pytest.raises(InternalError, match="read-only"):
        await read_at_once(person.id, "DELETE FROM users")
    for value in ("'; DROP TABLE users --", "50% %s %(a)s", "{id} {", "C:\\'", "äöü \u2028 🦷", ""):
        assert await read_at_once(person.id, "SELECT {value}, {value}", value=value) == [(value, value)]


async def _close_pooled_connections(person: Person) -> set[int]:
    """Close them in Postgres; return their process ids."""
    async with reading(person.id), reading(person.id):
        pass  # two connections in the pool
    pids = {row[0] for row in await _pooled_backends()}
    assert len(pids) >= 2
    with psycopg.connect(connection_string(settings()), autocommit=True) as operator:
        for pid in pids:
            operator.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
    return pids


async def _pooled_backends() -> list[tuple[int]]:
    """Return the process ids of the connections in the pool."""
    async with reading() as one, reading() as other:
        pid = sql("SELECT pg_backend_pid()")
        return [tuple((await (await session.connection()).execute(pid)).one()) for session in (one, other)]


async def test_a_locking_transaction_holds_the_users_row_from_its_beginning_and_no_absent_users(person: Person):
    locked = "SELECT id FROM users WHERE id = %s FOR UPDATE NOWAIT"
    with psycopg.connect(connection_string(settings()), autocommit=True) as other:
        async with locking_transaction(person.id) as session:
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute(locked, [person.id])
            await lock_user(session, person.id)
            assert (await locked_user(session, person.id)).email == person.email
        assert other.execute(locked, [person.id]).fetchone() == (person.id,)
    for lock in (lock_user, locked_user):
        async with transaction(person.id) as session:
            with pytest.raises(NotFound):
                await lock(session, "absent")
    async with reading(person.id) as session:
        assert (await session.exec(select(User.id))).all().count("absent") == 0


LOSS_LIMITS = {
    "tcp_user_timeout": "20000",
    "keepalives_idle": "30",
    "keepalives_interval": "5",
    "keepalives_count": "3",
}


async def test_every_connection_notices_a_lost_server_and_has_the_urls_own_limits_and_hosts(postgres: None):
    async with reading() as session:
        pooled = await (await session.connection()).get_raw_connection()
        parameters = cast(Any, pooled.driver_connection).info.get_parameters()
    assert LOSS_LIMITS.items() <= parameters.items()
    for own in ({}, {"tcp_user_timeout": "5000"}, {"keepalives_idle": "60", "keepalives": "0"}):
        url = f"postgresql://taskchat@db.example.org/taskchat?{urlencode(own)}"
        chosen = settings().model_copy(update={"database_url": url})
        assert (LOSS_LIMITS | own).items() <= make_url(database_url(chosen)).query.items(), own
        assert (LOSS_LIMITS | own).items() <= conninfo_to_dict(connection_string(chosen)).items(), own
    for hosts in ("host=one:5432&host=two:5433", "host=one,two&port=5432,5433"):
        chosen = settings().model_copy(update={"database_url": f"postgresql+psycopg://taskchat@/taskchat?{hosts}"})
        listening = conninfo_to_dict(connection_string(chosen))
        assert (listening["host"], listening["port"]) == ("one,two", "5432,5433")
    assert not get_async_engine(None).pool._pre_ping, "the pool does not test connections before their use"


STATEMENT = text("SELECT 1 / 0, CAST(:value AS text)")
VALUES = {"value": "a diary"}


async def test_an_error_of_a_statement_of_users_and_of_the_owner_holds_no_value(postgres: Twins):
    with pytest.raises(DBAPIError) as of_user:
        async with transaction() as session:
            await (await session.connection()).execute(STATEMENT, VALUES)
    with pytest.raises(DBAPIError) as of_owner, backup._connection(settings()) as connection:
        connection.execute(STATEMENT, VALUES)
    for failed in (of_user, of_owner):
        assert "a diary" not in str(failed.value)
    assert "hidden" in str(of_user.value)
