"""kill -9 of the server: acknowledged writes exist once, and the conversation continues."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import psutil

from benchmarks import kills
from tests.chatting import Answer, Chat, answer_of, message
from tests.failures.instances import Instance, recovered, rest, streamed, until, visitor
from tests.standin import Reply, Standin, call, calls, hold_after, text, tool_results

FREE_WITHIN_SECONDS = 15
GONE_SECONDS = 5
SEED = 250
"""Chooses each of the processes, the slow ones early."""


def scripted(model: Standin) -> None:
    """A task is added, then "One" is said and the rest held back."""
    model.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(text("OneTwoTri", pieces=3), 1)])


def kill_whole(instance: Instance) -> None:
    instance.killed()
    instance.kill_postgres()


def kill_worker(instance: Instance) -> None:
    worker = instance.worker
    worker.kill()
    psutil.wait_procs([worker], timeout=GONE_SECONDS)


def kill_supervisor(instance: Instance) -> None:
    supervisor, worker = instance.supervisor, instance.worker
    supervisor.kill()
    _, alive = psutil.wait_procs([worker], timeout=GONE_SECONDS)
    assert alive == []


@dataclass(frozen=True)
class Interrupted:
    """Somebody whose server was killed in the middle of an answer."""

    chat: Chat
    begun: Answer
    killed_at: float
    kept: list[str]
    """What was said so far and is kept."""


def answered_whole(request: dict[str, Any]) -> Reply:
    return text("Added it.") if tool_results(request) else calls(call("create_task", {"title": "Buy milk"}))


async def interrupted(instance: Instance, model: Standin, chat: Chat, kill: Callable[[Instance], None]) -> Interrupted:
    scripted(model)
    async with streamed(chat.http, "/api/chatkit", json=message("note it")) as answer:
        begun = Answer(await until(answer, "text_delta"))
        killed_at = time.monotonic()
        await asyncio.to_thread(kill, instance)
    await asyncio.to_thread(instance.start_again)
    return Interrupted(chat, begun, killed_at, ["One"] if kill is kill_supervisor else [])


async def test_after_a_kill_in_mid_answer_everything_is_there_once_and_retry_works(mortal: Instance, standin: Standin):
    async with visitor(mortal) as first, visitor(mortal) as second, visitor(mortal) as third:
        found = [
            await interrupted(mortal, standin, first, kill_worker),
            await interrupted(mortal, standin, second, kill_supervisor),
            await interrupted(mortal, standin, third, kill_whole),
        ]
        standin.script(answered_whole)
        await asyncio.gather(*(check_retried(one, found[-1].killed_at) for one in found))


async def check_retried(found: Interrupted, killed_at: float) -> None:
    chat, begun = found.chat, found.begun
    message, card, *answers = await chat.items(begun.thread_id)
    assert (message["type"], card["type"]) == ("user_message", "workflow")
    # A worker without its supervisor still stores what it has said.
    assert [item["content"][0]["text"].strip() for item in answers] == found.kept
    assert await chat.titles() == {1: "Buy milk"}
    again = {"thread_id": begun.thread_id, "item_id": begun.turn_id}
    answer = await until_free(lambda: chat.request("threads.retry_after_item", **again), killed_at)
    assert answer.text == "Added it."
    assert list((await chat.titles()).values()) == ["Buy milk"]
    assert (await status(chat, begun.turn_id)) == "done"


async def until_free(ask: Callable[[], Awaitable[httpx.Response]], killed_at: float) -> Answer:
    """The first answer that is no 409, which must not be said any more after a while, however long a start takes."""
    while True:
        response = await ask()
        if response.status_code != 409:
            assert response.status_code == 200, response.text
            return answer_of(response)
        assert time.monotonic() - killed_at < FREE_WITHIN_SECONDS
        await asyncio.sleep(0.2)


async def status(chat: Chat, turn_id: str) -> str:
    return (await chat.http.get(f"/api/turns/{turn_id}")).json()["status"]


async def test_a_turn_outlives_a_postgres_that_is_killed_and_comes_back(mortal: Instance, standin: Standin):
    async with visitor(mortal) as chat:
        scripted(standin)
        async with streamed(chat.http, "/api/chatkit", json=message("note it")) as answer:
            begun = Answer(await until(answer, "text_delta"))
            killed_at = time.monotonic()
            mortal.kill_postgres()
            assert (await recovered(chat)).status_code == 200
            standin.release()
            ended = (await rest(answer))[-1]
        assert (await status(chat, begun.turn_id)) == ("failed" if ended["type"] == "error" else "done")
        standin.script([text("Yes.")])
        again = await until_free(lambda: chat.try_to_send("and now?", begun.thread_id), killed_at)
        assert again.text == "Yes."
        assert await chat.titles() == {1: "Buy milk"}


async def test_no_loss_and_no_duplicate_over_random_kills(mortal: Instance, standin: Standin):
    standin.script(kills.answered)
    count = await kills.run(mortal, kills.KILLS, random.Random(SEED))
    assert sum(count.killed.values()) == kills.KILLS
    assert count.acknowledged >= kills.KILLS
    assert (count.lost, count.twice, count.gaps) == ([], [], [])
