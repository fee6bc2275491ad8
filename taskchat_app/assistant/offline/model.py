"""The rule-based model behind the Agents SDK's Model interface: turns the decisions of engine.py into a response."""

import asyncio
import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, cast
from zoneinfo import ZoneInfo

from agents import ModelResponse, Usage
from agents.items import TResponseInputItem, TResponseStreamEvent
from agents.models.interface import Model
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionToolCall,
    ResponseOutputItem,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
)

from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.offline.engine import decide_reply
from taskchat_app.assistant.offline.history_reader import ResultOf
from taskchat_app.assistant.offline.plan_parts import UNSHOWN_PREFIX, PlannedCall


class OfflineModel(Model):
    """Follows simple commands in English and German; keeps nothing between replies but the person's zone and the time.

    One is made for each turn, since "tomorrow" in it is counted from `now` (aware) in `zone`.
    """

    def __init__(self, *, zone: ZoneInfo, now: datetime, language: str = "", result_of: ResultOf) -> None:
        self._clock = UserClock(zone, now)
        self._language = language
        """Of the person's setting; it decides where no message tells another."""
        self._result_of = result_of
        """Returns the results of this turn's calls with their messages."""

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 -- the interface's name
        *_args: Any,
        **_kwargs: Any,
    ) -> ModelResponse:
        return ModelResponse(output=await self._reply(input), usage=Usage(requests=1), response_id=None)

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 -- the interface's name
        *_args: Any,
        **_kwargs: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        for event in _events(await self._reply(input)):
            yield event
            # The follower takes each word as it comes, instead of all at the end.
            await asyncio.sleep(0)

    async def _reply(self, items: str | list[TResponseInputItem]) -> list[ResponseOutputItem]:
        given = cast(list[Mapping[str, Any]], [{"role": "user", "content": items}] if isinstance(items, str) else items)
        # A list of a hundred lines takes 70 ms to read.
        decided = await asyncio.to_thread(decide_reply, given, self._clock, self._language, self._result_of)
        return [_message(decided)] if isinstance(decided, str) else [_tool_call(call) for call in decided]


def _message(text: str) -> ResponseOutputMessage:
    return ResponseOutputMessage(
        id=f"msg_{uuid.uuid4().hex}",
        content=[ResponseOutputText(text=text, type="output_text", annotations=[], logprobs=[])],
        role="assistant",
        type="message",
        status="completed",
    )


def _tool_call(call: PlannedCall) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(
        id=f"fc_{uuid.uuid4().hex}",
        call_id=f"{UNSHOWN_PREFIX if call.unshown else 'call_'}{uuid.uuid4().hex}",
        name=call.tool,
        arguments=json.dumps(call.arguments, ensure_ascii=False),
        type="function_call",
    )


def _events(output: list[ResponseOutputItem]) -> Iterator[TResponseStreamEvent]:
    """Yield the events that the SDK makes of a chat-completions stream, in the same order, a word at a time."""
    response = Response(
        id=f"resp_{uuid.uuid4().hex}",
        created_at=time.time(),
        model="offline",
        object="response",
        output=[],
        tool_choice="auto",
        tools=[],
        parallel_tool_calls=True,
    )
    whole = response.model_copy(update={"output": output})
    events = chain(
        [ResponseCreatedEvent(response=response, type="response.created", sequence_number=0)],
        *(_item_events(item, index) for index, item in enumerate(output)),
        [ResponseCompletedEvent(response=whole, type="response.completed", sequence_number=0)],
    )
    for number, event in enumerate(events):
        event.sequence_number = number
        yield event


def _item_events(item: ResponseOutputItem, index: int) -> Iterator[Any]:
    """Yield the events of a message or a tool call; their numbers are set later."""
    place: dict[str, Any] = {"output_index": index, "sequence_number": 0}
    is_message = isinstance(item, ResponseOutputMessage)
    begun = item.model_copy(update={"content": [], "status": "in_progress"} if is_message else {"arguments": ""})
    yield ResponseOutputItemAddedEvent(item=begun, type="response.output_item.added", **place)
    if isinstance(item, ResponseOutputMessage):
        part = cast(ResponseOutputText, item.content[0])
        inside: dict[str, Any] = {**place, "item_id": item.id, "content_index": 0}
        empty = part.model_copy(update={"text": ""})
        yield ResponseContentPartAddedEvent(part=empty, type="response.content_part.added", **inside)
        for word in re.findall(r"\S+\s*|\s+", part.text):
            yield ResponseTextDeltaEvent(delta=word, type="response.output_text.delta", logprobs=[], **inside)
        yield ResponseContentPartDoneEvent(part=part, type="response.content_part.done", **inside)
    elif isinstance(item, ResponseFunctionToolCall):
        delta, kind = item.arguments, "response.function_call_arguments.delta"
        yield ResponseFunctionCallArgumentsDeltaEvent(delta=delta, type=kind, item_id=item.id or "", **place)
    yield ResponseOutputItemDoneEvent(item=item, type="response.output_item.done", **place)
