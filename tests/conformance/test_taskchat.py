"""taskchat passes the conformance checks."""

from typing import Any

import pytest

from taskchat_app.api.app import build_api
from tests.chatting import _standin as _standin
from tests.chatting import configure as configure
from tests.chatting import gemini as gemini
from tests.conformance.served import check_server, failed
from tests.conftest import SignedInPerson
from tests.standin import Reply, Standin, error, last_user_text, text

NOT_OFFERED = {"client_tool.output", "isolation.client_tool"}
"""taskchat calls no tools of the page."""
OF_ERRORS = {"stream.after_error", "stream.error_message"}
"""Need an answer that fails, which the offline assistant has none of."""


def fail_when_asked(request: dict[str, Any]) -> Reply:
    return error(400) if last_user_text(request) == "fail" else text("Hello.", pieces=2)


async def test_taskchat_with_the_offline_assistant_keeps_every_rule(
    signed_in: SignedInPerson, other_signed_in: SignedInPerson, announcements: None
):
    results = await check_server(build_api(), {"owner": signed_in.token, "other": other_signed_in.token})
    assert failed(results) == {}
    assert {name for name, result in results.items() if result.outcome == "skipped"} == NOT_OFFERED | OF_ERRORS


@pytest.mark.soak
async def test_taskchat_with_a_model_that_fails_keeps_the_rules_of_errors(
    signed_in: SignedInPerson, other_signed_in: SignedInPerson, gemini: Standin
):
    gemini.script(fail_when_asked)
    prompts = {"say": ["hello", "fail"]}
    results = await check_server(build_api(), {"owner": signed_in.token, "other": other_signed_in.token}, prompts)
    assert failed(results) == {}
    assert {results[name].outcome for name in OF_ERRORS} == {"passed"}
