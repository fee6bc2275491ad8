"""Server processes: killed, ended during an answer, restarted at once."""

import time
import uuid
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import create_engine, text

from taskchat_app.domain.storage import embedded_postgres
from taskchat_app.shutdown import WORKER_SECONDS
from tests import standin
from tests.serving import Server
from tests.standin import Standin

END_SECONDS = WORKER_SECONDS + 2
"""All that a worker may take, and a little for the supervisor, which stops Postgres after it."""


@pytest.fixture(scope="module")
def model() -> Iterator[Standin]:
    with Standin() as found:
        yield found


@pytest.fixture(scope="module")
def server(model: Standin) -> Iterator[Server]:
    with Server(GEMINI_API_KEY=model.api_key, GEMINI_BASE_URL=model.base_url) as found:
        yield found


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """Somebody new, signed in; the server is started again where a test before ended it."""
    if server._process is None:
        server.start()
    with httpx.Client(base_url=server.origin, timeout=30) as found:
        account = {"email": f"{uuid.uuid4().hex}@example.org", "password": "correct horse battery"}
        found.headers["Authorization"] = f"Bearer {found.post('/api/auth/register', json=account).json()['token']}"
        found.cookies.clear()
        yield found


def supervisor(server: Server) -> psutil.Process:
    assert server._process is not None
    return psutil.Process(server._process.pid)


def ended(server: Server) -> int:
    """The exit code, once it has ended."""
    assert server._process is not None
    code = server._process.wait(2 * END_SECONDS)
    server._process = None
    return code


def asked(words: str) -> dict[str, object]:
    content = [{"type": "input_text", "text": words}]
    message = {"content": content, "attachments": [], "quoted_text": None, "inference_options": {}}
    return {"type": "threads.create", "params": {"input": message}}


def test_a_killed_worker_ends_the_whole_with_an_error_and_no_postgres_stays(server: Server):
    (worker,) = supervisor(server).children()
    worker.kill()
    assert ended(server) != 0
    home = str(Path(server._environment["TASKCHAT_HOME"]) / "postgres" / "data")
    assert [one for one in psutil.process_iter(["cmdline"]) if home in (one.info["cmdline"] or [])] == []


@contextmanager
def half_answered(client: httpx.Client, model: Standin) -> Generator[tuple[Iterator[str], Iterator[str]]]:
    """While the model has said "One" and waits: the lines of the answer that are still to come, and of the events."""
    model.script([standin.hold_after(standin.text("OneTwoTri", pieces=3), 1)])
    with ExitStack() as streams:
        events = streams.enter_context(client.stream("GET", "/api/events"))
        answer = streams.enter_context(client.stream("POST", "/api/chatkit", json=asked("Count to three")))
        lines = answer.iter_lines()
        next(line for line in lines if "assistant_message.content_part.text_delta" in line)
        yield lines, events.iter_lines()


def test_a_killed_supervisor_takes_its_worker_along_and_the_next_start_works_at_once(
    server: Server, model: Standin, client: httpx.Client
):
    assert client.post("/api/tasks", json={"title": "Buy milk"}).status_code == 201
    killed = supervisor(server)
    workers = killed.children(recursive=True)
    with half_answered(client, model) as (answer, _):
        killed.kill()
        ended(server)
        _, alive = psutil.wait_procs(workers, timeout=5)
        assert alive == []
        assert '"allow_retry":true' in list(answer)[-2]
    server.start()
    assert client.get("/api/tasks").json()["counts"]["open"] == 1


def test_an_end_in_the_middle_of_an_answer_is_orderly_and_stores_it(
    server: Server, model: Standin, client: httpx.Client
):
    with half_answered(client, model) as (answer, events):
        asked_at = time.monotonic()
        supervisor(server).terminate()
        assert ended(server) == 0
        assert time.monotonic() - asked_at < END_SECONDS
        assert '"allow_retry":true' in list(answer)[-2]
        assert list(events)[-1] == ""
    assert stored(server) == ("failed", "One")


def stored(server: Server) -> tuple[str, str]:
    """How the last turn ended, and its answer so far, read without the server."""
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
