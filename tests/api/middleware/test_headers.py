"""Every answer has every header of its own: where one is missing, nearly nothing else shows it."""

from collections.abc import Awaitable, Callable
from itertools import chain

import httpx
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from taskchat_app.api.middleware.security_headers import SecurityHeaders
from taskchat_app.ui.shell.auth_redirect import AuthRedirectMiddleware
from taskchat_app.ui.shell.page_paths import PagePaths
from tests.chatting import Configure, json_of
from tests.conftest import ORIGIN

DOWNLOAD = "content-disposition content-length cache-control"
ADDED = "x-content-type-options x-frame-options referrer-policy permissions-policy cross-origin-opener-policy"
PLAIN = PlainTextResponse("1")
SHELL: dict[str, tuple[ASGIApp, str, str]] = {
    "what is shared": (PagePaths(PLAIN), "/add?text=Milk", "location cache-control"),
    "a page without a login": (AuthRedirectMiddleware(PLAIN), "/", "location cache-control"),
    "the widget's page on another host": (AuthRedirectMiddleware(PLAIN), "/embed", "location cache-control"),
    "an answer of the API": (SecurityHeaders(PLAIN), "/api/tasks", f"{ADDED} content-security-policy cache-control"),
    "https": (SecurityHeaders(PLAIN), "/file.txt", f"{ADDED} content-security-policy strict-transport-security"),
}
"""A part of the app around the routes, an address, and the headers of its answer."""


async def test_each_answer_has_every_header(api: httpx.AsyncClient, anonymous: httpx.AsyncClient, configure: Configure):
    file = json_of(await api.post("/api/attachments", content=b"milk", params={"name": "List.txt"}), 201)
    feed = json_of(await api.post("/api/feeds", json={"view": "all", "as": "event"}), 201)
    calendar = "etag cache-control content-disposition referrer-policy"
    answers: dict[str, tuple[Callable[..., Awaitable[httpx.Response]], str, str]] = {
        "a file": (api.get, file["url"], "content-disposition content-security-policy cache-control"),
        "a feed": (anonymous.get, feed["url"], calendar),
        "the head of a feed": (anonymous.head, feed["url"], f"{calendar} content-length"),
        "an export": (api.get, "/api/export", DOWNLOAD),
        "the tasks as CSV": (api.get, "/api/tasks.csv", DOWNLOAD),
        "a request without a login": (anonymous.get, "/api/tasks", "www-authenticate"),
        "signing out": (api.post, "/api/auth/logout", "set-cookie"),
    }
    found = [(name, await send(path), headers) for name, (send, path, headers) in answers.items()]
    configure(PUBLIC_URL="https://tasks.example", EMBED_URL="https://friend.example/")
    for name, (app, path, headers) in SHELL.items():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
            found.append((name, await client.get(path), headers))
    lacking = (
        [f"{name} lacks {one}" for one in headers.split() if one not in answer.headers]
        for name, answer, headers in found
    )
    wrong = [*chain.from_iterable(lacking)]
    assert not wrong, "\n".join(wrong)
