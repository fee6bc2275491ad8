"""Migrations produce the models' schema and can be reverted with data present."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, make_url, text
from sqlmodel import SQLModel

from taskchat_app.config import settings
from taskchat_app.domain.storage import database
from tests.twins import Twins

FIRST = "90ceadc011ab"
"""The revision of the first release."""
DATABASE = "migrations"
USERS = """
    INSERT INTO users (id, email, password_hash, timezone, last_task_number, last_change_id, created_at)
    VALUES ('berlin', 'a@example.org', '', 'Europe/Berlin', 2, 0, now()),
        ('nowhere', 'b@example.org', '', 'localtime', 1, 0, now())
"""
TASKS = """
    INSERT INTO tasks (user_id, number, title, description, priority, due_at, created_at, updated_at, search)
    VALUES ('berlin', 1, 'At five', '', 2, '2030-01-01T16:00Z', now(), now(), ''),
        ('berlin', 2, 'That day', '', 2, '2030-01-01T22:59:59Z', now(), now(), ''),
        ('nowhere', 1, 'At five', '', 2, '2030-01-01T16:00Z', now(), now(), '')
"""
THREAD = """
    INSERT INTO threads (id, user_id, title, stop_requested, created_at, updated_at)
    VALUES ('t', 'berlin', 'Shopping', false, now(), now())
"""
MESSAGE = """
    INSERT INTO thread_items (id, thread_id, user_id, type, body, created_at)
    VALUES ('m', 't', 'berlin', 'user_message', '{"content": [{"text": "Buy milk"}]}', now())
"""


@pytest.fixture
def empty_database(postgres: Twins) -> Iterator[Connection]:
    """A new, empty database on the test run's Postgres."""
    url = make_url(database.database_url(settings()))
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {DATABASE}"))
        engine = create_engine(url.set(database=DATABASE))
        try:
            with engine.connect() as empty:
                yield empty
        finally:
            engine.dispose()
            connection.execute(text(f"DROP DATABASE {DATABASE}"))
    server.dispose()


def migration(connection: Connection) -> Config:
    config = Config(str(database.ALEMBIC_INI))
    config.attributes["connection"] = connection
    return config


def test_every_foreign_key_begins_an_index():
    """Without one, deleting a row reads the whole table that refers to it: an account's deletion all users' rows."""
    lacking: list[str] = []
    for table in SQLModel.metadata.tables.values():
        whole = [index for index in table.indexes if index.dialect_options["postgresql"]["where"] is None]
        columns_of = [[getattr(part, "name", None) for part in index.expressions] for index in whole]
        indexes = [table.primary_key.columns.keys(), *columns_of]
        for key in table.foreign_key_constraints:
            columns = key.columns.keys()
            if not any(index[: len(columns)] == columns for index in indexes):
                lacking.append(f"{table.name}.{','.join(columns)}")
    assert lacking == []


def test_an_upgrade_makes_the_schema_of_the_models_and_keeps_all_data_as_does_a_downgrade(empty_database: Connection):
    command.upgrade(migration(empty_database), FIRST)
    for rows in (USERS, TASKS, THREAD, MESSAGE):
        empty_database.execute(text(rows.replace(":", r"\:")))

    command.upgrade(migration(empty_database), "head")

    assert compare_metadata(MigrationContext.configure(empty_database), SQLModel.metadata) == []
    tasks = "SELECT user_id, number, position, remind_at = due_at FROM tasks ORDER BY user_id, number"
    assert [tuple(row) for row in empty_database.execute(text(tasks))] == [
        ("berlin", 1, "Q9999999998", True),
        ("berlin", 2, "Q9999999997", None),
        ("nowhere", 1, "Q9999999998", None),
    ]
    thread = "SELECT search @@ 'shopping' AND read_seq = (SELECT max(seq) FROM thread_items) FROM threads"
    assert empty_database.execute(text(thread)).scalar_one()
    assert empty_database.execute(text("SELECT search @@ 'milk' FROM message_words")).scalar_one()

    command.downgrade(migration(empty_database), FIRST)
    assert empty_database.execute(text("SELECT count(*) FROM tasks")).scalar_one() == 3
    command.upgrade(migration(empty_database), "head")
    assert empty_database.execute(text("SELECT count(*) FROM message_words")).scalar_one() == 1


