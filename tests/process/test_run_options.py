"""The options of `reflex run`: the resulting ports, and error messages that say what to do."""

import errno
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from taskchat_app import run_options
from taskchat_app.run_options import API_PORT, RunOptions, RunRefused, check_options, check_ports, check_user

PORT = 3000


def options_for(env: str = "dev", **options: Any) -> RunOptions:
    return RunOptions(env, options.pop("host", "127.0.0.1"), options.pop("port", PORT), **options)


@pytest.fixture(autouse=True)
def every_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_options, "_listen_error", lambda host, port: None)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize(
    ("options", "page", "api"),
    [
        (options_for(), PORT, API_PORT),
        (options_for(port=API_PORT), API_PORT, API_PORT + 1),
        (options_for(frontend_port=4000, backend_port=5000), 4000, 5000),
        (options_for("prod"), PORT, None),
        (options_for("prod", frontend_port=4000), 4000, None),
        (options_for("preview", backend_port=5000), 5000, None),
        (options_for("prod", backend_only=True), PORT, API_PORT),
        (options_for("prod", backend_only=True, backend_port=5000), PORT, 5000),
        (options_for("dev", frontend_only=True, frontend_port=4000), 4000, None),
    ],
)
def test_the_options_determine_the_ports(options: RunOptions, page: int, api: int | None):
    check_options(options)
    assert (options.page_port, options.api_port) == (page, api)


def test_concurrent_runs_build_in_different_folders():
    concurrent = [
        options_for(),
        options_for(port=3001),
        options_for(frontend_port=3002),
        options_for("prod"),
        options_for("preview"),
        options_for("prod", backend_only=True),
        options_for("prod", backend_only=True, backend_port=8001),
        options_for(backend_only=True),
    ]
    assert len({options.web_folder for options in concurrent}) == len(concurrent)


@pytest.mark.parametrize(
    ("options", "option", "instead"),
    [
        (options_for(backend_only=True, frontend_port=4000), "--frontend-port", "Leave it out"),
        (options_for(frontend_only=True, backend_port=5000), "--backend-port", "REFLEX_API_URL=http://localhost:5000"),
        (options_for("prod", frontend_port=4000, backend_port=5000), "--frontend-port 4000", "Give one of the two"),
        (options_for("preview", frontend_port=4000, backend_port=5000), "--frontend-port 4000", "leave out --env"),
        (options_for(frontend_port=4000, backend_port=4000), "--backend-port 4000", "--env prod"),
        (options_for(backend_port=PORT), f"--backend-port {PORT}", "--env prod"),
        (options_for(frontend_port=70000), "--frontend-port 70000", "from 1 to 65535"),
        (options_for("prod", backend_only=True, backend_port=-1), "--backend-port -1", "from 1 to 65535"),
    ],
)
def test_contradicting_options_are_one_line_that_says_what_to_do(options: RunOptions, option: str, instead: str):
    with pytest.raises(RunRefused) as refused:
        check_options(options)
    line = str(refused.value)
    assert line.startswith(option)
    assert instead in line
    assert "\n" not in line


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "fe80::1%lo"])
def test_root_does_not_listen_where_others_reach_it(monkeypatch: pytest.MonkeyPatch, host: str):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(RunRefused, match=rf"^HOST {host}: .* as root\. Start it as a user of its own"):
        check_user(options_for("prod", host=host), on_platform=False)
    check_user(options_for("prod", host=host), on_platform=True)
    for loopback in ("127.0.0.1", "::1", "127.0.0.2", "localhost"):
        check_user(options_for("prod", host=loopback), on_platform=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    check_user(options_for("prod", host=host), on_platform=False)


class TestPorts:
    @pytest.fixture(autouse=True)
    def every_port_is_free(self) -> None:
        """Override the module's fixture: check the real ports."""

    @pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "127.0.0.2"])
    def test_a_taken_port_is_rejected_and_another_one_is_suggested(self, taken: int, host: str):
        with pytest.raises(RunRefused, match=f"PORT {taken}: cannot listen there.* PORT={taken + 1} reflex run$"):
            check_ports(options_for("prod", port=taken, host=host))

    def test_only_ports_that_this_process_listens_on_are_checked(self, taken: int):
        check_ports(options_for("prod", port=taken, backend_only=True, backend_port=_free()))
        with pytest.raises(RunRefused, match=f"--backend-port {taken}: cannot listen there"):
            check_ports(options_for(port=_free(), backend_port=taken))

    def test_the_api_uses_the_next_free_port(self, monkeypatch: pytest.MonkeyPatch, taken: int):
        monkeypatch.setattr(run_options, "API_PORT", taken)
        assert options_for().api_port in range(taken + 1, taken + run_options.PORTS_TRIED)

    @pytest.mark.parametrize("host", ["203.0.113.5", "no.such.host.invalid", "fe80::1%lo", "ff02::1%lo"])
    def test_an_address_of_another_machine_is_rejected(self, host: str):
        line = rf"^HOST {host}: cannot listen there: .*\. Choose an address of this machine"
        with pytest.raises(RunRefused, match=line):
            check_ports(options_for("prod", host=host, port=_free()))

    def test_a_port_that_is_not_permitted_is_rejected(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(run_options, "_listen_error", lambda host, port: errno.EACCES)
        line = r"^HOST 127\.0\.0\.1 and PORT 80: cannot listen there: Permission denied\. Choose another port, "
        with pytest.raises(RunRefused, match=line):
            check_ports(options_for("prod", port=80))

    def test_a_machine_without_ipv6_can_listen(self, monkeypatch: pytest.MonkeyPatch):
        port, real = _free(), socket.socket

        def without_ipv6(family: int, *rest: int) -> socket.socket:
            if family == socket.AF_INET6:
                raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
            return real(family, *rest)

        monkeypatch.setattr(run_options.socket, "socket", without_ipv6)
        check_ports(options_for("prod", port=port))


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
