"""Ask a model of the Agents SDK one thing, without an agent around it, and collect what it says."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from agents import Model, ModelSettings, Tool
from agents.items import TResponseInputItem
from agents.models.interface import ModelTracing
from openai.types.responses import (
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseTextDeltaEvent,
)


@dataclass
class Heard:
    """What came over the stream: the words, the finished calls, and the exception that ended it, if one did."""

    words: str = ""
    calls: list[ResponseFunctionToolCall] = field(default_factory=list[ResponseFunctionToolCall])
    output: list[Any] = field(default_factory=list[Any])
    events: list[Any] = field(default_factory=list[Any])
    error: BaseException | None = None

    @property
    def said_calls(self) -> list[tuple[str, str]]:
        return [(call.name, call.arguments) for call in self.calls]

    @property
    def code(self) -> str | None:
        """The code of the GeminiFailure that ended it; None for a whole answer."""
        return None if self.error is None else getattr(self.error, "code", type(self.error).__name__)


async def ask(
    model: Model,
    history: str | list[TResponseInputItem] = "Hello",
    *,
    tools: list[Tool] | None = None,
    at_most_seconds: float = 10.0,
) -> Heard:
    """Stream one response; `at_most_seconds` turns a model that hangs for ever into a TimeoutError."""
    heard = Heard()
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
                heard.events.append(event)
                _take(heard, event)
    except Exception as error:
        heard.error = error
    return heard


def _take(heard: Heard, event: Any) -> None:
    match event:
        case ResponseTextDeltaEvent():
            heard.words += event.delta
        case ResponseOutputItemDoneEvent(item=ResponseFunctionToolCall() as call):
            heard.calls.append(call)
        case ResponseCompletedEvent():
            heard.output = event.response.output
        case _:
            pass


def item_ids(heard: Heard) -> list[tuple[str, str]]:
    """The id that each event names, with the event's type."""
    named: list[tuple[str, str]] = []
    for event in heard.events:
        if isinstance(event, ResponseOutputItemAddedEvent | ResponseOutputItemDoneEvent):
            named.append((event.type, str(event.item.id)))
        elif hasattr(event, "item_id"):
            named.append((event.type, event.item_id))
    return named
