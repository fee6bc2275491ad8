"""The cost of row-level security per turn: the same turns with and without it, alternately, in one process.

`python -m benchmarks.row_security`. Without it, sessions use the database login, which bypasses policies. Reports
elapsed time and CPU time, which other load on the machine disturbs less.
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
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.api.app import build_api
from taskchat_app.config import settings
from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.log.announcements import announcements
from taskchat_app.domain.storage import database, embedded_postgres
from tests.chatting import message

ROUNDS = 200
WARM_UP = 20
MESSAGES = ("add buy milk", "list my tasks")
ORIGIN = "http://localhost:3000"


class Durations(NamedTuple):
    """Seconds of one turn: elapsed time until its answer, CPU time of this process, and of Postgres."""

    elapsed: float
    python: float
    postgres: float


def main() -> None:
    with TemporaryDirectory(prefix="taskchat-bench-") as home:
        limits = {"CHAT_DAILY_LIMIT": "1000000", "CHAT_BURST_LIMIT": "1000000/minute"}
        os.environ.update(TASKCHAT_HOME=home, **limits)
        try:
            asyncio.run(_measure())
        finally:
            embedded_postgres.release(settings().home)


async def _measure() -> None:
    await asyncio.to_thread(database.migrate, settings())
    listening = asyncio.create_task(announcements().run())
    await announcements().listening.wait()
    login = await accounts.register("a@example.org", "correct horse battery", "UTC", network="127.0.0.1")
    secured, bare = _engine(), _engine()
    event.listen(bare.sync_engine, "connect", _use_login_role)
    headers = {"Authorization": f"Bearer {login.token}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(build_api()), base_url=ORIGIN, headers=headers
    ) as client:
        for words in MESSAGES:
            spent: dict[AsyncEngine, list[Durations]] = {secured: [], bare: []}
            for number in range(WARM_UP + ROUNDS):
                for engine in (secured, bare) if number % 2 else (bare, secured):
                    with _sessions_of(engine):
                        spent[engine].append(await _turn(client, words))
            _print_comparison(words, spent[secured][WARM_UP:], spent[bare][WARM_UP:])
    listening.cancel()
    await secured.dispose()
    await bare.dispose()
    await database.close_pool()


def _engine() -> AsyncEngine:
    return create_async_engine(database.database_url(settings()), pool_pre_ping=True)


def _use_login_role(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("RESET ROLE")
    cursor.close()


@contextmanager
def _sessions_of(engine: AsyncEngine) -> Iterator[None]:
    def session() -> AsyncSession:
        return AsyncSession(engine, expire_on_commit=False, autoflush=False)

    with patch.object(database, "new_session", session):
        yield


async def _turn(client: httpx.AsyncClient, words: str) -> Durations:
    before = Durations(time.perf_counter(), time.process_time(), _postgres_cpu_seconds())
    answer = await client.post("/api/chatkit", json=message(words))
    after = Durations(time.perf_counter(), time.process_time(), _postgres_cpu_seconds())
    if "thread.item.done" not in answer.text:
        raise SystemExit(f"The answer failed: {answer.text[:500]}")
    return Durations(*(end - start for end, start in zip(after, before, strict=True)))


def _postgres_cpu_seconds() -> float:
    """Return the CPU seconds of Postgres; from the kernel's schedstat, since psutil's have steps of 10 ms."""
    server = int(next(settings().home.rglob("postmaster.pid")).read_text().split()[0])
    backends = [Path(f"/proc/{process.pid}/schedstat") for process in psutil.Process(server).children()]
    return sum(int(schedstat.read_text().split()[0]) for schedstat in backends) / 1e9


def _print_comparison(words: str, secured: list[Durations], bare: list[Durations]) -> None:
    print(f"{words!r}, {len(bare)} turns each, median milliseconds with / without row-level security:")
    for name in Durations._fields:
        print(f"  {name:9}{_ratio(*(_median(getattr(turn, name) for turn in turns) for turns in (secured, bare)))}")
    print(
        f"  CPU      {_ratio(*(_median(turn.python + turn.postgres for turn in turns) for turns in (secured, bare)))}"
    )


def _median(seconds: Iterable[float]) -> float:
    return statistics.median(seconds)


def _ratio(one: float, other: float) -> str:
    return f"{one * 1000:7.2f} / {other * 1000:7.2f}  {one / other - 1:+.1%}"


if __name__ == "__main__":
    main()
