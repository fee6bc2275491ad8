"""SIGKILL and SIGTERM of server processes: acknowledged writes exist once, and the thread accepts the next message."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import psutil
import pytest

from benchmarks import kills
from tests.chatting import Answer, Chat, answer_of, message
from tests.failures.support import instances
from tests.standin import Reply, Standin, call, calls, hold_after, text, tool_results
from tests.waiting import PATIENCE_SECONDS, in_background

pytestmark = pytest.mark.soak

KILLS = 60
SEED = 250
"""Selects each kind of process, the slow ones early."""


def script_model(model: Standin) -> None:
    """Script the model: adds a task, sends "One", and waits before the rest."""
    model.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(text("OneTwoTri", pieces=3), 1)])


def kill_all(instance: instances.Instance) -> None:
    instance.kill()
    instance.kill_postgres()


def kill_worker(instance: instances.Instance) -> None:
    worker = instance.worker
    worker.kill()
    psutil.wait_procs([worker], timeout=PATIENCE_SECONDS)


def kill_supervisor(instance: instances.Instance) -> None:
    supervisor, worker = instance.supervisor, instance.worker
    supervisor.kill()
    _, alive = psutil.wait_procs([worker], timeout=PATIENCE_SECONDS)
    assert alive == []


@dataclass(frozen=True)
class Interrupted:
    """A client whose server was killed in the middle of an answer."""

    chat: Chat
    begun: Answer
    killed_at: float
    stored: list[str]
    """The expected stored texts of the partial answer."""


def answer_completely(request: dict[str, Any]) -> Reply:
    return text("Added it.") if tool_results(request) else calls(call("create_task", {"title": "Buy milk"}))


async def interrupt(
    instance: instances.Instance, model: Standin, chat: Chat, kill: Callable[[instances.Instance], None]
) -> Interrupted:
    script_model(model)
    async with instances.open_stream(chat.http, "/api/chatkit", json=message("note it")) as answer:
        begun = Answer(await instances.events_until(answer, "text_delta"))
        killed_at = time.monotonic()
        await asyncio.to_thread(kill, instance)
    await asyncio.to_thread(instance.start_again)
    return Interrupted(chat, begun, killed_at, ["One"] if kill is kill_supervisor else [])


async def test_after_a_kill_during_an_answer_all_items_exist_once_and_retry_works(
    killable: instances.Instance, standin: Standin
):
    async with AsyncExitStack() as clients:
        cases: list[Interrupted] = []
        for kill in (kill_worker, kill_supervisor, kill_all):
            chat = await clients.enter_async_context(instances.chat_client(killable))
            cases.append(await interrupt(killable, standin, chat, kill))
        standin.script(answer_completely)
        await asyncio.gather(*(check_retry(case, cases[-1].killed_at) for case in cases))


async def check_retry(case: Interrupted, killed_at: float) -> None:
    chat, begun = case.chat, case.begun
    message, card, *answers = await chat.items(begun.thread_id)
    assert (message["type"], card["type"]) == ("user_message", "workflow")
    # A worker whose supervisor was killed still stores its partial answer.
    assert [item["content"][0]["text"].strip() for item in answers] == case.stored
    assert await chat.titles() == {1: "Buy milk"}
    again = {"thread_id": begun.thread_id, "item_id": begun.turn_id}
    answer = await first_not_busy(lambda: chat.request("threads.retry_after_item", **again), killed_at)
    assert answer.text == "Added it."
    assert list((await chat.titles()).values()) == ["Buy milk"]
    assert (await status(chat, begun.turn_id)) == "done"


async def first_not_busy(ask: Callable[[], Awaitable[httpx.Response]], killed_at: float) -> Answer:
    """Return the first answer that is not 409 (busy): the lease of a killed server ends."""
    while True:
        response = await ask()
        if response.status_code != 409:
            assert response.status_code == 200, response.text
            return answer_of(response)
        assert time.monotonic() - killed_at < PATIENCE_SECONDS
        await asyncio.sleep(0.2)


async def status(chat: Chat, turn_id: str) -> str:
    return (await chat.turn(turn_id))["status"]


async def test_a_turn_survives_the_restart_of_a_killed_postgres(killable: instances.Instance, standin: Standin):
    async with instances.chat_client(killable) as chat:
        script_model(standin)
        async with instances.open_stream(chat.http, "/api/chatkit", json=message("note it")) as answer:
            begun = Answer(await instances.events_until(answer, "text_delta"))
            killed_at = time.monotonic()
            killable.kill_postgres()
            assert (await instances.wait_until_available(chat)).status_code == 200
            standin.release()
            ended = (await instances.remaining_events(answer))[-1]
        assert (await status(chat, begun.turn_id)) == ("failed" if ended["type"] == "error" else "done")
        standin.script([text("Yes.")])
        again = await first_not_busy(lambda: chat.try_to_send("and now?", begun.thread_id), killed_at)
        assert again.text == "Yes."
        assert await chat.titles() == {1: "Buy milk"}


async def test_random_kills_lose_and_duplicate_no_acknowledged_task(killable: instances.Instance, standin: Standin):
    standin.script(kills.script)
    count = await kills.run(killable, KILLS, random.Random(SEED))
    assert sum(count.killed.values()) == KILLS
    assert count.acknowledged >= KILLS
    assert (count.lost, count.duplicated, count.gaps) == ([], [], [])


LOAD = 20
"""More requests than the connection pool has connections."""


async def test_a_shutdown_does_not_wait_for_requests_to_a_suspended_database(killable: instances.Instance):
    process = killable._process
    assert process is not None
    async with instances.chat_client(killable) as chat:
        with killable.suspended_postgres():
            async with in_background(*(chat.http.get("/api/tasks") for _ in range(LOAD))) as requests:
                await chat.http.get("/api/openapi.json")  # without the database; answered after the others arrived
                process.terminate()
                assert await asyncio.to_thread(process.wait, PATIENCE_SECONDS) == 0
                ends = await asyncio.gather(*requests, return_exceptions=True)
    # After their time limit the requests would have been answered with 503.
    assert [end for end in ends if not isinstance(end, httpx.TransportError)] == []
