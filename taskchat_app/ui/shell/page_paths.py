"""ASGI middleware: maps a page's address to its file in the build, and an unknown address to 404.

It redirects /add, which bookmarklets, shortcuts and the "share" of other apps open, to the page with the text to add.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.domain.tasks.fields import TITLE_MAX_CHARACTERS
from taskchat_app.ui.task_list_state.list_address import fields_of

PRERENDERED = ("/", "/login", "/register", "/set-password", "/settings", "/embed")
"""The pages rendered at build time."""
_PAGES = ("/c/", "/api/docs")
"""How the addresses of the other pages begin: of conversations, and of the API's description."""
CLOSED = ("/ping", "/_health", "/_all_routes")
"""Addresses of Reflex that tell strangers about the server; /api/health is ours."""
UNKNOWN_PATH = "/nothing/is/here"
ADD = "/add"
SHARED = ("title", "text", "url")
"""Parameters of ADD; assets/manifest.webmanifest names them for other apps."""
FILES = "files"
"""The parameter with the number of shared files, which assets/service_worker.js keeps for the message."""
SHARED_MAX_CHARACTERS = 10_000
FILE_NAME_MAX_BYTES = 255
"""The longest file name of common file systems; all our paths are shorter as a whole."""


class PagePaths:
    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        if scope["path"].rstrip("/") == ADD:
            target = address_of_shared(scope["query_string"].decode("latin-1"))
            redirect = RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})
            return await redirect(scope, receive, send)
        if scope["path"].startswith(_PAGES) or (scope["path"].rstrip("/") or "/") in PRERENDERED:
            return await self.app(_with_file_path(scope), receive, send)
        await self._serve_file_or_404(scope, receive, send)

    async def _serve_file_or_404(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file; instead of a missing one call the app again, for the 404 page.

        For a missing file the app sends a page with 200, since the route of / and /c/<thread id> matches every address
        of one or two parts. Caches would keep that page as the file, so it is not sent.
        """
        is_missing = False

        async def send_unless_page(message: Message) -> None:
            nonlocal is_missing
            if message["type"] == "http.response.start":
                content_type = Headers(raw=message["headers"]).get("content-type", "")
                is_missing = message["status"] == 200 and content_type.startswith("text/html")
            if not is_missing:
                await send(message)

        await self.app(_with_file_path(scope), receive, send_unless_page)
        if is_missing:
            await self.app(_with_path(scope, UNKNOWN_PATH), receive, send)


def address_of_shared(query: str) -> str:
    """Return the page's address that puts the shared title, text and link into the add line.

    Several lines, a text that is too long for a title, and one with files go into the composer. The user adds or sends
    the text: opening a link changes nothing.
    """
    given = fields_of(query)
    parts = [" ".join(given.get(name, [])).strip() for name in SHARED]
    text = " ".join(_without_repetitions(parts))[:SHARED_MAX_CHARACTERS]
    if FILES in given:
        return f"/?{urlencode({'ask': text, FILES: given[FILES][-1]})}"
    if not text:
        return "/"
    is_title = len(text) <= TITLE_MAX_CHARACTERS and len(text.splitlines()) == 1
    return f"/?{urlencode({'add' if is_title else 'ask': text})}"


def _without_repetitions(parts: Sequence[str]) -> list[str]:
    """Return the parts without empty ones, equal ones and those inside another, such as a link inside the text."""
    kept: list[str] = []
    for part in parts:
        is_inside_another = any(part in other for other in parts if other != part)
        if part and part not in kept and not is_inside_another:
            kept.append(part)
    return kept


def _with_file_path(scope: Scope) -> Scope:
    path = scope["path"]
    # For what is no file name the file server would send plain text, and not the 404 page.
    is_file_name = "\0" not in path and len(path.encode()) <= FILE_NAME_MAX_BYTES
    if path.rstrip("/") in CLOSED or not is_file_name:
        return _with_path(scope, UNKNOWN_PATH)
    if path in PRERENDERED and path != "/":
        # Prerendered pages are in folders; without the slash the file server redirects to /login/.
        return _with_path(scope, f"{path}/")
    return scope


def _with_path(scope: Scope, path: str) -> Scope:
    return {**scope, "path": path, "raw_path": path.encode()}
