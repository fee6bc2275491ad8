"""Shared fixtures: one Postgres for the run, users, and API clients."""

import asyncio
import gc
import os
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString, NoReturn

import httpcore2
import httpx
import hypothesis
import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from taskchat_app.config import Settings, settings
from taskchat_app.domain.accounts import accounts, passwords
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.announcements import announcements as listener
from taskchat_app.domain.storage import database, embedded_postgres, row_security
from taskchat_app.domain.storage.database import now
from tests import browsers, empty_database, leftovers, programs, soak
from tests.evidence import pytest_runtest_makereport as pytest_runtest_makereport
from tests.evidence import pytest_runtest_setup as pytest_runtest_setup
from tests.evidence import step as step
from tests.serving import use_forks
from tests.twins import CHANGED, MARK, SUFFIX, Twins
from tests.user_conditions import without_condition
from tests.waiting import in_background

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler.protocol import Scheduling

HOME = leftovers.FOLDER / "home"
"""This run's own TASKCHAT_HOME."""
ENVIRONMENT = {
    "TASKCHAT_HOME": str(HOME),
    "JWT_SECRET": secrets.token_hex(32),
    "CHAT_DAILY_LIMIT": "10000",
    "CHAT_BURST_LIMIT": "10000/minute",
    "AUTH_BURST_LIMIT": "10000/minute",
    "REGISTER_LIMIT": "10000/minute",
    "REGISTRATIONS_PER_DAY": "1000000",
    "CHAT_DAILY_LIMIT_TOTAL": "0",
}
ORIGIN = "http://localhost:3000"
PASSWORD = "correct horse battery"
SERVER_FOLDERS = {"running": -2, "failures": -1, "fuzzing": 0}
"""Folders whose tests all start a server, with their sort key: the longest files run first."""
GARBAGE_THRESHOLD = 50_000
"""So many new objects until a search for garbage; with Python's 700, the searches take a tenth of the CPU."""
QUICK_END = 1.2
"""So much longer than the tests with servers the quick ones are spread."""
SERVER_FIXTURES = {"browser", "offline_server", "gemini_server"}
"""Fixtures that start a browser or a server."""
LONG_FOLDERS = """
    api/chat api/mcp api/routes api/transfer
    assistant/agent assistant/threads assistant/tools assistant/turns conformance
"""
"""Folders whose tests run whole requests, turns and imports: a quarter of what needs no server, half of its CPU."""
COSTLY_HASHER = passwords._hasher
"""Returns the application's hasher; a hash takes some 50 ms of CPU."""
CHEAP_HASHER = PasswordHash([Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)])
CHEAP_HASH = CHEAP_HASHER.hash(PASSWORD)
"""A real hash of PASSWORD with the lowest cost."""
ADD_USER: LiteralString = """
    WITH added AS (
        INSERT INTO users (id, email, password_hash, timezone, last_task_number, last_change_id, created_at, counted_at)
        VALUES (%(id)s, %(email)s, %(hash)s, %(timezone)s, 0, 0, %(at)s, %(at)s) RETURNING id
    )
    INSERT INTO logins (id, user_id, kind, created_at, expires_at)
    SELECT %(login_id)s, id, 'login', %(at)s, %(expires_at)s FROM added
"""
"""Adds a user with a login, as the application does with several statements and three times the CPU."""


def pytest_addoption(parser: pytest.Parser) -> None:
    soak.add_options(parser)
    browsers.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Replace the environment's settings by those of the tests; import the tests without garbage collection."""
    gc.disable()
    leftovers.begin(config)
    soak.configure(config)
    browsers.configure(config)
    config.pluginmanager.register(programs)
    config.pluginmanager.register(soak)
    for field in Settings.model_fields:
        os.environ.pop(field.upper(), None)
    os.environ.update(ENVIRONMENT)
    without_deadline = hypothesis.settings(
        deadline=None
    )  # an example that runs for the first time may compile patterns
    hypothesis.settings.register_profile("without_deadline", without_deadline)
    hypothesis.settings.load_profile("without_deadline")
    use_forks()
    config.addinivalue_line("markers", f"{MARK}: runs a job that may change the rows of all users, twins included")


