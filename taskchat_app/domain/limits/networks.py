"""Network addresses of clients for limits: an IPv4 address, or the /64 of an IPv6 one."""

import ipaddress
from collections.abc import Iterable

from taskchat_app.config import settings

UNKNOWN = "unknown"


def client_network(peer: str, forwarded: Iterable[str]) -> str:
    """Return the network of a client that connected from `peer` with these `X-Forwarded-For` header lines.

    Of the header, only the last TRUSTED_PROXY_HOPS addresses are trusted: each of our own proxies appends one.
    """
    hops = settings().trusted_proxy_hops
    addresses = [part.strip() for line in forwarded for part in line.split(",")]
    client = addresses[-hops] if hops and len(addresses) >= hops else peer
    return _network(client) or _network(peer) or UNKNOWN


def wider_network(network: str, prefix: int) -> str:
    """Return the IPv6 network of this prefix (/48, /32) that a client's /64 is in; other networks unchanged."""
    if not network.endswith("/64"):
        return network
    return str(ipaddress.IPv6Network(network).supernet(new_prefix=prefix))


def _network(address: str) -> str | None:
    try:
        parsed = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        # One household or server usually owns a whole /64 and could use a new address for each attempt.
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)
