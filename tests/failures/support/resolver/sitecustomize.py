"""Adds the host names of the file TEST_HOSTS to a server process; read at each look-up, format of /etc/hosts.

Other names, and names removed from the file, go to the machine's resolver.
"""

import os
import socket
from pathlib import Path
from typing import Any

HOSTS = Path(os.environ["TEST_HOSTS"])
resolve = socket.getaddrinfo


def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
    known = {name: address for address, name in map(str.split, HOSTS.read_text().splitlines())}
    asked = host.decode() if isinstance(host, bytes) else host
    return resolve(known.get(asked, host), *arguments, **named)


socket.getaddrinfo = getaddrinfo
