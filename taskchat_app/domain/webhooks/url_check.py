"""Checks the URLs of webhooks: none may lead into a private network, unless ALLOW_PRIVATE_HOOKS permits it."""

import asyncio
import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from urllib.parse import urlsplit

from taskchat_app.config import settings
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import gettext
from taskchat_app.setting_values import DEFAULT_PORTS, HOST_NAME, ascii_host

URL_MAX_CHARACTERS = 2_000
RESOLVE_SECONDS = 5.0
LOOK_UPS_MAX = 16
OPEN_PORTS_FROM = 1024
"""Of the ports below, only those of HTTP: the others belong to services such as mail, which could read the request."""
PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa")
BLOCKED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # Azure's metadata service
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2001::/23",
    )
)
"""Addresses that ipaddress (Python 3.11) takes for global."""
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
PRIVATE = gettext("This address leads into a private network. Give one that is public.")
MALFORMED = gettext("Nothing can be sent to this address. Write it as https://example.org/hook, without a password.")


class PrivateAddress(Exception):
    """The host's name leads to an address that is not public."""


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of a webhook's checked URL."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def at(self, address: str) -> str:
        """Return the URL with an IP address instead of the host's name."""
        host = f"[{address}]" if ":" in address else address
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def parse_target(url: str) -> Target:
    """Return the target of a URL. Raises Invalid if it is no http(s) URL, or names a private host or odd port."""
    is_one_word = url.isprintable() and " " not in url and "\\" not in url
    try:
        if len(url) > URL_MAX_CHARACTERS or not is_one_word:
            raise ValueError(url)
        parts = urlsplit(url)
        host, port = _host(parts.hostname or ""), parts.port
        has_login = "@" in parts.netloc
        if parts.scheme not in DEFAULT_PORTS or has_login or port == 0:
            raise ValueError(url)
    except ValueError:
        raise Invalid(MALFORMED, field="url") from None
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not settings().allow_private_hooks and _is_private(host.rstrip("."), port):
        raise Invalid(PRIVATE, field="url")
    return Target(parts.scheme, host, port, path)


def _is_private(host: str, port: int) -> bool:
    """Return whether the host has a name of private networks, or the port belongs to another service than HTTP."""
    is_address = ":" in host or host.isdecimal() or host.startswith("0x")  # "2130706433" is 127.0.0.1
    is_single_word = "." not in host and not is_address
    is_of_other_service = port < OPEN_PORTS_FROM and port not in DEFAULT_PORTS.values()
    return is_single_word or is_of_other_service or f".{host}".endswith(PRIVATE_SUFFIXES)


async def resolve(target: Target) -> list[str]:
    """Return the addresses of the host after checking them all. Raises PrivateAddress, OSError, TimeoutError."""
    literal = _ip_literal(target.host)
    addresses = [literal] if literal else await _look_up(target)
    if not settings().allow_private_hooks and not all(map(is_public, addresses)):
        raise PrivateAddress
    return addresses


async def check_url(url: str) -> None:
    """Raise Invalid if the URL leads inside. A name that is not found now passes: each delivery checks it again."""
    try:
        await resolve(parse_target(url))
    except PrivateAddress:
        raise Invalid(PRIVATE, field="url") from None
    except (OSError, TimeoutError):
        pass


def _ip_literal(host: str) -> str | None:
    """Return the address that the host is, as in 127.0.0.1, 127.1 or 0x7f000001; None if it is a name."""
    if ":" in host:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return None


async def _look_up(target: Target) -> list[str]:
    async with asyncio.timeout(RESOLVE_SECONDS):
        look_up = partial(socket.getaddrinfo, target.host, target.port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(_look_ups(), look_up)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@lru_cache(maxsize=1)
def _look_ups() -> ThreadPoolExecutor:
    """Return threads of their own: a look-up that hangs cannot be ended, and would hold up other work."""
    return ThreadPoolExecutor(LOOK_UPS_MAX, "webhook-look-up")


def is_public(address: str) -> bool:
    """Return whether the IP address is public, also where it contains an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in GLOBAL_UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in BLOCKED)


def _host(name: str) -> str:
    """Return the host in ASCII; raise ValueError if it is none."""
    if ":" in name and "%" not in name:  # "%" begins the name of a network of this machine
        return str(ipaddress.IPv6Address(name))
    host = ascii_host(name)
    if not HOST_NAME.fullmatch(host.rstrip(".")):
        raise ValueError(name)
    return host
