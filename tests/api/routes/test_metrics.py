"""GET /metrics: its token, and what each measurement counts."""

import asyncio

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage import database
from taskchat_app.domain.storage.database import reading
from taskchat_app.runtime.metrics import measure_event_loop
from tests.api.open_stream import open_stream
from tests.api.responses import Api
from tests.chatting import Chat, Configure, start
from tests.conftest import SignedInPerson
from tests.standin import Standin, call, calls, chunk, chunks, error, hold_after, text
from tests.waiting import in_background, until_async

TOKEN = "a-token-for-prometheus"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
Samples = dict[str, float]


@pytest.fixture(autouse=True)
def _token(configure: Configure) -> None:
    configure(METRICS_TOKEN=TOKEN)


async def measured(http: Api) -> Samples:
    """Return each sample by its name and labels, such as `taskchat_turns_total done`."""
    answer = await http.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    samples = (sample for family in families for sample in family.samples)
    return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}


def growth(before: Samples, after: Samples) -> Samples:
    """Return what changed of our own counters, without their time of creation."""
    names = (name for name in after if name.startswith("taskchat_") and "_created" not in name and "_sum" not in name)
    return {name: after[name] - before.get(name, 0) for name in names if after[name] != before.get(name, 0)}


async def test_another_token_is_401_and_without_one_there_are_no_metrics(anonymous: Api, configure: Configure):
    for given in (None, "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", "Bearer \xff"):
        headers = [(b"Authorization", given.encode("latin-1"))] if given else []
        answer = await anonymous.get("/metrics", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_token"), given
        assert "taskchat_" not in answer.text
    configure(METRICS_TOKEN="")
    assert (await anonymous.get("/metrics", headers=BEARER)).status_code == 404


async def test_turns_model_calls_tokens_and_tool_calls_are_counted_by_outcome(chat: Chat, anonymous: Api):
    usage = {"prompt_tokens": 90, "completion_tokens": 7, "total_tokens": 97}
    asked = call("create_task", {"title": "Buy milk"}), call("complete_task", {"task_id": 9}), call("no_such_tool")
    said = chunks(chunk({"role": "assistant", "content": "Done."}), chunk({}, "stop", usage=usage))
    before = await measured(anonymous)
    await chat.send("Please take care of the milk", replies=[calls(*asked), said, error(400)])
    await chat.send("Please fail now")
    grown = growth(before, await measured(anonymous))
    buckets = {name for name in grown if "_bucket" in name}
    assert {name: grown[name] for name in grown.keys() - buckets} == {
        "taskchat_turns_total done": 1,
        "taskchat_turns_total failed": 1,
        "taskchat_turn_seconds_count": 2,
        "taskchat_first_token_seconds_count": 1,
        "taskchat_model_calls_total ok": 2,
        "taskchat_model_calls_total bad_request": 1,
        "taskchat_tokens_total input": 90,
        "taskchat_tokens_total output": 7,
        "taskchat_tool_calls_total ok create_task": 1,
        "taskchat_tool_calls_total error complete_task": 1,
        "taskchat_tool_calls_total error unknown": 1,
    }
    assert chat.asked[0]["stream_options"] == {"include_usage": True}


async def test_a_stopped_turn_cancels_its_call(person: Person, api: Api, anonymous: Api, gemini: Standin):
    gemini.script([hold_after(text("One two", pieces=2), 1)])
    before = await measured(anonymous)
    turn = await start(person, "Please count", until="One")
    assert (await api.post(f"/api/turns/{turn.id}/stop")).status_code == 204
    grown = growth(before, await measured(anonymous))
    assert (grown["taskchat_turns_total stopped"], grown["taskchat_model_calls_total cancelled"]) == (1, 1)


async def test_open_event_streams_and_the_lag_of_the_loop_are_counted(
    asgi: httpx.ASGITransport, signed_in: SignedInPerson, anonymous: Api
):
    before = await measured(anonymous)
    async with open_stream(asgi.app, "/api/events", signed_in.bearer):
        assert growth(before, await measured(anonymous))["taskchat_event_streams"] == 1
    assert "taskchat_event_streams" not in growth(before, await measured(anonymous))
    before = await measured(anonymous)

    async def is_measured() -> bool:
        return "taskchat_event_loop_lag_seconds_count" in growth(before, await measured(anonymous))

    async with in_background(measure_event_loop()):
        await until_async(is_measured, 60)


async def test_the_pool_shows_connections_in_use_and_who_waits_for_one(anonymous: Api):
    await until_async(lambda: not database.pool_use().in_use, 60)  # timers of the process read now and then
    idle = await measured(anonymous)
    size = int(idle["taskchat_pool_size"])
    assert (idle["taskchat_pool_in_use"], idle["taskchat_pool_waiting"]) == (0, 0)
    release = asyncio.Event()

    async def use() -> None:
        async with reading() as session:
            await session.connection()
            await release.wait()

    users = [asyncio.create_task(use()) for _ in range(size + 2)]
    await until_async(lambda: database.pool_use() == (size, size, 2), 60)
    busy = await measured(anonymous)
    assert (busy["taskchat_pool_in_use"], busy["taskchat_pool_waiting"]) == (size, 2)
    release.set()
    await asyncio.gather(*users)
