"""Sends one request to a model of the Agents SDK, without an agent, and collects the response."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from agents import Model, ModelSettings, Tool
from agents.items import TResponseInputItem
from agents.models.interface import ModelTracing
from openai.types.responses import (
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputItemDoneEvent,
    ResponseTextDeltaEvent,
)


@dataclass
class ModelResponse:
    """A streamed response: its text, its finished tool calls, its events, and the exception that ended it, or None."""

    text: str = ""
    calls: list[ResponseFunctionToolCall] = field(default_factory=list[ResponseFunctionToolCall])
    output: list[Any] = field(default_factory=list[Any])
    events: list[Any] = field(default_factory=list[Any])
    error: BaseException | None = None

    @property
    def names_and_arguments(self) -> list[tuple[str, str]]:
        return [(call.name, call.arguments) for call in self.calls]

    @property
    def code(self) -> str | None:
        """The code of the GeminiFailure that ended it, or the exception's name; None for a complete response."""
        return None if self.error is None else getattr(self.error, "code", type(self.error).__name__)


async def ask(
    model: Model,
    history: str | list[TResponseInputItem] = "Hello",
    *,
    tools: list[Tool] | None = None,
    at_most_seconds: float = 60.0,
) -> ModelResponse:
    """Stream one response; after `at_most_seconds` its error is a TimeoutError."""
    response = ModelResponse()
    try:
        async with asyncio.timeout(at_most_seconds):
            events = model.stream_response(
                "Be brief.",
                history,
                ModelSettings(),
                tools or [],
                None,
                [],
                ModelTracing.DISABLED,
                previous_response_id=None,
                conversation_id=None,
                prompt=None,
            )
            async for event in events:
                response.events.append(event)
                _add(response, event)
    except Exception as error:
        response.error = error
    return response


def _add(response: ModelResponse, event: Any) -> None:
    match event:
        case ResponseTextDeltaEvent():
            response.text += event.delta
        case ResponseOutputItemDoneEvent(item=ResponseFunctionToolCall() as call):
            response.calls.append(call)
        case ResponseCompletedEvent():
            response.output = event.response.output
        case _:
            pass
