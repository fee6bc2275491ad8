"""ASGI middleware: maps a page's address to its file in the build."""

from starlette.types import ASGIApp, Receive, Scope, Send

PRERENDERED = ("/", "/login", "/register", "/settings")
"""The pages drawn at build time."""
NOWHERE = "/nothing/is/here"
"""A path that no route has."""
LONGEST = 255
"""Bytes of the longest name that a file can have; every path of ours is shorter as a whole."""


class PagePaths:
    """ASGI middleware around the server of the page's files."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            scope = _of_a_file(scope)
        return await self.app(scope, receive, send)


def _of_a_file(scope: Scope) -> Scope:
    path = scope["path"]
    if path in PRERENDERED and path != "/":
        # Drawn pages lie in folders; without this the file server answers with a redirect to /login/.
        return {**scope, "path": f"{path}/", "raw_path": f"{path}/".encode()}
    if "\0" in path or len(path.encode()) > LONGEST:
        # No file's name: the file server would answer in plain text, and not with the page for this.
        return {**scope, "path": NOWHERE, "raw_path": NOWHERE.encode()}
    return scope
