"""Tests that start a server, a browser and Postgres, and wait for ever; test_interrupted_runs.py runs and ends them."""

import asyncio
import os
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.failures.support.postgres import Postgres
from tests.serving import Server
from tests.twins import Twins
from tests.ui.conftest import browser as browser
from tests.ui.conftest import offline_server as offline_server


@pytest.mark.parametrize("number", range(2))
async def test_that_waits(number: int, offline_server: Server, browser: Browser, postgres: Twins, tmp_path: Path):
    page = await browser.new_page()
    await page.goto(offline_server.origin)
    with Postgres():
        tell_that_all_runs()
        await asyncio.Event().wait()


def tell_that_all_runs() -> None:
    Path(os.environ["STARTED"], str(os.getpid())).touch()
