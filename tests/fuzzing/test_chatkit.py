"""Mutated ChatKit requests: each is rejected with problem+json or answered, and causes no error."""

import copy
import json
import logging
import os
import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from taskchat_app.assistant.turns.failures import UNEXPECTED

pytestmark = pytest.mark.soak

SEED = int(os.environ.get("FUZZ_SEED", "1"))
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "300"))
REFUSALS = {400, 404, 405, 409, 413, 422, 429}
HOSTILE: list[Any] = [
    *(None, True, False, 0, -1, 1.5, -0.0, 2**31, 2**53 + 1, 2**61 + 1, 2**63, -(2**63) - 1, 10**30, 10**400),
    *(float("nan"), float("inf"), "", " ", "\0", "a\0b"),
    *("\ud800", "\udfff tail", "\U0001f600", "e\u0301", "\u202e\u2028"),
    *("x" * 9_999, "x" * 10_001, " " * 5_000, ", " * 3_000, "#" * 1_000, "1" * 5_000, "’“”", "Ä" * 300),
    *("yes", "delete all", [], {}, [[]], [None], {"": ""}),
    *({"type": "input_text"}, {"$ref": "#"}, {"__class__": "x"}, "..", "%00", "' OR 1=1"),
]


class RequestMutator:
    """Generates mutated requests for one thread and its items from valid ones."""

    def __init__(self, seed: int, thread_id: str, item_id: str) -> None:
        self._random = random.Random(seed)
        message_input = {
            "content": [
                {"type": "input_text", "text": "add buy milk tomorrow"},
                {"type": "input_tag", "id": "1", "text": "#1", "group": "selected", "data": {"number": 1}},
            ],
            "attachments": [],
            "quoted_text": "quoted",
            "inference_options": {"model": "any", "tool_choice": {"id": "any"}},
        }
        thread = {"thread_id": thread_id}
        item = {**thread, "item_id": item_id}
        payloads = [
            {"type": "proposal.confirm", "payload": {"proposal_id": "proposal_1"}},
            {"type": "proposal.cancel", "payload": {"proposal_id": "proposal_1"}},
            {"type": "turn.undo", "payload": {"turn_id": item_id}},
            {"type": "message.edit", "payload": {"item_id": item_id, "text": "list my tasks"}},
            {"type": "task.complete", "payload": {"number": 1}},
            {"type": "choice.pick", "payload": {"choice_id": item_id, "number": 1}},
        ]
        clicks = [
            {**item, "action": {"handler": "server", "loadingBehavior": "auto", **payload}} for payload in payloads
        ]
        self._valid: list[tuple[str, dict[str, Any]]] = [
            ("threads.create", {"input": message_input}),
            ("threads.add_user_message", {**thread, "input": message_input}),
            ("threads.add_client_tool_output", {**thread, "result": {"any": 1}}),
            ("threads.retry_after_item", item),
            *(("threads.custom_action", click) for click in clicks),
            ("threads.add_structured_input", {**item, "input": {"status": "answered", "answers": {}}}),
            ("threads.get_by_id", thread),
            ("threads.list", {"limit": 9, "order": "desc", "after": thread_id}),
            ("threads.update", {**thread, "title": "Another title"}),
            ("items.list", {**thread, "limit": 9, "order": "asc", "after": item_id}),
            ("items.feedback", {**thread, "item_ids": [item_id], "kind": "positive"}),
            ("attachments.create", {"name": "a.txt", "size": 1, "mime_type": "text/plain"}),
            ("attachments.delete", {"attachment_id": "attachment_1"}),
            ("input.transcribe", {"audio_base64": "AAAA", "mime_type": "audio/webm"}),
            ("threads.sync_custom_action", clicks[0]),
        ]

    def bodies(self, count: int) -> Iterator[bytes]:
        for number in range(count):
            kind, params = self._valid[number % len(self._valid)]
            request: Any = {"type": kind, "params": json.loads(json.dumps(params)), "metadata": {}}
            for _ in range(self._random.choice((0, 1, 1, 1, 2, 4))):
                request = self._mutated(request)
            body = json.dumps(request, ensure_ascii=self._random.random() < 0.8).encode("utf-8", "surrogatepass")
            yield self._corrupted(body) if self._random.random() < 0.05 else body

    def _mutated(self, request: Any) -> Any:
        """Return the request with one value changed."""
        places = list(_places(request))
        if not places:
            return copy.deepcopy(self._random.choice(HOSTILE))
        parent, key = self._random.choice(places)
        match self._random.randrange(6):
            case 0:
                del parent[key]
            case 1 if isinstance(parent, dict):
                parent[str(self._random.choice(HOSTILE))[:50]] = copy.deepcopy(self._random.choice(HOSTILE))
            case 2:
                parent[key] = _nested(parent[key], self._random.choice((1, 5, 70, 200)))
            case 3 if isinstance(parent[key], list):
                parent[key] = parent[key] * self._random.choice((2, 50, 1_200))
            case _:
                parent[key] = copy.deepcopy(self._random.choice(HOSTILE))
        return request

    def _corrupted(self, body: bytes) -> bytes:
        """Return the body truncated, with invalid UTF-8, empty, or as unclosed brackets."""
        place = self._random.randrange(len(body))
        return self._random.choice((body[:place], body[:place] + b"\xff\xfe" + body[place:], b"", b"[" * 50_000))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = [value]
    return value


async def ask(api: httpx.AsyncClient, kind: str, **params: Any) -> httpx.Response:
    return await api.post("/api/chatkit", json={"type": kind, "params": params})


def events(answer: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line.startswith("data: ")]


def check(answer: httpx.Response) -> None:
    """Check that a rejection is problem+json, and an answer is JSON or a stream without an unexpected error."""
    media = answer.headers["content-type"].split(";")[0]
    if answer.status_code != 200:
        assert answer.status_code in REFUSALS
        assert media == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
        assert len(answer.json()["detail"]) >= 15
    elif media == "text/event-stream":
        assert [event for event in events(answer) if event.get("message") == UNEXPECTED] == []
    else:
        assert media == "application/json"
        answer.json()


async def test_no_mutated_request_causes_an_error(api: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    hello = {"content": [{"type": "input_text", "text": "add buy milk"}], "attachments": [], "inference_options": {}}
    begun = events(await ask(api, "threads.create", input=hello))
    thread_id = next(event["thread"]["id"] for event in begun if event["type"] == "thread.created")
    item_id = next(event["item"]["id"] for event in begun if event["type"] == "thread.item.done")
    for body in RequestMutator(SEED, thread_id, item_id).bodies(REQUESTS):
        answer = await api.post("/api/chatkit", content=body, headers={"Content-Type": "application/json"})
        try:
            check(answer)
        except AssertionError as error:
            told = f"{answer.status_code} {answer.text[:2_000]}"
            raise AssertionError(f"{body[:2_000]!r} was answered with {told}") from error
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert errors == []
    again = await ask(api, "threads.add_user_message", thread_id=thread_id, input=hello)
    assert [event["type"] for event in events(again)][-1] == "thread.item.done"
    for thread in (await ask(api, "threads.list")).json()["data"]:
        assert (await ask(api, "items.list", thread_id=thread["id"])).status_code == 200
