"""Posts one message to a checked public address; redirects are not followed, and the answer's body is not read."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import httpx2

from taskchat_app import __version__
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.webhooks.url_check import PrivateAddress, Target, parse_target, resolve

SEND_SECONDS = 10.0
"""Time for one message: look-up, connection, request and the answer's status line."""
CONNECT_SECONDS = 4.0
"""Time for each address of the host: the next one may answer."""
GONE = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    """The status of the answer, or why there is none: "private_address", "timeout", "dns", "tls", "connection"."""

    status: int | None
    error: str
    milliseconds: int

    @property
    def is_delivered(self) -> bool:
        return is_delivered(self.status)


def is_delivered(status: int | None) -> bool:
    """Return whether an answer with this status says that the message has arrived."""
    return status is not None and 200 <= status < 300


async def post(url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
    """Post the body with these headers and the usual ones; the address is checked anew."""
    began = time.monotonic()
    status, error = None, ""
    try:
        async with asyncio.timeout(SEND_SECONDS):
            target = parse_target(url)
            addresses = await resolve(target)
            usual = {"User-Agent": f"taskchat/{__version__}", "Accept-Encoding": "identity", "Connection": "close"}
            status = await _post(target, addresses, {"Host": target.host_header, **usual, **headers}, body)
    except (Invalid, PrivateAddress, OSError, httpx2.HTTPError) as caught:
        error = _reason(caught)
    return Outcome(status, error, round(1000 * (time.monotonic() - began)))


async def _post(target: Target, addresses: list[str], headers: dict[str, str], body: bytes) -> int:
    """Post to the first of the checked addresses that takes a connection; return the status."""
    *others, last = addresses
    for address in others:
        with suppress(httpx2.ConnectError, httpx2.ConnectTimeout):
            return await _post_to(target, address, headers, body)
    return await _post_to(target, last, headers, body)


async def _post_to(target: Target, address: str, headers: dict[str, str], body: bytes) -> int:
    timeout = httpx2.Timeout(SEND_SECONDS, connect=CONNECT_SECONDS).as_dict()
    extensions = {"sni_hostname": target.host, "timeout": timeout}
    request = httpx2.Request("POST", target.at(address), headers=headers, content=body, extensions=extensions)
    # A new transport each time: hosts with the same address would share a connection that is kept.
    async with httpx2.AsyncHTTPTransport(verify=_certificates(), trust_env=False, retries=0) as transport:
        response = await transport.handle_async_request(request)
        await response.aclose()
        return response.status_code


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Return the TLS context; loading the certificates takes 20 ms."""
    return httpx2.create_ssl_context()


def _reason(error: Exception) -> str:
    """Return a word for the log of deliveries; never what the receiver or its host said."""
    if isinstance(error, PrivateAddress | Invalid):
        return "private_address"
    if isinstance(error, TimeoutError | httpx2.TimeoutException):
        return "timeout"
    if isinstance(error, OSError) and not isinstance(error, ConnectionError):
        return "dns"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    return "connection"
