"""Builds the FastAPI application that Reflex mounts its own app below."""

import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from taskchat_app import __version__
from taskchat_app.api import activity, auth, chat, conversations, docs, events, forms, health, reminders, tasks, turns
from taskchat_app.api.bodies import BodyLimit
from taskchat_app.api.origins import Origins
from taskchat_app.api.problems import OURS, add_problem_handlers, plain_problem

PROBLEM: dict[str, Any] = {
    "description": "A problem (RFC 9457): `code` is stable, `detail` says what to do.",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["title", "status", "detail", "code"],
                "properties": {
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            }
        }
    },
}
PREFIXES = ("/api", *OURS)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def build_api() -> FastAPI:
    """The API; whatever is neither under /api/ nor a form post falls through to what is mounted after it."""
    app = FastAPI(
        title="taskchat",
        version=__version__,
        summary="A to-do list run by talking to an assistant.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses={"4XX": PROBLEM, "5XX": PROBLEM},
    )
    for noun in (auth, forms, tasks, reminders, chat, conversations, turns, activity, events, health, docs):
        app.include_router(noun.router)
    routes = tuple(app.router.routes)
    for path in ("/api", "/api/{path:path}"):
        app.router.routes.append(Route(path, _NothingHere(routes), include_in_schema=False))
    # The last one added is the first one asked.
    app.add_middleware(BodyLimit)
    app.add_middleware(Origins)
    app.add_middleware(KnownPaths)
    add_problem_handlers(app)
    return app


class KnownPaths:
    """Middleware: a path with a control character leads nowhere.

    Routes are regular expressions, whose `$` also matches before a line break and whose `.` does not match one.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIXES) and CONTROL.search(scope["path"]):
            return await plain_problem(HTTPStatus.NOT_FOUND)(scope, receive, send)
        await self.app(scope, receive, send)


class _NothingHere:
    """What answers under /api/ when no route does: 405 where another method would, else 404."""

    def __init__(self, routes: tuple[BaseRoute, ...]):
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = [method for method in METHODS if self._takes(method, scope)]
        status = HTTPStatus.METHOD_NOT_ALLOWED if allowed else HTTPStatus.NOT_FOUND
        response = plain_problem(status, {"Allow": ", ".join(allowed)} if allowed else None)
        await response(scope, receive, send)

    def _takes(self, method: str, scope: Scope) -> bool:
        return any(route.matches({**scope, "method": method})[0] is Match.FULL for route in self.routes)
