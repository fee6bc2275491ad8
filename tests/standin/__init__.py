"""A scripted stand-in for Gemini's OpenAI-compatible endpoint, over real HTTP.

In the test's own process::

    def test_it(gemini_standin):                       # the fixture in tests/standin/fixtures.py
        gemini_standin.script([calls(call("create_task", {"title": "Buy milk"})), text("Added #1.")])
        ...                                            # GEMINI_BASE_URL=gemini_standin.base_url
        assert gemini_standin.requests[1]["messages"][-1]["role"] == "tool"

In a process of its own: ``python -m tests.standin --port 8099 --script replies.json``.
"""

from tests.standin.replies import (
    Reply,
    ToolCall,
    call,
    calls,
    chunk,
    chunks,
    cut_after,
    empty,
    error,
    hang,
    hang_after,
    hold_after,
    last_user_text,
    step_after,
    text,
    tool_results,
)
from tests.standin.server import API_KEY, Standin

__all__ = [
    "API_KEY",
    "Reply",
    "Standin",
    "ToolCall",
    "call",
    "calls",
    "chunk",
    "chunks",
    "cut_after",
    "empty",
    "error",
    "hang",
    "hang_after",
    "hold_after",
    "last_user_text",
    "step_after",
    "text",
    "tool_results",
]
