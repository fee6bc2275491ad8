"""Fixtures of the tests of routes."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.conftest import client


@pytest.fixture
async def other_browser(asgi: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    """A second browser without cookies."""
    async with client(asgi) as found:
        yield found
