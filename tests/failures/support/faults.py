"""Faults of Gemini: before the first token, in the middle of an answer, and between two tool calls."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from taskchat_app.assistant.agent.agent import ROUNDS_MAX
from tests import standin

Moment = Literal["first", "middle", "between"]
MOMENTS: tuple[Moment, ...] = ("first", "middle", "between")
"""Before the first token, in the middle of the answer, and between two tool calls."""
BEFORE_ANSWER: tuple[Moment, ...] = ("first", "between")
"""Faults that are reported in a header, or that a retry repairs, occur only before the answer."""
TURN_SECONDS = 15
"""TURN_TIMEOUT_SECONDS of the instance: much longer than any other turn takes, also on a busy machine."""
FIRST_WORDS = "Let me see. "
LAST_WORDS = "All is well."


@dataclass(frozen=True)
class Fault:
    """A failing reply, the expected error message, and whether Retry is offered."""

    reply: standin.Reply
    message: str
    """A regular expression."""
    retry: bool = True
    tries: int = 1
    """The least number of requests to Gemini while it has sent no token."""
    moments: tuple[Moment, ...] = MOMENTS


def too_many_requests(wait: str) -> standin.Reply:
    return standin.error(429, headers={"retry-after": wait})


def error_in_stream(reply: standin.Reply) -> standin.Reply:
    """Return the error as Gemini sends it after the answer has begun."""
    return standin.chunks({"raw": json.dumps(reply["body"])}, done=False)


OVERLOADED = "overloaded or down"
BAD_KEY = "refused the API key"
WITHHELD = "for safety reasons"
SLOW = "took (too long|longer than)"
ENDLESS = standin.chunks(*([standin.chunk({"content": "more "}), {"delay": 0.1}] * 200))
TRUNCATED_CALL: standin.ToolCall = {**standin.call("create_task"), "arguments": '{"title": "Half'}
FAULTS = {
    "400": Fault(standin.error(400, "Invalid argument."), "refused the request as invalid", retry=False),
    "bad key, 400": Fault(standin.error(400, f"API key not valid: {standin.API_KEY}."), BAD_KEY),
    "bad key, 401": Fault(standin.error(401), BAD_KEY),
    "bad key, 403": Fault(standin.error(403), BAD_KEY),
    "unknown model": Fault(standin.error(404), "is not known there"),
    "429 with a long wait": Fault(too_many_requests("40"), "Try again in 40 seconds", moments=BEFORE_ANSWER),
    "429 with a wait that ends after the turn": Fault(
        too_many_requests(f"{TURN_SECONDS + 1}"), f"Try again in {TURN_SECONDS + 1} seconds", moments=BEFORE_ANSWER
    ),
    "429 with a wait in words": Fault(
        standin.error(429, "Quota used up. Please retry in 39.6s."), "Try again in 40 seconds"
    ),
    "429 with a short wait": Fault(too_many_requests("0"), "Try again in 2 seconds", tries=3, moments=BEFORE_ANSWER),
    "429 without a wait": Fault(standin.error(429), "Try again in a minute", tries=3),
    "500": Fault(standin.error(500), OVERLOADED, tries=3),
    "503": Fault(standin.error(503), OVERLOADED, tries=3),
    "silence before the first byte": Fault(standin.hang(mute=True), SLOW, tries=2, moments=BEFORE_ANSWER),
    "silence after the headers": Fault(standin.hang(), SLOW, tries=2),
    "cut off": Fault({"steps": [{"cut": "reset"}]}, "broke off|cannot reach Gemini", tries=3),
    "cut without [DONE]": Fault({"steps": [{"cut": "clean"}]}, "broke off|answered with nothing", tries=3),
    "an empty stream": Fault(standin.empty(), "answered with nothing|broke off", tries=3),
    "no JSON": Fault(standin.chunks({"raw": "{oh no"}), "cannot be read", tries=3),
    "a blocked answer": Fault(
        standin.chunks(standin.chunk({"role": "assistant"}, "content_filter")), WITHHELD, retry=False
    ),
    "a blocked request": Fault(standin.error(400, "The prompt was blocked: PROHIBITED_CONTENT"), WITHHELD, retry=False),
    "an answer without end": Fault(ENDLESS, SLOW),
}
INVALID_CALLS = {
    "arguments that are no JSON": TRUNCATED_CALL,
    "a tool that does not exist": standin.call("send_email", {"to": "x"}),
    "arguments of the wrong kind": standin.call("create_task", {"title": "Half", "priority": "enormous"}),
    "arguments that are missing": standin.call("create_task", {"priority": "low"}),
    "a number that does not exist": standin.call("complete_task", {"task_id": 4711}),
}
"""Calls that are rejected: the model receives the reason and continues."""
TEMPORARY_FAULTS = {
    "503 at first": standin.error(503),
    "429 with a short wait at first": too_many_requests("0"),
    "silence at first": standin.hang(mute=True),
    "cut off at first": {"steps": [{"cut": "reset"}]},
    "an empty stream at first": standin.empty(),
    "no JSON at first": standin.chunks({"raw": "{oh no"}),
}
"""Faults of the first request that do not recur."""
ENDLESS_CALLS = "the same call without end"
SLOW_REPLIES = "a turn of many slow replies"


def cases(names: dict[str, Any], moments: tuple[Moment, ...] = MOMENTS) -> list[str]:
    """Return the messages that cause each of these at each of its moments."""
    return [f"{name} · {moment}" for name, cause in names.items() for moment in getattr(cause, "moments", moments)]


FAULT_CASES = cases(FAULTS)
INVALID_CALL_CASES = cases(INVALID_CALLS)
RECOVERY_CASES = cases(TEMPORARY_FAULTS, BEFORE_ANSWER)
TIMEOUT_CASES = [case for case in FAULT_CASES if FAULTS[case.partition(" · ")[0]].message == SLOW]
"""Their turns end with the time limit."""


class Script:
    """The stand-in's script: answers each case's message with its fault, and any other message with LAST_WORDS."""

    def __init__(self) -> None:
        self._failed: set[str] = set()

    def __call__(self, request: dict[str, Any]) -> standin.Reply:
        message, results = standin.last_user_text(request), standin.tool_results(request)
        name, _, moment = message.partition(" · ")
        if name in (ENDLESS_CALLS, SLOW_REPLIES):
            return _next_round(name, len(results))
        if moment == "between" and not results:
            return standin.calls(standin.call("create_task", {"title": message}))
        if message in FAULT_CASES:
            return _after_first_words(FAULTS[name].reply) if moment == "middle" else FAULTS[name].reply
        if message in INVALID_CALL_CASES and len(results) == (moment == "between"):
            return standin.calls(INVALID_CALLS[name], words=FIRST_WORDS if moment == "middle" else "")
        if message in RECOVERY_CASES and message not in self._failed:
            self._failed.add(message)
            return TEMPORARY_FAULTS[name]
        return standin.text(LAST_WORDS)


def _after_first_words(reply: standin.Reply) -> standin.Reply:
    """Return the fault after some words."""
    streamed = error_in_stream(reply) if "status" in reply else reply
    return {**standin.step_after(streamed, 0, standin.chunk({"content": FIRST_WORDS})), "mute": False}


def _next_round(name: str, rounds: int) -> standin.Reply:
    # The arguments differ, since the stand-in takes equal calls for parallel ones.
    reply = standin.calls(standin.call("list_tasks", {"limit": rounds + 1}))
    return reply if name == ENDLESS_CALLS else standin.step_after(reply, 0, {"delay": 2 * TURN_SECONDS / ROUNDS_MAX})
