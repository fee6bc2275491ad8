"""Gemini as a model of the Agents SDK: timeouts, retries until the first output, repaired requests and streams.

chunk_repairs.py repairs responses, failures.py classifies failures; docs/gemini.md lists all of them.
"""

import asyncio
import copy
import logging
import random
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, suppress
from types import SimpleNamespace
from typing import Any, cast

import agents
import httpx2
from agents.items import TResponseInputItem, TResponseStreamEvent
from agents.models.openai_chatcompletions import OpenAIChatCompletionsModel
from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Omit
from openai.types.responses import ResponseCompletedEvent

from taskchat_app.assistant.gemini import chunk_repairs
from taskchat_app.assistant.gemini.chunk_repairs import Chunk
from taskchat_app.assistant.gemini.failures import (
    CONNECTION_ERRORS,
    GeminiFailure,
    failure_of_exception,
    failure_of_response,
)
from taskchat_app.assistant.gemini.response_state import Json, ResponseState, has_refused_call, signature_of
from taskchat_app.config import settings
from taskchat_app.runtime import metrics

_NO_BODY = ("extra_headers", "extra_query", "extra_body")
INTERRUPTED = '{"status": "error", "message": "This call was interrupted; whether it took effect is unknown."}'


def body_of(parameters: Json) -> Json:
    """Return the body of a request with the parameters that the SDK passes."""
    given = {name: value for name, value in parameters.items() if not isinstance(value, Omit) and name not in _NO_BODY}
    extra: Json = parameters.get("extra_body") or {}
    return given | extra


def send_signatures_back(body: Json, signatures: Mapping[str, str]) -> None:
    """Add the signature to each call; the SDK does so only if the model's name contains "gemini"."""
    for message in cast("list[Json]", body["messages"]):
        for call in cast("list[Json]", message.get("tool_calls") or []):
            if signature := signatures.get(call["id"]):
                call["extra_content"] = {"google": {"thought_signature": signature}}


def pair_calls_with_results(body: Json, _signatures: Mapping[str, str]) -> None:
    """Put one result after each call; add one for a call without result (killed turn), drop results without call."""
    messages = cast("list[Json]", body["messages"])
    results = {message["tool_call_id"]: message for message in messages if message["role"] == "tool"}
    paired: list[Json] = []
    for message in messages:
        if message["role"] == "tool":
            continue
        if message["role"] == "assistant" and not message.get("content") and not message.get("tool_calls"):
            continue
        paired.append(message)
        for call in cast("list[Json]", message.get("tool_calls") or []):
            lost: Json = {"role": "tool", "tool_call_id": call["id"], "content": INTERRUPTED}
            paired.append(results.pop(call["id"], lost))
    body["messages"] = paired


def leave_out_detail(body: Json, _signatures: Mapping[str, str]) -> None:
    """Remove `detail` of pictures, which the endpoint does not document."""
    for message in cast("list[Json]", body["messages"]):
        for part in cast("list[Json]", message["content"] if isinstance(message.get("content"), list) else []):
            part.get("image_url", {}).pop("detail", None)


def leave_out_strict(body: Json, _signatures: Mapping[str, str]) -> None:
    for tool in cast("list[Json]", body.get("tools") or []):
        tool["function"].pop("strict", None)


REQUEST_REPAIRS = (send_signatures_back, pair_calls_with_results, leave_out_detail, leave_out_strict)


SECRET_MIN_CHARACTERS = 8
"""A shorter key, such as "x" for an endpoint that asks for none, is no secret: masking it would garble the log."""
FIRST_PAUSE_SECONDS = 0.5
MAX_PAUSE_SECONDS = 10.0
CONNECT_SECONDS = 10.0
# A silent attempt is aborted after a third of the timeout, so that there is time for another one.
SILENCE_TIMEOUT_SHARE = 1 / 3
# After finish_reason only usage and [DONE] can follow; the rest after [DONE] is read to make the connection reusable.
LINGER_SECONDS = 2.0
DRAIN_SECONDS = 0.1

logger = logging.getLogger(__name__)
Chunks = AsyncGenerator[Chunk, None]
OnRetry = Callable[[], None]


def disable_tracing() -> None:
    """Disable the SDK's traces and remove their exporter, which would send users' messages to OpenAI."""
    agents.set_tracing_disabled(True)
    agents.set_trace_processors([])


