"""A user's requests that write wait for each other, not for the connections of others."""

import asyncio

import pytest

from taskchat_app.domain.limits import request_queue
from taskchat_app.domain.limits.request_queue import in_queue
from taskchat_app.domain.storage.errors import TooManyWaiting


async def test_requests_of_one_user_are_served_one_at_a_time_in_their_order() -> None:
    served: list[int] = []
    inside = 0

    async def ask(number: int) -> None:
        nonlocal inside
        async with in_queue("one"):
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            served.append(number)
            inside -= 1

    await asyncio.gather(*(ask(number) for number in range(20)))
    assert served == list(range(20))


async def test_nobody_waits_for_another_user() -> None:
    async with in_queue("one"), asyncio.timeout(1), in_queue("other"):
        pass


async def test_a_line_is_bounded_and_goes_on_after_a_refusal_and_a_client_that_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_queue, "WAITING_MAX", 2)

    async def ask() -> None:
        async with in_queue("one"):
            pass

    async with in_queue("one"):
        waiting = [asyncio.create_task(ask()) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TooManyWaiting, match="Wait for their answers") as refused:
            await ask()
        assert "resets_at" in refused.value.facts
        waiting[0].cancel()
        await asyncio.gather(waiting[0], return_exceptions=True)
        waiting.append(asyncio.create_task(ask()))
        await asyncio.sleep(0)
    await asyncio.gather(*waiting[1:])
