"""Runs the Dockerfile's build and command without Docker, in a folder of its own, and a Caddy in front of it."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests import built_page, evidence
from tests.running.support.reflex_run import ReflexRun, responds
from tests.serving import PROJECT, free_port

DOCKERFILE = PROJECT / "Dockerfile"
PORT = "PORT=3000"
"""Where the image sets its port. A test sets a free one, as `docker run -e PORT=…` and hosting platforms do."""
INSTALLS = "pip install"
"""The step that is left out: the tests' own environment has the packages."""
UNREACHABLE = {"BUN_CONFIG_REGISTRY": "http://127.0.0.1:9", "NPM_CONFIG_REGISTRY": "http://127.0.0.1:9"}
CADDY = shutil.which("caddy") or "caddy"
CADDYFILE = PROJECT / "deploy" / "Caddyfile"


class Stage:
    """One stage of a Dockerfile: its variables, and what RUN, CMD and HEALTHCHECK execute."""

    def __init__(self, text: str) -> None:
        lines = text.replace("\\\n", " ").splitlines()
        instructions = [line.partition(" ") for line in lines if line and not line.startswith("#")]
        self.runs = [rest for name, _, rest in instructions if name == "RUN"]
        self.command: list[str] = next((json.loads(rest) for name, _, rest in instructions if name == "CMD"), [])
        checks = (rest.partition("CMD ")[2] for name, _, rest in instructions if name == "HEALTHCHECK")
        self.health: list[str] = next((json.loads(check) for check in checks), [])
        variables = [pair for name, _, rest in instructions if name == "ENV" for pair in rest.split()]
        self.variables = dict(pair.split("=", 1) for pair in variables)


def stages(port: int, app: Path) -> tuple[Stage, Stage]:
    """Return the stages of the Dockerfile, with this folder for /app, and with this port in the container only."""
    text = DOCKERFILE.read_text().replace(PORT, f"PORT={port}").replace("/app", str(app))
    text = text.replace(f"{app}/.venv/bin:$PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    _, build, run = re.split(r"^FROM .*$", text, flags=re.MULTILINE)
    return Stage(build), Stage(run)


class ContainerRun(ReflexRun):
    """The image's command in its environment; `origin` is where browsers reach it."""

    def __init__(self, app: Path, port: int, origin: str, **environment: str) -> None:
        self._build_stage, self._stage = stages(port, app)
        own = self._stage.variables
        super().__init__(app, PUBLIC_URL=origin, **{**own, **environment})
        self._environment |= own
        if os.geteuid() == 0:  # the image has a user of its own, which tests as root cannot be
            self._environment["HOST"] = "127.0.0.1"
        self.api = f"http://127.0.0.1:{port}"
        self.origin = origin

    def build(self) -> None:
        """Execute the build stage's steps, except the installation of packages, on the last build of the page."""
        environment = self.environment | self._build_stage.variables
        for name in ("PUBLIC_URL", "PORT"):  # known only to the container
            del environment[name]
        web, address = Path(environment["REFLEX_WEB_WORKDIR"]), urlsplit(environment["REFLEX_API_URL"]).netloc
        with built_page.shared(web, address):
            for step in (step for step in self._build_stage.runs if INSTALLS not in step):
                shell = ["/bin/sh", "-c", step]
                ran = subprocess.run(
                    shell, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
                )
                assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]

    def _start(self) -> None:
        self._environment |= UNREACHABLE  # a started container needs no package registry
        super()._start()

    def _command(self) -> list[str]:
        python, module, *command = self._stage.command
        assert (python, module) == ("python", "-m")
        return command

    def _answers(self) -> bool:
        return responds(f"{self.api}/api/health") and responds(f"{self.api}/login")


@contextmanager
def caddy(folder: Path, domain: str, app: str, config: Path = CADDYFILE) -> Iterator[int]:
    """Run Caddy with the project's Caddyfile, or another one, in front of the app; yield its port for https.

    It serves before it has made its certificates, and refuses connections with TLS until then.
    """
    port = free_port()
    environment = {
        **os.environ,
        "DOMAIN": domain,
        "APP": app,
        "CADDY_OPTIONS": f"https_port {port}\nhttp_port {free_port()}\nadmin off",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    log_name = f"caddy-{port}.log"
    evidence.log_begins(log_name, folder / "caddy.log")
    command = [CADDY, "run", "--config", str(config), "--adapter", "caddyfile"]
    with (folder / "caddy.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while not all(_has_certificate(name, port) for name in domain.split(", ")):
            assert process.poll() is None, (folder / "caddy.log").read_text()
            assert time.monotonic() < deadline, f"Caddy did not start: {(folder / 'caddy.log').read_text()[-4000:]}"
            time.sleep(0.1)
        yield port
    finally:
        evidence.log_ends(log_name, by_failure=sys.exc_info()[0] is not None)
        process.terminate()
        process.wait(20)


def _has_certificate(name: str, port: int) -> bool:
    """Return whether a server on this port completes a TLS handshake for the name."""
    anybody = ssl._create_unverified_context()
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as connection,
            anybody.wrap_socket(connection, server_hostname=name),
        ):
            return True
    except OSError:
        return False
