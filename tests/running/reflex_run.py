"""`reflex run` with any options, as its own process, in a copy of the project that tests may change."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests import built_page
from tests.serving import NO_CERTIFICATES, PROJECT, Server, free_port


def copy_of_project(folder: Path) -> Path:
    """The project without what was built or kept in its folder."""
    left_out = shutil.ignore_patterns(".*", "__pycache__", "docs", "tests", "benchmarks")
    shutil.copytree(PROJECT, folder, ignore=left_out)
    return folder


class ReflexRun(Server):
    """`with ReflexRun(folder, "--env", "prod") as running:`; `api` is where the API is."""

    serves_the_page = False  # it builds its own, where Reflex does

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        super().__init__(**environment)
        self.folder = folder
        self._options = options
        del self._environment["REFLEX_WEB_WORKDIR"]
        self.api = self.origin

    def start(self) -> None:
        """Start it, with the page that was built last where it is built the same way."""
        if "prod" not in self._options or "--backend-only" in self._options:
            return self._start()
        with built_page.shared(self.folder / f".web-prod-{self.port}", urlsplit(self.api).netloc):
            self._start()

    def _command(self) -> list[str]:
        return ["reflex", "run", *self._options]

    def _answers(self) -> bool:
        return _is_there(f"{self.api}/api/health") and _is_there(f"{self.origin}/login")


class TwoPorts(ReflexRun):
    """The same with a port for the page and another one for the API."""

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        port = free_port()
        super().__init__(folder, *options, "--backend-port", str(port), **environment)
        self.api = f"http://localhost:{port}"


class ApiOnly(TwoPorts):
    """`--backend-only`, for the page at `origin`."""

    def __init__(self, folder: Path, page: ReflexRun, **environment: str) -> None:
        super().__init__(folder, "--env", "prod", "--backend-only", PORT=str(page.port), **environment)

    def _answers(self) -> bool:
        return _is_there(f"{self.api}/api/health")


class PageOnly(ReflexRun):
    """`--frontend-only`, once its API is known."""

    def find_api(self, api: str) -> None:
        self._environment["REFLEX_API_URL"] = self.api = api

    def _answers(self) -> bool:
        return _is_there(f"{self.origin}/login")


def _is_there(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, verify=NO_CERTIFICATES).status_code == 200
    except httpx.HTTPError:
        return False
