"""Builds the FastAPI application of all routes under /api/, in which Reflex mounts its own app."""

import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from taskchat_app import __version__
from taskchat_app.api.core.problems import API_PREFIXES, add_problem_handlers, standard_problem
from taskchat_app.api.mcp.server import PATH, McpEndpoint
from taskchat_app.api.middleware.answer_budget import AnswerBudget
from taskchat_app.api.middleware.body_limit import BodyLimit
from taskchat_app.api.middleware.origin_check import OriginCheck
from taskchat_app.api.routes import (
    activity,
    attachments,
    auth,
    chat,
    conversations,
    events,
    health,
    plans,
    reminders,
    sign_in_forms,
    tasks,
    tokens,
    transfer,
    turns,
)
from taskchat_app.api.routes.subscriptions import feeds, push, webhooks
from taskchat_app.api.schemas.docs_page import docs_page

_TEXT = {"type": "string"}
_PROBLEM_FIELDS = {"title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT, "code": _TEXT}
_PROBLEM_SCHEMA = {"type": "object", "required": [*_PROBLEM_FIELDS], "properties": _PROBLEM_FIELDS}
PROBLEM: dict[str, Any] = {
    "description": "A problem (RFC 9457): `code` is stable, `detail` says what to do.",
    "content": {"application/problem+json": {"schema": _PROBLEM_SCHEMA}},
}
PREFIXES = ("/api", *API_PREFIXES)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ROUTE_MODULES = (
    auth, sign_in_forms, tasks, reminders, chat, conversations, turns, plans, activity, events, tokens, attachments,
    feeds, transfer, webhooks, push, health,
)  # fmt: skip
"""The modules of routes, in the order of the OpenAPI description."""


def build_api() -> FastAPI:
    """Return the API; requests outside /api/ and the form posts fall through to the app mounted after it."""
    app = FastAPI(
        title="taskchat",
        version=__version__,
        summary="A to-do list run by talking to an assistant.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses={"4XX": PROBLEM, "5XX": PROBLEM},
    )
    for module in ROUTE_MODULES:
        app.include_router(module.router)

    @app.get("/api/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(docs_page(app.openapi()))

    routes = tuple(app.router.routes)
    for path in ("/api", "/api/{path:path}"):
        app.router.routes.append(Route(path, _NoRoute(routes), include_in_schema=False))
    app.router.routes.append(Route(PATH, McpEndpoint(), include_in_schema=False))
    # Instead of the page, so that MCP clients look for no OAuth server.
    nothing = PlainTextResponse("Not found", HTTPStatus.NOT_FOUND)
    app.router.routes.append(Route("/.well-known/{path:path}", nothing, include_in_schema=False))
    # The middleware added last runs first.
    app.add_middleware(AnswerBudget)
    app.add_middleware(BodyLimit)
    app.add_middleware(OriginCheck)
    app.add_middleware(RejectControlCharacters)
    add_problem_handlers(app)
    return app


class RejectControlCharacters:
    """Middleware: answers 404 to a path with a control character.

    Routes are regular expressions: `$` also matches before a final line break, and `.` does not match one.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIXES) and CONTROL.search(scope["path"]):
            return await standard_problem(HTTPStatus.NOT_FOUND)(scope, receive, send)
        await self.app(scope, receive, send)


class _NoRoute:
    """Answers paths under /api/ without a route: 405 if another method has one, else 404."""

    def __init__(self, routes: tuple[BaseRoute, ...]):
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = [method for method in METHODS if self._has_route(method, scope)]
        status = HTTPStatus.METHOD_NOT_ALLOWED if allowed else HTTPStatus.NOT_FOUND
        response = standard_problem(status, {"Allow": ", ".join(allowed)} if allowed else None)
        await response(scope, receive, send)

    def _has_route(self, method: str, scope: Scope) -> bool:
        return any(route.matches({**scope, "method": method})[0] is Match.FULL for route in self.routes)
