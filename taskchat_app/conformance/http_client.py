"""An HTTP client of one ChatKit server, which records all that is sent and received."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, Literal, cast, get_args

import httpx2
from chatkit.types import StreamingReq, ThreadStreamEvent
from pydantic import TypeAdapter, ValidationError

Json = dict[str, Any]
Who = Literal["owner", "other", "nobody"]
End = Literal["complete", "broken", "timeout", "left"]
"""How a response ended: by itself, with a lost connection, not in time, or since the client left."""

STREAMING = {kind.model_fields["type"].default for kind in get_args(StreamingReq)}
"""The request types that are answered with a stream."""
PAUSE_SECONDS = 0.05
"""Between two looks at something that the server finishes by itself."""
ANY_REQUEST = httpx2.Request("POST", "http://server")
"""A Response of httpx2 needs a request before its events can be read."""

EVENT: TypeAdapter[ThreadStreamEvent] = TypeAdapter(ThreadStreamEvent)
ABSENT = "conformance_absent"
"""An id that no server has given."""


class Unreachable(Exception):
    """There is no server at the address, or it does not answer."""


@dataclass
class Exchange:
    request: Json
    who: Who
    is_repeat: bool = False
    """A request with a key that was sent before."""
    status: int = 0
    headers: httpx2.Headers = field(default_factory=httpx2.Headers)
    body: bytes = b""
    end: End = "complete"

    @property
    def kind(self) -> str:
        return str(self.request.get("type", "a malformed request"))

    @property
    def params(self) -> Json:
        return self.request.get("params", {})

    @property
    def is_stream(self) -> bool:
        """Return whether this is the stream of an accepted request."""
        return self.kind in STREAMING and self.status == HTTPStatus.OK

    @property
    def is_whole_stream(self) -> bool:
        """Return whether this is the stream of an accepted request that was read to its end."""
        return self.is_stream and self.end == "complete"

    @cached_property
    def data(self) -> list[str]:
        """The data of all server-sent events, none if this is no stream."""
        if not self.is_stream:
            return []
        headers = {"Content-Type": "text/event-stream"}
        readable = httpx2.Response(200, headers=headers, content=self.body, request=ANY_REQUEST)
        return [sent.data for sent in httpx2.EventSource(readable, max_event_size=None)]

    @cached_property
    def events(self) -> list[ThreadStreamEvent]:
        """The events that are valid; `stream.types` reports the others."""
        return [event for event in map(parse_event, self.data) if event is not None]

    @cached_property
    def json(self) -> Any:
        """The body as JSON, None if it is none."""
        return loaded(self.body)

    @property
    def is_object(self) -> bool:
        return isinstance(self.json, dict)

    @property
    def document(self) -> Json:
        """The body as a JSON object, empty if it is none."""
        return cast("Json", self.json) if self.is_object else {}

    @property
    def is_refusal(self) -> bool:
        """Return whether the request was refused: a status from 400 to 499, 501, or a stream of errors only."""
        if self.is_stream:
            kinds = {event.type for event in self.events}
            return self.end == "complete" and "error" in kinds and kinds <= {"error", "stream_options", "notice"}
        return 400 <= self.status < 500 or self.status == HTTPStatus.NOT_IMPLEMENTED

    @property
    def summary(self) -> str:
        if self.is_stream:
            return f"a stream ({self.end}) of {', '.join(event.type for event in self.events) or 'no event'}"
        return f"{self.status} {self.body[:120].decode(errors='replace')}".strip()


def loaded(data: str | bytes) -> Any:
    """Return the JSON value, None if it is none."""
    try:
        return json.loads(data)
    except ValueError:
        return None


def parse_event(data: str) -> ThreadStreamEvent | None:
    """Return the event, None if it is not of one of the SDK's types; nothing is coerced."""
    try:
        return EVENT.validate_json(data, strict=True)
    except ValidationError:
        return None


