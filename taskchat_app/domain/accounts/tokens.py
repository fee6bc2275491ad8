"""Signs and verifies the tokens of logins, chat secrets, password links and attachments (JWT, RFC 7519)."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

import jwt
from jwt.types import Options

from taskchat_app.config import jwt_secret, settings
from taskchat_app.domain.storage.database import now

Scope = Literal["app", "chat", "password", "upload", "load", "push", "token"]
"""`app` gives access to all of the user's data, `chat` to /api/chatkit only, `password` sets a password once. `upload`
and `load` write or read one attachment, whose id they have in place of a login's; `push` acts on one reminder, which it
names likewise. The scope `token` is that of access tokens, which are no JWTs (access_tokens.py)."""

COOKIE = "auth_token"
"""The cookie that holds a browser's token; api/core/login_cookie.py sets it."""
HOST_COOKIE = f"__Host-{COOKIE}"
"""The same on https: browsers take it from this host only, not from another app on a neighbouring one (RFC 6265bis)."""
FORMER_COOKIE_UNTIL = datetime(2026, 12, 26, tzinfo=UTC)
"""Until then COOKIE counts on https too, for logins from before HOST_COOKIE (25 Nov 2026), which last 30 days."""
ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """The claims of a valid, unexpired token; the login may still have been revoked."""

    user_id: str
    login_id: str


def audience_of(scope: Scope) -> str:
    return "taskchat" if scope == "app" else f"taskchat-{scope}"


def sign(user_id: str, login_id: str, scope: Scope, expires_at: datetime, *, issued_at: datetime | None = None) -> str:
    """Return a token for the login, valid until `expires_at` (whole seconds)."""
    claims = {"sub": user_id, "jti": login_id, "iat": issued_at or now(), "exp": expires_at, "aud": audience_of(scope)}
    return jwt.encode(claims, jwt_secret(), algorithm=ALGORITHM)


def read(token: str, scope: Scope) -> TokenClaims | None:
    """Return the token's claims, or None if it is malformed, forged, expired or of another scope.

    Tokens signed with JWT_SECRET_PREVIOUS are valid too, until they expire.
    """
    for key in filter(None, (jwt_secret(), settings().jwt_secret_previous)):
        with suppress(jwt.PyJWTError, UnicodeEncodeError):  # UnicodeEncodeError: the token contains a lone surrogate
            claims = _signed_claims(token, key, audience_of(scope))
            if claims["exp"] > now().timestamp():
                return TokenClaims(claims["sub"], claims["jti"])
    return None


@lru_cache(maxsize=1024)
def _signed_claims(token: str, key: str, audience: str) -> dict[str, Any]:
    """Return the claims of a token that was valid when it was first read; raise PyJWTError for another one.

    Cached, since each request reads its token twice, which takes 5 % of the processor time of a turn without this.
    """
    options: Options = {"require": ["sub", "jti", "iat", "exp", "aud"]}
    return jwt.decode(token, key, algorithms=[ALGORITHM], audience=audience, options=options)


def token_in(cookies: str) -> str | None:
    """Return the login token of a Cookie header: of several the first that we signed, else the first. None without one.

    HOST_COOKIE comes before COOKIE, which on https counts until FORMER_COOKIE_UNTIL. Browsers also send a cookie of the
    latter name that another app set for a parent domain, in any order.
    """
    is_host_only = settings().secure_cookies and now() >= FORMER_COOKIE_UNTIL
    names = (HOST_COOKIE,) if is_host_only else (HOST_COOKIE, COOKIE)
    pairs = [pair.strip().partition("=") for pair in cookies.split(";")]
    values: list[str] = []
    for wanted in names:
        values += [value for name, _, value in pairs if name == wanted]
    if len(values) > 1:
        for value in values:
            if read(value, "app"):
                return value
    return values[0] if values else None
