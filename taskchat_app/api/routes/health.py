"""Routes for the operator: GET /api/health says whether this instance can serve requests, GET /metrics measures it."""

import asyncio
import hmac
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from taskchat_app import __version__
from taskchat_app.api.core.credentials import bearer_token
from taskchat_app.api.core.problems import problem, refusal_problem, standard_problem
from taskchat_app.assistant.turns.turns import RESTARTING, draining
from taskchat_app.config import settings
from taskchat_app.domain.storage import database
from taskchat_app.domain.storage.errors import Draining
from taskchat_app.runtime import metrics
from taskchat_app.runtime.event_loop import start_background
from taskchat_app.runtime.supervision import failing_parts

router = APIRouter()

DATABASE_TIMEOUT_SECONDS = 2.0


class HealthBody(BaseModel):
    status: Literal["ok"] = "ok"
    database: Literal["ok"] = "ok"
    assistant: Literal["gemini", "offline"]
    version: str = __version__
    failing: list[str] | None = None
    """Background tasks that are not working: they ended with an error and begin again by themselves."""


@router.head("/api/health", response_model=HealthBody, include_in_schema=False)
@router.get("/api/health", response_model=HealthBody, response_model_exclude_none=True, tags=["Health"])
async def health() -> HealthBody | Response:
    """Return 200 while this instance begins turns and its database answers, else 503.

    `failing` names background tasks that are not working; requests are answered nevertheless.
    """
    if draining.is_set():
        return refusal_problem(Draining(RESTARTING, version=__version__))
    if not await _database_answers():
        return standard_problem(HTTPStatus.SERVICE_UNAVAILABLE, database="unreachable", version=__version__)
    assistant = "gemini" if settings().gemini_api_key else "offline"
    return HealthBody(assistant=assistant, failing=failing_parts() or None)


async def _database_answers() -> bool:
    """Return whether the database answers in time; the end of a query that does not, up to 10 s, is not waited for."""
    asked = start_background(database.is_reachable())
    await asyncio.wait([asked], timeout=DATABASE_TIMEOUT_SECONDS)
    if not asked.done():
        asked.cancel()
        return False
    return asked.result()


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request) -> Response:
    """Return all measurements in Prometheus' text format: 404 without METRICS_TOKEN, 401 without this token."""
    token = settings().metrics_token
    if token is None:
        return standard_problem(HTTPStatus.NOT_FOUND)
    if not hmac.compare_digest((bearer_token(request.headers) or "").encode(), token.encode()):
        sentence = "Send the METRICS_TOKEN of this server as a bearer token."
        return problem(HTTPStatus.UNAUTHORIZED, "bad_token", sentence)
    pool = database.pool_use()
    metrics.POOL_SIZE.set(pool.size)
    metrics.POOL_IN_USE.set(pool.in_use)
    metrics.POOL_WAITING.set(pool.waiting)
    return Response(generate_latest(metrics.REGISTRY), media_type=CONTENT_TYPE_LATEST)
