"""The model of a turn: asks Gemini, or the offline rules, and publishes the reply as ChatKit events.

The ChatKit SDK's own converter merges two streams (text and workflows) without a common order, and ends a workflow
with a duration. Publishing from inside the agent's run keeps text and tool calls in the order in which they came.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

from agents import Model, ModelResponse
from agents.items import TResponseInputItem, TResponseStreamEvent
from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemUpdatedEvent,
)
from openai.types.responses import ResponseFunctionToolCall

from taskchat_app.assistant.agent import offline_fallback
from taskchat_app.assistant.agent.offline_fallback import may_fall_back
from taskchat_app.assistant.agent.task_mentions import mentions
from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.events import notice_event
from taskchat_app.assistant.core.items import new_id
from taskchat_app.assistant.core.tool_call_workflow import ToolCall, running_title
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.gemini.response_state import signature_of
from taskchat_app.assistant.grammar.language_detection import Language, reply_language
from taskchat_app.assistant.offline.history_reader import read_turns
from taskchat_app.assistant.offline.model import OfflineModel
from taskchat_app.assistant.tools.execution import record_failure
from taskchat_app.assistant.tools.task_tools import TOOLS
from taskchat_app.config import settings
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.storable_values import storable, storable_text
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import Message, gettext, joined
from taskchat_app.runtime import metrics


class TurnModel(Model):
    """Streams the replies of one turn, each event after it is published.

    If Gemini fails before its first word to a one-line command, the rules reply in this turn; or the failure is raised.
    """

    def __init__(self, turn: TurnContext, gemini: Model | None, rules: OfflineModel, explained: str) -> None:
        self._turn = turn
        self._gemini = gemini
        """None if the rules reply."""
        self._rules = rules
        self._explained = explained
        """An explanation of the message's references, for Gemini; the rules bind them themselves."""

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """Return the whole reply at once; no turn asks for it, but the interface requires it."""
        return await (self._gemini or self._rules).get_response(*args, **kwargs)

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 -- the interface's name
        *args: Any,
        **kwargs: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """Yield the reply's events, each after it is published. A reply that breaks off is closed with the turn.

        The input is the turn's message and what followed it. `_reply` adds the conversation before it, of which each
        model has its own version.
        """
        assert not isinstance(input, str)
        await self._refuse_unknown_calls()
        self._turn.round += 1
        message = MessageWriter(self._turn)
        self._turn.close_message = message.close
        async with aclosing(self._reply(system_instructions, input, *args, **kwargs)) as events:
            async for event in events:
                if event.type == "response.output_text.delta" or event.type == "response.refusal.delta":
                    await message.write(event.delta)
                elif event.type == "response.output_item.done" and isinstance(event.item, ResponseFunctionToolCall):
                    await message.close()
                    await self._add_call(event.item)
                yield event
        await message.close()

    async def _reply(
        self, instructions: str | None, of_turn: list[TResponseInputItem], *args: Any, **kwargs: Any
    ) -> AsyncGenerator[TResponseStreamEvent]:
        """Yield the events of Gemini's reply, or of the rules' reply: from then on they reply in this turn."""
        if self._gemini is not None:
            message, *followed = of_turn
            earlier = self._turn.conversation[:-1]  # without the turn's message
            whole = [*earlier, with_explanation(message, self._explained), *followed]
            events = self._gemini.stream_response(instructions, whole, *args, **kwargs)
            async with aclosing(cast("AsyncGenerator[TResponseStreamEvent, None]", events)) as stream:
                first = await self._first_event(stream)
                if first is not None:
                    yield first
                    async for event in stream:
                        yield event
                    return
                self._gemini = None  # the rules reply from now on
        self._turn.follows_rules = True
        whole = [*self._turn.rules_conversation[:-1], *of_turn]
        async for event in self._rules.stream_response(instructions, whole, *args, **kwargs):
            yield event

    async def _first_event(self, stream: AsyncGenerator[TResponseStreamEvent, None]) -> TResponseStreamEvent | None:
        """Return Gemini's first event; None, with a notice, if it fails or is slow and the rules take over."""
        try:
            async with first_word_timeout(self._turn):
                return await anext(stream)
        except TimeoutError:  # slow, and the rules could answer
            failure = GeminiFailure("timeout", reason="no first word")
        except GeminiFailure as error:
            failure = error
        if failure.code not in offline_fallback.OUTAGES or not offline_fallback.may_fall_back(self._turn):
            raise failure
        await self._turn.publish(
            notice_event(
                joined([failure.detail, offline_fallback.NOTICE]),
                title=offline_fallback.NOTICE_TITLE.with_values(model=settings().model_name),
            )
        )
        return None

    async def _add_call(self, item: ResponseFunctionToolCall) -> None:
        """Show the call, which the SDK then runs by Tool.for_agent (execution.py): it is found there by its call_id."""
        received = json.loads(item.arguments or "{}")
        arguments = storable(received)
        call = ToolCall(
            call_id=item.call_id,
            tool=storable_text(item.name),
            arguments=arguments,
            round=self._turn.round,
            # Later turns send the call as it is kept; Gemini refuses a signature with other arguments than its own.
            signature=signature_of(item) if arguments == received else None,
            title=running_title(item.name, arguments),
        )
        await self._turn.workflow.add_call(call)

    async def _refuse_unknown_calls(self) -> None:
        """Record and close calls of tools that do not exist, before the model goes on: they reach no tool."""
        for call in self._turn.workflow.pending_calls():
            if call.tool not in {tool.name for tool in TOOLS}:
                reason = gettext("There is no tool named {name}.", name=call.tool[:60])
                await record_failure(self._turn, call, reason, began=None)
                metrics.TOOL_CALLS.labels(metrics.UNKNOWN_TOOL, "error").inc()
                await self._turn.workflow.publish_result(call)


