"""ASGI middleware that alters one thing in the requests to a server or in its answers."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Call:
    """One request on its way to the server, and the response on its way back."""

    request: Json
    body: bytes
    headers: dict[str, str]
    status: int = 0
    response_headers: dict[str, str] = field(default_factory=dict[str, str])
    response: bytes = b""
    method: str = "POST"

    @property
    def kind(self) -> str:
        return self.request.get("type", "")

    @property
    def params(self) -> Json:
        return self.request.get("params", {})

    @property
    def text(self) -> str:
        """The text of the message that is sent."""
        content = self.params.get("input", {}).get("content", [])
        return "".join(part.get("text", "") for part in content)

    @property
    def is_stream(self) -> bool:
        return self.response_headers.get("content-type", "").startswith("text/event-stream")

    @property
    def events(self) -> list[Json]:
        return [json.loads(line[6:]) for line in self.response.decode().split("\n") if line.startswith("data: ")]

    @events.setter
    def events(self, events: list[Json]) -> None:
        self.response = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)

    @property
    def json(self) -> Any:
        return json.loads(self.response)

    @json.setter
    def json(self, value: Any) -> None:
        self.response = json.dumps(value).encode()

    @property
    def who(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ").removesuffix("-token")

    def become(self, user: str) -> None:
        """Send the request as this user."""
        self.headers["authorization"] = f"Bearer {user}-token"

    def answer(self, status: int, value: Any) -> None:
        """Replace the response by JSON."""
        media_type = "application/json" if status < 400 else "application/problem+json"
        self.status, self.response_headers, self.json = status, {"content-type": media_type}, value

    def stream(self, *events: Json) -> None:
        """Replace the response by a stream."""
        self.status = 200
        self.response_headers = {"content-type": "text/event-stream", "cache-control": "no-cache"}
        self.events = list(events)


Alter = Callable[[Call], object]


class Altered:
    """Passes requests through `before` to the app, and responses through `after` back, each as a whole."""

    def __init__(self, app: Any, before: Alter | None = None, after: Alter | None = None) -> None:
        self._app = app
        self._before, self._after = before, after

    async def __call__(self, scope: Json, receive: Callable[[], Awaitable[Json]], send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        call = _call(scope, body)
        if self._before is not None:
            self._before(call)
        if not call.status:
            await self._ask(call, scope)
            if self._after is not None:
                self._after(call)
        headers = [(name.encode(), value.encode()) for name, value in call.response_headers.items()]
        await send({"type": "http.response.start", "status": call.status, "headers": headers})
        await send({"type": "http.response.body", "body": call.response})

    async def _ask(self, call: Call, scope: Json) -> None:
        """Pass the request on, and collect the response."""
        body = json.dumps(call.request).encode() if call.request else call.body
        requests: list[Json] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Json:
            if not requests:
                await asyncio.Event().wait()  # the client stays
            return requests.pop()

        async def send(message: Json) -> None:
            if message["type"] == "http.response.start":
                call.status = message["status"]
                call.response_headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                call.response += message.get("body", b"")

        headers = [(name.encode(), value.encode()) for name, value in call.headers.items() if name != "content-length"]
        await self._app(scope | {"headers": headers}, receive, send)
        call.response_headers.pop("content-length", None)


def _call(scope: Json, body: bytes) -> Call:
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        request = None
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    return Call(request if isinstance(request, dict) else {}, body, headers, method=scope["method"])
