"""Counts the calls of Gemini by outcome, and their tokens."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from agents.items import TResponseStreamEvent
from openai.types.responses import ResponseCompletedEvent

from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.domain import metrics


async def counted(events: AsyncGenerator[TResponseStreamEvent, None]) -> AsyncGenerator[TResponseStreamEvent, None]:
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
