"""Requests without a login are redirected to the sign-in page, which names the address that was asked for."""

import httpx
import pytest
from starlette.responses import PlainTextResponse

from taskchat_app.config import settings
from taskchat_app.ui.shell import auth_redirect
from taskchat_app.ui.shell.auth_redirect import AuthRedirectMiddleware


async def location_of(address: str) -> str | None:
    """Return where an anonymous request is redirected to, if it is."""
    pages = httpx.ASGITransport(AuthRedirectMiddleware(PlainTextResponse("page")))
    async with httpx.AsyncClient(transport=pages, base_url="http://localhost:3000") as client:
        return (await client.get(address)).headers.get("location")


async def test_pages_of_a_user_are_redirected_and_other_addresses_are_not():
    assert await location_of("/") == "/login"
    for address in ("/settings", "/embed", "/c/cthr_1", "/?task=3", "/settings?a=b"):
        assert await location_of(address) == f"/login?{httpx.QueryParams(next=address)}"
    for address in ("/login", "/login/", "/register", "/set-password?token=a", "/more", "/settings/a"):
        assert await location_of(address) is None, address
    for address in ("/settings", "/embed", "/c/cthr_1"):  # a slash at the end makes no difference
        for query in ("", "?a=b"):
            assert await location_of(f"{address}/{query}") == await location_of(f"{address}{query}")


@pytest.mark.parametrize("address", ["/embed", "/embed/?a=b"])
async def test_the_widgets_page_leads_to_the_host_of_its_own(address: str, monkeypatch: pytest.MonkeyPatch):
    elsewhere = settings().model_copy(update={"embed_url": "https://chat.example.org/"})
    monkeypatch.setattr(auth_redirect, "settings", lambda: elsewhere)
    assert await location_of(address) == "https://chat.example.org/"
    assert await location_of("/settings") == "/login?next=%2Fsettings"
