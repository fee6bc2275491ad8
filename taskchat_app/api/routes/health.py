"""GET /api/health: whether this instance can serve requests."""

import asyncio
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from taskchat_app import __version__
from taskchat_app.api.core.problems import refusal_problem, unavailable
from taskchat_app.assistant.turns.draining import RESTARTING, draining
from taskchat_app.config import settings
from taskchat_app.domain.storage import database
from taskchat_app.domain.storage.errors import Draining

router = APIRouter(tags=["Health"])

ANSWER_WITHIN_SECONDS = 2.0


class HealthBody(BaseModel):
    status: Literal["ok"] = "ok"
    database: Literal["ok"] = "ok"
    assistant: Literal["gemini", "offline"]
    version: str = __version__


@router.head("/api/health", response_model=HealthBody, include_in_schema=False)
@router.get("/api/health", response_model=HealthBody)
async def health() -> HealthBody | Response:
    """Return 200 while this instance begins turns and its database answers, else 503."""
    if draining.is_set():
        return refusal_problem(Draining(RESTARTING, version=__version__))
    if not await _database_answers():
        return unavailable(database="unreachable", version=__version__)
    return HealthBody(assistant="gemini" if settings().gemini_api_key else "offline")


async def _database_answers() -> bool:
    try:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            return await database.is_reachable()
    except TimeoutError:
        return False
