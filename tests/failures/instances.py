"""taskchat as its own process without the page, whose build takes minutes, and people who use it over HTTP."""

import asyncio
import json
import os
import signal
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
from psycopg.sql import SQL, Identifier

from taskchat_app.config import Settings
from taskchat_app.connections import CONNECTIONS_MAX
from taskchat_app.domain.storage.database import connection_string
from tests.chatting import Chat
from tests.serving import NO_CERTIFICATES, Server

ANSWER_SECONDS = 30
ARRIVES_SECONDS = 15
"""How long a test waits for an event that must come."""


class Instance(Server):
    """As `reflex run --env prod` starts its worker: `with Instance(GEMINI_API_KEY=…) as instance:`."""

    serves_the_page = False

    def __init__(self, **environment: str) -> None:
        bare = {"REFLEX_ENV_MODE": "prod", "__REFLEX_SKIP_COMPILE": "true"}
        super().__init__(**bare, **environment)

    def _command(self) -> list[str]:
        served = ["--interface", "asgi", "--factory", "--workers", "1", "--log-level", "warning"]
        served += ["--backlog", str(CONNECTIONS_MAX)]
        return ["granian", *served, "--port", str(self.port), "taskchat_app.taskchat_app:app"]

    @property
    def supervisor(self) -> psutil.Process:
        assert self._process is not None
        return psutil.Process(self._process.pid)

    @property
    def worker(self) -> psutil.Process:
        [worker] = self.supervisor.children()
        return worker

    @property
    def conninfo(self) -> str:
        """How libpq finds its database."""
        url = self._environment.get("DATABASE_URL")
        chosen = Settings(taskchat_home=Path(self.home), database_url=url, jwt_secret=32 * "x")  # pyright: ignore[reportCallIssue]: the rest has defaults
        return connection_string(chosen)

    def rows(self) -> str:
        """All rows of all tables, as text."""
        with psycopg.connect(self.conninfo) as database:
            tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            rows = [database.execute(SQL("SELECT t::text FROM {} t").format(Identifier(name))) for (name,) in tables]
            return "\n".join(text for found in rows for (text,) in found)

    def start_again(self) -> None:
        """The same command again, once what is left of the first one has ended."""
        assert self._process is not None
        self._process.wait(ANSWER_SECONDS)
        self.start()

    def see_to_it(self) -> None:
        """Start it again where it has ended."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def killed(self) -> None:
        """kill -9 of all its processes at once, as when the machine's memory is full."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(ANSWER_SECONDS)


@contextmanager
def together(*instances: Instance) -> Iterator[tuple[Instance, ...]]:
    """All of them, started at the same time."""
    with ExitStack() as started, ThreadPoolExecutor() as starting:
        for instance in starting.map(Instance.__enter__, instances):
            started.push(instance)
        yield instances


@asynccontextmanager
async def visitor(instance: Server, *, token: str = "") -> AsyncIterator[Chat]:
    """Somebody new, or who holds the token, as a ChatKit client of this instance."""
    async with httpx.AsyncClient(base_url=instance.origin, timeout=ANSWER_SECONDS, verify=NO_CERTIFICATES) as http:
        http.headers["Authorization"] = f"Bearer {token or await registered(http)}"
        http.cookies.clear()
        yield Chat(http)


async def registered(http: httpx.AsyncClient) -> str:
    """A new account's token."""
    account = {"email": f"{uuid.uuid4().hex}@example.org", "password": "correct horse battery"}
    answer = await http.post("/api/auth/register", json=account)
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


@asynccontextmanager
async def streamed(http: httpx.AsyncClient, path: str, **request: Any) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The JSON of a stream's events, as they come."""
    method = "POST" if "json" in request else "GET"
    async with http.stream(method, path, **request) as response:
        assert response.status_code == 200
        lines = response.aiter_lines()

        async def events() -> AsyncIterator[dict[str, Any]]:
            async for line in lines:
                if line.startswith("data: "):
                    yield json.loads(line[6:])

        if path == "/api/events":
            assert await anext(lines) == ": connected"
        yield events()


async def until(events: AsyncIterator[dict[str, Any]], words: str) -> list[dict[str, Any]]:
    """The events up to the first that contains the words."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(ARRIVES_SECONDS):
        async for event in events:
            found.append(event)
            if words in json.dumps(event):
                return found
    raise AssertionError(f"the stream ended without {words}: {found}")


async def rest(events: AsyncIterator[dict[str, Any]]) -> list[dict[str, Any]]:
    async with asyncio.timeout(ARRIVES_SECONDS):
        return [event async for event in events]


async def recovered(chat: Chat) -> httpx.Response:
    """The first answer that is no 503, well before a person gives up."""
    async with asyncio.timeout(ARRIVES_SECONDS):
        while True:
            response = await chat.http.get("/api/tasks")
            if response.status_code != 503:
                return response
            await asyncio.sleep(0.1)
