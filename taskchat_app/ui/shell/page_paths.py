"""ASGI middleware: maps a page's address to its file in the build, and an unknown address to 404.

/add, for bookmarklets, shortcuts and what other apps share, leads to the page with the text to be added.
"""

from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.domain.tasks.field_tables.plain_fields import TITLE_MAX_CHARACTERS

PRERENDERED = ("/", "/login", "/register", "/set-password", "/settings", "/embed")
"""The pages rendered at build time."""
_PAGES = ("/c/", "/api/docs")
"""Beginnings of other addresses of pages: the page of a conversation, and the description of the API."""
CLOSED = ("/ping", "/_health", "/_all_routes")
"""Addresses of Reflex that tell strangers about the server; /api/health is ours."""
UNKNOWN_PATH = "/nothing/is/here"
"""A path without a route."""
ADD = "/add"
SHARED = ("title", "text", "url")
"""Parameters of ADD; assets/manifest.webmanifest names them for other apps."""
FILES = "files"
"""Tells how many files assets/service_worker.js has kept for the message."""
SHARED_MAX_CHARACTERS = 10_000
FILE_NAME_MAX_BYTES = 255
"""The longest file name of common file systems; all our paths are shorter as a whole."""


class PagePaths:
    """ASGI middleware around the server of the page's files."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        if scope["path"].rstrip("/") == ADD:
            target = address_of_shared(scope["query_string"].decode("latin-1"))
            return await RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})(
                scope, receive, send
            )
        if scope["path"].startswith(_PAGES) or (scope["path"].rstrip("/") or "/") in PRERENDERED:
            return await self.app(_with_file_path(scope), receive, send)
        is_missing = False

        async def send_file(message: Message) -> None:
            nonlocal is_missing
            if message["type"] == "http.response.start":
                is_missing = message["status"] == 200 and _is_page(message)
            if not is_missing:
                await send(message)

        await self.app(_with_file_path(scope), receive, send_file)
        if is_missing:
            await self.app(_with_path(scope, UNKNOWN_PATH), receive, send)


def address_of_shared(query: str) -> str:
    """Return the page's address that puts the shared title, text and link into the add line.

    Several lines, what is too long for a title, and what comes with files go into the message instead. Nothing is added
    by this.
    """
    given = parse_qs(query, max_num_fields=20)
    parts = [" ".join(given.get(name, [])).strip() for name in SHARED]
    own = [part for part in parts if part and not any(part in other for other in parts if other != part)]
    text = " ".join(dict.fromkeys(own))[:SHARED_MAX_CHARACTERS]
    if FILES in given:
        return f"/?{urlencode({'ask': text, FILES: given[FILES][-1]})}"
    if not text:
        return "/"
    is_title = len(text) <= TITLE_MAX_CHARACTERS and len(text.splitlines()) == 1
    return f"/?{urlencode({'add' if is_title else 'ask': text})}"


def _is_page(start: Message) -> bool:
    """Return whether a response is a page. Instead of what is missing, Reflex sends one with 200.

    The route of / and /c/<thread id> matches every address of one or two parts. Caches would keep the page as the file.
    """
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")


def _with_file_path(scope: Scope) -> Scope:
    path = scope["path"]
    if path.rstrip("/") in CLOSED:
        return _with_path(scope, UNKNOWN_PATH)
    if path in PRERENDERED and path != "/":
        # Prerendered pages are in folders; without the slash the file server redirects to /login/.
        return _with_path(scope, f"{path}/")
    if "\0" in path or len(path.encode()) > FILE_NAME_MAX_BYTES:
        # Not a file name: the file server would answer in plain text instead of with the 404 page.
        return _with_path(scope, UNKNOWN_PATH)
    return scope


def _with_path(scope: Scope, path: str) -> Scope:
    return {**scope, "path": path, "raw_path": path.encode()}
