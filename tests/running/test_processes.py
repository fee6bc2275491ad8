"""Server processes: killed, terminated during an answer, restarted immediately."""

import os
import signal
import uuid
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import create_engine, text

from taskchat_app.domain.storage import embedded_postgres
from tests import standin
from tests.chatting import message
from tests.serving import Server
from tests.standin import Standin
from tests.waiting import PATIENCE_SECONDS, has_ended

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def server(model: Standin) -> Iterator[Server]:
    with Server(**model.settings) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of a new signed-in user; restarts the server if a previous test ended it."""
    if server._process is None:
        server.start()
    with httpx.Client(base_url=server.origin, timeout=PATIENCE_SECONDS) as http_client:
        account = {"email": f"{uuid.uuid4().hex}@example.org", "password": "correct horse battery"}
        token = http_client.post("/api/auth/register", json=account).json()["token"]
        http_client.headers["Authorization"] = f"Bearer {token}"
        http_client.cookies.clear()
        yield http_client


def supervisor(server: Server) -> psutil.Process:
    assert server._process is not None
    return psutil.Process(server._process.pid)


def wait_for_exit(server: Server) -> int:
    """Wait for the server to end and return its exit code."""
    assert server._process is not None
    code = server._process.wait(PATIENCE_SECONDS)
    server._process = None
    return code


def test_a_killed_worker_ends_the_server_with_an_error_and_stops_postgres(server: Server):
    (worker,) = supervisor(server).children()
    worker.kill()
    assert wait_for_exit(server) != 0
    home = str(Path(server._environment["TASKCHAT_HOME"]) / "postgres" / "data")
    running = psutil.process_iter(["cmdline"])
    assert [process for process in running if home in (process.info["cmdline"] or [])] == []


@contextmanager
def paused_answer(client: httpx.Client, model: Standin) -> Generator[tuple[Iterator[str], Iterator[str]]]:
    """Pause the model after "One"; yields the remaining lines of the answer, and the lines of the events."""
    model.script([standin.hold_after(standin.text("OneTwoTri", pieces=3), 1)])
    with ExitStack() as streams:
        events = streams.enter_context(client.stream("GET", "/api/events"))
        answer = streams.enter_context(client.stream("POST", "/api/chatkit", json=message("Count to three")))
        lines = answer.iter_lines()
        next(line for line in lines if "assistant_message.content_part.text_delta" in line)
        yield lines, events.iter_lines()


def test_a_killed_supervisor_ends_its_worker_and_a_start_succeeds(server: Server, model: Standin, client: httpx.Client):
    assert client.post("/api/tasks", json={"title": "Buy milk"}).status_code == 201
    killed = supervisor(server)
    workers = killed.children(recursive=True)
    with paused_answer(client, model) as (answer, _):
        killed.kill()
        wait_for_exit(server)
        _, alive = psutil.wait_procs(workers, timeout=PATIENCE_SECONDS)
        assert alive == []
        assert '"allow_retry":true' in list(answer)[-2]
    server.start()
    assert client.get("/api/tasks").json()["counts"]["open"] == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_during_an_answer_ends_the_streams_stores_the_partial_answer_and_logs_no_error(
    server: Server, model: Standin, client: httpx.Client, number: signal.Signals
):
    with paused_answer(client, model) as (answer, events):
        os.killpg(supervisor(server).pid, number)  # a terminal sends its Ctrl+C to all processes
        assert wait_for_exit(server) == 0
        assert "Traceback" not in server.output
        assert "panic" not in server.output
        assert '"allow_retry":true' in list(answer)[-2]
        assert list(events)[-1] == ""
    assert stored_turn(server) == ("failed", "One")


def stored_turn(server: Server) -> tuple[str, str]:
    """Return the status of the last turn and its answer, read from the database without the server."""
    home = Path(server._environment["TASKCHAT_HOME"])
    embedded_postgres.ensure_running(home)
    engine = create_engine(embedded_postgres.url(home))
    try:
        with engine.connect() as connection:
            status = connection.execute(text("SELECT status FROM turns ORDER BY started_at DESC LIMIT 1")).scalar_one()
            answers = "SELECT body FROM thread_items WHERE type = 'assistant_message' ORDER BY seq DESC LIMIT 1"
            body = connection.execute(text(answers)).scalar_one()
    finally:
        engine.dispose()
        embedded_postgres.release(home)
    return status, body["content"][0]["text"].strip()


def test_the_end_of_its_terminal_ends_the_server_in_order_and_stops_postgres(server: Server, client: httpx.Client):
    assert server._process is not None
    postgres = server.postgres()[0]
    with client.stream("GET", "/api/events") as events:
        for _ in range(2):  # the kernel's to the foreground, then the shell's to its jobs
            os.killpg(server._process.pid, signal.SIGHUP)
        assert wait_for_exit(server) == 0
        assert list(events.iter_lines())[-1] == ""
    assert has_ended(postgres)
    with pytest.raises(httpx.ConnectError):
        client.get("/api/health")