def pytest_unconfigure() -> None:
    leftovers.end()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that are not in `make test-quick`, and spread the quick files among those with servers.

    They wait half of the time, while quick tests only compute. The last files are quick: the workers end together.
    """
    soak.select(config, items)
    long_folders = {Path(__file__).parent / folder for folder in LONG_FOLDERS.split()}
    slow_files = {item.path for item in items if _needs_server(item)}
    for item in items:
        if _needs_server(item):
            item.add_marker("server")
        if item.path.parent in long_folders:
            item.add_marker("long")
    files = sorted({item.path: None for item in items}, key=_place)
    places: dict[Path, float] = {}
    for is_slow, end in ((True, 1.0), (False, QUICK_END)):
        kind = [file for file in files if (file in slow_files) is is_slow]
        places.update({file: end * index / len(kind) for index, file in enumerate(kind)})
    items.sort(key=lambda item: places[item.path])


def _place(file: Path) -> int:
    return SERVER_FOLDERS.get(file.parent.name, 0)


def pytest_collection_finish() -> None:
    """Collect garbage again, without searching the imported modules and the tests: a search of all took 0.2 s."""
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "Scheduling | None":
    """Distribute files by the servers that they share, in runs with `--dist loadfile`."""
    from tests.scheduling import FilesByServer

    return FilesByServer(config, log) if config.getoption("dist") == "loadfile" else None


def _needs_server(item: pytest.Item) -> bool:
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return item.path.parent.name in SERVER_FOLDERS or not SERVER_FIXTURES.isdisjoint(fixtures)


@dataclass(frozen=True)
class SignedInPerson:
    """A user and the token of their login; the password is PASSWORD."""

    person: Person
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture(scope="session", autouse=True)
def home_of_the_run() -> Iterator[Path]:
    """The TASKCHAT_HOME of this run; stops its Postgres at the end."""
    yield HOME
    embedded_postgres.release(HOME)


@pytest.fixture(scope="session", autouse=True)
def cheap_cryptography() -> Iterator[None]:
    """Hash passwords with the lowest cost: most tests are not about it.

    Read the certificates of authorities once, instead of for each client of a model (30 ms of CPU).
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: CHEAP_HASHER)
        patch.setattr(httpcore2, "default_ssl_context", cache(httpcore2.default_ssl_context))
        yield


@pytest.fixture(scope="session")
async def postgres(home_of_the_run: Path) -> AsyncIterator[Twins]:
    """The embedded Postgres with migrated tables, where every user has a twin (see tests.twins).

    Row-level security is off, so that a query without its condition on the user fails. See `row_level_security()`.
    """
    await asyncio.to_thread(empty_database.provide, home_of_the_run)
    await asyncio.to_thread(database.migrate, settings())  # starts it
    await _alter_application_role("BYPASSRLS")
    target = embedded_postgres.url(home_of_the_run).replace("+psycopg", "")
    await _write_without_waiting_for_the_disk(target)
    twins = Twins(target)
    with without_condition() as twins.found_without_condition:
        yield twins
    twins.close()
    await database.close_pool()


async def _write_without_waiting_for_the_disk(target: str) -> None:
    """Set fsync off: these tests never crash their Postgres, and waiting for the disk took half of their time."""
    async with await psycopg.AsyncConnection.connect(target, autocommit=True) as connection:
        await connection.execute("ALTER SYSTEM SET fsync = off")
        await connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(autouse=True)
