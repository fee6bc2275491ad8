"""Tells whether our own page and the API are on different sites, which decides the cookie's attributes."""

import ipaddress
from contextlib import suppress
from functools import lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList
from starlette.requests import HTTPConnection

from taskchat_app.config import settings


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
