"""Publishes the model's stream as ChatKit events.

The SDK's own converter merges two streams (text and cards) without a common order and closes workflows with a
duration; here the model itself is listened to, inside the run, so text and tool calls keep the order they came in.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

from agents import Model, ModelResponse
from agents.items import TResponseStreamEvent
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
)
from openai.types.responses import ResponseFunctionToolCall

from taskchat_app.assistant.core import tool_titles
from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.ids import new_id
from taskchat_app.assistant.core.storable_text import storable_text
from taskchat_app.assistant.core.thought_signatures import signature_of
from taskchat_app.assistant.core.tool_call_workflow import ToolCall, arguments_of
from taskchat_app.assistant.tools.execution import commit_failure
from taskchat_app.domain.storage.database import now


class PublishingModel(Model):
    """A model whose stream is published as ChatKit events while the Agents SDK reads it."""

    def __init__(self, model: Model, turn: TurnContext, tool_names: frozenset[str]) -> None:
        self._model = model
        self._turn = turn
        self._tool_names = tool_names

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """The whole reply at once; the turn never asks for it, the interface does."""
        return await self._model.get_response(*args, **kwargs)

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[TResponseStreamEvent]:
        """The reply's events, each shown before it is handed on."""
        await self._refuse_unknown_calls()
        self._turn.round += 1
        message = self._turn.writing = _Message(self._turn)
        try:
            async for event in self._model.stream_response(*args, **kwargs):
                self._show(event, message)
                yield event
        finally:
            message.close()

    async def close(self) -> None:
        """Release the model's connections."""
        await self._model.close()

    def _show(self, event: TResponseStreamEvent, message: "_Message") -> None:
        if event.type == "response.output_text.delta" or event.type == "response.refusal.delta":
            message.write(event.delta)
        elif event.type == "response.output_item.done" and isinstance(event.item, ResponseFunctionToolCall):
            message.close()
            self._begin_call(event.item)

    def _begin_call(self, item: ResponseFunctionToolCall) -> None:
        arguments = arguments_of(item.arguments)
        call = ToolCall(
            call_id=item.call_id,
            tool=storable_text(item.name),
            arguments=arguments,
            round=self._turn.round,
            # Later turns send the call as it is kept; beside other arguments than it came with, it is refused.
            signature=signature_of(item) if _is_whole(item.arguments, arguments) else None,
            title=tool_titles.running_title(item.name, arguments),
        )
        self._turn.workflow.begin(call)

    async def _refuse_unknown_calls(self) -> None:
        """Calls of tools that do not exist never reach a tool: record and close them before the model goes on."""
        for call in self._turn.workflow.unfinished():
            if call.tool not in self._tool_names:
                await commit_failure(self._turn, call, f"There is no tool named {call.tool[:60]}.", began=None)
                self._turn.workflow.finish(call)


def _is_whole(raw: str, kept: dict[str, Any]) -> bool:
    """Whether a call's arguments are kept as they came."""
    try:
        return json.loads(raw or "{}") == kept
    except (ValueError, RecursionError):
        return False


class _Message:
    """The assistant's message being written; it begins with its first visible character."""

    def __init__(self, turn: TurnContext) -> None:
        self._turn = turn
        self._item: AssistantMessageItem | None = None

    def write(self, delta: str) -> None:
        """Append to the message."""
        delta = storable_text(delta)
        if not delta:
            return
        item = self._item or self._begin()
        item.content[0].text += delta
        update = AssistantMessageContentPartTextDelta(content_index=0, delta=delta)
        self._turn.events.put(ThreadItemUpdatedEvent(item_id=item.id, update=update))

    def close(self) -> None:
        """End the message as far as it got; nothing happens when none was begun."""
        item, self._item = self._item, None
        if item is None:
            return
        update = AssistantMessageContentPartDone(content_index=0, content=item.content[0].model_copy())
        self._turn.events.put(ThreadItemUpdatedEvent(item_id=item.id, update=update))
        self._turn.events.put(ThreadItemDoneEvent(item=item))

    def _begin(self) -> AssistantMessageItem:
        self._turn.workflow.close()
        self._item = AssistantMessageItem(
            id=new_id("message"), thread_id=self._turn.thread_id, created_at=now(), content=[]
        )
        self._turn.events.put(ThreadItemAddedEvent(item=self._item))
        self._item.content.append(AssistantMessageContent(text=""))
        added = AssistantMessageContentPartAdded(content_index=0, content=AssistantMessageContent(text=""))
        self._turn.events.put(ThreadItemUpdatedEvent(item_id=self._item.id, update=added))
        return self._item


def publish_message(turn: TurnContext, text: str) -> None:
    """Put a whole message of ours into the conversation, as if the assistant had written it at once."""
    message = _Message(turn)
    message.write(text)
    message.close()
