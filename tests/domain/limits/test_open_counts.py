"""What is open at once is bounded for each subject, and given back."""

import pytest

from taskchat_app.domain.limits.networks import client_network
from taskchat_app.domain.limits.open_counts import Bound, OpenCounts

ANNA = Bound("person anna", 2)
BEN = Bound("person ben", 2)
ALL = Bound("all", 3)


def test_the_first_bound_that_is_reached_is_named_and_nothing_counted() -> None:
    counts = OpenCounts()
    assert [counts.take([ANNA, ALL]) for _ in range(3)] == [None, None, ANNA]
    assert counts.open("all") == 2
    assert [counts.take([BEN, ALL]) for _ in range(2)] == [None, ALL]
    assert counts.open("person ben") == 1


def test_what_is_given_back_can_be_taken_again_and_is_forgotten() -> None:
    counts = OpenCounts()
    counts.take([ANNA, ALL])
    counts.take([ANNA, ALL])
    counts.give_back([ANNA, ALL])
    assert counts.take([ANNA, ALL]) is None
    counts.give_back([ANNA, ALL])
    counts.give_back([ANNA, ALL])
    assert not counts._open  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("a" * 1000, "unknown"),
    ],
)
def test_a_client_counts_by_its_ipv4_address_or_ipv6_network(peer: str, network: str) -> None:
    assert client_network(peer, ["198.51.100.7"]) == network
