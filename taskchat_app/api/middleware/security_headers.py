"""ASGI middleware: security and caching headers of every response.

The Content-Security-Policy permits the inline scripts of the built page by their hashes (CSP Level 3), and no others.
Only /embed may also load the ChatKit widget from its vendor, and be framed by ALLOWED_ORIGINS (without EMBED_URL).

Pages have no ETag: a 304 has no body whose scripts could be hashed, and the browser would keep a former policy.
"""

import asyncio
import base64
import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.api.core.problems import API_PREFIXES
from taskchat_app.config import settings

HSTS_SECONDS = 365 * 24 * 3600
HASHED_ASSETS = "/assets/"
"""Files whose names contain a hash of their content."""
IMMUTABLE_CACHE = f"public, max-age={HSTS_SECONDS}, immutable"
IN_BROTLI = (".js", ".css")
"""Files that are sent in Brotli. Pages come in gzip, which Python can read, for the hashes of their scripts."""
INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
WIDGET_PAGE = "/embed"
WIDGET_HOST = "https://cdn.platform.openai.com"
"""Serves the widget's script and the page of its frame."""
WIDGET_KEY_HOST = "https://api.openai.com"
"""Where the script checks CHATKIT_DOMAIN_KEY."""
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
"""For responses that are no pages."""
WORKER_POLICY = f"{DATA_POLICY}; connect-src 'self'"


class SecurityHeaders:
    """Middleware: adds the headers to responses; a page waits for its whole body, whose scripts are hashed."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if not scope["path"].endswith(IN_BROTLI):
            # In place: RequestIds, around this, reads the route from the same scope.
            scope["headers"] = [
                (name, _without_brotli(value) if name == b"accept-encoding" else value)
                for name, value in scope["headers"]
            ]
        await self.app(scope, receive, _Response(scope["path"], send).send)


def _without_brotli(codings: bytes) -> bytes:
    return b",".join(coding for coding in codings.split(b",") if not coding.strip().startswith(b"br"))


class _Response:
    """Sends one response with its headers; a page once its whole body is there."""

    def __init__(self, path: str, send: Send):
        self._path = path
        self._send = send
        self._held_start: Message | None = None
        """The start of a page until its body is known; None for other responses."""
        self._body: list[bytes] = []

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            _add_headers(self._path, message["status"], headers)
            if headers.get("content-type", "").startswith("text/html"):  # a page
                self._held_start = message
            else:
                await self._send(message)
        elif self._held_start is None:
            await self._send(message)
        elif message["type"] == "http.response.pathsend":  # the server sends the file itself (ASGI extension)
            body = await asyncio.to_thread(Path(message["path"]).read_bytes)
            await self._send_page(self._held_start, body, message)
        else:
            self._body.append(message.get("body", b""))
            if not message.get("more_body"):
                body = b"".join(self._body)
                await self._send_page(self._held_start, body, {"type": "http.response.body", "body": body})

    async def _send_page(self, start: Message, body: bytes, content: Message) -> None:
        """Send the start that was held back, then the message with the content; `body` is what that will send."""
        self._held_start = None
        _add_page_headers(self._path, MutableHeaders(raw=start["headers"]), body)
        await self._send(start)
        await self._send(content)


def _add_page_headers(path: str, headers: MutableHeaders, body: bytes) -> None:
    """Add the policy for the scripts of this page; remove what would let the browser keep a former one."""
    is_gzipped = headers.get("content-encoding") == "gzip"
    policy = page_policy(script_hashes(body, is_gzipped), settings().own_origins)
    is_widget = path.rstrip("/") == WIDGET_PAGE  # a page has both addresses, see PagePaths
    if is_widget and not settings().embed_url:
        policy |= widget_policy(policy, settings().allowed_origins)
        # Without revalidation (304), which would keep the policy of former settings.
        headers["Cache-Control"] = "no-store"
        if settings().allowed_origins:
            del headers["X-Frame-Options"]  # it can name no origin
    headers["Content-Security-Policy"] = "; ".join(f"{name} {source}" for name, source in policy.items())
    headers.setdefault("Cache-Control", "no-cache")
    del headers["ETag"], headers["Last-Modified"]  # the file's: they say nothing of the policy


def _add_headers(path: str, status: int, headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if settings().secure_cookies:
        headers.setdefault("Strict-Transport-Security", f"max-age={HSTS_SECONDS}")
    if path.startswith(HASHED_ASSETS) and status == 200:
        headers["Cache-Control"] = IMMUTABLE_CACHE
    if path.startswith(API_PREFIXES):
        headers.setdefault("Cache-Control", "no-store")  # personal data: a proxy's cache may keep what names no rule
    if path == "/service_worker.js":
        headers["Content-Security-Policy"] = WORKER_POLICY
        headers["Cache-Control"] = "no-cache"
    if status != 304:
        headers.setdefault("Content-Security-Policy", DATA_POLICY)


def page_policy(hashes: tuple[str, ...], origins: tuple[str, ...]) -> dict[str, str]:
    """Return the directives of a page with these inline scripts, for the app at these origins.

    Styles may be inline: the component library writes them while the page runs.
    """
    # Not all browsers take 'self' for sockets too (CSP Level 3); CSP has no IPv6 addresses.
    sockets = " ".join(f"ws{origin.removeprefix('http')}" for origin in origins if "[" not in origin)
    return {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *(f"'{found}'" for found in hashes)]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": f"'self' {sockets}",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }


def widget_policy(page: dict[str, str], embedding: tuple[str, ...]) -> dict[str, str]:
    """Return the directives in which the widget's page differs; origins in `embedding` may frame it."""
    return {
        "script-src": f"{page['script-src']} {WIDGET_HOST}",
        "connect-src": f"{page['connect-src']} {WIDGET_HOST} {WIDGET_KEY_HOST}",
        "frame-src": WIDGET_HOST,
        "frame-ancestors": " ".join(embedding) or "'none'",
    }


@lru_cache(maxsize=64)
def script_hashes(body: bytes, is_gzipped: bool) -> tuple[str, ...]:
    """Return the CSP hash of each inline script of a page."""
    text = gzip.decompress(body) if is_gzipped else body
    digests = (hashlib.sha256(script).digest() for script in INLINE_SCRIPT.findall(text))
    return tuple(dict.fromkeys(f"sha256-{base64.b64encode(digest).decode()}" for digest in digests))
