"""Fixtures of the tests of routes."""

import uuid
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.responses import Api
from tests.conftest import PASSWORD, client


@pytest.fixture
async def other_browser(asgi: httpx.ASGITransport) -> AsyncIterator[Api]:
    """A second browser without cookies."""
    async with client(asgi) as found:
        yield found


@pytest.fixture
def account() -> dict[str, str]:
    """The body of a registration with an unused address."""
    return {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD}
