"""Gemini's failures against the real server: one honest sentence, nothing lost, nothing twice, and the chat goes on."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from taskchat_app.assistant.agent import ROUNDS_MAX
from tests.chatting import Answer, Chat, answer_of
from tests.failures.instances import Instance, together, visitor
from tests.standin import (
    API_KEY,
    Reply,
    Standin,
    call,
    calls,
    chunk,
    chunks,
    empty,
    error,
    hang,
    said_by_user,
    step_after,
    text,
    tool_results,
)

TURN_SECONDS = 5.0
LATE_SECONDS = 5.0
"""All cases run at once, so that an end may come this much late."""
BEGUN = "Let me see. "
Moment = Literal["first", "middle", "between"]
MOMENTS: tuple[Moment, ...] = ("first", "middle", "between")
"""Before the first token, in the middle of the answer, and between two tool calls."""


ASKED: tuple[Moment, ...] = ("first", "between")
"""What is told in a header can only come before the answer."""


@dataclass(frozen=True)
class Fault:
    """What Gemini does instead of an answer, a part of the sentence that is then told, and whether Retry helps."""

    reply: Reply
    told: str
    retry: bool
    moments: tuple[Moment, ...] = MOMENTS


def told_in_stream(reply: Reply) -> Reply:
    """The error as Gemini tells it where the answer has begun."""
    return chunks({"raw": json.dumps(reply["body"])}, done=False)


ENDLESS = chunks(*([chunk({"content": "more "}), {"delay": 0.1}] * 200))
BLOCKED = chunks(chunk({"role": "assistant"}, "content_filter"))
FAULTS = {
    "400": Fault(error(400, "Invalid argument."), "refused the request as invalid", False),
    "bad key, 400": Fault(error(400, "API key not valid."), "refused the API key", True),
    "bad key, 401": Fault(error(401), "refused the API key", True),
    "bad key, 403": Fault(error(403), "refused the API key", True),
    "unknown model": Fault(error(404), "does not know the model", True),
    "429 with a long wait": Fault(error(429, headers={"retry-after": "40"}), "Try again in 40 seconds", True, ASKED),
    "429 with a short wait": Fault(error(429, headers={"retry-after": "0"}), "Try again in 2 seconds", True, ASKED),
    "429 without a wait": Fault(error(429), "Try again in a minute", True),
    "500": Fault(error(500), "overloaded or down", True),
    "503": Fault(error(503), "overloaded or down", True),
    "silence before the first byte": Fault(hang(mute=True), "took ", True),
    "silence after the headers": Fault(hang(), "took ", True),
    "cut off": Fault({"steps": [{"cut": "reset"}]}, "", True),
    "cut without [DONE]": Fault({"steps": [{"cut": "clean"}]}, "", True),
    "an empty stream": Fault(empty(), "", True),
    "no JSON": Fault(chunks({"raw": "{oh no"}), "cannot be read", True),
    "blocked": Fault(BLOCKED, "for safety reasons", False),
    "arguments that are no JSON": Fault(
        calls({**call("create_task"), "arguments": '{"title": "Half'}), "garbled a tool call", True
    ),
    "an answer without end": Fault(ENDLESS, "took ", True),
}


REFUSED_CALLS = {
    "a tool that does not exist": call("send_email", {"to": "x"}),
    "arguments of the wrong kind": call("create_task", {"title": "Half", "priority": "enormous"}),
    "a number that nobody has": call("complete_task", {"task_id": 4711}),
}
RECOVERING = {
    "503 at first": error(503),
    "429 with a short wait at first": error(429, headers={"retry-after": "0"}),
    "cut off at first": {"steps": [{"cut": "reset"}]},
    "an empty stream at first": empty(),
}


def case(name: str, moment: Moment) -> str:
    return f"{name} · {moment}"


CASES = [case(name, moment) for name, fault in FAULTS.items() for moment in fault.moments]


_failed: set[str] = set()


def scripted(request: dict[str, Any]) -> Reply:
    """What each case's message is answered with; the message after it gets a plain answer."""
    said = said_by_user(request)
    if said in RECOVERING and said not in _failed:
        _failed.add(said)
        return RECOVERING[said]
    if said in REFUSED_CALLS and not tool_results(request):
        return calls(REFUSED_CALLS[said])
    if said == "round and round":
        # Not quite the same: the stand-in takes equal calls for parallel ones.
        return calls(call("list_tasks", {"limit": len(tool_results(request)) + 1}))
    if said not in CASES:
        return text("All is well.")
    name, _, moment = said.partition(" · ")
    reply = FAULTS[name].reply
    if moment == "middle":
        reply = told_in_stream(reply) if "status" in reply else reply
        return {**step_after(reply, 0, chunk({"content": BEGUN})), "mute": False}
    if moment == "between" and not tool_results(request):
        return calls(call("create_task", {"title": said}))
    return reply


@pytest.fixture(scope="module")
def model() -> Iterator[Standin]:
    with Standin() as found:
        found.script(scripted)
        yield found


@pytest.fixture(scope="module")
def instance(model: Standin) -> Iterator[Instance]:
    settings = {"TURN_TIMEOUT_SECONDS": f"{TURN_SECONDS:g}"}
    with Instance(GEMINI_API_KEY=model.api_key, GEMINI_BASE_URL=model.base_url, **settings) as found:
        yield found


