"""Webhooks and reminders after kills, restarts and outages: changes arrive in order, and each reminder rings once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from taskchat_app.domain.storage.database import now
from tests.api.responses import add
from tests.failures.support.instances import Instance, chat_client, events_until, open_stream
from tests.receiver import Receiver, receiving
from tests.waiting import PATIENCE_SECONDS, until_async

pytestmark = pytest.mark.soak


async def received(receiver: Receiver, secret: str, count: int) -> list[Any]:
    """Return the titles in the order of their first arrival, as soon as there are so many."""
    while True:
        titles = list(dict.fromkeys(one["data"]["task"]["title"] for one in receiver.messages(secret)))
        if len(titles) >= count:
            return titles
        await receiver.wait_for(len(receiver.requests) + 1)


def end_leases(instance: Instance) -> None:
    """Let the time pass that another instance waits for one that was killed."""
    with psycopg.connect(instance.conninfo) as database:
        database.execute("SET taskchat.user_id = '*'")
        database.execute("UPDATE webhooks SET lease_until = now() - interval '1 second'")


async def test_a_kill_loses_no_message_and_a_restart_goes_on():
    async with receiving("silent") as receiver:
        with Instance(ALLOW_PRIVATE_HOOKS="true") as instance:
            async with chat_client(instance) as chat:
                answer = await chat.http.post("/api/webhooks", json={"url": receiver.url, "events": ["task.created"]})
                assert answer.status_code == 201, answer.text
                secret = answer.json()["secret"]
                await add(chat.http, "First")
                await receiver.wait_for(1)
                await add(chat.http, "Second")
                instance.kill()
                await asyncio.to_thread(instance.start)
                end_leases(instance)
                await add(chat.http, "Third")
                assert await received(receiver, secret, 3) == ["First", "Second", "Third"]
                ids = [headers["webhook-id"] for headers, _ in receiver.requests]
                assert ids[0] == ids[1]

                receiver.replies = ["silent"]
                await add(chat.http, "Fourth")
                await receiver.wait_for(len(ids) + 1)
                await asyncio.to_thread(instance.end)  # a restart releases the lease
                await asyncio.to_thread(instance.start)
                assert await received(receiver, secret, 4) == ["First", "Second", "Third", "Fourth"]


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
    await until_async(lambda: now() > moment, PATIENCE_SECONDS)


async def wait_until_rung(http: httpx.AsyncClient, number: int) -> None:
    async def has_rung() -> bool:
        return number in await rung_numbers(http)

    await until_async(has_rung, PATIENCE_SECONDS)


async def first_reminder(events: AsyncIterator[dict[str, Any]], number: int) -> dict[str, Any]:
    """Return the event of this task's reminder, which must be the first one."""
    received = await events_until(events, '"reminded"')
    assert [event["task"] for event in received if event["action"] == "reminded"] == [number]
    return received[-1]


async def test_a_reminder_rings_once_with_two_instances_after_a_restart_and_after_an_outage(killable: Instance):
    other = Instance(TASKCHAT_HOME=killable.home)
    async with chat_client(killable) as here:
        token = here.http.headers["Authorization"].removeprefix("Bearer ")
        with other:
            async with (
                chat_client(other, token=token) as there,
                open_stream(here.http, "/api/events") as first,
                open_stream(there.http, "/api/events") as last,
            ):
                due = await add_task_due_in(here.http, seconds=2)
                assert await first_reminder(first, 1) == (ring := await first_reminder(last, 1))
            assert timedelta() <= datetime.fromisoformat(ring["at"]) - due < timedelta(seconds=PATIENCE_SECONDS)
            due = await add_task_due_in(here.http, seconds=3)
            killable.end()
        await wait_until(due)
        killable.start()
        await wait_until_rung(here.http, 2)
        due = await add_task_due_in(here.http, seconds=3)
        with killable.unstartable_postgres():
            await wait_until(due)
        await wait_until_rung(here.http, 3)
        assert await rung_numbers(here.http) == [1, 2, 3]
        await here.http.post("/api/tasks", json={"title": "The last one"})
        async with open_stream(here.http, "/api/events", headers={"Last-Event-ID": "0"}) as events:
            received = await events_until(events, "The last one")
    assert [event["task"] for event in received if event["action"] == "reminded"] == [1, 2, 3]
