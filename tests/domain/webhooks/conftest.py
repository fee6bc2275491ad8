"""Webhooks to receivers on this machine."""

from collections.abc import Iterator

import pytest

from taskchat_app.config import settings


@pytest.fixture
def private_hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Permit addresses in private networks, with ALLOW_PRIVATE_HOOKS."""
    monkeypatch.setenv("ALLOW_PRIVATE_HOOKS", "true")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()
