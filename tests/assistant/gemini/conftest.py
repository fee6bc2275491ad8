"""Fixtures of tests of the model's client: the stand-in, and a model that asks it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from taskchat_app.assistant.gemini.client import GeminiModel
from tests.standin import API_KEY, Standin
from tests.standin.fixtures import gemini_standin as standin
from tests.standin.fixtures import served

__all__ = ["served", "standin"]

TIMEOUT_SECONDS = 30


@asynccontextmanager
async def model_at(
    base_url: str, api_key: str = API_KEY, name: str = "flash-next", timeout_seconds: float = TIMEOUT_SECONDS
) -> AsyncIterator[GeminiModel]:
    """Yield a model that asks this endpoint; nothing may depend on "gemini" in its name."""
    model = GeminiModel(api_key=api_key, base_url=base_url, model=name, timeout_seconds=timeout_seconds)
    yield model
    await model.close()


@pytest.fixture
async def model(standin: Standin) -> AsyncIterator[GeminiModel]:
    async with model_at(standin.base_url) as asked:
        yield asked
