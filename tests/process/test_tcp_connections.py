"""The connection limit of the server that Reflex starts."""

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from taskchat_app import tcp_connections
from taskchat_app.tcp_connections import BUFFER_BYTES, CONNECTIONS_IN_NETWORK, CONNECTIONS_MAX

pytestmark = pytest.mark.soak

PRINT_LIMITS = """
import inspect
import resource
from granian.server import Server
from taskchat_app import tcp_connections

resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
tcp_connections.set_connection_limits()
server = Server("an.app:app")
print(server.http1_settings.max_buffer_size, server.http)
print(server.backpressure, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def test_granian_accepts_more_connections_than_one_network_may_open_with_small_buffers_and_no_http2():
    output = subprocess.run([sys.executable, "-c", PRINT_LIMITS], capture_output=True, text=True, check=True)
    buffers, http, connections, files = map(int, output.stdout.split())
    assert (buffers, http) == (BUFFER_BYTES, 1)
    assert files > connections > CONNECTIONS_IN_NETWORK
    assert connections <= CONNECTIONS_MAX


@pytest.mark.parametrize("network", ["192.0.2.{}", "2001:db8:{}::1"])
def test_two_networks_cannot_hold_all_connections(network: str, monkeypatch: pytest.MonkeyPatch):
    assert len(_left([network.format(1 + number % 2) for number in range(CONNECTIONS_MAX)], monkeypatch)) <= 1_000


def test_the_networks_of_an_ipv6_site_hold_as_many_connections_as_one(monkeypatch: pytest.MonkeyPatch):
    addresses = [f"2001:db8:1:{number:x}::1" for number in range(8_000)]
    assert len(_left([*addresses, "192.0.2.1"], monkeypatch)) == CONNECTIONS_IN_NETWORK + 1


def _left(addresses: list[str], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the connections of these addresses that are not closed as surplus."""
    connections = [SimpleNamespace(raddr=SimpleNamespace(ip=ip), fd=fd) for fd, ip in enumerate(addresses)]
    closed: set[int] = set()
    monkeypatch.setattr(tcp_connections, "_connections", lambda: connections)
    monkeypatch.setattr(tcp_connections, "_shut_down", lambda connection: closed.add(connection.fd))
    tcp_connections._close_surplus()  # pyright: ignore[reportPrivateUsage]  # what limit_networks calls
    return [connection for connection in connections if connection.fd not in closed]
