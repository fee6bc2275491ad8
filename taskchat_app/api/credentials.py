"""Authenticates requests by cookie or bearer token, and determines the client's network address."""

from typing import Annotated, Literal, TypedDict

from fastapi import Depends, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response

from taskchat_app.config import settings
from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import LOGIN_LIFETIME, Person, SignedInLogin
from taskchat_app.domain.accounts.tokens import COOKIE, Scope
from taskchat_app.domain.limits.networks import client_network
from taskchat_app.domain.storage.errors import NotSignedIn
from taskchat_app.i18n.messages import gettext

# Only for OpenAPI: the token itself is read in one place, so that the origin check sees what the routes see.
_COOKIE_SCHEME = Security(APIKeyCookie(name=COOKIE, scheme_name="Cookie", auto_error=False))
_BEARER_SCHEME = Security(HTTPBearer(bearerFormat="JWT", scheme_name="Bearer", auto_error=False))


def bearer_token(headers: Headers) -> str | None:
    """The bearer token, perhaps empty; None when the request carries none (another scheme counts as none)."""
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def via_bearer(request: HTTPConnection) -> bool:
    """Whether the request is authenticated by a bearer token, which then alone counts, never the cookie beside it."""
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
    return person


class CookieAttributes(TypedDict):
    """Which requests browsers send the cookie with."""

    path: str
    secure: bool
    httponly: bool
    samesite: Literal["lax", "strict", "none"]


SignedIn = Annotated[Person, Depends(signed_in)]
"""The person, through a login."""

ChatClient = Annotated[Person, Depends(chat_client)]
"""The person, through a login or a chat secret: for /api/chatkit alone."""


def set_cookie(response: Response, login: SignedInLogin) -> None:
    """Sign this browser in; scripts cannot read the cookie, and other sites' forms do not carry it."""
    response.set_cookie(COOKIE, login.token, max_age=int(LOGIN_LIFETIME.total_seconds()), **_cookie_attributes())
    response.headers["Cache-Control"] = "no-store"


def clear_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE, **_cookie_attributes())


def _cookie_attributes() -> CookieAttributes:
    """Lax also where page and API have two ports of one host: browsers do not tell sites by their ports."""
    return {"path": "/", "secure": settings().secure_cookies, "httponly": True, "samesite": "lax"}


def client_address(request: HTTPConnection) -> str:
    """The network that a request comes from, for limits."""
    peer = request.client.host if request.client else ""
    return client_network(peer, request.headers.getlist("x-forwarded-for"))
