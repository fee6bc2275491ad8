"""A JSON body with too many values is refused before validation."""

import json
import time
from itertools import product

from taskchat_app.api.middleware.body_limit import VALUES_MAX, count_values
from tests.api.responses import Api, code_of
from tests.chatting import Chat, message

JSON = {"Content-Type": "application/json"}


def test_commas_inside_strings_are_not_counted():
    short = b"", b"email=a,b&password=c", b'{"title": "a, b, [c], {d}"}'  # with few commas, none is counted
    counts = dict.fromkeys((*short, b"[" * (VALUES_MAX + 1)), 0)
    counts[json.dumps({"title": ',[{"\\' * VALUES_MAX}).encode()] = 1
    counts |= {start + b"0," * VALUES_MAX + b"0]": VALUES_MAX + 1 for start in (b" [", b"\xef\xbb\xbf[")}
    assert [count_values(body) for body in counts] == [*counts.values()]


async def test_a_body_of_too_many_values_is_413_also_after_a_byte_order_mark(api: Api):
    began = time.process_time()
    refused = await api.post("/api/tasks", json={"title": "Buy milk", "tags": [0] * 300_000})
    assert time.process_time() - began < 2  # CPU: load of the machine does not count
    assert code_of(refused) == (413, "too_many_values")
    few, many = (json.dumps({"title": "Buy milk", "tags": tags}).encode("utf-8-sig") for tags in ([], [0] * 300_000))
    assert code_of(await api.post("/api/tasks", content=many, headers=JSON)) == (413, "too_many_values")
    assert (await api.get("/api/tasks")).json()["tasks"] == []
    assert (await api.post("/api/tasks", content=few, headers=JSON)).status_code == 201


async def test_json_in_another_encoding_than_utf_8_is_400(api: Api):
    text = json.dumps({"title": "Buy milk", "tags": ["home"]})
    bodies = [text.encode(f"utf-{form}") for form in ("16", "16-le", "16-be", "32", "32-le", "32-be")]
    for path, body in product(("/api/tasks", "/api/chatkit", "/mcp"), bodies):
        assert code_of(await api.post(path, content=body, headers=JSON)) == (400, "bad_request"), (path, body[:9])
    for shortest in (b"1\x00", b"\x001", b"\xff\xfe1\x00", b"\xff\xfe"):
        assert (await api.post("/api/tasks", content=shortest, headers=JSON)).status_code == 400, shortest
    assert (await api.get("/api/tasks")).json()["tasks"] == []


async def test_at_most_twenty_invalid_fields_are_listed(api: Api):
    refused = await api.post("/api/tasks", json={"title": "Buy milk", "tags": [0] * 5_000})
    assert refused.status_code == 422
    assert len(refused.json()["errors"]) == 20
    refused = await api.post("/api/tasks", json={"title": "Buy milk", "x" * 5_000: 1})
    assert [error["field"] for error in refused.json()["errors"]] == ["x" * 200]


async def test_commas_in_a_message_do_not_count_as_values(chat: Chat):
    assert code_of(await chat.http.post("/api/chatkit", json=message(", " * 100_000))) == (400, "message_too_long")
