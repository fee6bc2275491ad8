"""Devices over HTTP: what is refused."""

from typing import Any

import pytest

from taskchat_app.domain.push import devices
from tests.api.responses import Api, code_of
from tests.push_endpoint import encode

KEYS = {"p256dh": encode(bytes([4, *range(64)])), "auth": encode(bytes(16))}
BROWSER = {"endpoint": "https://8.8.8.8/send/1", "keys": KEYS, "device": "Phone"}
TOPIC = {"url": "https://8.8.8.8", "topic": "tasks", "device": "Phone"}


async def test_an_address_inside_and_malformed_keys_are_422(api: Api):
    invalid: list[tuple[str, dict[str, Any], str]] = [
        ("", BROWSER | {"endpoint": "https://127.0.0.1/send/1"}, "endpoint"),
        ("", BROWSER | {"endpoint": "https://169.254.169.254/"}, "endpoint"),
        ("", BROWSER | {"endpoint": "http://8.8.8.8/send/1"}, "endpoint"),
        ("", BROWSER | {"keys": KEYS | {"p256dh": "nonsense"}}, "keys"),
        ("", BROWSER | {"keys": KEYS | {"auth": encode(bytes(17))}}, "keys"),
        ("", BROWSER | {"device": "  "}, "device"),
        ("/ntfy", TOPIC | {"url": "http://10.0.0.1"}, "url"),
        ("/ntfy", TOPIC | {"topic": "two words"}, "topic"),
    ]
    for path, body, field in invalid:
        answer = await api.post(f"/api/push{path}", json=body)
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    assert (await api.get("/api/push")).json() == {"devices": []}
    assert (await api.delete(f"/api/push/{32 * 'a'}")).status_code == 404


async def test_devices_are_limited_in_number(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(devices, "DEVICES_MAX", 1)
    assert (await api.post("/api/push", json=BROWSER)).status_code == 201
    assert (await api.post("/api/push", json=BROWSER)).status_code == 201
    assert code_of(await api.post("/api/push/ntfy", json=TOPIC)) == (409, "list_full")
