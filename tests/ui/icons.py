"""Renders the icons of the installed app from `assets/icon.svg`: `python -m tests.ui.icons`."""

import asyncio
import shutil
from pathlib import Path

from playwright.async_api import Page, async_playwright

ASSETS = Path(__file__).parents[2] / "assets"
GROUND = "#5b5bd6"
"""The icon's background, which fills the corners if the system masks the icon."""
ICONS = {
    "icon-192.png": (192, "transparent", 1.0),
    "icon-512.png": (512, "transparent", 1.0),
    # A mask may cut off a tenth on each side: https://www.w3.org/TR/appmanifest/#icon-masks
    "icon-maskable-512.png": (512, GROUND, 0.8),
    "apple-touch-icon.png": (180, GROUND, 0.9),
}
"""The size, background and share of the drawing of each icon."""


async def main() -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await browser.new_page()
        for name, (size, ground, share) in ICONS.items():
            await _draw(page, ASSETS / name, size, ground, share)
        await browser.close()


async def _draw(page: Page, path: Path, size: int, ground: str, share: float) -> None:
    svg = (ASSETS / "icon.svg").read_text()
    style = f"html {{ background: {ground} }} body {{ margin: 0; height: 100vh; display: grid; place-items: center }}"
    await page.set_viewport_size({"width": size, "height": size})
    await page.set_content(f"<style>{style} svg {{ width: {share:.0%} }}</style>{svg}")
    await page.screenshot(path=path, omit_background=True)


if __name__ == "__main__":
    asyncio.run(main())
