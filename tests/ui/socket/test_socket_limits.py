"""Bounds of open sockets for accounts and networks."""

import pytest

from taskchat_app.domain.limits.open_connections import OpenCounts
from taskchat_app.ui.socket import socket_limits
from taskchat_app.ui.socket.socket_limits import SOCKETS_MAX, SOCKETS_PER_NETWORK, SOCKETS_PER_USER, Opener


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> OpenCounts:
    counts = OpenCounts()
    monkeypatch.setattr(socket_limits, "_open", counts)
    return counts


def open_all(counts: OpenCounts, opener: Opener) -> int:
    """Open sockets until one is refused; return how many are open now."""
    opened = 0
    while counts.take(opener.bounds) is None:
        opened += 1
    return opened


def test_forty_accounts_of_four_networks_leave_sockets_for_others(counts: OpenCounts):
    assert 40 * SOCKETS_PER_USER >= 4 * SOCKETS_PER_NETWORK >= SOCKETS_MAX
    opened = sum(open_all(counts, Opener(f"192.0.2.{number % 4}", f"user {number}")) for number in range(40))
    assert opened < 0.6 * SOCKETS_MAX
    assert counts.take(Opener("198.51.100.1", "another user").bounds) is None


def test_the_networks_of_an_ipv6_site_open_as_many_sockets_as_one_network(counts: OpenCounts):
    openers = [Opener(f"2001:db8:1:{number:x}::/64", f"user {number}") for number in range(40)]
    assert sum(open_all(counts, opener) for opener in openers) == SOCKETS_PER_NETWORK
