"""The chat's fixtures, for the tests of this folder, and row-level security as in operation."""

from collections.abc import AsyncIterator

import pytest

from tests.chatting import _standin as _standin
from tests.chatting import chat as chat
from tests.chatting import configure as configure
from tests.chatting import gemini as gemini
from tests.chatting import other_chat as other_chat
from tests.conftest import row_level_security


@pytest.fixture(autouse=True, scope="package")
async def _secured(postgres: None) -> AsyncIterator[None]:
    """Requests see the rows that they see in operation."""
    async with row_level_security():
        yield
