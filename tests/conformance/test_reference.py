"""The checks pass on a server that keeps every rule, and none is skipped there."""

from taskchat_app.conformance.http_client import Who
from tests.conformance.reference_server import PROMPTS, build_reference
from tests.conformance.served import check_in_process, failed

TOKENS: dict[Who, str] = {"owner": "owner-token", "other": "other-token"}


async def test_every_check_passes_on_a_correct_server() -> None:
    results = await check_in_process(build_reference(), TOKENS, PROMPTS)
    assert failed(results) == {}
    assert [one.name for one in results.values() if one.outcome == "skipped"] == []
