"""Measurements for Prometheus. Labels hold words of this code only, never data of a user."""

import asyncio
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
_counter = partial(Counter, registry=REGISTRY)
_gauge = partial(Gauge, registry=REGISTRY)
_histogram = partial(Histogram, registry=REGISTRY)
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 40, 80, 160)
"""Upper bounds of the buckets of answers."""
LAG_SECONDS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)
LAG_EVERY_SECONDS = 0.5

TURNS = _counter("taskchat_turns", "Turns that ended, by outcome: done, stopped, failed.", ["outcome"])
TURN_SECONDS = _histogram("taskchat_turn_seconds", "Duration of a turn.", buckets=SECONDS)
FIRST_TEXT_SECONDS = _histogram(
    "taskchat_first_token_seconds", "Time from a turn's start to its first text.", buckets=SECONDS
)
MODEL_CALLS = _counter(
    "taskchat_model_calls", "Calls of Gemini, by outcome: ok, cancelled, or the code of the failure.", ["outcome"]
)
TOKENS = _counter("taskchat_tokens", "Tokens that Gemini counted, by kind: input, output.", ["kind"])
TOOL_CALLS = _counter(
    "taskchat_tool_calls", "Tool calls, by tool and outcome: ok, proposed, error.", ["tool", "outcome"]
)
POOL_SIZE = _gauge("taskchat_pool_size", "Database connections that may be open at once.")
POOL_IN_USE = _gauge("taskchat_pool_in_use", "Database connections in use.")
POOL_WAITING = _gauge("taskchat_pool_waiting", "Requests that wait for a database connection.")
SOCKETS = _gauge("taskchat_sockets", "Open sockets of pages.")
STREAMS = _gauge("taskchat_event_streams", "Open event streams.")
BACKGROUND_ERRORS = _counter(
    "taskchat_background_errors",
    "Unexpected errors that ended a background task, which was begun again, by part.",
    ["part"],
)
EVENT_LOOP_LAG = _histogram(
    "taskchat_event_loop_lag_seconds",
    f"How late the event loop wakes a task, measured every {LAG_EVERY_SECONDS:g} s.",
    buckets=LAG_SECONDS,
)
ProcessCollector(registry=REGISTRY)
UNKNOWN_TOOL = "unknown"
"""The label of a call of a tool that does not exist: its name is the model's."""


async def measure_event_loop() -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LAG_EVERY_SECONDS
        await asyncio.sleep(LAG_EVERY_SECONDS)
        EVENT_LOOP_LAG.observe(max(0.0, loop.time() - due))
