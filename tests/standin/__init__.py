"""A scripted stand-in for Gemini's OpenAI-compatible endpoint, over real HTTP.

In the test's own process::

    def test_it(gemini_standin):                       # the fixture in tests/standin/fixtures.py
        gemini_standin.script([calls(call("create_task", {"title": "Buy milk"})), text("Added #1.")])
        ...                                            # GEMINI_BASE_URL=gemini_standin.base_url
        assert gemini_standin.requests[1]["messages"][-1]["role"] == "tool"

In a process of its own: ``python -m tests.standin --port 8099 --script replies.json``.
"""

from tests.standin.replies import Reply as Reply
from tests.standin.replies import ToolCall as ToolCall
from tests.standin.replies import call as call
from tests.standin.replies import calls as calls
from tests.standin.replies import chunk as chunk
from tests.standin.replies import chunks as chunks
from tests.standin.replies import cut_after as cut_after
from tests.standin.replies import empty as empty
from tests.standin.replies import error as error
from tests.standin.replies import hang as hang
from tests.standin.replies import hang_after as hang_after
from tests.standin.replies import hold_after as hold_after
from tests.standin.replies import last_user_text as last_user_text
from tests.standin.replies import step_after as step_after
from tests.standin.replies import text as text
from tests.standin.replies import tool_results as tool_results
from tests.standin.server import API_KEY as API_KEY
from tests.standin.server import Standin as Standin
