"""Limits on open connections per subject, and client networks."""

from taskchat_app.domain.limits.networks import client_network
from taskchat_app.domain.limits.open_connections import Bound, OpenCounts

ANNA = Bound("person anna", 2)
BEN = Bound("person ben", 2)
ALL = Bound("all", 3)


def test_take_returns_the_first_bound_reached_and_counts_nothing_and_what_is_given_back_can_be_taken_again():
    counts = OpenCounts()
    assert [counts.take([ANNA, ALL]) for _ in range(3)] == [None, None, ANNA]
    assert [counts.take([BEN, ALL]) for _ in range(2)] == [None, ALL]
    assert [counts.take([BEN]) for _ in range(2)] == [None, BEN]
    counts.give_back([ANNA, ALL])
    assert counts.take([ANNA, ALL]) is None
    for bounds in ([ANNA, ALL], [ANNA, ALL], [BEN, ALL], [BEN]):
        counts.give_back(bounds)
    assert not counts._open  # pyright: ignore[reportPrivateUsage]  # nothing is left in it


def test_a_client_is_identified_by_ipv4_address_or_ipv6_network():
    expected = {
        "192.0.2.1": "192.0.2.1",
        "::ffff:192.0.2.1": "192.0.2.1",
        "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
        "[2001:db8:1:2::1]": "2001:db8:1:2::/64",
        "": "unknown",
        "a" * 1000: "unknown",
    }
    assert {peer: client_network(peer, ["198.51.100.7"]) for peer in expected} == expected
