"""Twins: a second user for every user of the test database, whose rows have the same numbers, titles and keys.

Triggers copy each inserted row: a task's copy has the same number and title, a change the same id and turn, an
idempotency key the same text. Ids that are unique over all users end in `-twin`, and so does a description. A query
without its condition on `user_id` therefore always finds one more row: a read returns a wrong result, and a write
changes the twin, whose rows are compared with the copies, byte for byte, after each test.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql
from sqlalchemy import func, select, text
from sqlalchemy.orm import with_loader_criteria
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.database import new_session
from taskchat_app.domain.storage.row_security import SETTING

SUFFIX = "-twin"
MARK = "changes_all_users"
"""The mark of tests whose job may change the rows of all users."""
CHANGED = "The test changed rows of another user, who has the same numbers."
COUNTERS_START = 1_000_000
"""A twin's counters. Jobs over all users record changes of twins too; their ids must not collide with copied ones."""
TWIN_VALUES: dict[str, dict[str, str]] = {
    "users": {
        "id": "id || '-twin'",
        "email": "'twin-' || email",
        "last_task_number": str(COUNTERS_START),
        "last_change_id": str(COUNTERS_START),
    },
    "logins": {"id": "id || '-twin'", "parent_id": "parent_id || '-twin'"},
    "tasks": {
        "description": "left(description, 1900) || '-twin'",
        "due_at": "due_at + interval '1 ms'",
        "remind_at": "remind_at + interval '1 ms'",
    },
    "threads": {"id": "id || '-twin'"},
    "thread_items": {
        "id": "id || '-twin'",
        "thread_id": "thread_id || '-twin'",
        "body": "body || jsonb_build_object('id', id || '-twin', 'thread_id', thread_id || '-twin')",
    },
    "attachments": {"item_id": "item_id || '-twin'"},
    "message_words": {"item_id": "item_id || '-twin'"},
    "push_devices": {"url": "url || '-twin'", "login_id": "login_id || '-twin'"},
    "turns": {"id": "id || '-twin'", "thread_id": "thread_id || '-twin'"},
    "tool_executions": {"thread_id": "thread_id || '-twin'"},
    "proposals": {"id": "id || '-twin'", "thread_id": "thread_id || '-twin'"},
}
"""The values of a copy that differ from the original, by table and column; identity columns are not copied."""
TWIN_CONDITIONS: dict[str, str] = {
    "users": "id = ANY(twins)",
    "message_words": "item_id IN (SELECT id FROM thread_items WHERE {in_threads})",
    **dict.fromkeys(("thread_items", "turns", "tool_executions", "proposals"), "{in_threads}"),
}
"""Conditions that find a twin's rows by an index, for tables without an index on the user."""
IN_THREADS = "thread_id IN (SELECT id FROM threads WHERE user_id = ANY(twins))"

