"""A minimal HTTP client with one keep-alive connection, so that almost only the server is measured."""

import http.client
import json
import time
from collections.abc import Iterator
from typing import Any, Self

ANSWER_SECONDS = 240.0
"""Long, since a machine may be slow or busy."""


class Connection:
    """A blocking client of one server; an unsuccessful response ends the run."""

    def __init__(self, port: int, token: str = "") -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Return the response's JSON; None if it is empty."""
        raw = self._ask(method, path, body).read()
        return json.loads(raw) if raw else None

    def user_id(self) -> str:
        return self.call("GET", "/api/auth/me")["user"]["id"]

    def size(self, method: str, path: str, body: Any = None) -> int:
        """Return the number of bytes of the response's body."""
        return len(self._ask(method, path, body).read())

    def events(self, method: str, path: str, body: Any = None) -> Iterator[tuple[float, dict[str, Any]]]:
        """Yield the stream's events, each with its time of arrival (time.perf_counter)."""
        for line in self._ask(method, path, body):
            if line.startswith(b"data: "):
                yield time.perf_counter(), json.loads(line.removeprefix(b"data: "))

    def _ask(self, method: str, path: str, body: Any) -> http.client.HTTPResponse:
        sent = (method, path, None if body is None else json.dumps(body).encode(), self._headers)
        try:
            self._http.request(*sent)
            answer = self._http.getresponse()
        except ConnectionError:  # the server closes idle connections
            self._http.close()
            self._http.request(*sent)
            answer = self._http.getresponse()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {answer.read().decode()}")
        return answer
