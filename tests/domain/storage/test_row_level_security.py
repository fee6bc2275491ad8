"""Row-level security: a query without a condition on the user reads and writes only the transaction's user's rows."""

import ast
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import pytest
from sqlalchemy import Connection, create_engine, delete, insert, make_url, text, update
from sqlalchemy.exc import ProgrammingError
from sqlmodel import SQLModel, col, select

from taskchat_app.config import Settings, settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage import database, row_security
from taskchat_app.domain.storage.database import (
    now,
    read_at_once,
    reading,
    system_reading,
    system_transaction,
    transaction,
)
from taskchat_app.domain.storage.models import Change, LimitWindow, Login, ServerKey, Task, User
from taskchat_app.domain.tasks import task_rows
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.queries import count_tasks
from tests.conftest import row_level_security

TASKCHAT = Path(database.__file__).parents[2]
SESSIONS_WITHOUT_USER = {
    "domain/storage/database.py": 1,  # the check of the database
    "domain/accounts/sign_in_limits.py": 3,  # counts of logins
    "assistant/turns/shared_events.py": 1,  # an announcement: no rows
    "domain/push/sending.py": 2,  # the server's own key
}
"""Permitted sessions without a user, per module."""
SYSTEM_SESSIONS = {
    "domain/accounts/sign_in.py": 3,  # the user of an email address at sign-in; REGISTRATION=closed; a fresh server
    "domain/accounts/password_links.py": 1,  # the owner resets the password of an email address
    "domain/retention.py": 2,  # whose tasks and conversations have expired; keys, logins, rings and windows
    "domain/reminders/scheduler.py": 2,  # whose reminders are due, and when the next one is
    "domain/webhooks/dispatcher.py": 1,  # webhooks with something to deliver
    "domain/push/delivery.py": 1,  # whose messages are due
    "domain/push/devices.py": 1,  # a browser that another user subscribed with before
    "domain/limits/account_bytes.py": 1,  # whose bytes are to be counted
    "assistant/threads/leases.py": 1,  # the leases of all turns of this process
    "assistant/tools/expired_proposals.py": 1,  # deletions that nobody confirmed within their ten minutes
    "assistant/turns/killed_turns.py": 1,  # turns whose server was killed
}
"""Permitted sessions over the rows of all users, per module."""


@pytest.fixture(autouse=True, scope="module")
async def _row_level_security(postgres: None) -> AsyncIterator[None]:
    async with row_level_security():
        yield


@pytest.fixture
async def two_users(person: Person, other_person: Person) -> tuple[Person, Person]:
    """Two users, each with a task of the same number and title."""
    for user in (person, other_person):
        async with transaction(user.id) as session:
            await task_rows.create_task(session, Cause(user.id, "person"), TaskDraft("Buy milk"), zone=user.zone)
    return person, other_person


async def test_without_a_condition_only_ones_own_rows_are_found_and_counted(two_users: tuple[Person, Person]):
    for user in two_users:
        async with reading(user.id) as session:
            for table in (Task, Change, Login):
                assert set((await session.exec(select(table.user_id))).all()) == {user.id}
            assert (await session.exec(select(User.id))).all() == [user.id]
        assert await read_at_once(user.id, "SELECT id FROM users") == [(user.id,)]

    async def found() -> list[int]:
        connection = await session.connection()
        found = list((await connection.execute(text(r"SELECT found_tasks('{mil}', '\:*')"))).scalars())
        assert (await count_tasks(session)).open == len(found)
        return found

    for user in two_users:
        async with reading(user.id) as session:
            assert await found() == [1]
    for user_id in (None, row_security.EVERY_USER):
        async with reading(user_id) as session:
            assert await found() == []


async def test_without_a_user_after_one_and_after_a_rollback_no_users_rows_are_found(two_users: tuple[Person, Person]):
    for user in two_users:
        async with transaction(user.id) as session:
            assert len((await session.exec(select(Task))).all()) == 1
            await session.rollback()
            assert (await session.exec(select(Task))).all() == []
        for user_id in (None, "'; RESET ROLE; SELECT '"):
            async with reading(user_id) as session:
                for table in (Task, Change, Login, User):
                    assert (await session.exec(select(table))).all() == []


