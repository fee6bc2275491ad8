"""/api/health, and error responses for bad requests and outages."""

import asyncio
import json
import socket
from datetime import UTC, datetime
from itertools import product

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app import __version__
from taskchat_app.api.app import build_api
from taskchat_app.api.core import request_bodies
from taskchat_app.api.core.problems import problem
from taskchat_app.api.core.request_bodies import BODY_MAX_BYTES
from taskchat_app.api.routes import health
from taskchat_app.api.schemas.patterns import MOMENT, RULE
from taskchat_app.domain.storage import database
from taskchat_app.domain.storage.postgres_process import EmbeddedPostgresError
from tests.api.responses import Api, code_of
from tests.chatting import Drain


async def test_health_names_version_and_assistant_and_is_503_while_the_server_drains(anonymous: Api, drain: Drain):
    answer = await anonymous.get("/api/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "assistant": "offline", "version": __version__}
    assert (await anonymous.head("/api/health")).status_code == 200
    await drain(0)
    answer = await anonymous.get("/api/health")
    assert (*code_of(answer), answer.json()["version"]) == (503, "draining", __version__)
    assert answer.headers["retry-after"] == "5"


async def test_health_is_503_in_two_seconds_if_the_database_is_silent(anonymous: Api, monkeypatch: pytest.MonkeyPatch):
    silent = socket.create_server(("127.0.0.1", 0))
    port = silent.getsockname()[1]
    engine = create_async_engine(f"postgresql+psycopg://nobody@127.0.0.1:{port}/none")
    monkeypatch.setattr(database, "new_session", lambda: AsyncSession(engine))
    async with asyncio.timeout(health.DATABASE_TIMEOUT_SECONDS + 1):
        answer = await anonymous.get("/api/health")
    assert code_of(answer) == (503, "unavailable")
    assert (answer.json()["database"], answer.json()["version"]) == ("unreachable", __version__)
    assert answer.headers["retry-after"] == "5"
    await engine.dispose()
    silent.close()


async def test_health_does_not_wait_for_a_query_that_is_not_answered(anonymous: Api, monkeypatch: pytest.MonkeyPatch):
    ended = asyncio.Event()

    async def is_reachable() -> bool:
        try:
            return await asyncio.Event().wait()
        except asyncio.CancelledError:
            await ended.wait()  # psycopg asks the server to cancel the query
            raise

    monkeypatch.setattr(database, "is_reachable", is_reachable)
    monkeypatch.setattr(health, "DATABASE_TIMEOUT_SECONDS", 0.1)
    async with asyncio.timeout(60):
        assert (await anonymous.get("/api/health")).status_code == 503
    ended.set()


async def test_an_unknown_path_is_404_for_every_method_and_a_wrong_method_405_with_the_allowed_ones(anonymous: Api):
    paths = ("/api", "/api/nothing", "/api/", "/api/tasks/", "/api/auth/me/x", "/api/%ff%00", "/api/auth")
    for path, method in product(paths, ("GET", "POST", "DELETE", "WHATEVER")):
        assert code_of(await anonymous.request(method, path)) == (404, "not_found"), (method, path)
    for method, path, allowed in (
        ("PUT", "/api/auth/me", {"GET", "PATCH", "DELETE"}),
        ("GET", "/api/auth/login", {"POST"}),
        ("WHATEVER", "/api/health", {"GET", "HEAD"}),
        ("PUT", "/api/tasks/7", {"GET", "PATCH", "DELETE"}),
        ("GET", "/api/tasks/bulk-delete", {"POST"}),
        ("DELETE", "/api/tasks", {"GET", "POST"}),
        ("DELETE", "/api/push/key", {"GET"}),
        ("DELETE", "/api/push/ntfy", {"POST"}),
        ("DELETE", "/api/push/actions", {"POST"}),
    ):
        answer = await anonymous.request(method, path)
        assert code_of(answer) == (405, "method_not_allowed")
        assert set(answer.headers["allow"].split(", ")) == allowed, path


async def test_other_paths_reach_the_app_mounted_below_the_api():
    app = build_api()

    async def below(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    app.mount("", below)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:3000") as client:
        for path in ("/", "/c/thr_1", "/apiary", "/auth/else", "/_event"):
            assert (await client.get(path)).text == path
        assert code_of(await client.get("/api/else")) == (404, "not_found")


JSON = {"Content-Type": "application/json"}


CREDENTIALS = json.dumps({"email": "a@example.org", "password": "12345678"}).encode()
BODIES: list[tuple[bytes, str, int, str]] = [
    *(
        (body, "application/json", 400, "bad_request")
        for body in (b"{", b"\xff\xfe", b'{"email": "\xc3"}', b"[" * 60_000, b'{"email":' + b"9" * 5000 + b"}")
    ),
    *((body, "application/json", 422, "invalid") for body in (b"", b"[]", b'"x"', b"null", b"7")),
    *(
        (CREDENTIALS, kind, 422, "invalid")
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")
    ),
]


async def test_a_body_that_is_not_a_json_object_is_refused(anonymous: Api):
    for body, kind, status, code in BODIES:
        answer = await anonymous.post("/api/auth/login", content=body, headers={"Content-Type": kind})
        assert code_of(answer) == (status, code), (body[:20], kind)


async def test_an_invalid_field_is_named_with_the_reason(anonymous: Api):
    answer = await anonymous.post("/api/auth/login", json={"email": 7})
    assert code_of(answer) == (422, "invalid")
    assert "email" in answer.json()["detail"]
    assert [error["field"] for error in answer.json()["errors"]] == ["email", "password"]
    for text, field in product((b"\\ud800", b"\\u0000"), (b"email", b"password", b"timezone")):
        body = {b"email": b"a@example.org", b"password": b"12345678", b"timezone": b"UTC"}
        body[field] = text + body[field]
        sent = b"{" + b",".join(b'"%s":"%s"' % pair for pair in body.items()) + b"}"
        answer = await anonymous.post("/api/auth/register", content=sent, headers=JSON)
        assert code_of(answer) == (422, "invalid"), "a field that is not text is not echoed"
        assert field.decode() in answer.json()["detail"]


async def test_a_body_over_a_mebibyte_is_413_and_one_of_exactly_so_much_is_read_from_a_user(anonymous: Api, api: Api):
    async def pieces(size: int):
        for start in range(0, size, 65536):
            yield b" " * min(65536, size - start)

    paths = ("/api/auth/login", "/api/tasks", "/api/chatkit", "/auth/login", "/api/nothing")
    for path, size in product(paths, (BODY_MAX_BYTES + 1, 3 * BODY_MAX_BYTES)):
        for body in (pieces(size), b" " * size):
            assert code_of(await anonymous.post(path, content=body, headers=JSON)) == (413, "too_large"), path
    body = b'{"email": "nobody", "password": "x"}'
    answer = await api.post("/api/auth/login", content=body.ljust(BODY_MAX_BYTES), headers=JSON)
    assert code_of(answer) == (401, "bad_credentials")


async def test_a_body_that_stalls_is_408(anonymous: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(request_bodies, "SILENCE_SECONDS", 0.05)

    async def pieces():
        yield b'{"email": '
        await asyncio.Event().wait()

    answer = await anonymous.post("/api/auth/login", content=pieces(), headers=JSON)
    assert code_of(answer) == (408, "too_slow")


async def test_bytes_that_are_not_utf8_are_never_a_500_and_a_malformed_credential_is_401(api: Api, anonymous: Api):
    headers = [(b"Cookie", b"auth_token=\xff\xfe; \xff"), (b"Origin", b"\xff")]
    for path in ("/api/auth/me?x=%ff%00", "/api/tasks?q=%ff%00", "/api/%c3%28", "/api/tasks/%ff"):
        assert (await api.get(path, headers=headers)).status_code < 500, path
    for header in (b"Bearer \xff\xfe", b"Bearer", b"Bearer  ", b"Basic eA==", b"Bearer a.b.c", b"\xff"):
        answer = await anonymous.get("/api/auth/me", headers=[(b"Authorization", header)])
        assert code_of(answer) == (401, "not_signed_in"), header


OUTAGES = [
    OperationalError("SELECT 1", {}, Exception("server closed the connection")),
    PoolTimeout(),
    EmbeddedPostgresError("it does not start"),
    ConnectionRefusedError(),
    TimeoutError(),
]


async def test_an_unreachable_database_is_503_and_an_unexpected_error_500_and_logged(caplog: pytest.LogCaptureFixture):
    app, errors = build_api(), [*OUTAGES, RuntimeError("the secret reason")]

    async def fail() -> None:
        raise errors.pop(0)

    app.router.routes.insert(0, APIRoute("/api/fail", fail))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        for outage in OUTAGES:
            answer = await client.get("/api/fail")
            assert code_of(answer) == (503, "unavailable"), outage
            assert answer.headers["retry-after"] == "5"
        answer = await client.get("/api/fail")
    assert code_of(answer) == (500, "internal")
    assert "secret" not in answer.text
    [logged] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert logged.exc_text or logged.exc_info


def test_a_problem_with_a_lone_surrogate_can_be_encoded():
    answer = problem(422, "invalid", "The title “\ud800\x00” cannot be used.", at=datetime(2026, 1, 2, tzinfo=UTC))
    body = json.loads(bytes(answer.body))
    assert body["detail"] == "The title “\ud800\x00” cannot be used."
    assert body["at"] == "2026-01-02T00:00:00Z"


async def test_docs_load_nothing_from_other_origins_and_describe_long_patterns_in_words(anonymous: Api):
    described = (await anonymous.get("/api/openapi.json")).json()
    assert "post" in described["paths"]["/api/auth/login"]
    docs = (await anonymous.get("/api/docs")).text
    for path in described["paths"]:
        assert path in docs
    for loading in ("<script", "<link", "src=", "@import", "url(", '="http', "='http", '="//', "='//"):
        assert loading not in docs  # addresses in the text are examples
    assert "An RFC 5545 RRULE." in docs
    assert "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE" in docs
    assert "[^" not in docs, "no pattern"
    assert '<a href="#NewTask">NewTask</a>' in docs
    assert '<h3 id="NewTask">NewTask</h3>' in docs
    for name in ("DueText", "Rule"):
        assert f'<a href="#{name}">{name}</a> or null' in docs
    text = json.dumps(described)
    assert text.count(json.dumps(MOMENT)) == text.count(json.dumps(RULE)) == 1
    streamed = docs.partition("POST /api/chatkit</code>")[2].partition("<h2>")[0]
    assert "text/event-stream" in streamed
    assert "assistant_message.content_part.text_delta" in streamed
