"""LOG_FORMAT=json: lines with the ids of request, turn and person, and never with a user's text or a key."""

import json
import logging
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from taskchat_app.api.app import build_api
from taskchat_app.api.middleware.header_limit import HeaderLimit
from taskchat_app.api.middleware.request_ids import RequestIds
from taskchat_app.api.middleware.security_headers import SecurityHeaders
from taskchat_app.domain.storage.database import reading
from taskchat_app.json_logs import JsonLines
from taskchat_app.runtime.log_context import current_ids
from tests.chatting import Chat
from tests.chatting import _standin as _standin
from tests.chatting import configure as configure
from tests.chatting import gemini as gemini
from tests.conftest import SignedInPerson, client
from tests.standin import Standin, call, calls, error, text

SECRET = "xylophone"
REQUEST_ID = "from-the-proxy:7"
Line = dict[str, str]


class Log(logging.Handler):
    """Keeps the lines that the process would write."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(self.format(record))

    @property
    def lines(self) -> list[Line]:
        return [json.loads(line) for line in self.text]

    def of(self, logger: str) -> list[Line]:
        return [line for line in self.lines if line["logger"] == logger]


@pytest.fixture
def log() -> Iterator[Log]:
    handler, ours = Log(), logging.getLogger("taskchat_app")
    logging.getLogger().addHandler(handler)
    ours.setLevel(logging.INFO)
    yield handler
    ours.setLevel(logging.NOTSET)
    logging.getLogger().removeHandler(handler)


@pytest.fixture
async def chat(signed_in: SignedInPerson, gemini: Standin) -> AsyncIterator[Chat]:
    app = RequestIds(SecurityHeaders(HeaderLimit(build_api())))
    async with client(httpx.ASGITransport(app), **signed_in.bearer) as http:
        yield Chat(http)


async def test_lines_of_turns_have_ids_and_no_text(chat: Chat, gemini: Standin, log: Log, signed_in: SignedInPerson):
    chat.http.headers["X-Request-ID"] = REQUEST_ID
    quoting = f"Invalid value at 'contents' (TYPE_STRING), \"{SECRET}\""
    bad = call("create_task", {"title": SECRET, "priority": f"{SECRET}!"})
    gemini.script([calls(bad), text(f"No {SECRET}."), error(400, quoting), error(400, f'cut off: "{SECRET}')])
    answers = [await chat.send(f"Please find the {SECRET}")]
    answers += [await chat.send(f"The {SECRET} again", answers[0].thread_id) for _ in range(2)]
    ends = log.of("taskchat_app.assistant.turns.turns")
    assert [(line["message"], line["turn_id"]) for line in ends] == [
        (f"The turn is {ending}", answer.turn_id)
        for ending, answer in zip(("done", "failed", "failed"), answers, strict=True)
    ]
    failed = log.of("taskchat_app.assistant.gemini.client")
    assert [line["turn_id"] for line in failed] == [answer.turn_id for answer in answers[1:]]
    requests = log.of("taskchat_app.api.middleware.request_ids")
    assert [line["message"].partition(" in ")[0] for line in requests] == ["POST /api/chatkit: 200"] * 3
    for line in (*ends, *failed, *requests):
        assert (line["request_id"], line["person_id"]) == (REQUEST_ID, signed_in.person.id)
    written = "\n".join(log.text)
    assert SECRET not in written
    assert gemini.api_key not in written
    assert signed_in.token not in written


async def test_a_traceback_has_frames_and_types_but_no_message(log: Log, postgres: None):
    async def fail() -> None:
        try:
            async with reading() as session:
                await session.exec(sql("SELECT CAST(:value AS integer)"), params={"value": SECRET})  # pyright: ignore[reportCallIssue, reportArgumentType]  # SQLModel types only its own statements
        except DBAPIError as cause:
            raise ExceptionGroup(SECRET, [ValueError(SECRET)]) from cause

    try:
        await fail()
    except ExceptionGroup as raised:
        logging.getLogger("asyncio").error("Task exception was never retrieved\n%r", raised, exc_info=raised)
    [line] = log.lines
    assert line["message"] == "Task exception was never retrieved"
    assert "in fail" in line["traceback"]
    for name in ("psycopg.errors.InvalidTextRepresentation", "builtins.ValueError", "builtins.ExceptionGroup"):
        assert name in line["traceback"].splitlines()
    assert SECRET not in log.text[0]


async def test_a_well_formed_id_of_a_request_is_answered_and_another_one_replaced_by_a_new_one(chat: Chat):
    for path in ("/api/health", "/api/nothing"):
        answer = await chat.http.get(path, headers={"X-Request-ID": REQUEST_ID})
        assert answer.headers["X-Request-ID"] == REQUEST_ID
    for given in ("", "two words", "x" * 129, 'a"b', "ü"):
        headers = [(b"X-Request-ID", given.encode())]
        ids = [(await chat.http.get("/api/health", headers=headers)).headers["X-Request-ID"] for _ in range(2)]
        assert len({*ids, given}) == 3, given


async def test_a_socket_has_an_id_and_no_line_of_its_own(log: Log):
    seen: list[str] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = Route("/_event", page)
        seen.append(current_ids()["request_id"])

    scope = {"type": "websocket", "headers": [(b"x-request-id", REQUEST_ID.encode())]}
    await RequestIds(page)(scope, None, None)  # pyright: ignore[reportArgumentType]  # neither is used
    assert (seen, log.lines) == ([REQUEST_ID], [])
