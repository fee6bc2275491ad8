"""What one account may do: its parallel writes delay no other account's requests; what is refused beyond its limits."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from taskchat_app.api.middleware import body_budget
from taskchat_app.api.routes import attachments as attachment_routes
from taskchat_app.api.routes import events, transfer
from taskchat_app.api.streams import sse
from taskchat_app.assistant.turns import answer
from taskchat_app.domain.accounts import access_tokens, chat_secrets
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.attachments import attachments
from taskchat_app.domain.limits import account_bytes, file_reading, rate_limits
from taskchat_app.domain.limits.open_connections import OpenCounts
from taskchat_app.domain.push import delivery as push_delivery
from taskchat_app.domain.push import devices
from taskchat_app.domain.storage import user_lock
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.webhooks import delivery, webhooks
from tests.api.responses import Api
from tests.chatting import Chat
from tests.evidence import Step

HOOK = {"url": "https://8.8.8.8/hook", "events": ["*"]}
TOPIC = {"url": "https://8.8.8.8", "topic": "mine", "device": "Phone"}


@pytest.mark.soak
async def test_concurrent_writes_of_one_account_do_not_delay_other_accounts(api: Api, other_api: Api):
    crowd = [asyncio.create_task(api.post("/api/tasks", json={"title": f"Task {n}"})) for n in range(100)]
    await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
    passed: list[int] = []
    """How many writes of the crowd were answered during each two requests of the other account."""
    while (answered := sum(one.done() for one in crowd)) < len(crowd):
        answers = [await other_api.post("/api/tasks", json={"title": "Mine"}), await other_api.get("/api/tasks")]
        assert [answer.status_code for answer in answers] == [201, 200]
        passed.append(sum(one.done() for one in crowd) - answered)
    assert {(await one).status_code for one in crowd} == {201}
    assert max(passed) < len(crowd) / 3  # without a queue per user, nearly all
    assert len(passed) >= 5


async def test_a_write_with_a_full_queue_is_429(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(user_lock, "REQUESTS_MAX", 0)
    refused = await api.post("/api/tasks", json={"title": "One"})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_waiting")
    assert int(refused.headers["Retry-After"]) >= 1


LIMITS: list[tuple[ModuleType, str, str, Any]] = [
    (rate_limits, "WRITES", "/api/tasks", {"title": "Milk"}),
    (access_tokens, "MADE_PER_DAY", "/api/tokens", {"name": "CI", "scopes": ["read"]}),
    (chat_secrets, "SECRETS", "/api/chatkit/session", None),
    (webhooks, "CREATIONS", "/api/webhooks", HOOK),
    (delivery, "TESTS", "/api/webhooks/{hook}/test", None),
    (devices, "ADDRESSES", "/api/push/ntfy", TOPIC),
    (push_delivery, "TESTS", "/api/push/{device}/test", None),
    (attachments, "KILOBYTES_PER_DAY", "/api/attachments?name=milk.txt", {}),
    (file_reading, "READING_SECONDS", "/api/import?format=csv", {}),
]


async def test_one_more_than_a_limit_is_429(api: Api, person: Person, monkeypatch: pytest.MonkeyPatch, step: Step):
    ids = {
        part: (await api.post(made_at, json=made)).json()["id"]
        for part, made_at, made in (("hook", "/api/webhooks", HOOK), ("device", "/api/push/ntfy", TOPIC))
    }
    for module, name, path, body in LIMITS:
        step(path)
        limit = replace(getattr(module, name), count=1)
        with monkeypatch.context() as patch:
            patch.setattr(module, name, limit)
            async with transaction(person.id) as session:
                await rate_limits.take(session, limit, person.id)
            refused = await api.post(path.format(**ids), json=body)
        code = "write_limit" if module is rate_limits else "burst_limit"
        assert (refused.status_code, refused.json()["code"]) == (429, code)
        assert 1 <= int(refused.headers["Retry-After"]) <= limit.period.total_seconds()
    assert (await api.get("/api/tasks")).json()["tasks"] == []


BY_USER: list[tuple[ModuleType, str]] = [
    (user_lock, "_queues"), (file_reading, "_locks_of_users"), (account_bytes, "_refused"), (answer, "_slots"),
    (events, "_encoding_locks"), (sse, "_open"), (body_budget, "_held"), (transfer, "_imports"),
    (transfer, "_exports"), (attachment_routes, "_open"),
]  # fmt: skip
"""What a process keeps or counts for each user."""


async def test_what_a_process_keeps_for_a_user_has_the_user_in_its_key(
    api: Api, chat: Chat, person: Person, offline: None, monkeypatch: pytest.MonkeyPatch
):
    kept: dict[str, dict[str, Any]] = {}
    for module, name in BY_USER:
        replaced: Any = {}  # which forgets nothing
        if isinstance(getattr(module, name), OpenCounts):
            replaced = OpenCounts()
            monkeypatch.setattr(replaced, "give_back", lambda *_: None)
        kept[f"{module.__name__}.{name}"] = getattr(replaced, "_open", replaced)
        monkeypatch.setattr(module, name, replaced)
    await chat.send("add milk")
    await api.post("/api/import?format=csv", content=b"title\nMilk\n")
    await api.get("/api/export")
    await api.post("/api/attachments?name=milk.txt", content=b"Milk")
    async with aclosing(events._events(person, 0, is_resync=False)) as sent:
        assert [await anext(sent), await anext(sent)]
    monkeypatch.setattr(account_bytes, "max_bytes", lambda: 0)
    assert (await api.post("/api/tasks", json={"title": "Milk"})).status_code == 507
    without = [f"{place}: {[*keys]}" for place, keys in kept.items() if not any(person.id in key for key in keys)]
    assert not without, "\n".join(without)
