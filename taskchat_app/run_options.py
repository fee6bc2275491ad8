"""The options of `reflex run`: the ports it listens on, and the folder it builds the page in."""

import errno
import os
import socket
from dataclasses import dataclass
from pathlib import Path

import click

from taskchat_app.config import Settings

API_PORT = 8000
"""Reflex's own default for an API that has a port of its own."""
PORT_MAX = 65535
PORTS_TRIED = 100
DEV = "dev"
"""Reflex's mode in which its page server has one port and the API another."""
EVERY_ADDRESS = ((socket.AF_INET, ""), (socket.AF_INET6, ""))
"""Reflex wants its ports free on all of the machine's addresses, whichever one it listens on."""


class RunRefused(Exception):
    """`reflex run` cannot do what it was asked for; str() is one line that says why and what to do instead."""


@dataclass(frozen=True)
class RunOptions:
    """What `reflex run` was asked for; a port is None where none was given."""

    env: str
    host: str
    port: int
    """PORT: the page's, unless an option says another one."""
    frontend_only: bool = False
    backend_only: bool = False
    frontend_port: int | None = None
    backend_port: int | None = None

    @property
    def has_one_port(self) -> bool:
        """Whether page and API are served together."""
        return self.env != DEV and not (self.frontend_only or self.backend_only)

    @property
    def page_port(self) -> int:
        """Where browsers find the page, which with --backend-only another process serves."""
        if self.backend_only:
            return self.port
        return self.frontend_port or (self.backend_port if self.has_one_port else None) or self.port

    @property
    def api_port(self) -> int | None:
        """The API's own port; None where it shares the page's, or another process serves it."""
        if self.has_one_port or self.frontend_only:
            return None
        if self.backend_port or self.backend_only:
            return self.backend_port or API_PORT
        return _first_free_port(self.host, self.page_port)

    @property
    def web_folder(self) -> Path:
        """The folder of the page's build.

        A built page holds the address of its server, so each port and mode has a folder of its own: what is built for
        one never replaces what another serves.
        """
        if self.backend_only:
            return Path(f".web-{self.env}-backend-{self.backend_port or API_PORT}")
        return Path(f".web-{self.env}-{self.page_port}")


def options_of_run(chosen: Settings) -> RunOptions | None:
    """The options of the `reflex run` that this process is; None in its worker processes and in all other programs."""
    context = click.get_current_context(silent=True)
    if context is None or context.info_name != "run":
        return None
    given = context.params
    return RunOptions(
        env=given["env"],
        host=given["backend_host"] or chosen.host,
        port=chosen.port,
        frontend_only=given["frontend_only"],
        backend_only=given["backend_only"],
        frontend_port=given["frontend_port"] or None,
        backend_port=given["backend_port"] or None,
    )


def check_options(asked: RunOptions) -> None:
    """Raise RunRefused for options that exclude each other, and for what is no port."""
    for name, port in (("--frontend-port", asked.frontend_port), ("--backend-port", asked.backend_port)):
        if port is not None and not 1 <= port <= PORT_MAX:
            raise RunRefused(f"{name} {port}: use a port from 1 to {PORT_MAX}")
    if asked.backend_only and asked.frontend_port:
        raise RunRefused(
            "--frontend-port: --backend-only serves no page. Leave it out; PORT or PUBLIC_URL says where the page is"
        )
    if asked.frontend_only and asked.backend_port:
        raise RunRefused(
            "--backend-port: --frontend-only serves no API."
            f" Leave it out; REFLEX_API_URL=http://localhost:{asked.backend_port} says where the API is"
        )
    both = asked.frontend_port and asked.backend_port
    if asked.has_one_port and both and asked.frontend_port != asked.backend_port:
        raise RunRefused(
            f"--frontend-port {asked.frontend_port} and --backend-port {asked.backend_port}: with --env {asked.env}"
            " page and API share one port. Give one of the two, or leave out --env"
        )
    if asked.api_port == asked.page_port and not asked.backend_only:
        raise RunRefused(
            f"--backend-port {asked.api_port}: the page has that port already."
            " Give the API another one, or serve both on one port with --env prod"
        )


def check_ports(asked: RunOptions) -> None:
    """Raise RunRefused for a port that this process is going to listen on and cannot."""
    if not asked.backend_only:
        _check_port("PORT" if asked.page_port == asked.port else "--frontend-port", asked.host, asked.page_port)
    if asked.api_port:
        _check_port("--backend-port", asked.host, asked.api_port)


def _check_port(name: str, host: str, port: int) -> None:
    number = _why_taken(host, port)
    if number is None:
        return
    example = f"PORT={port + 1} reflex run" if name == "PORT" else f"{name} {port + 1}"
    instead = f"Choose another port, for example {example}"
    if number == errno.EADDRNOTAVAIL:
        instead = "Choose an address of this machine, or 0.0.0.0 for all of them"
    raise RunRefused(f"HOST {host} and {name} {port}: cannot listen there: {os.strerror(number)}. {instead}")


def _first_free_port(host: str, page_port: int) -> int:
    tried = (port for port in range(API_PORT, API_PORT + PORTS_TRIED) if port != page_port)
    return next((port for port in tried if not _why_taken(host, port)), API_PORT)


def _why_taken(host: str, port: int) -> int | None:
    """The error number with which listening there fails; None where it does not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for kind, address in ((family, host), *EVERY_ADDRESS):
        try:
            with socket.socket(kind, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            if kind is socket.AF_INET6 and not address and error.errno != errno.EADDRINUSE:
                continue  # a machine without IPv6
            return errno.EADDRNOTAVAIL if isinstance(error, socket.gaierror) else error.errno or errno.EADDRNOTAVAIL
    return None