def _unchanged_twins(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail if the test changed rows of another user (see tests.twins).

    A test that uses the database without `postgres` would pass only after a test that has it: it always fails.
    """
    postgres = request.getfixturevalue("postgres") if "postgres" in request.fixturenames else None
    if postgres is None:
        monkeypatch.setattr(database, "new_session", _refuse_session)
    yield
    differences = postgres.differences() if isinstance(postgres, Twins) else []  # tests/failures has its own servers
    if request.node.get_closest_marker(MARK) is None:
        assert differences == [], CHANGED
    if isinstance(postgres, Twins):
        found, postgres.found_without_condition[:] = [*postgres.found_without_condition], []
        assert found == [], "These statements lack a part (see tests.user_conditions)."


def _refuse_session() -> NoReturn:
    raise AssertionError("This test uses the database: have it request the fixture postgres")


@asynccontextmanager
async def row_level_security() -> AsyncIterator[None]:
    """Enable row-level security, as in production."""
    await _alter_application_role("NOBYPASSRLS")
    yield
    await _alter_application_role("BYPASSRLS")


async def _alter_application_role(attribute: LiteralString) -> None:
    target = database.connection_string(settings())
    async with await psycopg.AsyncConnection.connect(target, autocommit=True) as connection:
        role = await (await connection.execute(row_security.FIND_ROLE.encode())).fetchone()
        assert role is not None
        await connection.execute(SQL("ALTER ROLE {} {}").format(Identifier(role[0]), SQL(attribute)))
    await database.close_pool()  # connections cache plans made for the old attribute


@pytest.fixture(scope="session")
async def announcements(postgres: Twins) -> AsyncIterator[None]:
    """Run the announcement listener in this process, as a server does."""
    async with in_background(listener().run()):
        await listener().listening.wait()
        yield


@pytest.fixture(scope="session")
async def new_person(postgres: Twins) -> Callable[..., Awaitable[SignedInPerson]]:
    """Factory of new signed-in users: `await new_person(timezone="Europe/Berlin")`."""

    async def make(timezone: str = "UTC") -> SignedInPerson:
        user_id, login_id, at = uuid.uuid4().hex, uuid.uuid4().hex, now().replace(microsecond=0)
        user = {"id": user_id, "email": f"{uuid.uuid4().hex}@example.org", "hash": CHEAP_HASH, "timezone": timezone}
        expires_at = at + accounts.LOGIN_LIFETIME
        postgres.execute(ADD_USER, {**user, "login_id": login_id, "at": at, "expires_at": expires_at})
        person = Person(user_id, user["email"], timezone, login_id, expires_at, "app", "", "monday", registered_at=at)
        return SignedInPerson(person, accounts.sign_token(user_id, login_id, "app", expires_at))

    return make


@pytest.fixture
async def signed_in(new_person: Callable[..., Awaitable[SignedInPerson]]) -> SignedInPerson:
    return await new_person()


@pytest.fixture
async def other_signed_in(new_person: Callable[..., Awaitable[SignedInPerson]]) -> SignedInPerson:
    return await new_person()


@pytest.fixture
def person(signed_in: SignedInPerson) -> Person:
    """A new user in UTC, without any data."""
    return signed_in.person


@pytest.fixture
def other_person(other_signed_in: SignedInPerson) -> Person:
    """Another user, for isolation tests."""
    return other_signed_in.person


@pytest.fixture(scope="session")
def asgi() -> httpx.ASGITransport:
    """The API in this process; an exception that it does not catch fails the test."""
    from taskchat_app.api.app import build_api

    return httpx.ASGITransport(build_api())


def client(asgi: httpx.ASGITransport, **headers: str) -> httpx.AsyncClient:
    hooks = {"response": [_assert_no_twin]}
    return httpx.AsyncClient(transport=asgi, base_url=ORIGIN, headers=headers, event_hooks=hooks)


async def _assert_no_twin(response: httpx.Response) -> None:
    """Fail if a response contains data of another user."""
    await response.aread()
    assert SUFFIX not in response.text, f"{response.url} contains data of another user: {response.text}"


@pytest.fixture
async def anonymous(asgi: httpx.ASGITransport, postgres: Twins) -> AsyncIterator[httpx.AsyncClient]:
    """An anonymous client, which stores cookies."""
    async with client(asgi) as http_client:
        yield http_client


@pytest.fixture
async def api(asgi: httpx.ASGITransport, signed_in: SignedInPerson) -> AsyncIterator[httpx.AsyncClient]:
    """An API client of `person`, with a bearer token."""
    async with client(asgi, **signed_in.bearer) as http_client:
        yield http_client


@pytest.fixture
async def other_api(asgi: httpx.ASGITransport, other_signed_in: SignedInPerson) -> AsyncIterator[httpx.AsyncClient]:
    """An API client of `other_person`."""
    async with client(asgi, **other_signed_in.bearer) as http_client:
        yield http_client


@pytest.fixture
async def page(asgi: httpx.ASGITransport, signed_in: SignedInPerson) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of `person`: cookie, and the Origin of the app's page."""
    async with client(asgi, Origin=ORIGIN) as http_client:
        http_client.cookies.set("auth_token", signed_in.token)
        yield http_client
