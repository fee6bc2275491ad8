"""Launches the Chromium that the tests drive: the one that people have, or the one that was asked for."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright, async_playwright, expect

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
]
"""Chromium as root in a container, without requests of its own."""
ONE_PROCESS = "--process-per-site"
"""All tabs of a context share a process, which has compiled the page's scripts: a visit takes a third less CPU."""
LAUNCHER = Path(__file__).with_name("chromium")
PATIENCE_MS = 15_000
"""How long a test waits for what it expects, also on a busy machine; tests of a speed have their own limit."""
HEADLESS_SHELL = "headless-shell"
PLAYWRIGHTS = "playwright"
_program = ""


def add_option(parser: pytest.Parser) -> None:
    parser.addoption(
        "--browser-program",
        default="",
        help="the browser of the tests: a path, `headless-shell` (saves CPU), or `playwright`; "
        "by default chromium or chromium-browser of the PATH, else Playwright's",
    )


def configure(config: pytest.Config) -> None:
    global _program
    _program = config.getoption("browser_program")


async def launch_chromium(playwright: Playwright, *options: str) -> Browser:
    """Launch the browser that `--browser-program` names, without requests of its own."""
    arguments = [*FLAGS, *options]
    if _program == HEADLESS_SHELL:  # without a path Playwright takes its own
        shell = shutil.which("chromium-headless-shell")
        return await playwright.chromium.launch(executable_path=shell, args=arguments)
    executable = _executable() or playwright.chromium.executable_path
    environment: dict[str, str | float | bool] = {**os.environ, "CHROMIUM": executable}
    return await playwright.chromium.launch(executable_path=LAUNCHER, args=arguments, env=environment)


def _executable() -> str | None:
    """Return the path of the browser, or None for Playwright's."""
    if _program == PLAYWRIGHTS:
        return None
    if _program:
        return shutil.which(_program)
    return shutil.which("chromium") or shutil.which("chromium-browser")


@asynccontextmanager
async def chromium(*options: str) -> AsyncIterator[Browser]:
    """Run Chromium meanwhile."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        running = await launch_chromium(playwright, *options)
        yield running
        await running.close()
