"""One account's parallel writes: all are answered, and another account's requests do not wait for them."""

import asyncio

import httpx
import pytest

from taskchat_app.domain.limits import rate_limits, request_queue


async def test_concurrent_writes_of_one_account_do_not_delay_other_accounts(
    api: httpx.AsyncClient, other_api: httpx.AsyncClient
) -> None:
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


async def test_a_write_over_the_limit_is_429_with_retry_after(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "WRITES", rate_limits.Limit("writes", 1, rate_limits.WRITES.period))
    assert (await api.post("/api/tasks", json={"title": "One"})).status_code == 201
    refused = await api.post("/api/tasks", json={"title": "Two"})
    assert (refused.status_code, refused.json()["code"]) == (429, "write_limit")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert len((await api.get("/api/tasks")).json()["tasks"]) == 1


async def test_a_write_with_a_full_queue_is_429(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_queue, "WAITING_MAX", 0)
    refused = await api.post("/api/tasks", json={"title": "One"})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_waiting")
    assert int(refused.headers["Retry-After"]) >= 1
