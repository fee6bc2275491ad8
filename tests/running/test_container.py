"""The container files: linted, and their steps run without Docker behind a real Caddy."""

import http.server
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from playwright.async_api import Browser, async_playwright, expect

from taskchat_app.config import Settings, SettingsError, read_settings
from taskchat_app.domain.storage.embedded_postgres import FAST_STOP_SECONDS, IMMEDIATE_STOP_SECONDS
from taskchat_app.reflex_patches.exported_files import BACKUPS, HOME_FILES
from taskchat_app.shutdown_limits import SUPERVISOR_PATIENCE_SECONDS
from tests import browsers
from tests.programs import needs
from tests.running.support.image import CADDY, ContainerRun, caddy, stages
from tests.running.support.reflex_run import copy_of_project
from tests.running.test_reflex_run import use_all_pages
from tests.serving import PROJECT, free_port, http_server
from tests.ui.visitor import Visitor

DOMAIN = "tasks.localhost"
"""A name that Caddy certifies by itself."""
IMAGES_OWN = {"HOST", "PORT", "TASKCHAT_HOME"}
"""Settings that the image makes itself."""


def test_the_dockerfile_passes_its_linter():
    linter = Path(sys.executable).parent / "hadolint"
    ran = subprocess.run([linter, PROJECT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


def test_the_image_asks_for_a_database_where_the_disk_is_lost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    _, image = stages(3000, tmp_path)
    monkeypatch.delenv("TASKCHAT_HOME")
    for name, value in image.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    assert f"ln -s /data {read_settings().home}" in image.runs[0]
    monkeypatch.setenv("K_SERVICE", "tasks")
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: "):
        read_settings()


@pytest.mark.parametrize(("status", "is_healthy"), [(200, True), (503, False)])
def test_the_health_check_asks_the_port_that_is_set(tmp_path: Path, status: int, is_healthy: bool):
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/api/health" else 200)
            self.end_headers()

    _, image = stages(3000, tmp_path)
    python, *arguments = image.health
    assert python == "python"
    with http_server(Answer) as port:
        command = [sys.executable, *arguments]
        checked = subprocess.run(command, env={"PORT": str(port)}, capture_output=True, check=False)
    assert (checked.returncode == 0) is is_healthy


def test_backups_and_data_stay_out_of_the_image_and_backups_out_of_git():
    image, git = ((PROJECT / name).read_text().splitlines() for name in (".dockerignore", ".gitignore"))
    assert {f"**/*{end}" for end in BACKUPS} | {f"**/{name}" for name in (*HOME_FILES, "postgres")} <= set(image)
    assert {f"*{end}" for end in BACKUPS} <= set(git)


def test_the_services_get_all_settings_and_no_other_variable():
    services = yaml.safe_load((PROJECT / "compose.yaml").read_text())["services"]
    settings = {name.upper() for name in Settings.model_fields}
    assert set(services["app"]["environment"]) == settings - IMAGES_OWN
    assert services["app"]["stop_grace_period"] == "20s"
    assert SUPERVISOR_PATIENCE_SECONDS + FAST_STOP_SECONDS + IMMEDIATE_STOP_SECONDS < 20
    assert (PROJECT / services["proxy"]["volumes"][0].split(":")[0]).is_file()


def test_the_second_file_adds_an_equal_app_which_the_proxy_knows():
    files = [PROJECT / name for name in ("compose.yaml", "compose.two.yaml")]
    one, two = (yaml.safe_load(file.read_text())["services"] for file in files)
    app, second = one["app"], two["app2"]
    given = app["environment"].items()
    shared = {name: value and re.sub(r":\?[^}]*}", "}", value) for name, value in given}
    environment, depends_on = shared | two["app"]["environment"], app["depends_on"] | two["app"]["depends_on"]
    assert second == {**app, "environment": environment, "depends_on": depends_on}
    assert set(second["environment"]) <= {name.upper() for name in Settings.model_fields}
    assert two["proxy"]["environment"]["APP"] == "app:3000 app2:3000"
    assert "ports" not in app  # TRUSTED_PROXY_HOPS believes whoever connects


def test_the_services_have_bounds_and_no_more_rights_than_they_need():
    one, two = (yaml.safe_load((PROJECT / name).read_text()) for name in ("compose.yaml", "compose.two.yaml"))
    services = one["services"] | {name: two["services"][name] for name in ("app2", "valkey")}
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "mem_limit" in service, name
        assert service["read_only"] is True, name
    networks = {name: set(service["networks"]) for name, service in services.items()}
    both = {"page", "data"}
    assert networks == {"app": both, "app2": both, "database": {"data"}, "valkey": {"data"}, "proxy": {"page"}}
    assert one["networks"]["data"] == {"internal": True}
    assert "requirepass" in services["valkey"]["command"][-1]
    assert "VALKEY_PASSWORD" in services["app2"]["environment"]["REDIS_URL"]


def test_the_apps_login_is_no_superuser():
    database = yaml.safe_load((PROJECT / "compose.yaml").read_text())["services"]["database"]
    assert "POSTGRES_USER" not in database["environment"]  # it would be the superuser
    # Over TCP: the server that runs this script answers on its socket, and then stops.
    assert "--host" in database["healthcheck"]["test"]
    script = PROJECT / database["volumes"][1].split(":")[0]
    assert "CREATE ROLE taskchat LOGIN CREATEROLE PASSWORD" in script.read_text()
    subprocess.run(["sh", "-n", script], check=True)


@needs("caddy")
def test_the_proxy_neither_buffers_nor_cuts_answers(tmp_path: Path):
    command = [CADDY, "adapt", "--config", str(PROJECT / "deploy" / "Caddyfile"), "--adapter", "caddyfile"]
    adapted = subprocess.run(command, env={"DOMAIN": DOMAIN}, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "flush_interval" not in adapted.stdout  # -1 would keep the streams of clients that have left
    assert "timeout" not in adapted.stdout
    assert "buffers" not in adapted.stdout


@pytest.mark.soak
@needs("caddy")
async def test_the_image_serves_a_page_behind_a_proxy_on_any_port_without_building_again(tmp_path: Path):
    project, port = copy_of_project(tmp_path / "app"), free_port()
    container = ContainerRun(project, port, f"https://{DOMAIN}", TRUSTED_PROXY_HOPS="1")
    container.build()
    built = _files(project)
    with container, caddy(tmp_path, DOMAIN, f"127.0.0.1:{port}") as proxy_port:
        assert "Creating Production Build" not in container.output
        assert _files(project) == built, "the services' root is read-only"
        async with async_playwright() as playwright:
            mapping = f"--host-resolver-rules=MAP {DOMAIN}:443 127.0.0.1:{proxy_port}"
            browser = await browsers.launch(playwright, mapping)
            await _visit(browser, container)
            await browser.close()


def _files(app: Path) -> dict[Path, int]:
    """Return the files of the image, without what is in a volume or in memory, and when each was written."""
    services = yaml.safe_load((PROJECT / "compose.yaml").read_text())["services"]
    writable = {Path(folder).name for folder in services["app"]["tmpfs"]} | {".taskchat", "__pycache__"}
    files = {file.relative_to(app): file.stat().st_mtime_ns for file in app.rglob("*") if file.is_file()}
    return {file: written for file, written in files.items() if not writable & set(file.parts)}


async def _visit(browser: Browser, container: ContainerRun) -> None:
    expect.set_options(timeout=60_000)
    context = await browser.new_context(ignore_https_errors=True)
    visitor = Visitor(container, context, await context.new_page(), "")
    await use_all_pages(visitor)
    (cookie,) = await context.cookies()
    assert (cookie.get("secure"), cookie.get("sameSite")) == (True, "Lax")
    await visitor.page.goto("about:blank")
