"""For a server's own process: the hosts of one more file, as /etc/hosts would name them, read at each look-up.

Any other name goes to the machine's resolver, also one that the file does not hold any more.
"""

import os
import socket
from pathlib import Path
from typing import Any

HOSTS = Path(os.environ["TEST_HOSTS"])
ask_machine = socket.getaddrinfo


def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
    known = {name: address for address, name in map(str.split, HOSTS.read_text().splitlines())}
    asked = host.decode() if isinstance(host, bytes) else host
    return ask_machine(known.get(asked, host), *arguments, **named)


socket.getaddrinfo = getaddrinfo
