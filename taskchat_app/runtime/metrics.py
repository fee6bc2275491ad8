"""Measurements for Prometheus. Labels hold words of this code only, never data of a user."""

import asyncio

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 40, 80, 160)
"""Upper bounds of the buckets of answers."""
LAG_SECONDS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)
LAG_EVERY_SECONDS = 0.5

TURNS = Counter(
    "taskchat_turns", "Turns that ended, by outcome: done, stopped, failed.", ["outcome"], registry=REGISTRY
)
TURN_SECONDS = Histogram("taskchat_turn_seconds", "Duration of a turn.", buckets=SECONDS, registry=REGISTRY)
FIRST_TEXT_SECONDS = Histogram(
    "taskchat_first_token_seconds", "Time from a turn's start to its first text.", buckets=SECONDS, registry=REGISTRY
)
MODEL_CALLS = Counter(
    "taskchat_model_calls",
    "Calls of Gemini, by outcome: ok, cancelled, or the code of the failure.",
    ["outcome"],
    registry=REGISTRY,
)
TOKENS = Counter("taskchat_tokens", "Tokens that Gemini counted, by kind: input, output.", ["kind"], registry=REGISTRY)
TOOL_CALLS = Counter(
    "taskchat_tool_calls",
    "Tool calls, by tool and outcome: ok, proposed, error.",
    ["tool", "outcome"],
    registry=REGISTRY,
)
POOL_SIZE = Gauge("taskchat_pool_size", "Database connections that may be open at once.", registry=REGISTRY)
POOL_IN_USE = Gauge("taskchat_pool_in_use", "Database connections in use.", registry=REGISTRY)
POOL_WAITING = Gauge("taskchat_pool_waiting", "Requests that wait for a database connection.", registry=REGISTRY)
SOCKETS = Gauge("taskchat_sockets", "Open sockets of pages.", registry=REGISTRY)
STREAMS = Gauge("taskchat_event_streams", "Open event streams.", registry=REGISTRY)
BACKGROUND_ERRORS = Counter(
    "taskchat_background_errors",
    "Unexpected errors that ended a background task, which was begun again, by part.",
    ["part"],
    registry=REGISTRY,
)
EVENT_LOOP_LAG = Histogram(
    "taskchat_event_loop_lag_seconds",
    f"How late the event loop wakes a task, measured every {LAG_EVERY_SECONDS:g} s.",
    buckets=LAG_SECONDS,
    registry=REGISTRY,
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
