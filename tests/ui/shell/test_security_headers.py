"""The headers of every response, and the Content-Security-Policy under which the pages run."""

import re

import httpx
from playwright.async_api import expect

from tests.serving import NO_CERTIFICATES, Server
from tests.ui.visitor import Visitor
from tests.waiting import PATIENCE_SECONDS, until_async

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}
INJECT = """() => {
    const holder = document.createElement("div");
    document.body.append(holder);
    holder.innerHTML = "<img src='/nothing.png' onerror='window.injected = 1'>";
    const script = document.createElement("script");
    script.textContent = "window.injected = 2";
    document.body.append(script);
    const link = document.createElement("a");
    link.href = "javascript:window.injected = 4";
    holder.append(link);
    link.click();
}"""


async def test_every_response_has_the_security_headers_and_addresses_of_reflex_tell_nothing(offline_server: Server):
    async with httpx.AsyncClient(base_url=offline_server.origin, verify=NO_CERTIFICATES) as client:
        page = await client.get("/login")
        script = re.search(r'/assets/[^"]+\.js', page.text)
        assert script is not None
        asset = await client.get(script[0])
        health, unknown, absent = [await client.get(path) for path in ("/api/health", "/api/unknown", "/x/y/z")]
        preflight = {"Access-Control-Request-Method": "POST"}
        origins = (offline_server.origin, "https://elsewhere.example")
        own, foreign = [
            await client.options("/api/tasks", headers={"Origin": origin, **preflight}) for origin in origins
        ]
        assert (own.status_code, foreign.status_code) == (200, 400)
        for answer in (page, asset, health, unknown, absent, own, foreign):
            assert answer.headers["x-request-id"]
            assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE, answer.url
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert "strict-transport-security" not in answer.headers  # plain http
        assert "'unsafe-inline'" not in page.headers["content-security-policy"].partition("script-src")[2].split(";")[0]
        assert (page.headers["cache-control"], absent.headers["cache-control"]) == ("no-cache", "no-cache")
        assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert ("etag" in page.headers, "etag" in asset.headers) == (False, True)
        for path in ("/ping", "/_health", "/_health/", "/_all_routes"):
            assert (await client.get(path)).status_code == 404


async def test_pages_run_without_a_violation_and_injected_scripts_do_not(visitor: Visitor):
    page = visitor.page
    await page.add_init_script(
        "addEventListener('securitypolicyviolation', (event) => console.error('violated', event.violatedDirective))"
    )
    for path in ("/", "/settings", "/"):
        await visitor.open(path)
    await visitor.ask("add buy milk tomorrow", "Buy milk")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    assert visitor.errors == []
    await page.evaluate(INJECT)
    await until_async(lambda: any("404" in error for error in visitor.errors), PATIENCE_SECONDS)
    assert await page.evaluate("window.injected") is None
    visitor.ignore_errors("violated", "Content Security Policy", "404")
