"""Rate limits for events of each socket."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

SOCKET_BURST = 200
"""Events that a socket may send at once: more than 50 rows that are all clicked while the network is down."""
SOCKET_PER_SECOND = 40.0
NETWORK_BURST = 2000
NETWORK_PER_SECOND = 400.0
"""For all sockets of a network together. An event takes about 0.5 ms, so one network can use a fifth of the process."""
NETWORKS_MAX = 10_000


@dataclass(slots=True)
class TokenBucket:
    """A token bucket of `burst` events that refills by `per_second`."""

    burst: float
    per_second: float
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._at = self.burst, asyncio.get_running_loop().time()

    def take(self, count: int = 1) -> float:
        """Take `count` events; return the seconds to wait before they may be processed."""
        at = asyncio.get_running_loop().time()
        self._left = min(self.burst, self._left + (at - self._at) * self.per_second) - count
        self._at = at
        return max(0.0, -self._left / self.per_second)


_networks: OrderedDict[str, TokenBucket] = OrderedDict()


def network_rate(network: str) -> TokenBucket:
    """Return the rate shared by all sockets of the network; the least recently used networks are forgotten."""
    rate = _networks.get(network)
    if rate is None:
        rate = _networks[network] = TokenBucket(NETWORK_BURST, NETWORK_PER_SECOND)
    _networks.move_to_end(network)
    if len(_networks) > NETWORKS_MAX:
        _networks.popitem(last=False)
    return rate
