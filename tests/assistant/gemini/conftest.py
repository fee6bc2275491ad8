"""Fixtures of tests of the model's client: the stand-in, and a model that asks it."""

from collections.abc import AsyncIterator

import pytest

from taskchat_app.assistant.gemini import client
from taskchat_app.assistant.gemini.client import GeminiModel
from tests.standin import Standin
from tests.standin.fixtures import gemini_standin as gemini_standin
from tests.standin.fixtures import served as served

TIMEOUT_SECONDS = 30


@pytest.fixture
async def model(gemini_standin: Standin, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[GeminiModel]:
    """A model that asks again at once; nothing may depend on "gemini" in its name."""
    monkeypatch.setattr(client, "FIRST_PAUSE_SECONDS", 0.005)
    gemini = GeminiModel(
        api_key=gemini_standin.api_key,
        base_url=gemini_standin.base_url,
        model="flash-next",
        timeout_seconds=TIMEOUT_SECONDS,
    )
    yield gemini
    await gemini.close()
