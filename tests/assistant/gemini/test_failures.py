"""Failures of Gemini: each becomes an error message with advice, and none reveals the API key."""

import asyncio
import logging
import socket
import traceback
from collections.abc import Iterator
from typing import Any

import agents.tracing
import pytest

from taskchat_app.assistant.agent import offline_fallback
from taskchat_app.assistant.gemini import client, failures
from taskchat_app.assistant.gemini.chunk_repairs import Chunk
from taskchat_app.assistant.gemini.client import GeminiModel
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.gemini.response_state import ResponseState
from tests.assistant.gemini.conftest import TIMEOUT_SECONDS, model_at
from tests.evidence import Step
from tests.standin import Reply, Standin, call, calls, chunk, chunks, cut_after, error, hang, text
from tests.standin.model_request import ModelResponse, ask
from tests.waiting import until_async

BAD_KEY = "bad-key-🗝-0123456789"


async def ask_endpoint(base_url: str, **settings: Any) -> ModelResponse:
    async with model_at(base_url, **settings) as model:
        return await ask(model)


def bare(reply: Reply) -> Reply:
    """Return the error without the array around it."""
    return {**reply, "body": reply["body"][0]}


KEY_SENTENCE = "API key not valid. Please pass a valid API key."
STATUSES: list[tuple[str, Reply, str, int]] = [
    ("400", error(400, "Request contains an invalid argument."), "bad_request", 1),
    ("400 for the key", error(400, KEY_SENTENCE), "bad_key", 1),
    ("400 for the key, no array", bare(error(400, KEY_SENTENCE)), "bad_key", 1),
    ("400 for the content", error(400, "The prompt was blocked: PROHIBITED_CONTENT"), "blocked", 1),
    ("400 in words", error(400, body="<html>Bad Request</html>"), "bad_request", 1),
    ("401", error(401), "bad_key", 1),
    ("403", error(403), "bad_key", 1),
    ("404", error(404, "models/flash-next is not found for API version v1main"), "unknown_model", 1),
    ("429", error(429), "quota", 3),
    ("429 for a day", error(429, "Quota exceeded. Please retry in 7h12m3.5s."), "quota", 1),
    ("500", error(500), "unavailable", 3),
    ("503", error(503, "The model is overloaded."), "unavailable", 3),
    ("503 in HTML", error(503, body="<html>Service Unavailable</html>"), "unavailable", 3),
    ("200 with an error", error(200, body=[{"error": {"code": 429, "message": "Quota exceeded."}}]), "quota", 3),
    ("200 with an error, no array", error(200, body={"error": {"code": 404, "message": "No."}}), "unknown_model", 1),
    ("200 with an error in words", error(200, body={"error": "Overloaded."}), "unavailable", 3),
    ("200 without an error", error(200, body={"choices": []}), "garbled", 3),
    ("200 in HTML", error(200, body="<html>Welcome</html>", headers={"content-type": "text/html"}), "garbled", 3),
    ("200 that is too long", error(200, body={"error": {"code": 429}, "more": "x" * 300_000}), "garbled", 3),
    ("a redirect", error(307, headers={"location": "http://127.0.0.1:9/elsewhere"}), "bad_request", 1),
]


@pytest.mark.parametrize(("reply", "code", "requests"), [row[1:] for row in STATUSES], ids=[row[0] for row in STATUSES])
async def test_a_status_becomes_a_failure(reply: Reply, code: str, requests: int, model: GeminiModel, standin: Standin):
    standin.script([reply], repeat=True)
    response = await ask(model)
    assert response.code == code
    assert len(standin.requests) == requests
    assert response.events == []


@pytest.mark.parametrize("status", [400, 429])
async def test_without_the_repair_the_array_around_an_error_hides_it(
    status: int, model: GeminiModel, standin: Standin, monkeypatch: pytest.MonkeyPatch
):
    standin.script([error(status, f"{KEY_SENTENCE} Retry in 40s.")], repeat=True)
    assert (await ask(model)).code == {400: "bad_key", 429: "quota"}[status]
    assert len(standin.requests) == 1
    monkeypatch.setattr(failures, "error_of", lambda body: body if isinstance(body, dict) else {})
    assert ((await ask(model)).code, len(standin.requests)) == {400: ("bad_request", 2), 429: ("quota", 4)}[status]


