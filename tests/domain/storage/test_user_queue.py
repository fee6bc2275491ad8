"""One user's writing requests are queued without a database connection."""

import asyncio

import pytest

from taskchat_app.domain.storage import user_lock
from taskchat_app.domain.storage.errors import TooManyWaiting
from taskchat_app.domain.storage.user_lock import in_queue


async def test_requests_of_one_user_are_served_one_at_a_time_and_wait_for_no_others():
    served: list[int] = []
    inside = 0

    async def request(number: int) -> None:
        nonlocal inside
        async with in_queue("one"):
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            served.append(number)
            inside -= 1

    await asyncio.gather(*(request(number) for number in range(20)))
    assert served == list(range(20))
    async with in_queue("one"), asyncio.timeout(60), in_queue("other"):
        pass


async def test_a_full_queue_refuses_and_works_after_a_cancellation(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(user_lock, "REQUESTS_MAX", 3)

    async def request() -> None:
        async with in_queue("one"):
            pass

    async with in_queue("one"):
        waiting = [asyncio.create_task(request()) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TooManyWaiting, match="Wait for their answers") as refused:
            await request()
        assert "resets_at" in refused.value.facts
        waiting[0].cancel()
        await asyncio.gather(waiting[0], return_exceptions=True)
        waiting.append(asyncio.create_task(request()))
        await asyncio.sleep(0)
    await asyncio.gather(*waiting[1:])
