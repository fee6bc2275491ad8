"""The connection limit of the server that Reflex starts."""

import subprocess
import sys

from taskchat_app.tcp_connections import BUFFER_BYTES, CONNECTIONS_IN_NETWORK, CONNECTIONS_MAX

PRINT_LIMITS = """
import inspect
import resource
from granian.server import Server
from taskchat_app import tcp_connections

resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
tcp_connections.set_connection_limits()
server = Server("an.app:app")
print(server.http1_settings.max_buffer_size, server.http2_settings.max_headers_size)
print(server.backpressure, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def test_granian_accepts_more_connections_than_one_network_may_open_with_small_buffers() -> None:
    output = subprocess.run([sys.executable, "-c", PRINT_LIMITS], capture_output=True, text=True, check=True)
    *buffers, connections, files = map(int, output.stdout.split())
    assert buffers == [BUFFER_BYTES, BUFFER_BYTES]
    assert files > connections > CONNECTIONS_IN_NETWORK
    assert connections <= CONNECTIONS_MAX
