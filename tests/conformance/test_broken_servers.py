"""Each check passes on a server that keeps every rule, and fails on one that breaks its rule.

No other check fails there, unless it must as a consequence.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

import pytest
from chatkit.types import ThreadItem, ThreadMetadata
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from taskchat_app.conformance import suite
from taskchat_app.conformance.http_client import Who
from tests.conformance.alteration import Altered
from tests.conformance.broken_answers import BROKEN_ANSWERS
from tests.conformance.broken_requests import BROKEN_REQUESTS
from tests.conformance.broken_streams import BROKEN_STREAMS, raw
from tests.conformance.reference_server import PROMPTS, Endpoint, ReferenceServer, build_reference
from tests.conformance.served import check_in_process, check_server, failed

TOKENS: dict[Who, str] = {"owner": "owner-token", "other": "other-token"}
BREAKAGES = [*BROKEN_REQUESTS, *BROKEN_ANSWERS, *BROKEN_STREAMS]
SHORT_SECONDS = 3.0
"""How long the checks wait for what these servers never do."""


class ForgetfulServer(ReferenceServer):
    """Keeps nothing of an answer whose client left."""

    pause_seconds = 0.02

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: str
    ) -> None:
        pass


class SlowServer(ReferenceServer):
    pause_seconds = 0.02


class LockingEndpoint(Endpoint):
    """Never frees a thread whose client left."""

    async def _free_afterwards(self, chunks: AsyncIterator[bytes], thread_id: str) -> AsyncIterator[bytes]:
        created = thread_id
        try:
            async for chunk in chunks:
                created = created or thread_in(chunk)
                yield chunk
        except (asyncio.CancelledError, GeneratorExit):
            self._busy.add(created)
            raise
        self._busy.discard(thread_id)


class RepeatingEndpoint(Endpoint):
    """Forgets the key of an answer whose client left."""

    async def answer(self, request: Request) -> Response:
        response = await super().answer(request)
        if request.headers.get("Idempotency-Key") and isinstance(response, StreamingResponse):
            response.body_iterator = self._forget_if_left(response.body_iterator)
        return response

    async def _forget_if_left(self, chunks: AsyncIterable[Any]) -> AsyncIterator[Any]:
        try:
            async for chunk in chunks:
                yield chunk
        except (asyncio.CancelledError, GeneratorExit):
            self.recordings.clear()
            raise


def thread_in(chunk: bytes) -> str:
    """Return the thread of a thread.created event."""
    return chunk.partition(b'"id":"')[2].partition(b'"')[0].decode() if b"thread.created" in chunk else ""


class BreakingOff:
    """ASGI middleware that breaks the connection off at the end of the first stream."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._broke_off = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        is_stream = False

        async def sending(message: Any) -> None:
            nonlocal is_stream
            is_stream = is_stream or b"text/event-stream" in dict(message.get("headers", [])).get(b"content-type", b"")
            is_end = message["type"] == "http.response.body" and not message.get("more_body")
            if is_stream and is_end and not self._broke_off:
                self._broke_off = True
                raise ConnectionAbortedError
            await send(message)

        await self._app(scope, receive, sending)


def in_other_words(sent: bytes) -> bytes:
    """Return the stream with what its format allows: a byte order mark, the default type by name, a last comment."""
    return b"\xef\xbb\xbf" + sent.replace(b"data:", b"event:message\nevent:\nevent: message\ndata:") + b": end\n"


async def test_every_check_passes_on_a_correct_server():
    results = await check_in_process(Altered(build_reference(), None, raw(in_other_words)), TOKENS, PROMPTS)
    assert failed(results) == {}
    assert [one.name for one in results.values() if one.outcome == "skipped"] == []


@pytest.mark.soak
async def test_a_server_that_breaks_a_rule_fails_its_check():
    others: dict[str, dict[str, str]] = {}
    for breakage in BREAKAGES:
        app = Altered(build_reference(breakage.endpoint, breakage.server), breakage.before, breakage.after)
        found = failed(await check_in_process(app, TOKENS, PROMPTS))
        if set(found) != {breakage.check, *breakage.also}:
            others[breakage.name] = found
    assert others == {}


LEFT_ALONE = {
    "disconnect.kept": lambda: build_reference(server=ForgetfulServer),
    "disconnect.usable": lambda: build_reference(LockingEndpoint, SlowServer),
    "disconnect.resumed": lambda: build_reference(RepeatingEndpoint, SlowServer),
    "stream.ends": lambda: BreakingOff(build_reference()),
}
"""What shows only while an answer is being sent."""


@pytest.mark.soak
async def test_a_server_that_loses_connections_fails_its_check():
    found = [failed(await check_server(build(), TOKENS, PROMPTS, SHORT_SECONDS)) for build in LEFT_ALONE.values()]
    assert [set(failures) for failures in found] == [{check} for check in LEFT_ALONE], found


def test_there_is_a_broken_server_for_each_check():
    assert {one.name for one in suite.CHECKS} == {one.check for one in BREAKAGES} | set(LEFT_ALONE)
