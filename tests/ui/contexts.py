"""Browser contexts that visitors use one after the other: a new one for each costs a third of a visit's CPU."""

from collections.abc import Callable
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, ViewportSize

from tests.browsers import PATIENCE_MS
from tests.serving import Server

VIEWPORT = ViewportSize(width=1280, height=800)
SITE = "http://localhost/"
"""Pages of all ports of a site share a process."""
LASTING = """
    add_init_script expose_binding expose_function grant_permissions route route_web_socket set_extra_http_headers
    set_geolocation
""".split()
"""Methods of a context that change it for good, or for as long as a test wants: it is not used again."""


class KeptContext:
    """A context without options of its own and without service workers; one empty page keeps the process of the pages.

    A service worker takes a tenth of a visit's CPU, and Playwright may wait forever for one that a former visitor left.
    """

    def __init__(self, context: BrowserContext, keeper: Page, debugging: CDPSession) -> None:
        self.context = context
        self.is_changed = False
        self._keeper = keeper
        self._debugging = debugging
        for name in LASTING:
            setattr(context, name, self._noting(getattr(context, name)))
        context.set_offline = _refuse_to_go_offline

    def _noting(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def change(*arguments: Any, **options: Any) -> Any:
            self.is_changed = True
            return method(*arguments, **options)

        return change

    async def clear(self, server: Server) -> None:
        """Close the pages, and delete what they stored; scripts and pictures stay in the cache."""
        for page in self.context.pages:
            if page is not self._keeper:
                await page.close()
        await self.context.clear_cookies()
        where = {"origin": server.origin, "storageTypes": "all"}
        await self._debugging.send("Storage.clearDataForOrigin", where)


class Contexts:
    """The contexts of one browser."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[KeptContext] = []
        self._lent: list[KeptContext] = []

    async def take(self, **options: Any) -> BrowserContext:
        """Return a context without anything of its former users, or a new one, with service workers, for options."""
        if self._free and not options:
            kept = self._free.pop()
        else:
            given = options or {"service_workers": "block"}
            context = await self._browser.new_context(**{"viewport": VIEWPORT, "locale": "en-GB", **given})
            context.set_default_timeout(PATIENCE_MS)
            if options:
                return context
            kept = await _keep(context)
        self._lent.append(kept)
        return kept.context

    async def give_back(self, context: BrowserContext, server: Server, *, after_failure: bool) -> None:
        """Keep the context for the next visitor; a page that has failed may do anything, so that its context goes."""
        kept = next((one for one in self._lent if one.context is context), None)
        if kept is not None:
            self._lent.remove(kept)
        if kept is None or kept.is_changed or after_failure:
            await context.close()
        else:
            await kept.clear(server)
            self._free.append(kept)


async def _refuse_to_go_offline(offline: bool) -> None:
    """A page without a network is the service worker's."""
    raise RuntimeError("A test that goes offline needs a context of its own: visit(offline=False)")


async def _keep(context: BrowserContext) -> KeptContext:
    keeper = await context.new_page()
    await keeper.route(SITE, lambda route: route.fulfill(body=""))
    await keeper.goto(SITE)
    return KeptContext(context, keeper, await context.new_cdp_session(keeper))


async def new_window(context: BrowserContext) -> Page:
    """Open another page of the context in a window of its own: a tab behind another draws one frame a second, for which
    each of Playwright's clicks waits."""
    beside = await context.new_cdp_session(context.pages[-1])
    target = (await beside.send("Target.getTargetInfo"))["targetInfo"]
    await beside.detach()
    assert context.browser is not None
    browser = await context.browser.new_browser_cdp_session()
    where = {"url": "about:blank", "newWindow": True, "browserContextId": target["browserContextId"]}
    async with context.expect_page() as opened:
        await browser.send("Target.createTarget", where)
    await browser.detach()
    return await opened.value
