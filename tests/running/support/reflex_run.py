"""Runs `reflex run` with any options as its own process, in a copy of the project that tests may change."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests import built_page
from tests.serving import NO_CERTIFICATES, PROJECT, Server, free_port


def copy_of_project(folder: Path) -> Path:
    """Copy the project without build results and local state; with its bytecode, which takes seconds to make."""
    ignored = shutil.ignore_patterns(".*", "*.pyc.*", "docs", "tests", "test-results", "benchmarks", "examples")
    shutil.copytree(PROJECT, folder, ignore=ignored)
    return folder


class ReflexRun(Server):
    """`with ReflexRun(folder, "--env", "prod") as running:`; `api` is the API's origin."""

    serves_the_page = False  # it builds the page itself

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        super().__init__(**environment)
        self.folder = folder
        self._options = options
        if "REFLEX_WEB_WORKDIR" not in environment:
            del self._environment["REFLEX_WEB_WORKDIR"]
        self.api = self.origin

    def start(self) -> None:
        """Start the process; a production run uses the last build of the page."""
        if "prod" not in self._options or "--backend-only" in self._options:
            return self._start()
        with built_page.shared(self.folder / f".web-prod-{self.port}", urlsplit(self.api).netloc):
            self._start()

    def _command(self) -> list[str]:
        return ["reflex", "run", *self._options]

    def _answers(self) -> bool:
        return responds(f"{self.api}/api/health") and responds(f"{self.origin}/login")


class TwoPorts(ReflexRun):
    """A run with one port for the page and another one for the API."""

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        port = free_port()
        super().__init__(folder, *options, "--backend-port", str(port), **environment)
        self.api = f"http://localhost:{port}"


class ApiOnly(TwoPorts):
    """A run with `--backend-only`, for the page at `origin`."""

    def __init__(self, folder: Path, page: ReflexRun, **environment: str) -> None:
        super().__init__(folder, "--env", "prod", "--backend-only", PORT=str(page.port), **environment)

    def _answers(self) -> bool:
        return responds(f"{self.api}/api/health")


class PageOnly(ReflexRun):
    """A run with `--frontend-only`; call `find_api` before its start."""

    def find_api(self, api: str) -> None:
        self._environment["REFLEX_API_URL"] = self.api = api

    def _answers(self) -> bool:
        return responds(f"{self.origin}/login")


def responds(url: str) -> bool:
    """Return whether a GET request is answered with 200."""
    try:
        return httpx.get(url, timeout=5, verify=NO_CERTIFICATES).status_code == 200
    except httpx.HTTPError:
        return False
