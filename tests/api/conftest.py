"""Fixtures of the API tests: the chat's fixtures, and row-level security as in production."""

from collections.abc import AsyncIterator

import pytest

from tests.chatting import _standin as _standin
from tests.chatting import chat as chat
from tests.chatting import configure as configure
from tests.chatting import drain as drain
from tests.chatting import fresh_total as fresh_total
from tests.chatting import gemini as gemini
from tests.chatting import offline as offline
from tests.chatting import other_chat as other_chat
from tests.conftest import row_level_security


@pytest.fixture(autouse=True, scope="package")
async def _row_level_security(postgres: None) -> AsyncIterator[None]:
    """Enable row-level security as in production."""
    async with row_level_security():
        yield
