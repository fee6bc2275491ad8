"""deploy/Caddyfile in front of two servers of which one is away."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.programs import needs
from tests.running.support.image import caddy
from tests.serving import NO_CERTIFICATES, free_port

REQUESTS = 20
"""Caddy sends each to either server at random: one of so many certainly finds the server that is away."""
pytestmark = needs("caddy")


class ReadsBodies(BaseHTTPRequestHandler):
    """Reads a request's body and answers 200."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), ReadsBodies) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


def test_a_request_to_an_absent_server_leaves_the_other_one_available(server: ThreadingHTTPServer, tmp_path: Path):
    servers = f"127.0.0.1:{free_port()} 127.0.0.1:{server.server_port}"
    with (
        caddy(tmp_path, "localhost", servers) as port,
        httpx.Client(base_url=f"https://localhost:{port}", verify=NO_CERTIFICATES) as client,
    ):
        answers = [client.post("/", content=b"a body").status_code for _ in range(REQUESTS)]
    assert set(answers) <= {200, 502}
    assert answers[-1] == 200
