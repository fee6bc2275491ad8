"""GET /metrics: measurements of this instance, for Prometheus."""

import hmac
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from taskchat_app.api.core.credentials import bearer_token
from taskchat_app.api.core.problems import problem, standard_problem
from taskchat_app.config import settings
from taskchat_app.domain import metrics
from taskchat_app.domain.storage import database

router = APIRouter()

REFUSAL = "Send the METRICS_TOKEN of this server as a bearer token."


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request) -> Response:
    """Return all measurements in Prometheus' text format: 404 without METRICS_TOKEN, 401 without this token."""
    token = settings().metrics_token
    if token is None:
        return standard_problem(HTTPStatus.NOT_FOUND)
    if not hmac.compare_digest((bearer_token(request.headers) or "").encode(), token.encode()):
        return problem(HTTPStatus.UNAUTHORIZED, "bad_token", REFUSAL, {"WWW-Authenticate": "Bearer"})
    pool = database.pool_use()
    metrics.POOL_SIZE.set(pool.size)
    metrics.POOL_IN_USE.set(pool.in_use)
    metrics.POOL_WAITING.set(pool.waiting)
    return Response(generate_latest(metrics.REGISTRY), media_type=CONTENT_TYPE_LATEST)
