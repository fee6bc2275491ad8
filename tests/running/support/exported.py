"""The two archives of `reflex export`, unpacked and served from two sites, as on a host for static pages and an API."""

import http.server
import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from tests import built_page
from tests.running.support.reflex_run import ReflexRun, responds
from tests.serving import free_port, http_server

PAGE_HOST, API_HOST = "page.localhost", "api.localhost"
"""Two sites for browsers, which treat both as secure (W3C Secure Contexts)."""
INSTALL_SECONDS = 300
FALLBACK = "__spa-fallback.html"
"""The file of the export for addresses without a file."""


class ExportedApi(ReflexRun):
    """The unpacked backend.zip in an environment of its own; `origin` is the page's, which a static server serves."""

    def __init__(self, folder: Path, page_port: int, environment_folder: Path, **environment: str) -> None:
        port = free_port()
        options = ("--env", "prod", "--backend-only", "--backend-port", str(port))
        page = f"http://{PAGE_HOST}:{page_port}"
        super().__init__(folder, *options, PUBLIC_URL=page, **environment)
        self.origin, self.api = page, f"http://{API_HOST}:{port}"
        self._local = f"http://127.0.0.1:{port}"
        del self._environment["PORT"]
        self.python = str(environment_folder / "bin" / "python")
        self._environment["PATH"] = f"{environment_folder / 'bin'}{os.pathsep}{os.defpath}"

    @property
    def has_home(self) -> bool:
        """Whether it has kept anything beside its database."""
        return Path(self.home).exists()

    def _answers(self) -> bool:
        return responds(f"{self._local}/api/health")


class _PageFiles(http.server.SimpleHTTPRequestHandler):
    """Serves the export's files, and the fallback for addresses without one."""

    def send_head(self):
        if not Path(self.translate_path(self.path)).exists():
            self.path = f"/{FALLBACK}"
        return super().send_head()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        pass


def export(project: Path, folder: Path, page_port: int, api: str, *excluded: str) -> None:
    """Run `reflex export` in the project, on the last build of the page; unpack its archives into `page` and `api`."""
    run = ReflexRun(project, REFLEX_DEPLOY_URL=f"http://{PAGE_HOST}:{page_port}", REFLEX_API_URL=api)
    options = [option for name in excluded for option in ("--exclude-from-backend", name)]
    folder.mkdir(parents=True, exist_ok=True)
    with built_page.shared(project / ".web", urlsplit(api).netloc):
        ran = subprocess.run(
            [sys.executable, "-m", "reflex", "export", "--zip-dest-dir", str(folder), *options],
            cwd=project,
            env=run.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout[-4000:]
    for name, target in (("frontend", "page"), ("backend", "api")):
        with zipfile.ZipFile(folder / f"{name}.zip") as archive:
            archive.extractall(folder / target)


@contextmanager
def installing(requirements: Path, environment_folder: Path) -> Iterator[None]:
    """Install the requirements into a new virtual environment meanwhile, and wait for it."""
    venv.create(environment_folder)
    python = str(environment_folder / "bin" / "python")
    options = ("install", "--quiet", "--no-compile", "--disable-pip-version-check", "-r", str(requirements))
    with (environment_folder / "pip.log").open("wb") as log:
        pip = subprocess.Popen([sys.executable, "-m", "pip", "--python", python, *options], stdout=log, stderr=log)
    try:
        yield
    finally:
        code = pip.wait(INSTALL_SECONDS)
    assert code == 0, (environment_folder / "pip.log").read_text()[-4000:]


@contextmanager
def static_pages(folder: Path, port: int) -> Iterator[None]:
    """Serve the folder on 127.0.0.1."""
    with http_server(partial(_PageFiles, directory=str(folder)), port):
        yield
