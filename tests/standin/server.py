"""HTTP server of the stand-in: checks requests as Gemini does and plays the script."""

import asyncio
import json
import threading
import traceback
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlsplit

import uvicorn

from tests.standin.checks import SentCalls, problem_with
from tests.standin.replies import Reply, error, tool_results

API_KEY = "standin-key-1234567890"
PREFIX = "/v1beta/openai"

Script = list[Reply] | Callable[[dict[str, Any]], Reply]
Send = Callable[[dict[str, Any]], Any]
Receive = Callable[[], Any]


class Standin:
    """A scripted endpoint on 127.0.0.1; `with Standin() as standin:` serves it in a thread of this process.

    `requests` and `headers` record what arrived, `connections` the client's ports, `refusals` the message of each 400
    for a request that Gemini would reject; `disconnects` counts the clients that left while a reply hung or was held.
    """

    prefix = PREFIX

    def __init__(self, *, port: int = 0, api_key: str = API_KEY) -> None:
        self.api_key = api_key
        self._lock = threading.Lock()
        self._tick: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._resets = 0
        self.reset()
        config = uvicorn.Config(
            self._app,
            interface="asgi3",
            host="127.0.0.1",
            port=port,
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    # Called by tests

    def reset(self) -> None:
        """Reset for the next test: no script, no recorded requests."""
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.connections: list[int] = []
        self.refusals: list[str] = []
        self.disconnects = 0
        self.hangs = 0
        self._resets += 1
        self._sent = SentCalls()
        self.script([])

    def script(self, replies: Script, *, repeat: bool = False) -> None:
        """Set the replies, in order (repeated for ever with `repeat`), or a function from the request to its reply."""
        with self._lock:
            self._script, self._repeat, self._next, self._released = replies, repeat, 0, 0

    def release(self) -> None:
        """Release one `hold`: the one that waits now, or the next."""
        with self._lock:
            self._released += 1
        if self._loop and self._tick:
            self._loop.call_soon_threadsafe(self._tick.set)

    @property
    def port(self) -> int:
        return self._server.servers[0].sockets[0].getsockname()[1]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.prefix}/"

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a server whose model this is."""
        return {"GEMINI_API_KEY": self.api_key, "GEMINI_BASE_URL": self.base_url}

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.005)
            if not self._thread.is_alive():
                raise RuntimeError("The stand-in could not start; is its port taken?")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(5)

    # The endpoint

    async def _app(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        self._loop, self._tick = asyncio.get_running_loop(), self._tick or asyncio.Event()
        body = await _body_of(receive)
        route = (scope["method"], urlsplit(scope["path"]).path)
        if route == ("POST", f"{self.prefix}/chat/completions"):
            headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
            try:
                self.connections.append(scope["client"][1])
                await self._complete(json.loads(body), headers, receive, send)
            except Exception as error:
                # uvicorn does not log exceptions (log_level); a mistake in a script must be visible.
                if not isinstance(error, ConnectionAbortedError):
                    traceback.print_exc()
                raise
        elif route == ("POST", "/_control/script"):
            self._script_of(body)
            await _answer(send, 200, {})
        elif route == ("POST", "/_control/release"):
            self.release()
            await _answer(send, 200, {})
        elif route == ("GET", "/_control/requests"):
            await _answer(send, 200, {"requests": self.requests, "refusals": self.refusals})
        else:
            await _answer(send, 404, [{"error": {"code": 404, "message": "Not found", "status": "NOT_FOUND"}}])

    def _script_of(self, raw: bytes) -> None:
        """Set the script of a JSON body; with `by_turn`, a request with n tool results gets the reply number n."""
        replies, repeat = read_script(raw)
        script = json.loads(raw)
        if isinstance(script, dict) and "by_turn" in script:
            self.script(lambda request: replies[len(tool_results(request))])
        else:
            self.script(replies, repeat=repeat)

    async def _complete(self, request: dict[str, Any], headers: dict[str, str], receive: Receive, send: Send) -> None:
        self.requests.append(request)
        self.headers.append(headers)
        reply = self._refusal(request, headers) or self._next_reply(request)
        if "status" in reply:
            await _answer(send, reply["status"], reply["body"], reply["headers"])
            return
        self._sent.remember(reply.get("expects") or [])
        if not reply.get("mute"):
            await send(_start(200, {"content-type": "text/event-stream", **reply.get("headers", {})}))
        for step in reply["steps"]:
            if not await self._play(step, receive, send):
                break
        if not reply.get("mute"):
            await send({"type": "http.response.body", "body": b""})

    def _refusal(self, request: dict[str, Any], headers: dict[str, str]) -> Reply | None:
        if headers.get("authorization") != f"Bearer {self.api_key}":
            sentence = "API key not valid. Please pass a valid API key."
            details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]
            detail = {"code": 400, "message": sentence, "status": "INVALID_ARGUMENT", "details": details}
            refusal = error(400, body=[{"error": detail}])
        else:
            problem = problem_with(request, self._sent)
            refusal = error(400, problem) if problem else None
            sentence = problem or ""
        if refusal:
            self.refusals.append(sentence)
        return refusal

    def _next_reply(self, request: dict[str, Any]) -> Reply:
        with self._lock:
            script, number = self._script, self._next
            self._next += 1
        if callable(script):
            return script(request)
        if self._repeat and script:
            number %= len(script)
        return script[number] if number < len(script) else error(400, "The script of the stand-in has no reply left.")

    async def _play(self, step: dict[str, Any], receive: Receive, send: Send) -> bool:
        """Execute one step; return False to end the stream."""
        match step:
            case {"chunk": chunk}:
                await _line(send, json.dumps(chunk))
            case {"raw": line}:
                await _line(send, line)
            case {"delay": seconds}:
                await asyncio.sleep(seconds)
            case {"hold": _}:
                return await self._wait_for_release(receive)
            case {"hang": _}:
                self.hangs += 1
                resets = self._resets
                await _wait_for_disconnect(receive)
                self.disconnects += self._resets == resets  # else the test that hung has ended
                return False
            case {"cut": "clean"}:
                return False
            case {"cut": _}:
                # An exception makes uvicorn drop the connection in the middle of the body.
                raise ConnectionAbortedError("cut by the script")
            case _:
                raise ValueError(f"unknown step {step}")
        return True

    async def _wait_for_release(self, receive: Receive) -> bool:
        """Wait for `release()`; return False if the client disconnects first."""
        assert self._tick is not None
        disconnect = asyncio.ensure_future(_wait_for_disconnect(receive))
        while not self._take_release():
            if disconnect.done():
                self.disconnects += 1
                return False
            self._tick.clear()
            tick = asyncio.ensure_future(self._tick.wait())
            await asyncio.wait({disconnect, tick}, return_when=asyncio.FIRST_COMPLETED)
            tick.cancel()
        disconnect.cancel()
        return True

    def _take_release(self) -> bool:
        with self._lock:
            self._released, was = max(0, self._released - 1), self._released
            return was > 0


def read_script(raw: bytes) -> tuple[list[Reply], bool]:
    """Return the replies of a JSON list or of `{"replies": [...], "repeat": true}`, and whether they repeat."""
    script = json.loads(raw)
    return (script, False) if isinstance(script, list) else (script["replies"], bool(script.get("repeat")))


async def _body_of(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionAbortedError("the client disconnected before the end of its request")
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _line(send: Send, data: str) -> None:
    await send({"type": "http.response.body", "body": f"data: {data}\n\n".encode(), "more_body": True})


async def _answer(send: Send, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
    await send(_start(status, {"content-type": "application/json", **(headers or {})}))
    raw = body if isinstance(body, str) else json.dumps(body)
    await send({"type": "http.response.body", "body": raw.encode()})


def _start(status: int, headers: dict[str, str]) -> dict[str, Any]:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": pairs}
