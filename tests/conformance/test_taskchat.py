"""taskchat passes the conformance checks."""

from taskchat_app.api.app import build_api
from tests.conformance.served import check_server, failed
from tests.conftest import SignedInPerson


async def test_taskchat_with_the_offline_assistant_keeps_every_rule(
    signed_in: SignedInPerson, other_signed_in: SignedInPerson, announcements: None
) -> None:
    results = await check_server(build_api(), {"owner": signed_in.token, "other": other_signed_in.token})
    assert failed(results) == {}