SHADOW = """
    CREATE SCHEMA twins;
    GRANT USAGE ON SCHEMA twins TO PUBLIC;
    CREATE UNLOGGED TABLE twins.copies (user_id text, place text, kept text);
    CREATE INDEX ON twins.copies (user_id);
"""
# session_replication_role = replica: neither these triggers nor foreign keys fire for the copies, in any order.
TRIGGER = """
    CREATE FUNCTION twins.copy_{table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET session_replication_role = replica SET timezone = 'UTC' AS $$ BEGIN
        WITH copied AS (
            INSERT INTO public.{table} ({columns})
            SELECT {values} FROM added WHERE right({owner}, 5) <> '-twin'
            ON CONFLICT DO NOTHING RETURNING *
        )
        INSERT INTO twins.copies SELECT {owner}, '{table}', copied::text FROM copied;
        RETURN NULL;
    END $$;
    CREATE TRIGGER twins AFTER INSERT ON public.{table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION twins.copy_{table}();
"""
COLUMNS = """
    SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)
    FROM information_schema.columns
    WHERE table_schema = 'public' AND is_identity = 'NO' AND table_name IN (
        SELECT 'users' UNION SELECT table_name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'user_id'
    )
    GROUP BY table_name
"""
DIFFERENCES = """
    CREATE FUNCTION twins.differences() RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER SET timezone = 'UTC' AS $$
    DECLARE twins text[] := ARRAY(SELECT user_id FROM twins.copies WHERE place = 'users');
    BEGIN
        IF twins = '{{}}' THEN RETURN; END IF;
        RETURN QUERY WITH now AS MATERIALIZED ({rows}), copied AS (SELECT place, kept FROM twins.copies)
            SELECT 'gone or changed: ' || place || kept FROM (TABLE copied EXCEPT ALL TABLE now) AS lost
            UNION ALL SELECT 'new or changed: ' || place || kept FROM (TABLE now EXCEPT ALL TABLE copied) AS added;
    END $$;
"""
# A job over all users in a later test must not process the reminders and leases of this test's twins.
RETIRE = """
    WITH twin AS (
        SELECT user_id AS id FROM twins.copies WHERE place = 'users'
    ), silent AS (
        UPDATE tasks SET remind_at = NULL WHERE (user_id, number) IN (
            SELECT user_id, number FROM tasks JOIN twin ON user_id = id WHERE remind_at IS NOT NULL
            FOR UPDATE OF tasks SKIP LOCKED)
    ), free AS (
        UPDATE threads SET lease_turn_id = NULL WHERE id IN (
            SELECT threads.id FROM threads JOIN twin ON user_id = twin.id WHERE lease_turn_id IS NOT NULL
            FOR UPDATE OF threads SKIP LOCKED)
    )
    DELETE FROM twins.copies
"""


class Twins:
    """The twins in one migrated database; connects as the owner of the tables."""

    def __init__(self, connection_string: str) -> None:
        self._connection = psycopg.connect(connection_string, autocommit=True)
        self.found_without_condition: list[str] = []
        """See tests.user_conditions."""
        self.execute("SET synchronous_commit = off")
        # Plans are made while the tables are small, and kept: they must not read all rows of all earlier tests.
        self.execute("SET enable_seqscan = off")
        columns = self.execute(COLUMNS).fetchall()
        rows = " UNION ALL ".join(_rows(table) for table, _ in columns)
        self.execute(SHADOW + "".join(_trigger(table, names) for table, names in columns))
        self.execute(DIFFERENCES.format(rows=rows))

    def close(self) -> None:
        self._connection.close()

    def differences(self) -> list[str]:
        """Return the differences of the twins created since the last call, and stop watching them."""
        differences = [line for (line,) in self.execute("SELECT twins.differences()").fetchall()]
        self.execute(RETIRE)
        return differences

    def execute(self, statement: str, values: dict[str, Any] | None = None) -> psycopg.Cursor[Any]:
        """Execute a statement as the owner of the tables."""
        return self._connection.execute(sql.SQL(cast(LiteralString, statement)), values)


@asynccontextmanager
async def rolled_back_session(user_id: str = "") -> AsyncIterator[AsyncSession]:
    """A session on this user's rows that is rolled back at its end; fails if it changed rows of another user."""
    async with new_session() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("BEGIN")
        await connection.execute(select(func.set_config(SETTING, user_id, True)))
        yield session
        differences = (await connection.execute(text("SELECT twins.differences()"))).scalars().all()
        assert differences == [], CHANGED


def without_twins(query: Any) -> Any:
    """Exclude the twins' rows from a test's own query, whose ids match those of twins as well."""
    owned = [mapper.class_ for mapper in SQLModel._sa_registry.mappers if hasattr(mapper.class_, "user_id")]
    return query.options(*(with_loader_criteria(model, model.user_id.not_like(f"%{SUFFIX}")) for model in owned))


def _trigger(table: str, names: list[str]) -> str:
    owner = "id" if table == "users" else "user_id"
    values = {"user_id": "user_id || '-twin'", **TWIN_VALUES.get(table, {})}
    return TRIGGER.format(
        table=table, owner=owner, columns=", ".join(names), values=", ".join(values.get(name, name) for name in names)
    )


def _rows(table: str) -> str:
    """Return the query of the twins' current rows of this table."""
    condition = TWIN_CONDITIONS.get(table, "user_id = ANY(twins)").format(in_threads=IN_THREADS)
    return f"SELECT '{table}' AS place, held::text AS kept FROM {table} AS held WHERE {condition}"
