"""Maps every error to an RFC 9457 problem+json response."""

import json
import logging
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.api.core.request_language import RequestLanguageMiddleware, request_language
from taskchat_app.domain.storage import errors
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.embedded_postgres import EmbeddedPostgresError
from taskchat_app.domain.tasks.task_dates import utc_text
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import gettext
from taskchat_app.i18n.validation_messages import complaint, reason_of

log = logging.getLogger(__name__)

STATUS_HEADERS: dict[int, dict[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    # While the database is unreachable or the server restarts.
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "5"},
}
"""Headers of every problem with this status, unless it has others."""
FIELD_MAX_CHARACTERS = 200
"""Of a field's name: that of an unknown field is the client's, of any length."""
LISTED_MAX = 20
"""Maximum number of invalid fields listed in `errors`."""
API_PREFIXES = ("/api/", "/auth/", "/mcp")
"""Paths of this API; all others belong to the page, which has its own errors."""

STATUS: dict[type[errors.PersonError], HTTPStatus] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.BadRequest: HTTPStatus.BAD_REQUEST,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.NotSignedIn: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.EmailTaken: HTTPStatus.CONFLICT,
    errors.Busy: HTTPStatus.CONFLICT,
    errors.PlanApplied: HTTPStatus.CONFLICT,
    errors.ListFull: HTTPStatus.CONFLICT,
    errors.AccountFull: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.DictationFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Draining: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.LimitReached: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Overloaded: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""A subclass has the status of its nearest listed base class."""

SENTENCES = {
    HTTPStatus.BAD_REQUEST: ("bad_request", gettext("The request could not be read. Send valid JSON in UTF-8.")),
    HTTPStatus.NOT_FOUND: ("not_found", gettext("There is nothing at this address. /api/docs lists what there is.")),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "method_not_allowed",
        gettext("This address does not take this method. See Allow."),
    ),
    HTTPStatus.REQUEST_TIMEOUT: (
        "too_slow",
        gettext("The request took too long to arrive. Send less at once, or try a faster network."),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", gettext("The request is too large. Send at most 1 MiB.")),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "headers_too_large",
        gettext("The request's headers, cookies included, are too large. Delete this site's cookies, or send less."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "internal",
        gettext("Something went wrong on our side, and it has been noted. Try again in a moment."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "unavailable",
        gettext("The database cannot be used at the moment. Nothing was changed. Try again in a few seconds."),
    ),
}


def problem(status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **facts: Any) -> Response:
    """Return a problem+json response in the reader's language; `facts` are more members, such as `resets_at`."""
    shown = render(detail, request_language.get())
    body = {"title": HTTPStatus(status).phrase, "status": int(status), "detail": shown, "code": code, **facts}
    headers = {**STATUS_HEADERS.get(status, {}), **(headers or {})}
    # json.dumps escapes to ASCII: a lone surrogate from the request could not be encoded in UTF-8.
    return Response(json.dumps(body, default=_plain), status, headers, media_type="application/problem+json")


def standard_problem(status: HTTPStatus, headers: Mapping[str, str] | None = None, **facts: Any) -> Response:
    """Return the problem with the standard code and detail of this status (see SENTENCES)."""
    code, detail = SENTENCES[status]
    return problem(status, code, detail, headers, **facts)


def refusal_problem(error: errors.PersonError) -> Response:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    headers: dict[str, str] = {}
    resets_at: datetime | None = error.facts.get("resets_at")
    if resets_at is not None:
        headers["Retry-After"] = str(max(1, math.ceil((resets_at - now()).total_seconds())))
    return problem(status, error.code, error.detail, headers, **error.facts)


def is_outage(error: BaseException) -> bool:
    """Return whether the error means that the database is unavailable: also any ConnectionError or TimeoutError."""
    if isinstance(error, DBAPIError):
        # XX: an internal error of Postgres, such as a full disk.
        is_internal = str(getattr(error.orig, "sqlstate", "")).startswith("XX")
        return is_internal or isinstance(error, OperationalError) or error.connection_invalidated
    return isinstance(error, (PoolTimeout, EmbeddedPostgresError, ConnectionError, TimeoutError))


def add_problem_handlers(app: FastAPI) -> None:
    """Register handlers that answer every error of the app's routes with a problem."""
    app.exception_handler(RequestValidationError)(_on_invalid_request)
    app.exception_handler(HTTPException)(_on_http_exception)
    app.add_middleware(ProblemMiddleware)
    app.add_middleware(RequestLanguageMiddleware)  # the last one runs first


async def _on_http_exception(request: Request, error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    if status in SENTENCES:
        return standard_problem(status, error.headers)
    return problem(status, status.name.lower(), str(error.detail), error.headers)


async def _on_invalid_request(request: Request, error: RequestValidationError) -> Response:
    details: Sequence[Mapping[str, Any]] = error.errors()
    if details[0]["type"] == "json_invalid":
        return standard_problem(HTTPStatus.BAD_REQUEST)
    language = request_language.get()
    listed = [
        {"field": _field(detail["loc"]), "message": render(reason_of(detail), language)}
        for detail in details[:LISTED_MAX]
    ]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", _sentence(details[0]), errors=listed)


def _field(location: Sequence[str | int]) -> str:
    """Return the field's name: `tags.0` for `body.tags.0`, `body` for the body itself."""
    return ".".join(str(part) for part in (location[1:] or location))[:FIELD_MAX_CHARACTERS]


def _sentence(error: Mapping[str, Any]) -> str:
    """Return one sentence that names the field and what is wrong with it."""
    location = error["loc"]
    if len(location) < 2:
        return gettext("The body is missing or no JSON object. Send one with Content-Type application/json.")
    if error["type"] == "missing":
        return gettext("The field {field} is missing. Add it and send the request again.", field=_field(location))
    return complaint(_field(location), error)


def _plain(value: Any) -> Any:
    return utc_text(value) if isinstance(value, datetime) else str(value)


class ProblemMiddleware:
    """Middleware: answers exceptions with their problem (see problem_of); re-raises if a response has begun."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API_PREFIXES):
            return await self.app(scope, receive, send)
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception as error:
            if begun:
                raise
            await problem_of(error, scope)(scope, receive, send)


def problem_of(error: Exception, scope: Scope) -> Response:
    """Return the problem for an exception; log one that is not expected."""
    if isinstance(error, errors.PersonError):
        return refusal_problem(error)
    # The route's pattern and not the path, which can hold a secret.
    route = getattr(scope.get("route"), "path", scope["path"])
    return standard_problem(log_unexpected(error, f"{scope['method']} {route}"))


def log_unexpected(error: Exception, request: str) -> HTTPStatus:
    """Log why the request failed; return 503 for an outage of the database, 500 for any other error."""
    if is_outage(error):
        log.warning("The database cannot be used: %s", str(error).partition("\n")[0])
        return HTTPStatus.SERVICE_UNAVAILABLE
    log.error("%s failed", request, exc_info=error)
    return HTTPStatus.INTERNAL_SERVER_ERROR
