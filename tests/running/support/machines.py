"""Two machines as in production: two servers with the page, one Postgres, one Redis, and Caddy in front of them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests import built_page
from tests.failures.support.instances import Instance
from tests.failures.support.postgres import Postgres
from tests.running.support.image import caddy
from tests.running.support.redis_server import Redis
from tests.serving import NO_CERTIFICATES

DOMAIN = "tasks.localhost"
METRICS_TOKEN = "a-token-for-prometheus"


class Machine(Instance):
    """A server process as `make run` starts it."""

    built_for = "localhost:3000"
    """One build for both, as for every https address: pages of the one ask the other for files, too."""

    def __init__(self, **environment: str) -> None:
        super().__init__(**environment)
        for name in ("REFLEX_ENV_MODE", "__REFLEX_SKIP_COMPILE"):  # which `reflex run` sets itself
            del self._environment[name]

    @property
    def web(self) -> Path:
        return Path(self._environment["REFLEX_WEB_WORKDIR"])

    def start(self) -> None:
        """Start the process, with the page on its first start."""
        if self.web.exists():
            return self._start()
        with built_page.shared(self.web, self.built_for, only_serves=True):
            self._start()

    def _command(self) -> list[str]:
        return ["reflex", "run", "--env", "prod"]

    def metric(self, name: str) -> float:
        """Return a measurement without labels."""
        headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        answer = httpx.get(f"{self.origin}/metrics", headers=headers, verify=NO_CERTIFICATES)
        samples = (one for family in text_string_to_metric_families(answer.text) for one in family.samples)
        return next(sample.value for sample in samples if sample.name == name)


@dataclass(frozen=True)
class Machines:
    """Both machines, their Redis, and Caddy before them: browsers open `page`, other clients `origin`."""

    pair: tuple[Machine, Machine]
    redis: Redis
    port: int
    page = f"https://{DOMAIN}"

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.port}"


@contextmanager
def two_machines(folder: Path, **environment: str) -> Iterator[Machines]:
    """Start all of it. Beside uvicorn, which the tests need, there is a gunicorn: Reflex would prefer the two."""
    (folder / "modules" / "gunicorn").mkdir(parents=True)
    (folder / "modules" / "gunicorn" / "__init__.py").touch()
    redis = Redis(folder)
    redis.start()
    try:
        with Postgres() as postgres:
            shared = {
                "DATABASE_URL": postgres.url,
                "REDIS_URL": redis.url,
                "JWT_SECRET": secrets.token_hex(32),
                "PUBLIC_URL": Machines.page,
                "TRUSTED_PROXY_HOPS": "1",
                "LOG_FORMAT": "json",
                "METRICS_TOKEN": METRICS_TOKEN,
                "PYTHONPATH": str(folder / "modules"),
                **environment,
            }
            pair = Machine(**shared), Machine(**shared)
            # The second one gets the first one's build, as in one image, whatever other tests build meanwhile.
            with pair[0]:
                built_page.copy(pair[0].web, pair[1].web, only_serves=True)
                with pair[1]:
                    upstreams = " ".join(f"127.0.0.1:{machine.port}" for machine in pair)
                    with caddy(folder, f"{DOMAIN}, localhost", upstreams) as port:
                        yield Machines(pair, redis, port)
    finally:
        redis.end()