class GeminiModel(agents.Model):
    """The SDK's chat-completions model with a client that repairs requests and responses.

    `timeout_seconds` is the time limit of one call, retries included. With `is_patient`, the first output may take all
    of it: a model on a CPU reads the conversation for minutes. Raises failures of Gemini as GeminiFailure only.
    """

    def __init__(
        self, *, api_key: str, base_url: str, model: str, timeout_seconds: float, is_patient: bool = False
    ) -> None:
        disable_tracing()
        self.model = model
        self.api_key = api_key
        self.base_url = base_url
        self.timeout_seconds = timeout_seconds
        self.is_patient = is_patient
        self.on_retry: OnRetry = lambda: None
        # A redirect would send the conversation to another host.
        self.http = DefaultAsyncHttpxClient(
            follow_redirects=False, timeout=httpx2.Timeout(None, connect=min(CONNECT_SECONDS, timeout_seconds / 2))
        )

    def reporting(self, on_retry: OnRetry) -> "GeminiModel":
        """Return this model, with the same connections, calling `on_retry` before each further attempt."""
        reporting = copy.copy(self)
        reporting.on_retry = on_retry
        return reporting

    async def close(self) -> None:
        await self.http.aclose()

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 -- the SDK's name
        model_settings: agents.ModelSettings,
        tools: list[agents.Tool],
        *args: Any,
        **kwargs: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        outcome = "cancelled"
        try:
            # All that the SDK's model uses of an openai client; `create` of GeminiCall sends the request.
            client = SimpleNamespace(base_url=self.base_url, chat=SimpleNamespace(completions=self._call(input)))
            model = OpenAIChatCompletionsModel(self.model, cast(AsyncOpenAI, client))
            events = model.stream_response(system_instructions, input, model_settings, tools, *args, **kwargs)
            async with aclosing(cast(AsyncGenerator[TResponseStreamEvent, None], events)) as stream:
                async for event in stream:
                    if isinstance(event, ResponseCompletedEvent) and (used := event.response.usage):
                        metrics.TOKENS.labels("input").inc(used.input_tokens)
                        metrics.TOKENS.labels("output").inc(used.output_tokens)
                    yield event
            outcome = "ok"
        except GeminiFailure as failure:
            outcome = failure.code
            if len(self.api_key) >= SECRET_MIN_CHARACTERS:
                failure.reason = failure.reason.replace(self.api_key, "[key]")
            logger.warning("%s failed: %s (%s)", settings().model_name, failure.code, failure.reason)
            raise
        finally:
            metrics.MODEL_CALLS.labels(outcome).inc()

    async def get_response(self, *args: Any, **kwargs: Any) -> agents.ModelResponse:
        """Return the complete response; streams internally, so that failures are handled in one place."""
        response = agents.ModelResponse(output=[], usage=agents.Usage(requests=1), response_id=None)
        async for event in self.stream_response(*args, **kwargs):
            if isinstance(event, ResponseCompletedEvent):
                response.output = event.response.output
                if used := event.response.usage:
                    response.usage.input_tokens, response.usage.output_tokens = used.input_tokens, used.output_tokens
                    response.usage.total_tokens = used.total_tokens
        return response

    def _call(self, history: str | list[TResponseInputItem]) -> "GeminiCall":
        if not re.fullmatch(r"[!-~]+", self.api_key):
            # Such a key is invalid in a header, and the HTTP client's error message would contain it.
            raise GeminiFailure("bad_key", reason="the key is empty or holds a character that no key has")
        items = [] if isinstance(history, str) else cast(list[dict[str, Any]], history)
        calls = [item for item in items if item.get("type") == "function_call"]
        return GeminiCall(self, {str(item["call_id"]): signature_of(item) or "" for item in calls})