WAITS: list[tuple[str, Reply, str]] = [
    ("header", error(429, headers={"retry-after": "40"}), "in 40 seconds"),
    ("message", error(429, "Quota exceeded. Please retry in 39.6s."), "in 40 seconds"),
    ("milliseconds", error(429, "Please retry in 30500ms."), "in 30 seconds"),
    ("200", error(200, body=[{"error": {"code": 429, "message": "Please retry in 40s."}}]), "in 40 seconds"),
    ("minutes", error(429, "Please retry in 12m4.2s."), "in about 12 minutes"),
    ("hours", error(429, "Please retry in 7h12m3.5s."), "in about 7 hours"),
    (
        "details",
        error(429, body=[{"error": {"code": 429, "message": "", "details": [{"a": 1}, {"retryDelay": "40s"}]}}]),
        "in 40 seconds",
    ),
    ("nowhere", error(429), "in a minute"),
]


@pytest.mark.parametrize(("reply", "when"), [row[1:] for row in WAITS], ids=[row[0] for row in WAITS])
async def test_the_error_names_the_required_wait(reply: Reply, when: str, model: GeminiModel, standin: Standin):
    standin.script([reply], repeat=True)
    failure = (await ask(model)).error
    assert isinstance(failure, GeminiFailure)
    assert failure.detail == f"The request limit of Gemini is used up. Try again {when}."
    assert failure.allow_retry


UNKNOWN_WAITS: list[tuple[str, Any]] = [
    ("9" * 400, []),
    ("Wed, 21 Oct 999999999999 07:28:00 GMT", []),
    ("soon", "retryDelay"),
    ("", {"retryDelay": 1}),
    ("", ["retryDelay", None, {"retryDelay": None}]),
]