async def test_a_write_changes_no_other_users_rows_and_makes_none_of_theirs(two_users: tuple[Person, Person]):
    user, other_user = two_users
    async with transaction(user.id) as session:
        assert (await session.exec(update(Task).values(title="Mine"))).rowcount == 1
        assert (await session.exec(delete(Change))).rowcount == 1
    async with reading(other_user.id) as session:
        assert (await session.exec(select(Task.title))).all() == ["Buy milk"]
        assert len((await session.exec(select(Change))).all()) == 1
    forged = {"id": "forged", "user_id": other_user.id, "kind": "login", "created_at": now(), "expires_at": now()}
    for statement in (insert(Login).values(forged), update(Task).values(user_id=other_user.id, number=2)):
        async with transaction(user.id) as session:
            with pytest.raises(ProgrammingError, match="row-level security"):
                await session.exec(statement)
            await session.rollback()


async def test_a_system_transaction_writes_all_rows_and_an_account_ends_with_its_own(two_users: tuple[Person, Person]):
    ids = {user.id for user in two_users}
    async with system_transaction() as session:
        await session.exec(update(Task).where(col(Task.user_id).in_(ids)).values(title="Seen"))
    async with system_reading() as session:
        found = await session.exec(select(Task.user_id).where(Task.title == "Seen"))
        assert set(found.all()) == ids
    user, other_user = two_users
    async with transaction(user.id) as session:
        await session.exec(delete(User))
    async with system_reading() as session:
        remaining = await session.exec(select(Task.user_id).where(col(Task.user_id).in_(ids)))
        assert remaining.all() == [other_user.id]


async def test_the_applications_role_owns_no_table_and_alone_calls_the_owners_functions(person: Person):
    async with reading(person.id) as session:
        attributes = "SELECT rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = current_user"
        connection = await session.connection()
        assert tuple((await connection.execute(text(attributes))).one()) == (False, False, False)
        owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = current_schema()"
        role = (await connection.execute(text("SELECT current_user"))).scalar_one()
        assert role not in (await connection.execute(text(owners))).scalars().all()
        schema = "current_schema()::regnamespace"
        of_owner = f"SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef AND pronamespace = {schema}"
        found = set((await connection.execute(text(of_owner))).scalars())
        assert found == {function.replace(", ", ",") for function in row_security.FUNCTIONS}
        for function in row_security.FUNCTIONS:
            allowed = text("SELECT has_function_privilege('public', :name, 'EXECUTE')")
            assert (await connection.execute(allowed, {"name": function})).scalar_one() is False