def with_explanation(message: TResponseInputItem, explained: str) -> TResponseInputItem:
    """Return the user's message with the explanation below its text."""
    if not explained:
        return message
    content: Any = cast("dict[str, Any]", message)["content"]
    if isinstance(content, str):
        content = f"{content}\n\n{explained}"
    else:
        content = [*content, {"type": "input_text", "text": explained}]
    return cast(TResponseInputItem, {**message, "content": content})


class MessageWriter:
    """Writes one message of the assistant, which begins with its first visible character.

    White space before that is kept until then, and is no message by itself: Gemini sends some with tool calls.
    """

    def __init__(self, turn: TurnContext) -> None:
        self._turn = turn
        self._item: AssistantMessageItem | None = None
        self._held = ""
        """White space before the first visible character."""

    async def write(self, delta: str) -> None:
        text = self._held + storable_text(delta)
        if self._item is None and not text.strip():
            self._held = text
        elif text:
            self._held = ""
            item = self._item or await self._add_item()
            item.content[0].text += text
            update = AssistantMessageContentPartTextDelta(content_index=0, delta=text)
            await self._turn.publish(ThreadItemUpdatedEvent(item_id=item.id, update=update))

    async def close(self) -> None:
        """End the message as far as it got; no effect when none was begun."""
        self._held = ""
        if self._item is None:
            return
        annotations: list[Annotation] = []
        try:
            annotations = await mentions(self._turn, self._item.content[0].text)
        finally:  # a stop ends the message without them
            await self._end(annotations)

    async def _end(self, annotations: Sequence[Annotation]) -> None:
        item, self._item = self._item, None
        if item is None:  # ended meanwhile by TurnContext.close_open_items, at the end of a turn that was stopped
            return
        content = item.content[0]
        for index, annotation in enumerate(annotations):
            content.annotations.append(annotation)
            added = AssistantMessageContentPartAnnotationAdded(
                content_index=0, annotation_index=index, annotation=annotation
            )
            await self._turn.publish(ThreadItemUpdatedEvent(item_id=item.id, update=added))
        update = AssistantMessageContentPartDone(content_index=0, content=item.content[0].model_copy())
        await self._turn.publish(ThreadItemUpdatedEvent(item_id=item.id, update=update))
        await self._turn.finish_message(item)

    async def _add_item(self) -> AssistantMessageItem:
        self._turn.note_text()
        await self._turn.workflow.close()
        item = self._item = AssistantMessageItem(
            id=new_id("message"), thread_id=self._turn.thread_id, created_at=now(), content=[]
        )
        await self._turn.publish(ThreadItemAddedEvent(item=item))
        item.content.append(AssistantMessageContent(text=""))
        added = AssistantMessageContentPartAdded(content_index=0, content=AssistantMessageContent(text=""))
        await self._turn.publish(ThreadItemUpdatedEvent(item_id=item.id, update=added))
        return item


async def say(turn: TurnContext, sentence: Message) -> None:
    """Publish a sentence of our own as a message of the assistant, in the language of the conversation."""
    message = MessageWriter(turn)
    await message.write(render(sentence, language_of(turn)))
    await message.close()


def language_of(turn: TurnContext) -> Language:
    earlier = [past.message for past in read_turns(turn.conversation)]
    return reply_language((turn.message, *reversed(earlier)), turn.person.language)


FIRST_WORD_TIMEOUT_SHARE = 1 / 4
"""Share of the turn's time limit that a command of the rules waits for Gemini's first word."""


@asynccontextmanager
async def first_word_timeout(turn: TurnContext) -> AsyncGenerator[None]:
    """Raise TimeoutError in the wait for Gemini's first word if it is slow and the rules could answer."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as limit:

        def stop_waiting() -> None:
            if settings().is_gemini and may_fall_back(turn):  # a local model may be slow to begin
                limit.reschedule(loop.time())  # the limit is over now

        timer = loop.call_later(settings().turn_timeout_seconds * FIRST_WORD_TIMEOUT_SHARE, stop_waiting)
        try:
            yield
        finally:
            timer.cancel()
