"""Sets and clears the login cookie, with the attributes that the sites of page and API need."""

import ipaddress
from contextlib import suppress
from functools import lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList
from starlette.requests import HTTPConnection
from starlette.responses import Response

from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import COOKIE, HOST_COOKIE, LOGIN_LIFETIME, SignedInLogin


def set_cookie(request: HTTPConnection, response: Response, login: SignedInLogin) -> None:
    """Set the login cookie: scripts cannot read it, and browsers do not send it with other sites' forms."""
    _append_cookie(request, response, login.token, int(LOGIN_LIFETIME.total_seconds()))
    response.headers["Cache-Control"] = "no-store"


def clear_cookie(request: HTTPConnection, response: Response) -> None:
    _append_cookie(request, response, "", 0)


def _append_cookie(request: HTTPConnection, response: Response, value: str, max_age_seconds: int) -> None:
    """Append a Set-Cookie header (RFC 6265bis), with Partitioned (CHIPS) if page and API are on different sites.

    On https it is HOST_COOKIE, and replaces COOKIE. Starlette writes Partitioned from Python 3.14 on only.
    """
    is_https = settings().secure_cookies
    attributes = ["HttpOnly", "Path=/"]
    if is_cross_site(request):
        attributes += ["SameSite=None", "Secure", "Partitioned"]
    else:
        attributes.append("SameSite=lax")  # also right for two ports of one host, which are the same site
        if is_https:
            attributes.append("Secure")
    name = HOST_COOKIE if is_https else COOKIE
    response.headers.append("set-cookie", "; ".join([f"{name}={value}", f"Max-Age={max_age_seconds}", *attributes]))
    if is_https and COOKIE in request.cookies:
        response.headers.append("set-cookie", "; ".join([f"{COOKIE}=", "Max-Age=0", *attributes]))


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
