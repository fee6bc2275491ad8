"""Reminders over two instances, a restart and an outage: each rings, and only once."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx

from taskchat_app.domain.storage.database import now
from tests.failures.instances import ARRIVES_SECONDS, Instance, streamed, together, until, visitor
from tests.failures.postgres import Postgres

LOOK_SECONDS = 0.05


async def falls_due(http: httpx.AsyncClient, **ahead: float) -> datetime:
    due_at = (now() + timedelta(**ahead)).replace(microsecond=0)
    answer = await http.post("/api/tasks", json={"title": "Call mum", "due_at": due_at.isoformat()})
    assert answer.status_code == 201, answer.text
    return due_at


async def rang(http: httpx.AsyncClient) -> list[int]:
    """What rang; nothing where the database is away."""
    answer = await http.get("/api/reminders")
    return [one["number"] for one in answer.json()["rang"]] if answer.status_code == 200 else []


async def passed(moment: datetime) -> None:
    while now() <= moment:  # noqa: ASYNC110 (a clock tells nobody)
        await asyncio.sleep(LOOK_SECONDS)


async def until_rang(http: httpx.AsyncClient, number: int) -> None:
    async with asyncio.timeout(ARRIVES_SECONDS):
        while number not in await rang(http):  # noqa: ASYNC110 (the database is away meanwhile)
            await asyncio.sleep(LOOK_SECONDS)


async def rings(events: AsyncIterator[dict[str, Any]], number: int) -> dict[str, Any]:
    """The one ring of this task, with nothing of it before."""
    told = await until(events, '"reminded"')
    assert [event["task"] for event in told if event["action"] == "reminded"] == [number]
    return told[-1]


async def test_what_falls_due_rings_once_over_two_instances_a_restart_and_an_outage():
    with Postgres() as postgres:
        shared = {"DATABASE_URL": postgres.url, "JWT_SECRET": secrets.token_hex(32)}
        with together(Instance(**shared), Instance(**shared)) as pair:
            async with visitor(pair[0]) as here:
                token = here.http.headers["Authorization"].removeprefix("Bearer ")
                async with visitor(pair[1], token=token) as there:
                    due = await falls_due(here.http, seconds=2)
                    async with streamed(here.http, "/api/events") as first, streamed(there.http, "/api/events") as last:
                        assert await rings(first, 1) == (ring := await rings(last, 1))
                    assert timedelta() <= datetime.fromisoformat(ring["at"]) - due < timedelta(seconds=2)

                due = await falls_due(here.http, seconds=3)
                for instance in pair:
                    instance.end()
                await passed(due)
                pair[0].start()
                await until_rang(here.http, 2)
                due = await falls_due(here.http, seconds=3)
                postgres.kill()
                await passed(due)
                postgres.start()
                await until_rang(here.http, 3)
                assert await rang(here.http) == [1, 2, 3]
                await here.http.post("/api/tasks", json={"title": "The last one"})
                async with streamed(here.http, "/api/events", headers={"Last-Event-ID": "0"}) as events:
                    told = await until(events, "The last one")
        assert [event["task"] for event in told if event["action"] == "reminded"] == [1, 2, 3]