DECIMALS = "2b1d0c5e8a05"
"""The last revision with positions as decimals."""
MOVED = """
    INSERT INTO tasks (user_id, number, position, title, description, priority, created_at, updated_at, search)
    SELECT 'berlin', number, position, '', '', 2, now(), now(), ''
    FROM (VALUES (1, -1), (2, -4.03), (3, -3), (4, -4), (5, -3.502), (6, -3.5026), (7, -0.507)) AS t (number, position)
"""
RECORDED = """
    INSERT INTO changes (user_id, id, at, actor, kind, action, task_number, before, after)
    VALUES ('berlin', 1, now(), 'person', 'task', 'moved', 7, '{"number": 7, "position": "-7"}',
        '{"number": 7, "position": "-0.507"}'),
        ('berlin', 2, now(), 'person', 'task', 'moved', 6, '{"number": 6, "position": "Q9999999993"}',
        '{"number": 6, "position": "Q9999999996E"}')
"""
MANUAL = "SELECT number FROM tasks WHERE user_id = 'berlin' ORDER BY position"


def test_positions_become_keys_and_decimals_again_in_the_same_order(empty_database: Connection):
    command.upgrade(migration(empty_database), DECIMALS)
    for rows in (USERS, MOVED):
        empty_database.execute(text(rows))
    order = empty_database.execute(text(MANUAL)).scalars().all()
    assert order == [2, 4, 6, 5, 3, 1, 7]

    command.upgrade(migration(empty_database), "head")
    assert empty_database.execute(text(MANUAL)).scalars().all() == order
    keys = "SELECT position FROM tasks WHERE number IN (1, 3, 7) ORDER BY number"
    assert empty_database.execute(text(keys)).scalars().all() == ["Q9999999998", "Q9999999996", "Q9999999998EJD"]

    empty_database.execute(text(RECORDED.replace(":", r"\:")))
    command.downgrade(migration(empty_database), DECIMALS)
    assert empty_database.execute(text(MANUAL)).scalars().all() == order
    lowest = "SELECT min(position) >= -7 AND max(position) < 0 FROM tasks"
    assert empty_database.execute(text(lowest)).scalar_one(), "a new task must stand before all others"
    kept = "SELECT before->>'position', after->>'position' FROM changes ORDER BY id"
    assert [tuple(row) for row in empty_database.execute(text(kept))] == [("-7", "-0.507"), (None, None)]

    command.upgrade(migration(empty_database), "head")
    assert empty_database.execute(text(MANUAL)).scalars().all() == order


BEFORE_DAYS = "2b1d0c5e8a07"
"""The last revision without whole days."""
DATED = """
    INSERT INTO tasks (user_id, number, position, title, description, priority, due_at, recurrence_start, created_at,
        updated_at, search)
    SELECT user_id, number, '-' || number, '', '', 2, due_at, recurrence_start, now(), now(), ''
    FROM (VALUES ('berlin', 1, timestamptz '2030-07-01T21:59:59Z', timestamptz '2030-01-01T22:59:59Z'),
        ('berlin', 2, '2030-07-01T07:00Z', '2030-07-01T07:00Z'),
        ('berlin', 3, '2030-07-01T22:59:59Z', NULL), ('berlin', 4, NULL, NULL),
        ('nowhere', 1, '2030-07-01T21:59:59Z', NULL)) AS t (user_id, number, due_at, recurrence_start)
"""
LOGGED = """
    INSERT INTO changes (user_id, id, at, actor, kind, action, task_number, before, after)
    VALUES ('berlin', 1, now(), 'person', 'task', 'updated', 1,
        '{"number": 1, "due_at": "2030-07-01T07:00:00Z", "recurrence_start": null}',
        '{"number": 1, "due_at": "2030-07-01T21:59:59Z", "recurrence_start": "2030-01-01T22:59:59Z"}')
"""


def test_dates_that_end_a_local_day_become_whole_days_in_tasks_and_snapshots(empty_database: Connection):
    command.upgrade(migration(empty_database), BEFORE_DAYS)
    for rows in (USERS, DATED, LOGGED):
        empty_database.execute(text(rows.replace(":", r"\:")))
    command.upgrade(migration(empty_database), "head")
    days = "SELECT user_id, number, due_day::text, recurrence_start_day::text FROM tasks ORDER BY user_id, number"
    assert [tuple(row) for row in empty_database.execute(text(days.replace(":", r"\:")))] == [
        ("berlin", 1, "2030-07-01", "2030-01-01"),
        ("berlin", 2, None, None),
        ("berlin", 3, None, None),
        ("berlin", 4, None, None),
        ("nowhere", 1, None, None),
    ]
    snapshots = "SELECT before->>'due_day', after->>'due_day', after->>'recurrence_start_day' FROM changes"
    assert tuple(empty_database.execute(text(snapshots)).one()) == (None, "2030-07-01", "2030-01-01")
    command.downgrade(migration(empty_database), BEFORE_DAYS)
    assert empty_database.execute(text("SELECT count(*) FROM changes WHERE after ? 'due_day'")).scalar_one() == 0
