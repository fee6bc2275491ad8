"""Authenticates requests by cookie, bearer token, access token or chat secret; finds the client's network."""

from typing import Annotated, Any

from fastapi import Depends, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from taskchat_app.domain.accounts import access_tokens, accounts
from taskchat_app.domain.accounts.access_tokens import TokenScope
from taskchat_app.domain.accounts.accounts import COOKIE, Person, Scope, token_in
from taskchat_app.domain.attachments.signed_urls import Use, signed_user
from taskchat_app.domain.limits.networks import client_network
from taskchat_app.domain.log.changes import TOKEN_ENDED
from taskchat_app.domain.storage.errors import NotSignedIn, WrongScope
from taskchat_app.i18n.date_style import date_style
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


def cookie_token(request: HTTPConnection) -> str | None:
    return token_in("; ".join(request.headers.getlist("cookie")))


def _access(scope: TokenScope | None, *logins: Scope) -> Any:
    """Return a dependency that gives the user of one of these logins, or of an access token with this scope.

    With the scope None it takes no access token.
    """

    async def person(
        request: HTTPConnection, _cookie: object = _COOKIE_SCHEME, _bearer: object = _BEARER_SCHEME
    ) -> Person:
        return await person_with(request, scope, *logins)

    return Depends(person)


def signed_or(use: Use, scope: TokenScope) -> Any:
    """Return a dependency that gives the id of the user for whom the address is signed, or who is signed in."""

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
        person = await _person_of_access_token(bearer, scope)
    else:
        person = await accounts.person_of(cookie_token(request) if bearer is None else bearer, scopes=logins)
    if person is None:
        raise NotSignedIn(gettext("You are not signed in, or your login has ended. Sign in and try again."))
    add_ids(person_id=person.id)
    date_style.set(person.date_style)
    return person


async def _person_of_access_token(token: str, scope: TokenScope | None) -> Person:
    use = await access_tokens.user_of_token(token)
    if use is None:
        raise NotSignedIn(TOKEN_ENDED)
    if scope is None:
        raise WrongScope(gettext("Tokens give no access to the account. Sign in with email and password."))
    if scope not in use.scopes:
        raise WrongScope(gettext("This token lacks the scope “{scope}”. Use another one.", scope=scope), scope=scope)
    return use.person


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


def network_of(request: HTTPConnection) -> str:
    """Return the client's network, for limits."""
    peer = request.client.host if request.client else ""
    return client_network(peer, request.headers.getlist("x-forwarded-for"))
