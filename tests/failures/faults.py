"""What Gemini does instead of an answer, each before the first token, in mid-answer and between two tool calls."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from tests.standin import (
    API_KEY,
    Reply,
    ToolCall,
    call,
    calls,
    chunk,
    chunks,
    empty,
    error,
    hang,
    last_user_text,
    step_after,
    text,
    tool_results,
)

Moment = Literal["first", "middle", "between"]
MOMENTS: tuple[Moment, ...] = ("first", "middle", "between")
"""Before the first token, in the middle of the answer, and between two tool calls."""
ASKED: tuple[Moment, ...] = ("first", "between")
"""What is told in a header, or mends itself, can only come before the answer."""
BEGUN = "Let me see. "
LAST_WORDS = "All is well."


@dataclass(frozen=True)
class Fault:
    """A reply that is no answer, a part of the sentence that is then told, and whether Retry helps."""

    reply: Reply
    told: str
    """A regular expression."""
    retry: bool = True
    tries: int = 1
    """How often Gemini is asked at least, by ourselves, where it has said nothing yet."""
    moments: tuple[Moment, ...] = MOMENTS


def told_in_stream(reply: Reply) -> Reply:
    """The error as Gemini tells it where the answer has begun."""
    return chunks({"raw": json.dumps(reply["body"])}, done=False)


OVERLOADED = "overloaded or down"
BAD_KEY = "refused the API key"
WITHHELD = "for safety reasons"
SLOW = "took (too long|longer than)"
ENDLESS = chunks(*([chunk({"content": "more "}), {"delay": 0.1}] * 200))
HALF_A_CALL: ToolCall = {**call("create_task"), "arguments": '{"title": "Half'}
FAULTS = {
    "400": Fault(error(400, "Invalid argument."), "refused the request as invalid", retry=False),
    "bad key, 400": Fault(error(400, f"API key not valid: {API_KEY}."), BAD_KEY),
    "bad key, 401": Fault(error(401), BAD_KEY),
    "bad key, 403": Fault(error(403), BAD_KEY),
    "unknown model": Fault(error(404), "does not know the model"),
    "429 with a long wait": Fault(error(429, headers={"retry-after": "40"}), "Try again in 40 seconds", moments=ASKED),
    "429 with a wait that ends after the turn": Fault(
        error(429, headers={"retry-after": "7"}), "Try again in 7 seconds", moments=ASKED
    ),
    "429 with a wait in words": Fault(error(429, "Quota used up. Please retry in 39.6s."), "Try again in 40 seconds"),
    "429 with a short wait": Fault(
        error(429, headers={"retry-after": "0"}), "Try again in 2 seconds", tries=3, moments=ASKED
    ),
    "429 without a wait": Fault(error(429), "Try again in a minute", tries=3),
    "500": Fault(error(500), OVERLOADED, tries=3),
    "503": Fault(error(503), OVERLOADED, tries=3),
    "silence before the first byte": Fault(hang(mute=True), SLOW, tries=2, moments=ASKED),
    "silence after the headers": Fault(hang(), SLOW, tries=2),
    "cut off": Fault({"steps": [{"cut": "reset"}]}, "broke off|cannot reach Gemini", tries=3),
    "cut without [DONE]": Fault({"steps": [{"cut": "clean"}]}, "broke off|answered with nothing", tries=3),
    "an empty stream": Fault(empty(), "answered with nothing|broke off", tries=3),
    "no JSON": Fault(chunks({"raw": "{oh no"}), "cannot be read", tries=3),
    "a blocked answer": Fault(chunks(chunk({"role": "assistant"}, "content_filter")), WITHHELD, retry=False),
    "a blocked request": Fault(error(400, "The prompt was blocked: PROHIBITED_CONTENT"), WITHHELD, retry=False),
    "arguments that are no JSON": Fault(calls(HALF_A_CALL), "garbled a tool call"),
    "an answer without end": Fault(ENDLESS, SLOW),
}
REFUSED_CALLS = {
    "a tool that does not exist": call("send_email", {"to": "x"}),
    "arguments of the wrong kind": call("create_task", {"title": "Half", "priority": "enormous"}),
    "arguments that are missing": call("create_task", {"priority": "low"}),
    "a number that nobody has": call("complete_task", {"task_id": 4711}),
}
"""Calls that cannot be carried out: the model is told why, and goes on."""
RECOVERING = {
    "503 at first": error(503),
    "429 with a short wait at first": error(429, headers={"retry-after": "0"}),
    "silence at first": hang(mute=True),
    "cut off at first": {"steps": [{"cut": "reset"}]},
    "an empty stream at first": empty(),
    "no JSON at first": chunks({"raw": "{oh no"}),
}
"""What is gone when it is asked again."""
ROUND_AND_ROUND = "the same call without end"
SLOW_ROUNDS = "a turn of many slow replies"


def cases(names: dict[str, Any], moments: tuple[Moment, ...] = MOMENTS) -> list[str]:
    """The messages that bring each of these about, at each moment."""
    return [f"{name} · {moment}" for name in names for moment in getattr(names[name], "moments", moments)]


FAILING = cases(FAULTS)
REFUSED = cases(REFUSED_CALLS)
MENDED = cases(RECOVERING, ASKED)


class Script:
    """What each case's message is answered with; every other message gets a plain answer."""

    def __init__(self) -> None:
        self._failed: set[str] = set()

    def __call__(self, request: dict[str, Any]) -> Reply:
        said, results = last_user_text(request), tool_results(request)
        name, _, moment = said.partition(" · ")
        if name in (ROUND_AND_ROUND, SLOW_ROUNDS):
            return _one_more(name, len(results))
        if moment == "between" and not results:
            return calls(call("create_task", {"title": said}))
        if said in FAILING:
            return _begun(FAULTS[name].reply) if moment == "middle" else FAULTS[name].reply
        if said in REFUSED and len(results) == (moment == "between"):
            return calls(REFUSED_CALLS[name], words=BEGUN if moment == "middle" else "")
        if said in MENDED and said not in self._failed:
            self._failed.add(said)
            return RECOVERING[name]
        return text(LAST_WORDS)


def _begun(reply: Reply) -> Reply:
    """The same fault after some words."""
    streamed = told_in_stream(reply) if "status" in reply else reply
    return {**step_after(streamed, 0, chunk({"content": BEGUN})), "mute": False}


def _one_more(name: str, rounds: int) -> Reply:
    # Not quite the same each time: the stand-in takes equal calls for parallel ones.
    again = calls(call("list_tasks", {"limit": rounds + 1}))
    return again if name == ROUND_AND_ROUND else step_after(again, 0, {"delay": 1.0})
