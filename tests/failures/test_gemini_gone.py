"""An unreachable Gemini: unknown host, closed port, recovery."""

import asyncio
from collections.abc import Callable

from tests.chatting import Answer, Chat
from tests.failures.instances import Instance, visitor
from tests.failures.named_gemini import ANSWERED, BETWEEN, NamedGemini
from tests.standin import API_KEY


async def test_a_gemini_that_cannot_be_reached_is_one_sentence_and_is_used_again_once_it_is_back(
    steady: Instance, gemini: NamedGemini
):
    gemini.come_back()
    async with visitor(steady) as chat:
        gemini.answer_once(gemini.lose_name)
        await check_lost(chat, gemini, "Name", gemini.know_name)
        gemini.answer_once(gemini.leave)
        await check_lost(chat, gemini, "Port", gemini.come_back)
    assert API_KEY not in steady.output
    assert API_KEY not in steady.rows()


async def check_lost(chat: Chat, gemini: NamedGemini, what: str, come_back: Callable[[], None]) -> None:
    """Between two calls and before the first token; simple commands still work, and then everything does."""
    before = await chat.titles()
    between = await chat.send(BETWEEN)
    first, command = await asyncio.gather(chat.send(f"what about {what}?"), chat.send(f"add {what}"))
    for answer in (between, first):
        assert answer.error.startswith("The server cannot reach Gemini."), what
        assert answer.errors[0]["allow_retry"]
    assert command.errors == []
    assert sorted((await chat.titles()).values()) == sorted([*before.values(), "Buy milk", what])
    come_back()
    gemini.answer_once(gemini.leave)
    again: list[Answer] = await asyncio.gather(*(chat.send("and now?", one.thread_id) for one in (between, first)))
    assert [(answer.text, answer.errors) for answer in again] == [(ANSWERED, [])] * 2
