"""The container files: linted, and their steps run without Docker behind a real Caddy."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from playwright.async_api import Browser, async_playwright, expect

from taskchat_app.config import Settings
from tests.running.image import CADDY, ContainerRun, caddy
from tests.running.reflex_run import copy_of_project
from tests.running.test_reflex_run import use_all_pages
from tests.serving import PROJECT, free_port
from tests.ui.conftest import launch_chromium
from tests.ui.visitor import Visitor

DOMAIN = "tasks.localhost"
"""A name that Caddy certifies by itself."""
pytestmark = pytest.mark.timeout(400)


def test_the_dockerfile_passes_its_linter():
    linter = Path(sys.executable).parent / "hadolint"
    ran = subprocess.run([linter, PROJECT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


def test_the_services_get_settings_of_the_app_only():
    services = yaml.safe_load((PROJECT / "compose.yaml").read_text())["services"]
    names = set(services["app"]["environment"])
    assert names <= {name.upper() for name in Settings.model_fields}
    assert {"PUBLIC_URL", "DATABASE_URL", "JWT_SECRET", "TRUSTED_PROXY_HOPS"} <= names
    assert services["app"]["stop_grace_period"] == "20s"
    assert (PROJECT / services["proxy"]["volumes"][0].split(":")[0]).is_file()


@pytest.mark.skipif(shutil.which(CADDY) is None, reason="needs caddy, which .ci/run installs")
async def test_the_image_serves_a_page_behind_a_proxy_without_building_again(tmp_path: Path):
    project, port = copy_of_project(tmp_path / "app"), free_port()
    container = ContainerRun(project, port, f"https://{DOMAIN}", TRUSTED_PROXY_HOPS="1")
    container.build()
    with container, caddy(tmp_path, DOMAIN, f"127.0.0.1:{port}") as proxy_port:
        assert "Creating Production Build" not in container.output
        async with async_playwright() as playwright:
            mapping = f"--host-resolver-rules=MAP {DOMAIN}:443 127.0.0.1:{proxy_port}"
            browser = await launch_chromium(playwright, mapping)
            await _visit(browser, container)
            await browser.close()


async def _visit(browser: Browser, container: ContainerRun) -> None:
    expect.set_options(timeout=60_000)
    context = await browser.new_context(ignore_https_errors=True)
    visitor = Visitor(container, context, await context.new_page(), "")
    await use_all_pages(visitor)
    (cookie,) = await context.cookies()
    assert (cookie.get("secure"), cookie.get("sameSite")) == (True, "Lax")
    await visitor.page.goto("about:blank")
