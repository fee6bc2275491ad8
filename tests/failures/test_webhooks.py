"""Webhooks of killed and restarted servers: every change arrives, in order."""

import asyncio
from typing import Any

import psycopg
import pytest

from tests.api.responses import add
from tests.failures.support.instances import Instance, chat_client
from tests.receiver import Receiver, receiving

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


async def test_a_webhook_inside_is_refused_without_the_setting(crowded: Instance):
    async with receiving() as receiver, chat_client(crowded) as chat:
        answer = await chat.http.post("/api/webhooks", json={"url": receiver.url, "events": ["*"]})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert (await chat.http.get("/api/webhooks")).json()["webhooks"] == []
        assert receiver.requests == []
