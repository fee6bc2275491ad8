"""Fixtures of the tests of threads."""

import pytest

from taskchat_app.assistant.threads import leases


@pytest.fixture
def no_renewal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable the renewal of leases, so that a turn does not notice changes of its lease by itself."""
    monkeypatch.setattr(leases, "RENEW_SECONDS", 600.0)
