"""ASGI middleware: maps a page's address to its file in the build."""

from starlette.types import ASGIApp, Receive, Scope, Send

PRERENDERED = ("/", "/login", "/register", "/set-password", "/settings", "/embed")
"""The pages rendered at build time."""
UNKNOWN_PATH = "/nothing/is/here"
"""A path without a route."""
FILE_NAME_MAX_BYTES = 255
"""The longest file name of common file systems; all our paths are shorter as a whole."""


class PagePaths:
    """ASGI middleware around the server of the page's files."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            scope = _with_file_path(scope)
        return await self.app(scope, receive, send)


def _with_file_path(scope: Scope) -> Scope:
    path = scope["path"]
    if path in PRERENDERED and path != "/":
        # Prerendered pages are in folders; without the slash the file server redirects to /login/.
        return {**scope, "path": f"{path}/", "raw_path": f"{path}/".encode()}
    if "\0" in path or len(path.encode()) > FILE_NAME_MAX_BYTES:
        # Not a file name: the file server would answer in plain text instead of with the 404 page.
        return {**scope, "path": UNKNOWN_PATH, "raw_path": UNKNOWN_PATH.encode()}
    return scope
