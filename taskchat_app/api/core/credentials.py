"""Authenticates requests by cookie or bearer token, and determines the client's network address."""

from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response

from taskchat_app.api.core.sites import is_cross_site
from taskchat_app.config import settings
from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import LOGIN_LIFETIME, Person, SignedInLogin
from taskchat_app.domain.accounts.tokens import COOKIE, Scope
from taskchat_app.domain.limits.networks import client_network
from taskchat_app.domain.log_ids import add_ids
from taskchat_app.domain.storage.errors import NotSignedIn
from taskchat_app.i18n.messages import gettext

# Only for the OpenAPI description: bearer_token() reads the token for the routes and for the origin check.
_COOKIE_SCHEME = Security(APIKeyCookie(name=COOKIE, scheme_name="Cookie", auto_error=False))
_BEARER_SCHEME = Security(HTTPBearer(bearerFormat="JWT", scheme_name="Bearer", auto_error=False))


def bearer_token(headers: Headers) -> str | None:
    """Return the bearer token, possibly empty; None without one or with another authentication scheme."""
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def uses_bearer(request: HTTPConnection) -> bool:
    """Return whether the request has a bearer token; the cookie is ignored then."""
    return bearer_token(request.headers) is not None


async def signed_in(
    request: HTTPConnection, _cookie: object = _COOKIE_SCHEME, _bearer: object = _BEARER_SCHEME
) -> Person:
    return await _person(request, ("app",))


async def chat_client(
    request: HTTPConnection, _cookie: object = _COOKIE_SCHEME, _bearer: object = _BEARER_SCHEME
) -> Person:
    return await _person(request, ("app", "chat"))


async def _person(request: HTTPConnection, scopes: tuple[Scope, ...]) -> Person:
    bearer = bearer_token(request.headers)
    token = request.cookies.get(COOKIE) if bearer is None else bearer
    person = await accounts.person_of(token, scopes=scopes)
    if person is None:
        raise NotSignedIn(gettext("You are not signed in, or your login has ended. Sign in and try again."))
    add_ids(person_id=person.id)
    return person


SignedIn = Annotated[Person, Depends(signed_in)]
"""The user of a login's token."""

ChatClient = Annotated[Person, Depends(chat_client)]
"""The user of a login's token or a chat secret; for /api/chatkit only."""


def set_cookie(request: HTTPConnection, response: Response, login: SignedInLogin) -> None:
    """Set the login cookie: scripts cannot read it, and browsers do not send it with other sites' forms."""
    _append_cookie(request, response, login.token, int(LOGIN_LIFETIME.total_seconds()))
    response.headers["Cache-Control"] = "no-store"


def clear_cookie(request: HTTPConnection, response: Response) -> None:
    _append_cookie(request, response, "", 0)


def _append_cookie(request: HTTPConnection, response: Response, value: str, max_age_seconds: int) -> None:
    """Append a Set-Cookie header (RFC 6265bis), with Partitioned (CHIPS) if page and API are on different sites.

    Starlette writes Partitioned from Python 3.14 on only.
    """
    attributes = [f"{COOKIE}={value}", "HttpOnly", f"Max-Age={max_age_seconds}", "Path=/"]
    if is_cross_site(request):
        attributes += ["SameSite=None", "Secure", "Partitioned"]
    else:
        # Also right for page and API on two ports of one host, which are the same site.
        attributes += ["SameSite=lax", *(["Secure"] if settings().secure_cookies else [])]
    response.headers.append("set-cookie", "; ".join(attributes))


def client_address(request: HTTPConnection) -> str:
    """Return the client's network, for limits."""
    peer = request.client.host if request.client else ""
    return client_network(peer, request.headers.getlist("x-forwarded-for"))
