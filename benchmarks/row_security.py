"""What row-level security costs a turn: the same turns with and without it, alternately, in one process.

`python -m benchmarks.row_security`. Without it is as before there was any: sessions as the login, which bypasses
policies, and a BEGIN that names nobody. Besides the time that passes it tells the time of the processors, which other
work on the machine disturbs less.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unittest.mock import patch

import httpx
import psutil
from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.api.app import build_api
from taskchat_app.config import settings
from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.log.announcements import announcements
from taskchat_app.domain.storage import database, embedded_postgres, row_security

ROUNDS = 200
WARM_UP = 20
MESSAGES = ("add buy milk", "list my tasks")
ORIGIN = "http://localhost:3000"


class Spent(NamedTuple):
    """Seconds of one turn: until its answer was there, of this process, and of Postgres."""

    passed: float
    python: float
    postgres: float


def main() -> None:
    with TemporaryDirectory(prefix="taskchat-bench-") as home:
        many = {"CHAT_DAILY_LIMIT": "1000000", "CHAT_BURST_LIMIT": "1000000/minute"}
        os.environ.update(TASKCHAT_HOME=home, **many)
        try:
            asyncio.run(_measure())
        finally:
            embedded_postgres.release(settings().home)


async def _measure() -> None:
    await asyncio.to_thread(database.migrate, settings())
    listening = asyncio.create_task(announcements().run())
    await announcements().listening.wait()
    made = await accounts.register("a@example.org", "correct horse battery", "UTC", origin_address="127.0.0.1")
    secured, bare = _engine(), _engine()
    event.remove(Engine, "begin", row_security.begin_named)
    event.listen(secured.sync_engine, "begin", row_security.begin_named)
    event.listen(bare.sync_engine, "connect", _take_login)
    bearer = {"Authorization": f"Bearer {made.token}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(build_api()), base_url=ORIGIN, headers=bearer) as client:
        for message in MESSAGES:
            spent: dict[AsyncEngine, list[Spent]] = {secured: [], bare: []}
            for number in range(WARM_UP + ROUNDS):
                for engine in (secured, bare) if number % 2 else (bare, secured):
                    with _sessions_of(engine):
                        spent[engine].append(await _turn(client, message))
            _tell(message, spent[secured][WARM_UP:], spent[bare][WARM_UP:])
    listening.cancel()
    await secured.dispose()
    await bare.dispose()
    await database.close_pool()


def _engine() -> AsyncEngine:
    return create_async_engine(database.database_url(settings()), pool_pre_ping=True)


def _take_login(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("RESET ROLE")
    cursor.close()
    connection.autocommit = False


@contextmanager
def _sessions_of(engine: AsyncEngine) -> Iterator[None]:
    def session() -> AsyncSession:
        return AsyncSession(engine, expire_on_commit=False, autoflush=False)

    with patch.object(database, "new_session", session):
        yield


async def _turn(client: httpx.AsyncClient, message: str) -> Spent:
    content = [{"type": "input_text", "text": message}]
    message_input: dict[str, Any] = {"content": content, "attachments": [], "inference_options": {}}
    before = Spent(time.perf_counter(), time.process_time(), _of_postgres())
    answer = await client.post("/api/chatkit", json={"type": "threads.create", "params": {"input": message_input}})
    after = Spent(time.perf_counter(), time.process_time(), _of_postgres())
    if "thread.item.done" not in answer.text:
        raise SystemExit(f"The answer failed: {answer.text[:500]}")
    return Spent(*(one - other for one, other in zip(after, before, strict=True)))


def _of_postgres() -> float:
    """Seconds that Postgres has computed; the kernel's own count, since psutil's has steps of 10 ms."""
    server = int(next(settings().home.rglob("postmaster.pid")).read_text().split()[0])
    backends = [Path(f"/proc/{one.pid}/schedstat") for one in psutil.Process(server).children()]
    return sum(int(one.read_text().split()[0]) for one in backends) / 1e9


def _tell(message: str, secured: list[Spent], bare: list[Spent]) -> None:
    print(f"{message!r}, {len(bare)} turns each, median milliseconds with / without row-level security:")
    for name in Spent._fields:
        print(f"  {name:9}{_compared(*(_median(getattr(one, name) for one in of) for of in (secured, bare)))}")
    print(f"  computing{_compared(*(_median(one.python + one.postgres for one in of) for of in (secured, bare)))}")


def _median(seconds: Iterable[float]) -> float:
    return statistics.median(seconds)


def _compared(one: float, other: float) -> str:
    return f"{one * 1000:7.2f} / {other * 1000:7.2f}  {one / other - 1:+.1%}"


if __name__ == "__main__":
    main()
