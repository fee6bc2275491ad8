"""An unreachable Gemini: unknown host name, closed port, recovery."""

import asyncio
from collections.abc import Callable

import pytest

from tests.chatting import Answer, Chat
from tests.failures.support.instances import Instance, chat_client
from tests.failures.support.named_gemini import ANSWER, BETWEEN, NamedGemini
from tests.standin import API_KEY

pytestmark = pytest.mark.soak


async def test_an_unreachable_gemini_is_one_error_message_and_is_used_again_when_reachable(
    stable: Instance, gemini: NamedGemini
):
    gemini.restart()
    async with chat_client(stable) as chat:
        gemini.fail_between_calls(gemini.remove_name)
        await check_unreachable(chat, gemini, "Name", gemini.add_name)
        gemini.fail_between_calls(gemini.stop)
        await check_unreachable(chat, gemini, "Port", gemini.restart)
    assert API_KEY not in stable.output
    assert API_KEY not in stable.rows()


async def check_unreachable(chat: Chat, gemini: NamedGemini, what: str, restart: Callable[[], None]) -> None:
    """Check failures between two calls and before the first token, simple commands meanwhile, and recovery."""
    before = await chat.titles()
    between = await chat.send(BETWEEN)
    first, command = await asyncio.gather(chat.send(f"what about {what}?"), chat.send(f"add {what}"))
    for answer in (between, first):
        assert answer.error.startswith("The server cannot reach Gemini."), what
        assert answer.errors[0]["allow_retry"]
    assert command.errors == []
    assert sorted((await chat.titles()).values()) == sorted([*before.values(), "Buy milk", what])
    restart()
    gemini.fail_between_calls(gemini.stop)
    again: list[Answer] = await asyncio.gather(
        *(chat.send("and now?", answer.thread_id) for answer in (between, first))
    )
    assert [(answer.text, answer.errors) for answer in again] == [(ANSWER, [])] * 2
