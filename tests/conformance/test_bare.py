"""What the checks find in the smallest server that the ChatKit SDK allows (docs/conformance.md explains it)."""

import pytest

from benchmarks.bare_chatkit import build_app
from tests.conformance.served import check_server, failed
from tests.standin import Standin, text
from tests.standin.fixtures import gemini_standin, served

pytestmark = pytest.mark.soak

__all__ = ["gemini_standin", "served"]

SAME_IDS = {"stream.item_ids", "items.stored", "sending.two_at_once", "retry.replaces"}
"""With chat-completions models the SDK gives each answer the id `__fake_id__`."""
NO_PAGES = {"items.pages_asc", "items.pages_desc", "threads.pages_asc", "threads.pages_desc"}
NO_ORDER = {"threads.order", "threads.listed"}
ABSENT = {"threads.delete", "requests.absent_thread", "actions.sender", "attachments.absent", "stream.ends"}
"""What does not exist ends in an exception: 500, or a stream that breaks off."""
NOT_OFFERED = {
    "actions.unknown",
    "attachments.created",
    "client_tool.none_pending",
    "dictation.answered",
    "structured_input.not_asked",
}
MALFORMED = {"requests.malformed", "feedback.kind", "errors.no_server_error", "errors.problem_json"}
NO_KEYS = {"sending.same_key", "sending.same_key_at_once", "sending.key_reused", "disconnect.resumed"}
CACHED = {"stream.not_cached"}


async def test_the_bare_server_breaks_exactly_the_rules_that_it_leaves_out(gemini_standin: Standin):
    gemini_standin.script([text("One two three.", pieces=3)], repeat=True)
    app = build_app(gemini_standin.base_url, gemini_standin.api_key)
    results = await check_server(app, {}, {"say": ["Hello", "More", "Thanks"]})
    expected = SAME_IDS | NO_PAGES | NO_ORDER | ABSENT | NOT_OFFERED | MALFORMED | NO_KEYS | CACHED
    assert set(failed(results)) == expected, failed(results)
    assert len([one for one in results.values() if one.outcome == "passed"]) > 25
