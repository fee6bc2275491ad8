"""Turns with the Agents SDK's runner: calls, results and signatures, in the same turn and in later ones."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest
from agents import Agent, ModelSettings, RunConfig, Runner, Tool, function_tool
from agents.items import ToolCallItem, TResponseInputItem
from agents.models.interface import ModelTracing
from agents.result import RunResultStreaming
from openai.types.responses import ResponseFunctionToolCall

from taskchat_app.assistant.gemini import client
from taskchat_app.assistant.gemini import client as gemini_request
from taskchat_app.assistant.gemini.client import GeminiModel
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.gemini.response_state import signature_of, with_signature
from taskchat_app.assistant.tools.execution import flat_schema
from tests.assistant.gemini.conftest import model_at
from tests.standin import (
    Standin,
    call,
    calls,
    chunks,
    cut_after,
    empty,
    error,
    hang_after,
    hold_after,
    step_after,
    text,
)
from tests.standin.model_request import ask
from tests.waiting import until_async

ARRIVES_SECONDS = 60

TWO_TASKS = (call("create_task", {"title": "Buy milk"}), call("create_task", {"title": "Call mum"}))


class TaskTool:
    """A tool that records its arguments; asynchronous, as parallel calls of a plain function come from threads."""

    def __init__(self) -> None:
        self.titles: list[str] = []

        @function_tool
        async def create_task(title: str, tags: list[str] | None = None) -> str:
            """Add a task."""
            self.titles.append(title)
            return json.dumps({"status": "ok", "title": title, "tags": tags or []})

        create_task.params_json_schema = flat_schema(create_task.params_json_schema)
        self.tools: list[Tool] = [create_task]


@pytest.fixture
def task_tool() -> TaskTool:
    return TaskTool()


@pytest.fixture(params=["gemini-3.8-flash", "flash-next"])
async def model(request: pytest.FixtureRequest, standin: Standin) -> AsyncIterator[GeminiModel]:
    async with model_at(standin.base_url, name=request.param) as asked:
        yield asked


async def turn(model: GeminiModel, task_tool: TaskTool, said: str | list[TResponseInputItem]) -> RunResultStreaming:
    agent = Agent[None](name="taskchat", instructions="Be brief.", model=model, tools=task_tool.tools)
    run = Runner.run_streamed(agent, said, run_config=RunConfig())
    async for _ in run.stream_events():
        pass
    return run


def sent_calls(request: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return [message["tool_calls"] for message in request["messages"] if message.get("tool_calls")]


def signatures_in(request: dict[str, Any]) -> list[list[str | None]]:
    return [
        [one.get("extra_content", {}).get("google", {}).get("thought_signature") for one in message]
        for message in sent_calls(request)
    ]


@pytest.mark.parametrize("where", ["call", "own_call_delta", "own_delta"])
async def test_a_signature_is_sent_back_with_its_call_in_every_request_of_the_turn(
    where: Any, model: GeminiModel, task_tool: TaskTool, standin: Standin
):
    third = call("create_task", {"title": "Rest"})
    standin.script([calls(*TWO_TASKS, signature_in=where), calls(third, signature_in=where), text("Added three.")])
    assert (await turn(model, task_tool, "Add three tasks")).final_output == "Added three."
    assert task_tool.titles == ["Buy milk", "Call mum", "Rest"]
    first, second, third_request = standin.requests
    assert sent_calls(first) == []
    (parallel,) = signatures_in(second)
    assert parallel[0]
    assert parallel[1:] == [None]
    assert signatures_in(third_request)[0] == parallel
    assert signatures_in(third_request)[1][0]
    assert standin.refusals == []
    assert len(standin.connections) == 3
    assert len(set(standin.connections)) == 1, "the requests of a turn share one connection"


async def test_without_the_repair_gemini_rejects_the_second_request(
    task_tool: TaskTool, standin: Standin, monkeypatch: pytest.MonkeyPatch
):
    without_repair(gemini_request.send_signatures_back, monkeypatch)
    standin.script([calls(*TWO_TASKS), text("Added two.")])
    async with model_at(standin.base_url, timeout_seconds=5) as model:
        with pytest.raises(GeminiFailure) as caught:
            await turn(model, task_tool, "Add two tasks")
    assert caught.value.code == "bad_request"
    assert "thought_signature" in standin.refusals[0]


async def test_stored_calls_keep_their_signatures(model: GeminiModel, task_tool: TaskTool, standin: Standin):
    standin.script([calls(*TWO_TASKS), text("Added two."), text("You are welcome."), text("Never said.")])
    first = await turn(model, task_tool, "Add two tasks")
    made = [item for item in first.new_items if item.type == "tool_call_item"]
    saved = [(raw.call_id, raw.name, raw.arguments, signature_of(raw)) for item in made if (raw := raw_call(item))]
    assert [bool(signature) for *_, signature in saved] == [True, False]
    rebuilt: list[Any] = [{"role": "user", "content": "Add two tasks"}]
    for call_id, name, arguments, signature in saved:
        item = {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}
        rebuilt.append(with_signature(item, signature))
    rebuilt += [{"type": "function_call_output", "call_id": one[0], "output": "{}"} for one in saved]
    rebuilt += [{"role": "assistant", "content": "Added two."}, {"role": "user", "content": "Thanks"}]
    await turn(model, task_tool, rebuilt)
    assert signatures_in(standin.requests[-1]) == [[saved[0][3], None]]
    assert standin.refusals == []
    history: list[Any] = [*first.to_input_list(), {"role": "user", "content": "Thanks"}]
    forged = [with_signature(one, "forged") if one.get("type") == "function_call" else one for one in history]
    assert (await ask(model, cast(Any, forged))).code == "bad_request"
    assert standin.refusals == ["Thought signature is not valid: `create_task`."]


def raw_call(item: ToolCallItem) -> ResponseFunctionToolCall:
    assert isinstance(item.raw_item, ResponseFunctionToolCall)
    return item.raw_item


@pytest.mark.parametrize("call_id", ["", "call_0"])
async def test_reused_ids_become_unique(call_id: str, model: GeminiModel, task_tool: TaskTool, standin: Standin):
    milk = call("create_task", {"title": "Buy milk"}, call_id=call_id)
    bread = call("create_task", {"title": "Buy bread"}, call_id=call_id)
    standin.script([calls(milk), text("Added #1."), calls(bread), text("Added #2.")])
    first = await turn(model, task_tool, "Add milk")
    await turn(model, task_tool, [*first.to_input_list(), {"role": "user", "content": "And bread"}])
    ids = [one["id"] for message in sent_calls(standin.requests[-1]) for one in message]
    assert len(set(ids)) == 2
    assert task_tool.titles == ["Buy milk", "Buy bread"]
    assert standin.refusals == []


def history(lost: int) -> list[Any]:
    """Return three parallel calls, one of which has no result since its turn was killed, and a new message."""
    made: list[Any] = [{"role": "user", "content": "Add three"}]
    numbers = range(3)
    one = {"type": "function_call", "name": "create_task", "arguments": "{}"}
    made += [{**one, "call_id": f"c{number}"} for number in numbers]
    made += [
        {"type": "function_call_output", "call_id": f"c{number}", "output": f"result {number}"}
        for number in reversed(numbers)
        if number != lost
    ]
    return [*made, {"role": "assistant", "content": ""}, {"role": "user", "content": "Go on"}]


@pytest.mark.parametrize("lost", [0, 1, 2])
async def test_each_call_is_sent_with_exactly_one_result_which_gemini_requires(
    lost: int, model: GeminiModel, standin: Standin, monkeypatch: pytest.MonkeyPatch
):
    standin.script([text("All right.")], repeat=True)
    alone = {"type": "function_call_output", "call_id": "of no call", "output": "lost"}
    assert (await ask(model, [cast(Any, alone), *history(lost)])).text == "All right."
    (request,) = standin.requests
    results = [message for message in request["messages"] if message["role"] == "tool"]
    assert [one["tool_call_id"] for one in results] == ["c0", "c1", "c2"]
    assert [number for number, one in enumerate(results) if "interrupted" in one["content"]] == [lost]
    without_repair(gemini_request.pair_calls_with_results, monkeypatch)
    assert (await ask(model, history(lost))).code == "bad_request"
    assert "number of function response parts" in standin.refusals[0]


async def test_without_the_repair_gemini_rejects_strict_tools(
    model: GeminiModel, task_tool: TaskTool, standin: Standin, monkeypatch: pytest.MonkeyPatch
):
    standin.script([text("Hello."), text("Never said.")])
    assert (await ask(model, tools=task_tool.tools)).text == "Hello."
    without_repair(gemini_request.leave_out_strict, monkeypatch)
    assert (await ask(model, tools=task_tool.tools)).code == "bad_request"
    assert "Unknown name" in standin.refusals[0]


def without_repair(repair: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tuple(one for one in gemini_request.REQUEST_REPAIRS if one is not repair)
    assert len(kept) < len(gemini_request.REQUEST_REPAIRS)
    monkeypatch.setattr(gemini_request, "REQUEST_REPAIRS", kept)


@pytest.mark.parametrize("how", ["clean", "reset"])
async def test_a_call_cut_off_does_not_run(how: Any, model: GeminiModel, task_tool: TaskTool, standin: Standin):
    standin.script([cut_after(calls(*TWO_TASKS), 1, how), text("Never said.")])
    with pytest.raises(GeminiFailure, match="broke off"):
        await turn(model, task_tool, "Add two tasks")
    assert task_tool.titles == []
    assert len(standin.requests) == 1


async def test_failures_before_the_first_token_are_retried(model: GeminiModel, task_tool: TaskTool, standin: Standin):
    standin.script([error(503), empty(), calls(*TWO_TASKS), error(429), text("Added two.")])
    assert (await turn(model, task_tool, "Add two tasks")).final_output == "Added two."
    assert task_tool.titles == ["Buy milk", "Call mum"]
    assert len(standin.requests) == 5


async def test_an_answer_with_done_is_complete_one_of_a_role_is_retried(model: GeminiModel, standin: Standin):
    complete, begun = chunks(*text("Hello.")["steps"][:1]), chunks(*text("")["steps"][:1], done=False)
    standin.script([complete, begun, text("Hello.")])
    for requests in (1, 3):
        response = await ask(model)
        assert (response.text, response.error, len(standin.requests)) == ("Hello.", None, requests)
    await model.close()
    assert model.http.is_closed


@pytest.mark.parametrize("stop", ["cancel", "close"])
async def test_stopping_closes_the_connection(stop: str, model: GeminiModel, standin: Standin):
    standin.script([hang_after(text("One two three", pieces=3), 1)])
    stream = cast(Any, model).stream_response("", "Hi", *no_settings())
    received = asyncio.Event()

    async def follow() -> None:
        async for event in stream:
            if event.type == "response.output_text.delta":
                received.set()
                if stop == "close":
                    break
        await stream.aclose()

    following = asyncio.create_task(follow())
    await received.wait()
    if stop == "cancel":
        following.cancel()
    await asyncio.wait([following])
    await until_async(lambda: standin.disconnects == 1, ARRIVES_SECONDS)
    assert standin.disconnects == 1


def no_settings() -> tuple[Any, ...]:
    return (ModelSettings(), [], None, [], ModelTracing.DISABLED)


async def test_a_response_without_streaming_is_repaired_as_well(model: GeminiModel, standin: Standin):
    standin.script([calls(*TWO_TASKS)])
    response = await cast(Any, model).get_response("", "Hi", *no_settings())
    assert [item.name for item in response.output] == ["create_task", "create_task"]
    assert len({item.call_id for item in response.output}) == 2
    assert response.usage.requests == 1


async def test_a_held_reply_continues_when_released(model: GeminiModel, standin: Standin):
    standin.script([hold_after(text("One two", pieces=2), 1)])
    asking = asyncio.create_task(ask(model))
    await until_async(lambda: len(standin.requests) == 1, ARRIVES_SECONDS)
    assert not asking.done()
    standin.release()
    assert (await asking).text == "One two"


@pytest.mark.parametrize("after", [{"hang": True}, {"cut": "reset"}, {"cut": "clean"}, {"raw": "<html>"}], ids=repr)
async def test_faults_after_the_finish_reason_are_ignored(
    after: dict[str, Any], model: GeminiModel, standin: Standin, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client, "LINGER_SECONDS", 0.2)
    standin.script([step_after(text("All said."), 2, after)])
    response = await ask(model)
    assert response.error is None
    assert response.text == "All said."
    assert len(response.output) == 1