@dataclass(frozen=True)
class Outcome:
    """What came of a case: the failed answer, how long it took, what is kept, and the answer to the next message."""

    answer: Answer
    seconds: float
    items: list[dict[str, Any]]
    status: str
    tasks: list[str]
    next_status: int
    next_words: str


async def outcome(chat: Chat, said: str) -> Outcome:
    began = time.monotonic()
    answer = await chat.send(said)
    seconds = time.monotonic() - began
    after = await chat.try_to_send("and now?", answer.thread_id)
    turn = (await chat.http.get(f"/api/turns/{answer.turn_id}")).json()
    items = await chat.items(answer.thread_id)
    tasks = [title for title in (await chat.titles()).values() if title == said]
    words = answer_of(after).text if after.status_code == 200 else after.text
    return Outcome(answer, seconds, items, turn["status"], tasks, after.status_code, words)


@pytest.fixture(scope="module")
def outcomes(instance: Instance) -> dict[str, Outcome]:
    """All cases at once, each in a conversation of its own, which must not mix."""

    async def everything() -> dict[str, Outcome]:
        async with visitor(instance) as chat:
            found = await asyncio.gather(*(outcome(chat, said) for said in CASES))
            return dict(zip(CASES, found, strict=True))

    return asyncio.run(everything())


@pytest.mark.parametrize("said", CASES)
def test_a_failure_is_one_sentence_and_the_conversation_goes_on(said: str, outcomes: dict[str, Outcome]):
    name, _, moment = said.partition(" · ")
    fault, found = FAULTS[name], outcomes[said]
    [event] = found.answer.errors
    assert found.answer.events[-1] == event
    assert fault.told in event["message"]
    assert event["message"].endswith(".")
    assert event.get("allow_retry", False) is fault.retry
    assert found.seconds < TURN_SECONDS + LATE_SECONDS
    assert (found.status, found.next_status, found.next_words) == ("failed", 200, "All is well.")
    kept = [item["content"][0]["text"] for item in found.items if item["type"] == "assistant_message"]
    if moment == "middle":
        assert kept[0].startswith(BEGUN.strip())
    if moment == "between":
        assert found.tasks == [said]
        [card] = [item for item in found.items if item["type"] == "workflow"]
        assert [task["status_indicator"] for task in card["workflow"]["tasks"]] == ["complete"]
    else:
        assert found.tasks == []


async def test_what_fails_before_anything_was_said_is_tried_again(instance: Instance):
    async with visitor(instance) as chat:
        answers = await asyncio.gather(*(chat.send(said) for said in RECOVERING))
    assert [(answer.text, answer.errors) for answer in answers] == [("All is well.", [])] * len(RECOVERING)


async def test_a_call_that_cannot_be_carried_out_is_told_to_the_model_and_writes_nothing(instance: Instance):
    async with visitor(instance) as chat:
        answers = await asyncio.gather(*(chat.send(said) for said in REFUSED_CALLS))
        assert await chat.titles() == {}
    for answer in answers:
        assert (answer.text, answer.errors) == ("All is well.", [])
        assert [task["icon"] for task in answer.tasks] == ["info"]


async def test_the_same_call_without_end_is_ended_and_the_conversation_goes_on(instance: Instance):
    async with visitor(instance) as chat:
        answer = await chat.send("round and round")
        assert "went round in circles" in answer.error
        assert len(answer.tasks) == ROUNDS_MAX
        assert (await chat.send("and now?", answer.thread_id)).text == "All is well."


@pytest.fixture(scope="module")
def lost() -> Iterator[tuple[Instance, Instance]]:
    """One whose Gemini goes away for good after its first reply, and one whose Gemini nobody can find."""
    with Standin() as model:

        def once(request: dict[str, Any]) -> Reply:
            model._server.should_exit = True
            return step_after(calls(call("create_task", {"title": "Buy milk"})), 1, {"delay": 0.5})

        model.script(once)
        left = Instance(GEMINI_API_KEY=model.api_key, GEMINI_BASE_URL=model.base_url)
        unknown = Instance(GEMINI_API_KEY=model.api_key, GEMINI_BASE_URL="http://gemini.invalid/v1/")
        with together(left, unknown):
            yield left, unknown


async def test_a_gemini_that_is_gone_between_two_calls_is_unreachable(lost: tuple[Instance, Instance]):
    async with visitor(lost[0]) as chat:
        answer = await chat.send("what about milk?")
        assert answer.error.startswith("The server cannot reach Gemini.")
        assert await chat.titles() == {1: "Buy milk"}
        assert (await chat.send("add eggs", answer.thread_id)).errors == []
        assert API_KEY not in lost[0].output


async def test_a_gemini_whose_name_nobody_knows_is_unreachable(lost: tuple[Instance, Instance]):
    async with visitor(lost[1]) as chat:
        answer = await chat.send("what is the weather like?")
        assert answer.error.startswith("The server cannot reach Gemini.")
        assert answer.errors[0]["allow_retry"]
        assert (await chat.send("add eggs", answer.thread_id)).errors == []
        assert API_KEY not in lost[1].output


def test_the_key_is_in_no_line_of_the_server_and_no_message(
    instance: Instance, outcomes: dict[str, Outcome], model: Standin
):
    told = instance.output + json.dumps([one.items + one.answer.events for one in outcomes.values()])
    assert "Gemini failed: bad_key" in told
    assert model.api_key not in told
    assert model.api_key[-8:] not in told
    assert re.findall("Traceback|ERROR", instance.output) == []
