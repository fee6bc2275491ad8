"""What is decided before a page is sent: where somebody who is not signed in goes, and which file an address means."""

from urllib.parse import urlencode

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from taskchat_app.ui.build import PRERENDERED
from taskchat_app.ui.signed_in import CONVERSATIONS, COOKIE, LOGIN, SETTINGS

NOWHERE = "/nothing/is/here"
"""A path that no route has."""
LONGEST = 255
"""Bytes of the longest name that a file can have; every path of ours is shorter as a whole."""


class Doors:
    """Middleware around the pages; whether a cookie is any good is asked by the page's own handlers."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        path = scope["path"]
        if (path in ("/", SETTINGS) or path.startswith(CONVERSATIONS)) and COOKIE not in HTTPConnection(scope).cookies:
            return await _to_login(path)(scope, receive, send)
        if path in PRERENDERED and path != "/":
            # Drawn pages lie in folders; without this the file server answers with a redirect to /login/.
            scope = {**scope, "path": f"{path}/", "raw_path": f"{path}/".encode()}
        elif "\0" in path or len(path.encode()) > LONGEST:
            # No file's name: the file server would answer in plain text, and not with the page for this.
            scope = {**scope, "path": NOWHERE, "raw_path": NOWHERE.encode()}
        return await self.app(scope, receive, send)


def _to_login(path: str) -> RedirectResponse:
    query = "" if path == "/" else "?" + urlencode({"next": path})
    return RedirectResponse(f"{LOGIN}{query}", status_code=303, headers={"Cache-Control": "no-store"})
