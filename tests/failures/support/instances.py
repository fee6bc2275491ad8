"""Server processes without the page, whose build takes minutes, and clients of their HTTP API."""

import asyncio
import json
import os
import signal
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
import psutil
import psycopg
from psycopg.sql import SQL, Identifier

from taskchat_app.tcp_connections import BUFFER_BYTES, CONNECTIONS_MAX
from tests.chatting import Chat
from tests.serving import NO_CERTIFICATES, Server
from tests.waiting import PATIENCE_SECONDS


class HasOrigin(Protocol):
    """What clients must know of a server."""

    @property
    def origin(self) -> str: ...


@dataclass(frozen=True)
class Address:
    """Where clients reach a server besides, such as behind a proxy."""

    origin: str


class Instance(Server):
    """A server as `reflex run --env prod` starts it: `with Instance(GEMINI_API_KEY=…) as instance:`."""

    serves_the_page = False

    def __init__(self, **environment: str) -> None:
        reflex = {"REFLEX_ENV_MODE": "prod", "__REFLEX_SKIP_COMPILE": "true"}
        super().__init__(**reflex, **environment)

    def _command(self) -> list[str]:
        options = ["--interface", "asgi", "--factory", "--workers", "1", "--http", "1", "--log-level", "warning"]
        options += ["--backlog", str(CONNECTIONS_MAX), "--http1-buffer-size", str(BUFFER_BYTES)]
        return ["granian", *options, "--port", str(self.port), "taskchat_app.taskchat_app:app"]

    @property
    def supervisor(self) -> psutil.Process:
        assert self._process is not None
        return psutil.Process(self._process.pid)

    @property
    def worker(self) -> psutil.Process:
        # With Python 3.14, Granian's own command spawns its workers, and multiprocessing has a process of its own.
        [worker] = [child for child in self.supervisor.children() if "resource_tracker" not in str(child.cmdline())]
        return worker

    def rows(self) -> str:
        """Return all rows of all tables as text."""
        with psycopg.connect(self.conninfo) as database:
            tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            rows = [database.execute(SQL("SELECT t::text FROM {} t").format(Identifier(name))) for (name,) in tables]
            return "\n".join(text for cursor in rows for (text,) in cursor)

    def start_again(self) -> None:
        """Wait for the process to end, and start it again."""
        assert self._process is not None
        self._process.wait(PATIENCE_SECONDS)
        self.start()

    def ensure_running(self) -> None:
        """Start it if it has ended."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def kill(self) -> None:
        """Kill all its processes with SIGKILL, as when the machine is out of memory."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_SECONDS)


@contextmanager
def started_together(*instances: Instance) -> Iterator[tuple[Instance, ...]]:
    """Start all instances at the same time."""
    with ExitStack() as stack, ThreadPoolExecutor() as starting:
        for instance in starting.map(Instance.__enter__, instances):
            stack.push(instance)
        yield instances


@asynccontextmanager
async def chat_client(server: HasOrigin, *, token: str = "") -> AsyncIterator[Chat]:
    """A ChatKit client of this server, for a new user or the user of this token."""
    async with httpx.AsyncClient(base_url=server.origin, timeout=PATIENCE_SECONDS, verify=NO_CERTIFICATES) as http:
        http.headers["Authorization"] = f"Bearer {token or await register_account(http)}"
        http.cookies.clear()
        yield Chat(http)


async def register_account(http: httpx.AsyncClient) -> str:
    """Register a new account and return its token."""
    account = {"email": f"{uuid.uuid4().hex}@example.org", "password": "correct horse battery"}
    answer = await http.post("/api/auth/register", json=account)
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


@asynccontextmanager
async def open_stream(
    http: httpx.AsyncClient, path: str, **request: Any
) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """Open an event stream and yield its events."""
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


async def events_until(events: AsyncIterator[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Return the events up to the first that contains the text."""
    received: list[dict[str, Any]] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for event in events:
            received.append(event)
            if text in json.dumps(event):
                return received
    raise AssertionError(f"the stream ended without {text}: {received}")


async def remaining_events(events: AsyncIterator[dict[str, Any]]) -> list[dict[str, Any]]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return [event async for event in events]


async def wait_until_available(chat: Chat) -> httpx.Response:
    """Return the first response that is not 503; fail after PATIENCE_SECONDS."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            response = await chat.http.get("/api/tasks")
            if response.status_code != 503:
                return response
            await asyncio.sleep(0.1)
