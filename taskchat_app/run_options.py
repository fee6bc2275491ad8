"""Chooses and checks the ports of `reflex run` (an address in use is refused), and the folder of the page's build."""

import errno
import os
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import click

from taskchat_app.config import Settings

API_PORT = 8000
"""Reflex's default for an API with a separate port."""
PORT_MAX = 65535
PORTS_TRIED = 100
DEV = "dev"
"""Reflex's mode with separate ports for page and API."""
EVERY_ADDRESS = ((socket.AF_INET, ""), (socket.AF_INET6, ""))
"""Reflex requires its ports to be free on all addresses, whichever one it listens on."""

PORT_ERRORS = (errno.EADDRINUSE, errno.EACCES, errno.EPERM)
"""The port is taken or not permitted; any other error is one of the address."""


class RunRefused(Exception):
    """`reflex run` cannot run with these options; str() is one line that says why and what to do instead."""


@dataclass(frozen=True)
class RunOptions:
    """The options of `reflex run`; a port is None if it was not given."""

    env: str
    host: str
    port: int
    """PORT: the page's port unless an option names another one."""
    frontend_only: bool = False
    backend_only: bool = False
    frontend_port: int | None = None
    backend_port: int | None = None

    @property
    def has_one_port(self) -> bool:
        return self.env != DEV and not (self.frontend_only or self.backend_only)

    @property
    def page_port(self) -> int:
        """The page's port; with --backend-only, another process listens on it."""
        if self.backend_only:
            return self.port
        shared_port = self.backend_port if self.has_one_port else None
        return self.frontend_port or shared_port or self.port

    @property
    def api_port(self) -> int | None:
        """The API's separate port; None if it shares the page's port or another process serves the API."""
        if self.has_one_port or self.frontend_only:
            return None
        if self.backend_port or self.backend_only:
            return self.backend_port or API_PORT
        for port in range(API_PORT, API_PORT + PORTS_TRIED):
            if port != self.page_port and _listen_error(self.host, port) is None:
                return port
        return API_PORT

    @property
    def web_folder(self) -> Path:
        """The folder of the page's build.

        A built page contains its server's address, so each port and mode has its own folder: a build never replaces a
        page that another server serves.
        """
        if self.backend_only:
            return Path(f".web-{self.env}-backend-{self.backend_port or API_PORT}")
        return Path(f".web-{self.env}-{self.page_port}")


def options_of_run(chosen: Settings) -> RunOptions | None:
    """Return the options if this process is `reflex run`; None in its worker processes and other programs."""
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


def check_options(options: RunOptions) -> None:
    """Raise RunRefused for options that exclude each other, and for invalid ports."""
    for name, port in (("--frontend-port", options.frontend_port), ("--backend-port", options.backend_port)):
        if port is not None and not 1 <= port <= PORT_MAX:
            raise RunRefused(f"{name} {port}: use a port from 1 to {PORT_MAX}")
    if options.backend_only and options.frontend_port:
        raise RunRefused(
            "--frontend-port: --backend-only serves no page. Leave it out; PORT or PUBLIC_URL says where the page is"
        )
    if options.frontend_only and options.backend_port:
        raise RunRefused(
            "--backend-port: --frontend-only serves no API."
            f" Leave it out; REFLEX_API_URL=http://localhost:{options.backend_port} says where the API is"
        )
    differ = options.frontend_port and options.backend_port and options.frontend_port != options.backend_port
    if options.has_one_port and differ:
        raise RunRefused(
            f"--frontend-port {options.frontend_port} and --backend-port {options.backend_port}:"
            f" with --env {options.env} page and API share one port. Give one of the two, or leave out --env"
        )
    if options.api_port == options.page_port and not options.backend_only:
        raise RunRefused(
            f"--backend-port {options.api_port}: the page has that port already."
            " Give the API another one, or serve both on one port with --env prod"
        )


def check_user(options: RunOptions, *, on_platform: bool) -> None:
    """Raise RunRefused if root would listen on an address that others reach.

    On a hosting platform the machine is the application's own, and the platform chooses its user.
    """
    if os.geteuid() != 0 or on_platform or _is_loopback(options.host):
        return
    raise RunRefused(
        f"HOST {options.host}: others reach this address, and taskchat does not listen on it as root."
        " Start it as a user of its own (useradd --create-home taskchat; su taskchat), who owns its folder"
        " and TASKCHAT_HOME, or with HOST=127.0.0.1 behind a proxy"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


def check_ports(options: RunOptions) -> None:
    """Raise RunRefused if this process cannot listen on one of its ports."""
    if not options.backend_only:
        _check_port("PORT" if options.page_port == options.port else "--frontend-port", options.host, options.page_port)
    if options.api_port:
        _check_port("--backend-port", options.host, options.api_port)


def _check_port(name: str, host: str, port: int) -> None:
    error_number = _listen_error(host, port)
    if error_number is None:
        return
    reason = f"cannot listen there: {os.strerror(error_number)}"
    if error_number not in PORT_ERRORS:
        raise RunRefused(f"HOST {host}: {reason}. Choose an address of this machine, or 0.0.0.0 for all of them")
    example = f"PORT={port + 1} reflex run" if name == "PORT" else f"{name} {port + 1}"
    raise RunRefused(f"HOST {host} and {name} {port}: {reason}. Choose another port, for example {example}")


def _listen_error(host: str, port: int) -> int | None:
    """Return the errno of listening on the port, on the host's address and on every one; None without an error."""
    family_of_host = socket.AF_INET6 if ":" in host else socket.AF_INET
    for family, address in ((family_of_host, host), *EVERY_ADDRESS):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            is_every_ipv6 = (family, address) == (socket.AF_INET6, "")
            if is_every_ipv6 and error.errno != errno.EADDRINUSE:
                continue  # a machine without IPv6
            is_unknown_host = isinstance(error, socket.gaierror)  # its errno is no number of the system
            return errno.EADDRNOTAVAIL if is_unknown_host else error.errno or errno.EADDRNOTAVAIL
    return None
