"""Launches the browser of the tests: Chromium as people have it, or another one that `--browser` names."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error, Playwright, async_playwright, expect

from tests import programs

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
]  # fmt: skip
"""Chromium as root in a container, without requests of its own."""
ONE_PROCESS = "--process-per-site"
"""All tabs of a context share a process, which has compiled the page's scripts: a visit takes a third less CPU."""
PATIENCE_MS = 40_000
"""How long a test waits for what it expects, also on a busy machine; tests of a speed have their own limit."""
LAUNCHER = Path(__file__).with_name("ui") / "chromium"
CHROMIUM, SHELL, PLAYWRIGHTS = "chromium", "chromium-headless-shell", "playwright"
"""The system's Chromium, Debian's package without the parts of a window, and the one that Playwright installs."""
NOT_INSTALLED = ("Executable doesn't exist", "missing dependencies")
"""What Playwright says without its browser, or without the system's libraries that this one needs."""
_chosen: str | None = None


def add_option(parser: pytest.Parser) -> None:
    """Add the option that chooses a browser."""
    told = "the browser of the tests; without it the first of these that there is"
    parser.addoption("--browser", choices=(CHROMIUM, SHELL, PLAYWRIGHTS), help=told)


def configure(config: pytest.Config) -> None:
    """Read which browser was chosen."""
    global _chosen
    _chosen = config.getoption("browser")


async def launch(playwright: Playwright, *options: str) -> Browser:
    """Launch the chosen browser, else Chromium, else its headless shell, else Playwright's; skip the test without any.

    A visit takes 0.8 s of CPU in the headless shell, which Playwright chooses as well, instead of 1.15.
    """
    arguments = [*FLAGS, *options]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium and _chosen in (CHROMIUM, None):
        environment: dict[str, str | float | bool] = {**os.environ, "CHROMIUM": chromium}
        return await playwright.chromium.launch(executable_path=LAUNCHER, args=arguments, env=environment)
    shell = shutil.which(SHELL)
    if shell and _chosen in (SHELL, None):
        return await playwright.chromium.launch(executable_path=shell, args=arguments)
    if _chosen in (CHROMIUM, SHELL):
        programs.skip_for_lack_of(_chosen)
    try:
        return await playwright.chromium.launch(args=arguments)
    except Error as error:
        if any(words in error.message for words in NOT_INSTALLED):
            programs.skip_for_lack_of(CHROMIUM)
        raise


@asynccontextmanager
async def running(*options: str) -> AsyncIterator[Browser]:
    """Run the browser meanwhile."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await launch(playwright, *options)
        yield browser
        await browser.close()