@dataclass
class Session:
    """Two users' requests to one server.

    Responses may take `timeout_seconds`, and what the server does after them `patience_seconds`.
    """

    client: httpx2.AsyncClient
    url: httpx2.URL
    tokens: dict[Who, str]
    prompts: dict[str, list[str]]
    timeout_seconds: float
    patience_seconds: float
    exchanges: list[Exchange] = field(default_factory=list[Exchange])
    memory: dict[str, Any] = field(default_factory=dict[str, Any])
    """What checks share: threads that one made and another reads."""
    unpredictable: set[str] = field(default_factory=set[str])
    """Threads whose items do not follow from the streams: two at once, or a client that left."""

    async def ask(self, kind: str, who: Who = "owner", /, **params: Any) -> Exchange:
        return await self.send({"type": kind, "params": params}, who)

    async def send(
        self,
        request: Json,
        who: Who = "owner",
        *,
        key: str = "",
        is_repeat: bool = False,
        until: Callable[[Exchange], bool] | None = None,
        while_busy: bool = False,
    ) -> Exchange:
        """Send a request and read the response to its end, or until a condition holds.

        Waits and tries again if the server limits the number of messages (429), and with `while_busy` also while it
        still answers the thread (409).
        """
        headers = {"Idempotency-Key": key} if key else {}
        busy_until = time.monotonic() + self.patience_seconds if while_busy else 0
        while True:
            exchange = Exchange(request, who, is_repeat)
            await self._exchange(exchange, json.dumps(request).encode(), headers, until)
            wait = _wait_seconds(exchange, busy_until)
            if wait is None:
                return exchange
            await asyncio.sleep(wait)

    async def send_body(self, body: bytes, who: Who = "owner", token: str | None = None) -> Exchange:
        exchange = Exchange({}, who)
        await self._exchange(exchange, body, {"Authorization": f"Bearer {token}"} if token is not None else {})
        return exchange

    async def get(self) -> httpx2.Response:
        return await self._request("GET", self.url, headers=self._authorization("owner"))

    async def upload(self, descriptor: Json, content: bytes) -> httpx2.Response:
        """Send a file to the address of a two-phase upload, without further credentials."""
        headers = descriptor.get("headers", {})
        return await self._request(descriptor["method"], descriptor["url"], headers=headers, content=content)

    async def _request(self, method: str, url: httpx2.URL | str, **more: Any) -> httpx2.Response:
        try:
            async with asyncio.timeout(self.timeout_seconds):
                return await self.client.request(method, url, **more)
        except (TimeoutError, httpx2.TransportError) as error:
            raise Unreachable(str(error) or type(error).__name__) from error

    def _authorization(self, who: Who) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}

    async def _exchange(
        self, exchange: Exchange, body: bytes, headers: dict[str, str], until: Callable[[Exchange], bool] | None = None
    ) -> None:
        """Send the body and record the response in the exchange. Raises Unreachable without a response."""
        self.exchanges.append(exchange)
        sent = {"Content-Type": "application/json", **self._authorization(exchange.who), **headers}
        try:
            async with (
                asyncio.timeout(self.timeout_seconds),
                self.client.stream("POST", self.url, content=body, headers=sent) as response,
            ):
                exchange.status, exchange.headers = response.status_code, response.headers
                async for chunk in response.aiter_bytes():
                    exchange.body += chunk
                    if until is not None and until(exchange):
                        exchange.end = "left"
                        return
        except TimeoutError as error:
            if not exchange.status:
                raise Unreachable(f"No answer within {self.timeout_seconds:g} s.") from error
            exchange.end = "timeout"
        except httpx2.TransportError as error:
            if not exchange.status:
                raise Unreachable(str(error) or type(error).__name__) from error
            exchange.end = "broken"


def _wait_seconds(exchange: Exchange, busy_until: float) -> float | None:
    """Return how long to wait before sending the request again, None if it is not to be sent again."""
    if exchange.status == HTTPStatus.CONFLICT and time.monotonic() <= busy_until:
        return PAUSE_SECONDS
    after = exchange.headers.get("Retry-After", "")
    if exchange.status == HTTPStatus.TOO_MANY_REQUESTS and after.isdecimal() and int(after) <= 60:
        return int(after) + PAUSE_SECONDS
    return None


def message(text: str, thread_id: str | None = None, **more: Any) -> Json:
    """Return the request that sends a message to this thread, or to a new one."""
    sent: Json = {"content": [{"type": "input_text", "text": text}], "attachments": [], "inference_options": {}, **more}
    if thread_id is None:
        return {"type": "threads.create", "params": {"input": sent}}
    return {"type": "threads.add_user_message", "params": {"thread_id": thread_id, "input": sent}}


def on_thread(thread_id: str, item_id: str) -> list[Json]:
    """Return a request of each type that names a thread."""
    action = {"type": "conformance.unknown"}
    named = {"thread_id": thread_id}
    return [
        {"type": "threads.get_by_id", "params": named},
        {"type": "items.list", "params": named},
        message("Hello", thread_id),
        {"type": "threads.update", "params": named | {"title": "Taken over"}},
        {"type": "items.feedback", "params": named | {"item_ids": [item_id], "kind": "negative"}},
        {"type": "threads.retry_after_item", "params": named | {"item_id": item_id}},
        {"type": "threads.custom_action", "params": named | {"action": action}},
        {"type": "threads.sync_custom_action", "params": named | {"action": action}},
        {"type": "threads.add_client_tool_output", "params": named | {"result": {}}},
        {"type": "threads.add_structured_input", "params": named | {"item_id": item_id, "input": {"answers": {}}}},
        {"type": "threads.delete", "params": named},
    ]
