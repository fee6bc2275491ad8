"""Brings each device into a state, and takes its picture in light and dark."""

from typing import Literal

from playwright.async_api import Browser, BrowserContext, ViewportSize

from tests.serving import PROJECT, Server
from tests.ui.gallery.states import State
from tests.ui.visitor import Visitor

FOLDER = PROJECT / ".screenshots"
"""The folder of the pictures; not committed."""
DOCS = PROJECT / "docs"
DEVICES = {"desktop": (1280, 800), "tablet": (900, 800), "phone": (375, 812)}
SETTLE_MS = 300
WAIT_MS = 20_000

Colours = Literal["light", "dark"]


class Camera:
    """One user's browser contexts, one for each device, kept between states with their caches."""

    def __init__(self, browser: Browser, server: Server, token: str) -> None:
        self._browser, self._server, self._token = browser, server, token
        self._contexts: dict[str, BrowserContext] = {}

    async def take(self, state: State) -> None:
        for device in state.devices:
            context = self._contexts.get(device) or await self._switch_on(device)
            visitor = Visitor(self._server, context, await context.new_page(), self._token)
            try:
                await state.play(visitor)
                for colours in ("light", "dark"):
                    await self._photograph(visitor, state, f"{device}-{colours}", colours)
            finally:
                await visitor.page.close()

    async def close(self) -> None:
        for context in self._contexts.values():
            await context.close()

    async def _switch_on(self, device: str) -> BrowserContext:
        width, height = DEVICES[device]
        context = self._contexts[device] = await self._browser.new_context(
            viewport=ViewportSize(width=width, height=height),
            has_touch=device != "desktop",
            is_mobile=device == "phone",
            color_scheme="light",
            timezone_id="UTC",
        )
        context.set_default_timeout(WAIT_MS)
        if self._token:
            url = self._server.origin
            await context.add_cookies([{"name": "auth_token", "value": self._token, "url": url, "httpOnly": True}])
        return context

    async def _photograph(self, visitor: Visitor, state: State, view: str, colours: Colours) -> None:
        await visitor.page.emulate_media(color_scheme=colours)
        await visitor.page.wait_for_timeout(SETTLE_MS)
        picture = await visitor.page.screenshot(animations="disabled")
        (FOLDER / f"{state.name}-{view}.png").write_bytes(picture)
        for file, kept_view in state.kept_as.items():
            if kept_view == view:
                (DOCS / f"{file.replace('_', '-')}.png").write_bytes(picture)
