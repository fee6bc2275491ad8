"""The connection limit of the server that Reflex starts."""

import subprocess
import sys

from taskchat_app.tcp_connections import CONNECTIONS_IN_NETWORK, CONNECTIONS_MAX

PRINT_LIMITS = """
import inspect
import resource
from granian.server import Server
from taskchat_app import tcp_connections

resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
tcp_connections.raise_connection_limit()
server = Server("an.app:app")
print(server.backpressure, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def test_granian_accepts_more_connections_than_one_network_may_open() -> None:
    output = subprocess.run([sys.executable, "-c", PRINT_LIMITS], capture_output=True, text=True, check=True)
    connections, files = map(int, output.stdout.split())
    assert files > connections > CONNECTIONS_IN_NETWORK
    assert connections <= CONNECTIONS_MAX
