"""A JSON body of very many small values is refused before each of them is looked at."""

import json
import time

import httpx
import pytest

from taskchat_app.api.bodies import VALUES_MAX, count_values
from tests.chatting import Chat, message


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (b"", 0),
        (b"email=a,b&password=c", 0),
        (b'{"title": "a, b, [c], {d}"}', 1),
        (json.dumps({"title": ',[{"\\' * VALUES_MAX}).encode(), 1),
        (b" [" + b"0," * VALUES_MAX + b"0]", VALUES_MAX + 1),
        (b"[" * (VALUES_MAX + 1), 0),
    ],
)
def test_values_are_counted_outside_of_texts(body: bytes, count: int) -> None:
    # Where few signs are in the body, it is not looked at any closer.
    assert count_values(body) == (count if count > VALUES_MAX or len(body) > VALUES_MAX else 0)


async def test_a_body_of_too_many_values_is_refused_at_once(api: httpx.AsyncClient) -> None:
    began = time.monotonic()
    refused = await api.post("/api/tasks", json={"title": "Buy milk", "tags": [0] * 300_000})
    assert time.monotonic() - began < 2
    assert refused.status_code == 413
    assert refused.json()["code"] == "too_many_values"
    assert (await api.get("/api/tasks")).json()["tasks"] == []


async def test_of_many_wrong_fields_some_are_named(api: httpx.AsyncClient) -> None:
    refused = await api.post("/api/tasks", json={"title": "Buy milk", "tags": [0] * 5_000})
    assert refused.status_code == 422
    assert len(refused.json()["errors"]) == 20


async def test_a_long_message_of_commas_is_too_long_and_nothing_else(chat: Chat) -> None:
    refused = await chat.http.post("/api/chatkit", json=message(", " * 100_000))
    assert (refused.status_code, refused.json()["code"]) == (400, "message_too_long")