def test_a_retry_after_date_is_converted_to_seconds_from_now_and_a_wait_that_cannot_be_read_is_unknown():
    for header, details in UNKNOWN_WAITS:
        assert failures.requested_wait({"retry-after": header}, {"details": details}) is None, (header, details)
    assert failures.requested_wait({"retry-after": "Fri, 21 Nov 2025 07:28:00 GMT"}, {}) == 0.0
    coming = failures.requested_wait({"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}, {})
    assert coming is not None
    assert coming > 1e9


async def test_short_waits_are_retried(model: GeminiModel, standin: Standin, caplog: pytest.LogCaptureFixture):
    standin.script([error(429, "Please retry in 300ms."), text("Hello.")])
    with caplog.at_level(logging.INFO, client.__name__):
        assert (await ask(model)).text == "Hello."
    assert next(line.partition(" in ")[2] for line in caplog.messages if "trying again" in line) in ("0.3 s", "0.4 s")


async def test_there_is_no_retry_after_the_timeout(standin: Standin, monkeypatch: pytest.MonkeyPatch):
    """A pause that does not fit into the time limit is not begun: it would end the test instead."""
    monkeypatch.setattr(client, "FIRST_PAUSE_SECONDS", 3600)
    monkeypatch.setattr(client, "MAX_PAUSE_SECONDS", 36000)
    standin.script([error(503)], repeat=True)
    response = await ask_endpoint(standin.base_url, timeout_seconds=1800)
    assert response.code == "unavailable"
    assert len(standin.requests) == 1


@pytest.mark.parametrize("mute", [True, False], ids=["before the headers", "after the headers"])
async def test_silence_ends_attempts(mute: bool, model: GeminiModel, standin: Standin, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client, "SILENCE_TIMEOUT_SHARE", 0.2 / TIMEOUT_SECONDS)
    standin.script([hang(mute=mute)], repeat=True)
    retries: list[int] = []
    response = await ask(model.reporting(lambda: retries.append(len(retries))))
    assert (response.code, len(retries)) == ("timeout", failures.ATTEMPTS - 1)


async def test_an_endless_answer_ends_with_the_timeout(standin: Standin, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client, "SILENCE_TIMEOUT_SHARE", 2)  # no silence is ended before the time limit
    standin.script([chunks(*([chunk({"content": "more "}), {"delay": 0.05}] * 1000))])
    response = await ask_endpoint(
        standin.base_url, timeout_seconds=6
    )  # a busy machine may need 2 s for the first words
    assert response.code == "timeout"
    assert response.text.startswith("more ")
    assert len(standin.requests) == 1


def new_call() -> client.GeminiCall:
    model = client.GeminiModel(api_key="some-key", base_url="http://localhost", model="flash", timeout_seconds=60)
    return client.GeminiCall(model, {})


async def test_silence_may_last_a_third_of_the_time_limit_and_no_longer_than_the_rest_of_it():
    call = new_call()
    loop, begun, finished = asyncio.get_running_loop(), ResponseState(), ResponseState(finish_reason="stop")
    for left, state, seconds in (
        (1000.0, begun, 20.0),
        (1000.0, finished, client.LINGER_SECONDS),
        (5.0, begun, 5.0),
        (1.0, finished, 1.0),
    ):
        before = loop.time()
        call.deadline = before + left
        when = call._silence_timeout(state).when()
        assert when is not None
        assert before + seconds <= when <= loop.time() + seconds


async def test_a_closed_port_and_an_unknown_host_name_are_unreachable():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        for host in (f"127.0.0.1:{taken.getsockname()[1]}", "gemini.invalid"):
            assert (await ask_endpoint(f"http://{host}/v1beta/openai/")).code == "unreachable", host


@pytest.fixture
def all_logs(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Capture the log of all loggers at level DEBUG."""
    with caplog.at_level(logging.DEBUG):
        for name in list(logging.root.manager.loggerDict):
            caplog.set_level(logging.DEBUG, logger=name)
        yield caplog


def exception_text(error: BaseException) -> str:
    """Return all that a log could print of an exception and its causes."""
    texts: list[str] = []
    current: BaseException | None = error
    while current is not None:
        texts += [*traceback.format_exception(current), repr(current), repr(vars(current))]
        current = current.__cause__ or current.__context__
    return "".join(texts)


REFUSALS: list[tuple[str, str, Any]] = [
    ("right key, wrong request", "", error(400, "invalid")),
    ("a key that Gemini repeats", "", error(400, "API key not valid: {key}")),
    ("a key repeated in the stream", "", chunks({"raw": '{"error": {"code": 403, "message": "{key} is disabled"}}'})),
    ("wrong key", "wrong-key-0123456789", text("Never said.")),
    ("a key that no header can carry", BAD_KEY, text("Never said.")),
    ("a key with a line break", "bad-key\n0123456789", text("Never said.")),
    ("a lost connection", "", {"steps": [{"cut": "reset"}]}),
]


@pytest.mark.parametrize(("key", "reply"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
async def test_the_api_key_is_in_no_error_and_no_log(
    key: str, reply: Reply, standin: Standin, all_logs: pytest.LogCaptureFixture
):
    key = key or standin.api_key
    standin.script([fill_in(reply, key)], repeat=True)
    response = await ask_endpoint(standin.base_url, api_key=key)
    assert isinstance(response.error, GeminiFailure)
    written = exception_text(response.error) + all_logs.text
    assert key not in written
    assert key[-10:] not in written


async def test_a_key_that_is_no_secret_masks_nothing(
    standin: Standin, monkeypatch: pytest.MonkeyPatch, all_logs: pytest.LogCaptureFixture
):
    monkeypatch.setattr(standin, "api_key", "a")
    standin.script([error(400, "an invalid argument")])
    await ask_endpoint(standin.base_url, api_key="a")
    assert "400 INVALID_ARGUMENT: an invalid argument" in all_logs.text


def fill_in(part: Any, key: str) -> Any:
    if isinstance(part, str):
        return part.replace("{key}", key)
    if isinstance(part, list):
        return [fill_in(element, key) for element in part]
    return {name: fill_in(value, key) for name, value in part.items()} if isinstance(part, dict) else part


def test_every_error_message_says_what_to_do_and_an_outage_allows_a_retry(step: Step):
    for code in failures.FAILURE_KINDS:
        step(code)
        failure = GeminiFailure(code)
        assert str(failure) == failure.detail
        assert failure.detail.startswith(("Gemini", "The "))
        assert any(word in failure.detail for word in ("ry again", "Set ", "Say it", "Start "))
        assert "!" not in failure.detail
        assert "{" not in failure.detail
    assert all(GeminiFailure(code).allow_retry for code in offline_fallback.OUTAGES)


async def test_a_failure_is_logged_once_with_its_reason_and_an_empty_key_sends_no_request(
    model: GeminiModel, standin: Standin, caplog: pytest.LogCaptureFixture
):
    assert (await ask_endpoint(standin.base_url, api_key="")).code == "bad_key"
    assert standin.requests == []
    caplog.clear()
    standin.script([error(400, "Request contains an invalid argument.")])
    await ask(model)
    warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert warnings == ["Gemini failed: bad_request (400 INVALID_ARGUMENT: Request contains an invalid argument.)"]


async def test_no_openai_variable_is_sent_or_needed_nor_is_tracing(standin: Standin, monkeypatch: pytest.MonkeyPatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "not-for-gemini")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-secret: not-for-gemini")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/")
    standin.script([text("Hello.")])
    assert (await ask_endpoint(standin.base_url)).text == "Hello."
    assert "not-for-gemini" not in repr(standin.headers)
    assert standin.headers[0]["authorization"] == f"Bearer {standin.api_key}"
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    await GeminiModel(api_key="k", base_url="http://127.0.0.1:9/", model="m", timeout_seconds=1).close()
    with agents.tracing.trace("a turn") as trace:
        assert type(trace).__name__ == "NoOpTrace"


async def test_there_is_no_retry_after_a_long_wait_or_the_first_token(model: GeminiModel, standin: Standin):
    for number, (reply, code, begun) in enumerate(
        (
            (error(429, headers={"retry-after": "11"}), "quota", ""),
            (cut_after(text("one two", pieces=2), 1), "cut_off", "one"),
            (cut_after(calls(call("list_tasks")), 1), "cut_off", ""),
        ),
        1,
    ):
        standin.script([reply, text("Hello.")])
        response = await ask(model, at_most_seconds=10)
        assert (response.code, response.text.strip(), len(standin.requests)) == (code, begun, number)


PAUSES: list[tuple[str, int, float | None, float | None]] = [
    ("unavailable", 1, None, 0.5),
    ("unavailable", 2, None, 1.0),
    ("unavailable", 3, None, None),
    ("bad_request", 1, None, None),
    ("quota", 1, 10.0, 10.0),
    ("quota", 2, 10.1, None),
    ("quota", 1, 0.0, 0.0),
]


async def test_pauses_double_or_are_what_gemini_requires_up_to_ten_seconds(monkeypatch: pytest.MonkeyPatch, step: Step):
    monkeypatch.setattr(client, "FIRST_PAUSE_SECONDS", 0.5)
    monkeypatch.setattr(client.random, "uniform", min)
    for code, attempt, requested, pause in PAUSES:
        step(f"{code}, attempt {attempt}, {requested} requested")
        call, failure = new_call(), GeminiFailure(code, wait_seconds=requested)
        assert call._pause_after(failure, attempt) == pause
        call.deadline = asyncio.get_running_loop().time() + (pause or 0) - 0.1
        assert call._pause_after(failure, attempt) is None


async def test_closing_an_answer_closes_its_source():
    closed: list[str] = []

    async def source() -> client.Chunks:
        try:
            for _ in range(3):
                yield Chunk()
        finally:
            closed.append("closed")

    chunks_left = source()
    resumed = client._prepended(await anext(chunks_left), chunks_left)
    await anext(resumed)
    await anext(resumed)
    await resumed.aclose()
    assert closed == ["closed"]


async def test_the_connection_of_an_unreadable_answer_is_closed(model: GeminiModel, standin: Standin):
    standin.script([chunks(chunk({"content": "one "}), {"raw": "no JSON"}, {"hang": True})])
    assert (await ask(model)).code == "garbled"
    await until_async(lambda: standin.disconnects, 60)
