"""Authenticates requests by cookie, bearer token or access token, and determines the client's network address."""

import ipaddress
from contextlib import suppress
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from publicsuffixlist import PublicSuffixList
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response

from taskchat_app.config import settings
from taskchat_app.domain.accounts import access_tokens, accounts
from taskchat_app.domain.accounts.access_tokens import TokenScope
from taskchat_app.domain.accounts.accounts import LOGIN_LIFETIME, Person, SignedInLogin
from taskchat_app.domain.accounts.tokens import COOKIE, Scope
from taskchat_app.domain.attachments.addresses import Use, signed_user
from taskchat_app.domain.limits.networks import client_network
from taskchat_app.domain.storage.errors import NotSignedIn, WrongScope
from taskchat_app.i18n.messages import gettext
from taskchat_app.runtime.log_context import add_ids

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


def _access(scope: TokenScope | None, *logins: Scope) -> Any:
    """Return a dependency: the user of one of these kinds of logins, or of an access token with this scope."""

    async def person(
        request: HTTPConnection, _cookie: object = _COOKIE_SCHEME, _bearer: object = _BEARER_SCHEME
    ) -> Person:
        return await person_with(request, scope, *logins)

    return Depends(person)


def signed_or(use: Use, scope: TokenScope) -> Any:
    """Return a dependency: the id of the user for whom the attachment's address is signed, or who is signed in."""

    async def user_id(
        request: HTTPConnection,
        attachment_id: str,
        signature: str = "",
        _cookie: object = _COOKIE_SCHEME,
        _bearer: object = _BEARER_SCHEME,
    ) -> str:
        signed = signed_user(attachment_id, signature, use) if signature else None
        return signed or (await person_with(request, scope, "app")).id

    return Depends(user_id)


async def person_with(request: HTTPConnection, scope: TokenScope | None, *logins: Scope) -> Person:
    """Return the user of the request; raise NotSignedIn, or WrongScope for an access token without the scope."""
    bearer = bearer_token(request.headers)
    if bearer is not None and bearer.startswith(access_tokens.PREFIX):
        found = await access_tokens.user_of_token(bearer)
        if found is None:
            raise NotSignedIn(gettext("This token is unknown, revoked or expired. Make another one in Settings."))
        person, scopes = found
        if scope is None:
            raise WrongScope(gettext("Tokens give no access to the account. Sign in with email and password."))
        if scope not in scopes:
            raise WrongScope(
                gettext("This token lacks the scope “{scope}”. Use another one.", scope=scope), scope=scope
            )
    else:
        token = request.cookies.get(COOKIE) if bearer is None else bearer
        person = await accounts.person_of(token, scopes=logins)
        if person is None:
            raise NotSignedIn(gettext("You are not signed in, or your login has ended. Sign in and try again."))
    add_ids(person_id=person.id)
    return person


SignedIn = Annotated[Person, _access(None, "app")]
"""The user of a login; for the account itself, which access tokens do not reach."""
Reader = Annotated[Person, _access("read", "app")]
"""The user of a login, or of an access token that may read."""
Writer = Annotated[Person, _access("write", "app")]
"""The user of a login, or of an access token that may change tasks."""
Chatter = Annotated[Person, _access("chat", "app")]
"""The user of a login, or of an access token that may use the assistant; for conversations and turns."""
ChatClient = Annotated[Person, _access("chat", "app", "chat")]
"""Like Chatter, or the user of a chat secret; for /api/chatkit only."""


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


def is_cross_site(request: HTTPConnection) -> bool:
    """Return whether our own page sent the request from another site than the API's.

    Browsers name the relation in Sec-Fetch-Site (Fetch Metadata). Without it the sites are compared as browsers do.
    """
    origin = request.headers.get("origin")
    if origin is None or origin not in settings().own_origins:
        return False
    relation = request.headers.get("sec-fetch-site")
    if relation is not None:
        return relation == "cross-site"
    return site_of(urlsplit(origin).hostname or "") != site_of(request.url.hostname or "")


def site_of(host: str) -> str:
    """Return the host's registrable domain under the public suffix list; the host itself if it has none."""
    with suppress(ValueError):
        return str(ipaddress.ip_address(host))
    return _suffixes().privatesuffix(host) or host


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
