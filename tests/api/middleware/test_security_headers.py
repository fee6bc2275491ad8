"""The policy of the page that shows the ChatKit widget, and of all others."""

from pathlib import Path

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from taskchat_app.api.middleware.security_headers import WIDGET_PAGE, SecurityHeaders
from taskchat_app.ui.core.session import EMBED
from taskchat_app.ui.pages.embed import SCRIPT
from tests.chatting import Configure
from tests.conftest import ORIGIN

ALLOWED = ("https://friend.example", "http://localhost:5173")


async def get(app: ASGIApp, path: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(SecurityHeaders(app))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
        return await client.get(path)


async def headers_of(path: str) -> tuple[dict[str, str], httpx.Headers]:
    """Return the directives of the page's policy, and all its headers."""
    headers = (await get(HTMLResponse("<script>1</script>"), path)).headers
    return dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; ")), headers


async def test_only_the_page_of_the_widget_may_load_from_the_widgets_hosts():
    widget, _ = await headers_of("/embed")
    other, _ = await headers_of("/settings")
    own = {name: (sources, other.get(name)) for name, sources in widget.items() if sources != other.get(name)}
    cdn, api = "https://cdn.platform.openai.com", "https://api.openai.com"
    assert own == {
        "script-src": (f"{other['script-src']} {cdn}", other["script-src"]),
        "connect-src": (f"{other['connect-src']} {cdn} {api}", other["connect-src"]),
        "frame-src": (cdn, None),
    }
    assert SCRIPT.startswith(f"{cdn}/")
    assert WIDGET_PAGE == EMBED


async def test_with_the_widget_on_a_host_of_its_own_no_page_may_load_it(configure: Configure):
    configure(ALLOWED_ORIGINS=",".join(ALLOWED), EMBED_URL="https://friend.example/")
    widget, headers = await headers_of("/embed")
    other, _ = await headers_of("/settings")
    assert widget == other
    assert headers["x-frame-options"] == "DENY"


async def test_allowed_origins_may_frame_the_page_of_the_widget_also_with_a_slash_and_no_other(configure: Configure):
    widget, headers = await headers_of("/embed")
    assert (widget["frame-ancestors"], headers["x-frame-options"]) == ("'none'", "DENY"), "without allowed origins"
    configure(ALLOWED_ORIGINS=",".join(ALLOWED))
    widget, headers = await headers_of("/embed")
    assert (widget["frame-ancestors"], "x-frame-options" in headers) == (" ".join(ALLOWED), False)
    assert headers["cache-control"] == "no-store"  # the policy changes with the settings
    assert await headers_of("/embed/") == (widget, headers)
    for path in ("/", "/login", "/embed/more", "/api/docs"):
        other, headers = await headers_of(path)
        assert (other["frame-ancestors"], headers["x-frame-options"]) == ("'none'", "DENY")


async def test_no_browser_keeps_a_page_whose_policy_may_have_changed(tmp_path: Path):
    (tmp_path / "page.html").write_text("<script>1</script>")
    (tmp_path / "file.txt").write_text("1")
    files = StaticFiles(directory=tmp_path)
    page, file = await get(files, "/page.html"), await get(files, "/file.txt")
    assert {"etag", "last-modified"} & {*page.headers} == set()
    assert (await get(files, "/file.txt", **{"If-None-Match": file.headers["etag"]})).status_code == 304


async def test_scripts_and_styles_may_come_in_brotli_and_pages_may_not():
    async def accepted(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(Request(scope).headers["accept-encoding"])(scope, receive, send)

    sent = {"Accept-Encoding": "gzip, br, zstd"}
    encodings = dict.fromkeys(("/assets/root-1.js", "/styles/chat.css"), "gzip, br, zstd")
    encodings |= dict.fromkeys(("/", "/login"), "gzip, zstd")
    assert {path: (await get(accepted, path, **sent)).text for path in encodings} == encodings


async def test_no_cache_keeps_an_answer_of_the_api_that_has_no_rule_of_its_own():
    for path, rule in (("/api/tasks", "no-store"), ("/auth/logout", "no-store"), ("/favicon.ico", None)):
        assert (await get(PlainTextResponse("1"), path)).headers.get("cache-control") == rule, path
    own = {"Cache-Control": "private, max-age=3600"}
    answer = await get(PlainTextResponse("1", headers=own), "/api/attachments/1")
    assert answer.headers["cache-control"] == own["Cache-Control"]
