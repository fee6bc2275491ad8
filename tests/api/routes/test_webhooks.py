"""Webhooks over HTTP: made, listed, deleted; addresses inside are refused."""

from typing import Any

import pytest

from taskchat_app.domain.webhooks import webhooks
from tests.api.responses import Api, code_of
from tests.chatting import json_of
from tests.conftest import row_level_security

PUBLIC = "https://8.8.8.8/hook"


async def test_webhooks_show_their_secret_once_and_are_limited_in_number(api: Api, monkeypatch: pytest.MonkeyPatch):
    new = {"url": f" {PUBLIC} ", "events": ["reminder.due", "task.created"]}
    made = json_of(await api.post("/api/webhooks", json=new), 201)
    assert made["secret"].startswith("whsec_")
    assert (made["url"], made["events"], made["state"]) == (PUBLIC, ["task.created", "reminder.due"], "on")
    [listed] = (await api.get("/api/webhooks")).json()["webhooks"]
    assert listed == {name: value for name, value in made.items() if name != "secret"}
    assert (await api.get(f"/api/webhooks/{made['id']}/deliveries")).json() == {"deliveries": []}
    assert (await api.delete(f"/api/webhooks/{made['id']}")).status_code == 204
    assert (await api.delete(f"/api/webhooks/{made['id']}")).status_code == 404
    assert (await api.get(f"/api/webhooks/{made['id']}/deliveries")).status_code == 404
    assert (await api.post(f"/api/webhooks/{made['id']}/test")).status_code == 404
    monkeypatch.setattr(webhooks, "WEBHOOKS_MAX", 1)
    body = {"url": PUBLIC, "events": ["*"]}
    assert (await api.post("/api/webhooks", json=body)).status_code == 201
    assert code_of(await api.post("/api/webhooks", json=body)) == (409, "list_full")


async def test_an_address_inside_and_unknown_events_are_422(api: Api):
    invalid: list[tuple[dict[str, Any], str]] = [
        ({"url": "http://127.0.0.1:8000/", "events": ["*"]}, "url"),
        ({"url": "http://169.254.169.254/", "events": ["*"]}, "url"),
        ({"url": "https://user:secret@8.8.8.8/", "events": ["*"]}, "url"),
        ({"url": "nonsense", "events": ["*"]}, "url"),
        ({"url": PUBLIC, "events": []}, "events"),
        ({"url": PUBLIC, "events": ["task.created", "task.eaten"]}, "events"),
    ]
    for body, field in invalid:
        answer = await api.post("/api/webhooks", json=body)
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    assert (await api.get("/api/webhooks")).json() == {"webhooks": []}


async def test_two_users_never_see_each_others_webhooks(api: Api, other_api: Api):
    mine = (await api.post("/api/webhooks", json={"url": PUBLIC, "events": ["*"]})).json()
    async with row_level_security():
        assert (await other_api.get("/api/webhooks")).json() == {"webhooks": []}
        for method, path in (("GET", "/deliveries"), ("POST", "/test"), ("DELETE", "")):
            assert (await other_api.request(method, f"/api/webhooks/{mine['id']}{path}")).status_code == 404
        assert [one["id"] for one in (await api.get("/api/webhooks")).json()["webhooks"]] == [mine["id"]]
