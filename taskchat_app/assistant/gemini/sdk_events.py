"""Repairs the events of the Agents SDK's chat-completions model, and counts its calls and tokens."""

import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, cast

from agents.items import TResponseStreamEvent
from openai.types.responses import ResponseCompletedEvent

from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.runtime import metrics

ItemIds = dict[int, str]
EventRepair = Callable[[ItemIds, TResponseStreamEvent], None]


def give_items_real_ids(ids: ItemIds, event: TResponseStreamEvent) -> None:
    """Give each item its own id in all its events; the SDK uses `__fake_id__` for every item."""
    if isinstance(event, ResponseCompletedEvent):
        for place, item in enumerate(event.response.output):
            cast(Any, item).id = ids.setdefault(place, _new_id())
        return
    place = getattr(event, "output_index", None)
    if place is None:
        return
    changed = cast(Any, event)
    item_id = ids.setdefault(place, _new_id())
    if hasattr(event, "item"):
        changed.item.id = item_id
    if hasattr(event, "item_id"):
        changed.item_id = item_id


def _new_id() -> str:
    return f"item_{uuid.uuid4().hex}"


EVENT_REPAIRS: tuple[EventRepair, ...] = (give_items_real_ids,)


async def with_metrics(
    events: AsyncGenerator[TResponseStreamEvent, None],
) -> AsyncGenerator[TResponseStreamEvent, None]:
    """Yield the events of one call; count it when it ends, fails or is cancelled."""
    outcome = "cancelled"
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, ResponseCompletedEvent) and (used := event.response.usage):
                    metrics.TOKENS.labels("input").inc(used.input_tokens)
                    metrics.TOKENS.labels("output").inc(used.output_tokens)
                yield event
        outcome = "ok"
    except GeminiFailure as failure:
        outcome = failure.code
        raise
    finally:
        metrics.MODEL_CALLS.labels(outcome).inc()
