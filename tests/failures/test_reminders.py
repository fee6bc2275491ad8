"""Reminders with two instances, a restart and an outage: each rings exactly once."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx

from taskchat_app.domain.storage.database import now
from tests.failures.support.instances import (
    ARRIVES_SECONDS,
    Instance,
    chat_client,
    events_until,
    open_stream,
    started_together,
)
from tests.failures.support.postgres import Postgres

POLL_SECONDS = 0.05


async def add_task_due_in(http: httpx.AsyncClient, **ahead: float) -> datetime:
    """Add a task that is due at a full second, so long ahead or up to a second longer."""
    due_at = now().replace(microsecond=0) + timedelta(seconds=1) + timedelta(**ahead)
    answer = await http.post("/api/tasks", json={"title": "Call mum", "due_at": due_at.isoformat()})
    assert answer.status_code == 201, answer.text
    return due_at


async def rung_numbers(http: httpx.AsyncClient) -> list[int]:
    """Return the numbers of the rung tasks; none while the database is unreachable."""
    answer = await http.get("/api/reminders")
    return [task["number"] for task in answer.json()["rang"]] if answer.status_code == 200 else []


async def wait_until(moment: datetime) -> None:
    while now() <= moment:  # noqa: ASYNC110 -- a clock does not notify
        await asyncio.sleep(POLL_SECONDS)


async def wait_until_rung(http: httpx.AsyncClient, number: int) -> None:
    async with asyncio.timeout(ARRIVES_SECONDS):
        while number not in await rung_numbers(http):  # noqa: ASYNC110 -- the database is unreachable meanwhile
            await asyncio.sleep(POLL_SECONDS)


async def first_reminder(events: AsyncIterator[dict[str, Any]], number: int) -> dict[str, Any]:
    """Return the event of this task's reminder, which must be the first one."""
    received = await events_until(events, '"reminded"')
    assert [event["task"] for event in received if event["action"] == "reminded"] == [number]
    return received[-1]


async def test_a_reminder_rings_once_with_two_instances_after_a_restart_and_after_an_outage():
    with Postgres() as postgres:
        shared = {"DATABASE_URL": postgres.url, "JWT_SECRET": secrets.token_hex(32)}
        with started_together(Instance(**shared), Instance(**shared)) as pair:
            async with chat_client(pair[0]) as here:
                token = here.http.headers["Authorization"].removeprefix("Bearer ")
                async with chat_client(pair[1], token=token) as there:
                    async with (
                        open_stream(here.http, "/api/events") as first,
                        open_stream(there.http, "/api/events") as last,
                    ):
                        due = await add_task_due_in(here.http, seconds=2)
                        assert await first_reminder(first, 1) == (ring := await first_reminder(last, 1))
                    assert timedelta() <= datetime.fromisoformat(ring["at"]) - due < timedelta(seconds=2)

                due = await add_task_due_in(here.http, seconds=3)
                for instance in pair:
                    instance.end()
                await wait_until(due)
                pair[0].start()
                await wait_until_rung(here.http, 2)
                due = await add_task_due_in(here.http, seconds=3)
                postgres.kill()
                await wait_until(due)
                postgres.start()
                await wait_until_rung(here.http, 3)
                assert await rung_numbers(here.http) == [1, 2, 3]
                await here.http.post("/api/tasks", json={"title": "The last one"})
                async with open_stream(here.http, "/api/events", headers={"Last-Event-ID": "0"}) as events:
                    received = await events_until(events, "The last one")
        assert [event["task"] for event in received if event["action"] == "reminded"] == [1, 2, 3]
