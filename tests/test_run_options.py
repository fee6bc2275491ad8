"""The options of `reflex run`: the ports that follow from them, and the refusals that say what to do."""

import errno
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from taskchat_app import run_options
from taskchat_app.run_options import API_PORT, RunOptions, RunRefused, check_options, check_ports

PORT = 3000


def asked(env: str = "dev", **options: Any) -> RunOptions:
    return RunOptions(env, options.pop("host", "127.0.0.1"), options.pop("port", PORT), **options)


@pytest.fixture(autouse=True)
def every_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_options, "_why_taken", lambda host, port: None)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize(
    ("options", "page", "api"),
    [
        (asked(), PORT, API_PORT),
        (asked(port=API_PORT), API_PORT, API_PORT + 1),
        (asked(frontend_port=4000, backend_port=5000), 4000, 5000),
        (asked("prod"), PORT, None),
        (asked("prod", frontend_port=4000), 4000, None),
        (asked("preview", backend_port=5000), 5000, None),
        (asked("prod", backend_only=True), PORT, API_PORT),
        (asked("prod", backend_only=True, backend_port=5000), PORT, 5000),
        (asked("dev", frontend_only=True, frontend_port=4000), 4000, None),
    ],
)
def test_the_options_decide_the_ports(options: RunOptions, page: int, api: int | None):
    check_options(options)
    assert (options.page_port, options.api_port) == (page, api)


def test_runs_that_can_be_beside_each_other_build_in_different_folders():
    beside = [
        asked(),
        asked(port=3001),
        asked(frontend_port=3002),
        asked("prod"),
        asked("preview"),
        asked("prod", backend_only=True),
        asked("prod", backend_only=True, backend_port=8001),
        asked(backend_only=True),
    ]
    assert len({options.web_folder for options in beside}) == len(beside)


@pytest.mark.parametrize(
    ("options", "what", "instead"),
    [
        (asked(backend_only=True, frontend_port=4000), "--frontend-port", "Leave it out"),
        (asked(frontend_only=True, backend_port=5000), "--backend-port", "REFLEX_API_URL=http://localhost:5000"),
        (asked("prod", frontend_port=4000, backend_port=5000), "--frontend-port 4000", "Give one of the two"),
        (asked("preview", frontend_port=4000, backend_port=5000), "--frontend-port 4000", "leave out --env"),
        (asked(frontend_port=4000, backend_port=4000), "--backend-port 4000", "--env prod"),
        (asked(backend_port=PORT), f"--backend-port {PORT}", "--env prod"),
        (asked(frontend_port=70000), "--frontend-port 70000", "from 1 to 65535"),
        (asked("prod", backend_only=True, backend_port=-1), "--backend-port -1", "from 1 to 65535"),
    ],
)
def test_what_cannot_be_is_one_line_that_says_what_to_do_instead(options: RunOptions, what: str, instead: str):
    with pytest.raises(RunRefused) as refused:
        check_options(options)
    line = str(refused.value)
    assert line.startswith(what)
    assert instead in line
    assert "\n" not in line


class TestPorts:
    @pytest.fixture(autouse=True)
    def every_port_is_free(self) -> None:
        """As it is on this machine."""

    @pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "127.0.0.2"])
    def test_a_taken_port_is_refused_with_another_one(self, taken: int, host: str):
        with pytest.raises(RunRefused, match=f"PORT {taken}: cannot listen there.* PORT={taken + 1} reflex run$"):
            check_ports(asked("prod", port=taken, host=host))

    def test_only_the_ports_that_this_process_listens_on_matter(self, taken: int):
        check_ports(asked("prod", port=taken, backend_only=True, backend_port=_free()))
        with pytest.raises(RunRefused, match=f"--backend-port {taken}: cannot listen there"):
            check_ports(asked(port=_free(), backend_port=taken))

    def test_the_api_takes_the_next_port_that_is_free(self, monkeypatch: pytest.MonkeyPatch, taken: int):
        monkeypatch.setattr(run_options, "API_PORT", taken)
        assert asked().api_port in range(taken + 1, taken + run_options.PORTS_TRIED)

    @pytest.mark.parametrize("host", ["203.0.113.5", "no.such.host.invalid"])
    def test_an_address_of_another_machine_is_refused(self, host: str):
        with pytest.raises(RunRefused, match=f"^HOST {host} and PORT .* Choose an address of this machine"):
            check_ports(asked("prod", host=host, port=_free()))

    def test_a_machine_without_ipv6_can_listen(self, monkeypatch: pytest.MonkeyPatch):
        port, real = _free(), socket.socket

        def without_ipv6(family: int, *rest: int) -> socket.socket:
            if family == socket.AF_INET6:
                raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
            return real(family, *rest)

        monkeypatch.setattr(run_options.socket, "socket", without_ipv6)
        check_ports(asked("prod", port=port))


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
