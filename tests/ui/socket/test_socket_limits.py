"""Bounds of open sockets for accounts and networks, and of the states of closed tabs for each owner and in total."""

from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken

from taskchat_app.domain.limits.open_connections import OpenCounts
from taskchat_app.reflex_patches import tab_states
from taskchat_app.ui.socket import socket_limits
from taskchat_app.ui.socket.socket_limits import SOCKETS_MAX, SOCKETS_PER_NETWORK, SOCKETS_PER_USER, Opener
from tests.waiting import until_async

Connected = tuple[StateManagerMemory, dict[str, str]]
"""Reflex's state manager, and the tokens of open tabs."""


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


@pytest.fixture
async def connected(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connected]:
    manager, tokens = StateManagerMemory(), dict[str, str]()
    app = SimpleNamespace(state_manager=manager, event_namespace=SimpleNamespace(token_to_sid=tokens))
    monkeypatch.setattr(tab_states, "_app", lambda: app)
    yield manager, tokens
    await manager.close()
    socket_limits._closed_tabs.clear()  # pyright: ignore[reportPrivateUsage]  # the module's own state


async def close_tab(manager: StateManagerMemory, token: str, owner: str, *, is_anonymous: bool = False) -> None:
    """Let a tab open and close."""
    async with manager.modify_state(BaseStateToken(ident=token, cls=rx.State)):
        pass
    socket_limits.tab_closed(token, owner, is_anonymous=is_anonymous)


async def test_only_the_newest_states_of_an_owner_are_kept(connected: Connected):
    manager, _ = connected
    for number in range(socket_limits.STATES_PER_OWNER_MAX + 5):
        await close_tab(manager, f"t{number}", "person anna")
    await close_tab(manager, "ben", "person ben")
    newest = [f"t{number}" for number in range(5, socket_limits.STATES_PER_OWNER_MAX + 5)]
    assert list(manager.states) == [*newest, "ben"]


async def test_the_total_of_kept_states_is_bounded(connected: Connected, monkeypatch: pytest.MonkeyPatch):
    manager, _ = connected
    monkeypatch.setattr(socket_limits, "STATES_MAX", 3)
    for number in range(5):
        await close_tab(manager, f"t{number}", f"network {number}")
    assert list(manager.states) == ["t2", "t3", "t4"]


async def test_an_anonymous_state_goes_soon_unless_it_reconnects(connected: Connected, monkeypatch: pytest.MonkeyPatch):
    manager, _ = connected
    monkeypatch.setattr(socket_limits, "ANONYMOUS_STATE_SECONDS", 0.5)
    for token in ("again", "gone", "back", "anna"):
        await close_tab(manager, token, "network 1", is_anonymous=token != "anna")
    for token in ("back", "again"):  # they open again
        socket_limits._closed_tabs.pop(token)  # pyright: ignore[reportPrivateUsage]  # the module's own state
    monkeypatch.setattr(socket_limits, "ANONYMOUS_STATE_SECONDS", 600)
    socket_limits.tab_closed("again", "network 1", is_anonymous=True)
    await until_async(lambda: "gone" not in manager.states, 10)
    assert sorted(manager.states) == ["again", "anna", "back"]
    assert list(socket_limits._closed_tabs) == ["anna", "again"]  # pyright: ignore[reportPrivateUsage]  # the module's own state


async def test_an_open_tab_keeps_its_state(connected: Connected):
    manager, tokens = connected
    tokens["copied"] = "a socket"
    await close_tab(manager, "copied", "person anna")
    socket_limits._delete_state("copied")  # pyright: ignore[reportPrivateUsage]  # the module's own state
    assert list(manager.states) == ["copied"]


def test_a_tab_has_the_same_state_for_its_user_on_every_network_and_another_one_for_anyone_else():
    openers = [Opener(network, user) for user in ("anna", "ben", None) for network in ("192.0.2.1", "192.0.2.2")]
    anna, moved, *others = [opener.token_of_state("tab") for opener in openers]
    assert anna == moved
    assert len({anna, *others}) == 4  # anna, ben, and two networks
