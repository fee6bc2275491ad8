"""Runs axe-core on a page."""

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

OPTIONS = {"resultTypes": ["violations"], "rules": {"label-content-name-mismatch": {"enabled": True}}}
FIND_VIOLATIONS = "(options) => axe.run(options).then((results) => results.violations)"


OF_COLOURS = {**OPTIONS, "runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules that another scheme of colours can break."""


async def violations_on(page: Page, options: dict[str, Any] = OPTIONS) -> list[str]:
    """Return axe-core's violations of the page's present state; each document gets axe-core, 570 kB, once."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(Axe().axe_script)
    violations = await page.evaluate(FIND_VIOLATIONS, options)
    return [f"{one['id']}: {node['html'][:120]}" for one in violations for node in one["nodes"]]
