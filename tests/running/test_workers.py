"""WORKERS=2: two processes behind one port, one Redis for both."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from tests.chatting import Chat, message
from tests.failures.support.instances import chat_client, events_until, open_stream, remaining_events
from tests.failures.support.page_socket import check_state_of_closed_tab
from tests.programs import needs
from tests.running.support.machines import Machine
from tests.running.support.redis_server import Redis
from tests.standin import Standin, call, calls, hold_after, text

FOLLOWERS = 8
"""So many connections are spread over both workers, nearly certainly."""

pytestmark = [pytest.mark.soak, needs("redis-server")]


@pytest.fixture(scope="module")
def server(model: Standin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    redis = Redis(tmp_path_factory.mktemp("redis"))
    redis.start()
    try:
        with Machine(WORKERS="2", REDIS_URL=redis.url, **model.settings) as running:
            yield running
    finally:
        redis.end()


async def test_all_workers_show_an_answer_word_by_word_and_every_change(server: Machine, model: Standin):
    workers = server.supervisor.children()
    assert len([worker for worker in workers if "resource_tracker" not in " ".join(worker.cmdline())]) == 2
    model.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(text("OneTwo", pieces=2), 1)])
    async with chat_client(server) as chat, AsyncExitStack() as stack:
        token = chat.http.headers["Authorization"].removeprefix("Bearer ")
        clients = [await stack.enter_async_context(chat_client(server, token=token)) for _ in range(FOLLOWERS)]
        changes = [await stack.enter_async_context(open_stream(one.http, "/api/events")) for one in clients]
        answer = await stack.enter_async_context(open_stream(chat.http, "/api/chatkit", json=message("add milk")))
        turn_id = (await events_until(answer, '"user_message"'))[-1]["item"]["id"]

        async def follow(client: Chat) -> str:
            async with open_stream(client.http, f"/api/turns/{turn_id}/events") as events:
                await events_until(events, "One")
                reached.append(client)
                if len(reached) == len(clients):
                    model.release()
                return str(await remaining_events(events))

        reached: list[Chat] = []
        ends = await asyncio.gather(*(follow(one) for one in clients))
        assert all("OneTwo" in end for end in ends)
        for events in changes:
            assert (await events_until(events, "Buy milk"))[-1]["after"]["number"] == 1


@pytest.mark.parametrize("is_signed_in", [False, True])
async def test_with_redis_the_state_of_a_closed_tab_is_given_to_nobody_else(server: Machine, is_signed_in: bool):
    await check_state_of_closed_tab(server, is_signed_in=is_signed_in)
