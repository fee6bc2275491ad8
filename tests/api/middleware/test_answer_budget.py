"""Answers that clients do not read hold memory within a budget."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Message, Scope

from taskchat_app.api.middleware import answer_budget
from taskchat_app.api.middleware.answer_budget import LARGE_BYTES, AnswerBudget

LARGE = "x" * (3 * LARGE_BYTES + 1)
Send = Callable[[Message], Awaitable[None]]


def scope(address: str = "192.0.2.1") -> Scope:
    return {"type": "http", "method": "GET", "path": "/api/activity", "headers": [], "client": (address, 1)}


async def receive() -> Message:
    """Wait for ever: the client stays."""
    return await asyncio.get_running_loop().create_future()


async def ask(app: ASGIApp, asking: Scope) -> tuple[int, list[bytes]]:
    """Return status and pieces of the answer to a client that reads."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await AnswerBudget(app)(asking, receive, send)
    return sent[0]["status"], [message.get("body", b"") for message in sent[1:]]


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_budget, "SENDER_TOTAL", 5 * LARGE_BYTES)


async def test_a_large_answer_arrives_whole_in_pieces():
    status, pieces = await ask(PlainTextResponse(LARGE), scope())
    assert (status, b"".join(pieces).decode()) == (200, LARGE)
    assert max(map(len, pieces)) == LARGE_BYTES
    assert answer_budget._unread.count("process") == 0


@pytest.mark.usefixtures("full")
async def test_beside_an_unread_answer_a_second_large_one_is_503_until_its_client_reads_or_is_gone():
    is_begun, is_read = asyncio.Event(), asyncio.Event()

    async def send(message: Message) -> None:
        is_begun.set()
        await is_read.wait()

    unread = asyncio.create_task(AnswerBudget(PlainTextResponse(LARGE))(scope(), receive, send))
    await is_begun.wait()
    assert (await ask(PlainTextResponse(LARGE), scope()))[0] == 503
    assert (await ask(PlainTextResponse("small"), scope()))[0] == 200
    assert (await ask(StreamingResponse(iter([LARGE])), scope()))[0] == 200
    assert (await ask(PlainTextResponse(LARGE), scope("198.51.100.1")))[0] == 200
    is_read.set()
    await unread
    assert (await ask(PlainTextResponse(LARGE), scope()))[0] == 200

    async def leave(message: Message) -> None:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await AnswerBudget(PlainTextResponse(LARGE))(scope(), receive, leave)
    assert (await ask(PlainTextResponse(LARGE), scope()))[0] == 200