class GeminiCall:
    """One call of the model, with all its attempts: its deadline, and the signatures of earlier tool calls by their id.

    It stands in for `chat.completions` of an openai client, which takes 2 ms for a request, adds headers from OPENAI_*
    variables, and builds a typed object for each chunk.
    """

    def __init__(self, gemini: GeminiModel, signatures: dict[str, str]) -> None:
        self._gemini = gemini
        self._signatures = signatures
        self.deadline = asyncio.get_running_loop().time() + gemini.timeout_seconds

    async def create(self, **parameters: Any) -> Chunks:
        """Send the repaired request, with retries until the first output; return the stream of chunks."""
        body = body_of(parameters)
        for repair in REQUEST_REPAIRS:
            repair(body, self._signatures)
        accepts_unreadable_calls = not has_refused_call(body)
        attempt = 0
        while True:
            attempt += 1
            state = ResponseState(str(body["model"]), set(self._signatures), accepts_unreadable_calls)
            chunks = self._chunks(state, body)
            try:
                return _prepended(await anext(chunks), chunks)
            except GeminiFailure as failure:
                pause = self._pause_after(failure, attempt)
                if pause is None:
                    raise
                logger.info("The model failed: %s, trying again in %.1f s", failure.code, pause)
            self._gemini.on_retry()
            await asyncio.sleep(pause)

    def _pause_after(self, failure: GeminiFailure, attempt: int) -> float | None:
        """Return the seconds to wait before the next attempt; None after the last one, or if they would be too many."""
        if attempt >= failure.attempts:
            return None
        doubled = FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)
        pause = doubled if failure.wait_seconds is None else failure.wait_seconds
        # Jitter is only added: a retry before the time that a 429 requires would cause another 429.
        pause *= random.uniform(1.0, 1.25)  # noqa: S311 -- spreads load, protects nothing
        left = self.deadline - asyncio.get_running_loop().time()
        return pause if pause <= MAX_PAUSE_SECONDS and pause < left else None

    async def _chunks(self, state: ResponseState, body: dict[str, Any]) -> Chunks:
        """Yield the text as it arrives, then the whole calls.

        Nothing is yielded before the first text that is not blank, or a call: until then the answer may be retried.
        """
        response = await self._open(state, body)
        # The response closes no iterator of its bytes: the garbage collector would, at any time and in any thread.
        async with aclosing(response), aclosing(response.aiter_bytes()) as pieces:
            events = chunk_repairs.sse_data(pieces)
            while data := await self._next(state, events):
                had_output = state.has_output
                chunk_repairs.read_event(state, data)
                if state.done_received:
                    await _drain(events)
                    break
                # The first output is yielded even if it is a call, without text: `create` waits for it.
                if state.has_output and (state.unsent_text or not had_output):
                    yield chunk_repairs.text_chunk(state)
        for repair in chunk_repairs.END_REPAIRS:
            repair(state)
        yield chunk_repairs.last_chunk(state)

    async def _open(self, state: ResponseState, body: dict[str, Any]) -> httpx2.Response:
        url = f"{self._gemini.base_url.rstrip('/')}/chat/completions"
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {self._gemini.api_key}"}
        request = self._gemini.http.build_request("POST", url, json=body, headers=headers)
        try:
            async with self._silence_timeout(state):
                response = await self._gemini.http.send(request, stream=True)
                if response.is_success and chunk_repairs.is_event_stream(response.headers):
                    return response
                async with aclosing(response):
                    failure = await failure_of_response(response)
        except CONNECTION_ERRORS as error:
            failure = failure_of_exception(error, begun=False)
        # Raised outside the handler, so that the HTTP client's exception, which may contain the key, is not chained.
        raise failure

    async def _next(self, state: ResponseState, events: AsyncIterator[bytes]) -> bytes | None:
        try:
            async with self._silence_timeout(state):
                return await anext(events, None)
        except CONNECTION_ERRORS as error:
            if state.finish_reason:  # the answer is whole, only usage and [DONE] are missing
                return None
            failure = failure_of_exception(error, begun=True)
        raise failure  # outside the handler, as in _open

    def _silence_timeout(self, state: ResponseState) -> asyncio.Timeout:
        """Return the limit of the wait for the next event; it ends with the call's own limit at the latest."""
        if self._gemini.is_patient and not state.has_output:
            seconds = self._gemini.timeout_seconds
        elif state.finish_reason:
            seconds = LINGER_SECONDS
        else:
            seconds = self._gemini.timeout_seconds * SILENCE_TIMEOUT_SHARE
        return asyncio.timeout_at(min(self.deadline, asyncio.get_running_loop().time() + seconds))


async def _prepended(first: Chunk, chunks: Chunks) -> Chunks:
    """Yield the first chunk, which was awaited before, and then the others."""
    async with aclosing(chunks):
        yield first
        async for chunk in chunks:
            yield chunk


async def _drain(events: AsyncIterator[bytes]) -> None:
    with suppress(*CONNECTION_ERRORS):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for _ in events:
                pass