async def test_every_table_that_belongs_to_a_user_has_a_policy(postgres: None):
    owned = {table.name for table in SQLModel.metadata.tables.values() if "user_id" in table.columns} | {"users"}
    assert set(SQLModel.metadata.tables) - owned == {LimitWindow.__tablename__, ServerKey.__tablename__}
    async with reading() as session:
        connection = await session.connection()
        enabled = await connection.execute(text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity"))
        assert set(enabled.scalars()) == owned
        policies = (await connection.execute(text("SELECT tablename, qual, with_check FROM pg_policies"))).all()
    assert {policy.tablename for policy in policies} == owned
    for policy in policies:
        column = "id" if policy.tablename == "users" else "user_id"
        setting = "current_setting('taskchat.user_id'::text, true)"
        assert policy.qual == f"((({column})::text = {setting}) OR ({setting} = '*'::text))"
        assert policy.with_check is None, "the same condition holds for what is written"


# Modules that open sessions without a user or over all users


def _calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(TASKCHAT.rglob("*.py")):
        source = path.read_text()
        if not any(name in source for name in names):  # parsing all modules takes 2 s
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield path.relative_to(TASKCHAT).as_posix(), node


def _count(modules: Iterator[str]) -> dict[str, int]:
    found = list(modules)
    return {module: found.count(module) for module in found}


def test_only_the_listed_modules_open_sessions_without_a_user_or_over_all_users():
    assert _count(module for module, call in _calls("transaction", "reading") if not call.args) == SESSIONS_WITHOUT_USER
    assert _count(module for module, _ in _calls("new_session", "asession")) == {"domain/storage/database.py": 2}
    assert _count(module for module, _ in _calls("system_transaction", "system_reading")) == SYSTEM_SESSIONS


# Logins without superuser rights


@dataclass
class ManagedDatabase:
    """A database owned by a login with few rights, as from a hosting provider."""

    server: Connection
    chosen: Settings

    def migrate(self, attributes: LiteralString) -> None:
        self.server.execute(text(f"ALTER ROLE managed {attributes}"))
        database.migrate(self.chosen)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        engine = create_engine(database.database_url(self.chosen))
        with engine.connect() as connection:
            yield connection
        engine.dispose()


@pytest.fixture
def managed(postgres: None) -> Iterator[ManagedDatabase]:
    url = make_url(database.database_url(settings()))
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    row_security.warn_of_login.cache_clear()
    managed_url = url.set(username="managed", database="managed").render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text("CREATE ROLE managed LOGIN"))
        connection.execute(text("CREATE DATABASE managed OWNER managed"))
        role = connection.execute(text("SELECT 'taskchat_app_' || oid FROM pg_database WHERE datname = 'managed'"))
        yield ManagedDatabase(connection, settings().model_copy(update={"database_url": managed_url}))
        connection.execute(text("DROP DATABASE managed"))
        connection.execute(text(f"DROP ROLE IF EXISTS {role.scalar_one()}"))
        connection.execute(text("DROP ROLE managed"))
    server.dispose()


USERS = """
    INSERT INTO users (id, email, password_hash, timezone, last_task_number, last_change_id, created_at)
    VALUES ('a', 'a@example.org', '', 'UTC', 0, 0, now()), ('b', 'b@example.org', '', 'UTC', 0, 0, now())
"""


def _visible_users(connection: Connection, user_id: str) -> Sequence[str]:
    connection.execute(text(f"SET taskchat.user_id = '{user_id}'"))
    return connection.execute(text("SELECT id FROM users ORDER BY id")).scalars().all()


def test_policies_apply_to_a_login_that_creates_no_roles(managed: ManagedDatabase, caplog: pytest.LogCaptureFixture):
    for _ in range(2):
        managed.migrate("NOCREATEROLE")
    assert caplog.text.count("may make no role") == 1
    assert "row-level security binds that login itself" in caplog.text
    with managed.connect() as connection:
        assert connection.execute(text(row_security.TAKE_ROLE)).first() is None
        connection.execute(text(USERS))
        assert [_visible_users(connection, user_id) for user_id in ("a", "", "*")] == [["a"], [], ["a", "b"]]


def test_policies_apply_to_the_role_but_not_to_a_login_that_may_create_roles(managed: ManagedDatabase):
    managed.migrate("NOCREATEROLE")
    managed.migrate("CREATEROLE")
    managed.migrate("NOCREATEROLE")  # the role created before is still granted to the login
    with managed.connect() as connection:
        connection.execute(text(USERS))
        assert _visible_users(connection, "") == ["a", "b"]
        assert connection.execute(text(row_security.TAKE_ROLE)).scalar_one().startswith("taskchat_app_")
        assert [_visible_users(connection, user_id) for user_id in ("a", "", "*")] == [["a"], [], ["a", "b"]]


def test_a_login_that_bypasses_all_policies_is_logged(managed: ManagedDatabase, caplog: pytest.LogCaptureFixture):
    managed.migrate("BYPASSRLS NOCREATEROLE")
    assert "row-level security is off, since that login bypasses it" in caplog.text
