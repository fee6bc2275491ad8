"""deploy/Caddyfile: with a server that is away, and a proxy that ends silent connections, but no stream."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from tests.chatting import Chat, message
from tests.failures.support.instances import Address, Instance, chat_client
from tests.programs import needs
from tests.running.support.image import CADDYFILE, caddy
from tests.serving import NO_CERTIFICATES, free_port, http_server
from tests.standin import Standin, hold_after, text

pytestmark = needs("caddy")

REQUESTS = 20
"""Caddy sends each to either server at random: one of so many certainly finds the server that is away."""


class ReadsBodies(BaseHTTPRequestHandler):
    """Reads a request's body and answers 200."""

    def _respond(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = _respond  # noqa: N815 -- the base class's names


def test_a_request_to_an_absent_server_leaves_the_other_one_available(tmp_path: Path):
    with (
        http_server(ReadsBodies) as served,
        caddy(tmp_path, "localhost", f"127.0.0.1:{free_port()} 127.0.0.1:{served}") as port,
        httpx.Client(base_url=f"https://localhost:{port}", verify=NO_CERTIFICATES) as client,
    ):
        answers = [client.post("/", content=b"a body").status_code for _ in range(REQUESTS)]
    assert set(answers) <= {200, 502}
    assert answers[-1] == 200


PROMISED_SECONDS = 15
"""A silent stream carries a comment within this (the API's contract)."""
COMMENTS = 2
"""So many comments take longer than PROMISED_SECONDS."""


@pytest.fixture(scope="module")
def instance(model: Standin) -> Iterator[Instance]:
    with Instance(**model.settings) as instance:
        yield instance


@asynccontextmanager
async def behind_proxy(folder: Path, instance: Instance, idle_seconds: int) -> AsyncIterator[Chat]:
    """A client of the instance, behind a Caddy that ends connections on which the app is silent for so long."""
    config = folder / f"Caddyfile-{idle_seconds}"
    limit = f"transport http {{\n\t\t\tread_timeout {idle_seconds}s\n\t\t}}\n\t\tlb_policy"
    # The instance has no page, and so no file of it.
    config.write_text(CADDYFILE.read_text().replace("lb_policy", limit).replace("/icon.svg", "/api/openapi.json"))
    with caddy(folder, "localhost", f"127.0.0.1:{instance.port}", config) as port:
        async with chat_client(Address(f"https://localhost:{port}")) as chat:
            yield chat


async def lines_until(lines: AsyncIterator[str], words: str, times: int = 1) -> list[str]:
    """Return the lines of a stream up to the one in which the words occur for the last of so many times."""
    seen: list[str] = []
    async for line in lines:
        seen.append(line)
        times -= words in line
        if times == 0:
            return seen
    raise AssertionError(f"the stream ended: {seen}")


@pytest.mark.soak
async def test_silent_streams_outlive_the_idle_timeout_of_a_proxy(tmp_path: Path, instance: Instance, model: Standin):
    model.script([hold_after(text("One two", pieces=2), 0)])
    async with behind_proxy(tmp_path, instance, PROMISED_SECONDS) as chat:
        thinking = chat.http.stream("POST", "/api/chatkit", json=message("count"))
        async with chat.http.stream("GET", "/api/events") as changes, thinking as answer:
            answer_lines, change_lines = answer.aiter_lines(), changes.aiter_lines()
            both = [lines_until(lines, ": still here", COMMENTS) for lines in (answer_lines, change_lines)]
            await asyncio.gather(*both)
            model.release()
            await lines_until(answer_lines, "two")
            await lines_until(change_lines, '"action": "done"')


@pytest.mark.soak
async def test_a_proxy_with_a_shorter_timeout_ends_them(tmp_path: Path, instance: Instance):
    async with behind_proxy(tmp_path, instance, 2) as chat, chat.http.stream("GET", "/api/events") as changes:
        with pytest.raises((httpx.RemoteProtocolError, AssertionError)):
            await lines_until(changes.aiter_lines(), ": still here")
