"""Limits of anonymous sockets: size and number of events, number of sockets, and memory they leave."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.socket.events import FRAME_MAX
from taskchat_app.ui.socket.open_socket import REFUSALS_MAX
from taskchat_app.ui.socket.socket_limits import ANONYMOUS_SOCKETS_PER_NETWORK
from taskchat_app.ui.task_list_state.add_state import AddState
from taskchat_app.ui.task_list_state.filters_state import FiltersState
from tests.failures.support.instances import Instance, register_account
from tests.failures.support.page_socket import ADDRESS, NAMESPACE, STATE, PageSocket, name_of, page_socket

UNDERSTAND = name_of(AddState.understand)
BROWSER_ERROR = f"{STATE}.reflex___state____frontend_event_exception_state.handle_frontend_exception"
PATHS = 200
GROWN_MAX_BYTES = 12 * 2**20


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """An instance that trusts one proxy hop, so that tests choose their network by a header."""
    with Instance(TRUSTED_PROXY_HOPS="1") as running:
        yield running


@pytest.fixture
async def socket(instance: Instance) -> AsyncIterator[PageSocket]:
    """The socket of an anonymous page."""
    async with page_socket(instance) as opened:
        await opened.boot()
        yield opened


def of_network(network: str) -> dict[str, str]:
    return {"X-Forwarded-For": network}


async def test_an_event_that_is_too_long_is_rejected_and_the_page_informed(
    instance: Instance, socket: PageSocket
) -> None:
    for sentence in ("a" * 10_001, "#" + "a" * 1_000_000 + "#", "b" * 8_000_000):
        socket.frames.clear()
        await socket.event(UNDERSTAND, {"sentence": sentence})
        refusal = await socket.wait_for_frame("tell_refusal")
        assert '"events"' in refusal
    await socket.event(name_of(UndoState.tell_refusal))
    assert "10,000 characters" in await socket.wait_for_frame("That was not taken")
    await asyncio.sleep(0)
    assert "aaaaaaaaaa" not in instance.output
    assert "bbbbbbbbbb" not in instance.output


async def test_reflexs_handler_of_browser_errors_ignores_its_payload(instance: Instance, socket: PageSocket) -> None:
    began = time.monotonic()
    for info in ("TypeError: can't access property \"" * 900, "\\" * 40_000):
        await socket.event(BROWSER_ERROR, {"info": info, "component_stack": ""})
    await socket.wait_until_idle()
    assert time.monotonic() - began < 2
    assert "\\" * 1000 not in instance.output


async def test_an_anonymous_client_cannot_set_a_state_variable(socket: PageSocket) -> None:
    await socket.wait_until_idle()  # the page's opening sends is_hydrated, too
    socket.frames.clear()
    await socket.event(f"{STATE}.setvar", {"var_name": "is_hydrated", "value": False})
    await socket.wait_for_frame("tell_refusal")
    await socket.wait_until_idle()
    assert not any("is_hydrated" in frame for frame in socket.frames)


@pytest.mark.parametrize("event", [AddState.keep, FiltersState.add_tag])
async def test_what_an_anonymous_client_sends_does_not_add_up_in_its_state(socket: PageSocket, event: object) -> None:
    argument = "key" if event is AddState.keep else "tag"
    socket.frames.clear()
    for number in range(30):
        await socket.event(name_of(event), {argument: f"{number} {'a' * 9_900}"})
    await socket.wait_until_idle()
    assert sum(map(len, socket.frames)) < 50_000


async def test_a_socket_is_closed_after_too_many_rejected_events(socket: PageSocket) -> None:
    for _ in range(REFUSALS_MAX):
        await socket.event("no.such.event")
    assert await socket.close_code() == 1008


@pytest.mark.parametrize("first", [b"\x00" * 100, "4", "40/admin,", "42/_event,[]", "a" * (FRAME_MAX + 1)])
async def test_a_socket_is_closed_if_its_first_frame_is_not_that_of_a_page(
    instance: Instance, first: str | bytes
) -> None:
    async with page_socket(instance) as opened:
        await opened.send(first)
        assert await opened.close_code() == 1008


async def test_a_socket_rejects_a_second_page(socket: PageSocket) -> None:
    await socket.send(f"40{NAMESPACE}")
    await socket.wait_for_frame("tell_refusal")


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("&a=b", {}),
        ("&token=", {}),
        (f"&token={'a' * 65}", {}),
        ("&token=a%2Fb", {}),
        ("&token=a&token=b", {}),
        (f"&token=a&b={'c' * 600}", {}),
        ("&token=a", {"X-Long": "d" * 20_000}),
    ],
)
async def test_a_handshake_that_no_page_sends_is_rejected(
    instance: Instance, query: str, headers: dict[str, str]
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with page_socket(instance, query=query, headers=headers):
            pass
    assert refused.value.response.status_code == 403


async def test_http_polling_requests_to_the_socket_are_rejected(instance: Instance) -> None:
    async with httpx.AsyncClient(base_url=instance.origin) as http:
        assert (await http.post("/_event/?EIO=4&transport=polling", content="4" * 100)).status_code == 426


async def test_anonymous_sockets_are_limited_per_network_and_released_when_closed(instance: Instance) -> None:
    crowd, other = of_network("192.0.2.7"), of_network("192.0.2.8")
    async with httpx.AsyncClient(base_url=instance.origin, timeout=30) as http:
        login = await register_account(http)
    async with AsyncExitStack() as opened:
        for _ in range(ANONYMOUS_SOCKETS_PER_NETWORK):
            await opened.enter_async_context(page_socket(instance, headers=crowd))
        async with page_socket(instance, headers=crowd) as refused:
            assert "too_many_sockets" in await refused.wait_for_frame("44/_event,")
            assert await refused.close_code() == 1013
        async with page_socket(instance, headers=other) as other_network:
            await other_network.boot()
        async with page_socket(instance, headers=crowd, login=login) as signed_in:
            await signed_in.boot()
    async with page_socket(instance, headers=crowd) as again:
        await again.boot()


async def test_ipv6_networks_are_64_bit_prefixes(instance: Instance) -> None:
    async with AsyncExitStack() as opened:
        for number in range(ANONYMOUS_SOCKETS_PER_NETWORK):
            headers = of_network(f"2001:db8:1:2::{number:x}")
            await opened.enter_async_context(page_socket(instance, headers=headers))
        async with page_socket(instance, headers=of_network("2001:db8:1:2:ffff::1")) as refused:
            assert await refused.close_code() == 1013
        async with page_socket(instance, headers=of_network("2001:db8:1:3::1")) as other:
            await other.boot()


async def test_long_paths_are_not_kept_in_memory(instance: Instance, socket: PageSocket) -> None:
    await socket.wait_until_idle()
    before = instance.worker.memory_info().rss
    for number in range(PATHS):
        path = f"/{number}{'p' * 50_000}"
        where = {"pathname": path, "asPath": path, "query": {}}
        await socket.event(name_of(UndoState.dismiss), router_data=where)
    await socket.wait_until_idle()
    assert instance.worker.memory_info().rss - before < GROWN_MAX_BYTES


async def test_a_flood_of_events_does_not_delay_other_sockets(instance: Instance) -> None:
    async with page_socket(instance) as flooding, page_socket(instance) as other:
        await flooding.boot()
        await other.boot()
        packet = ["event", {"name": name_of(UndoState.dismiss), "payload": {}, "router_data": ADDRESS}]
        frame = f"42{NAMESPACE}{json.dumps(packet)}"
        for _ in range(3000):
            await flooding.send(frame)
        began = time.monotonic()
        await other.wait_until_idle()
        assert time.monotonic() - began < 2


async def test_rejected_events_write_few_log_lines(instance: Instance) -> None:
    before = len(instance.output)
    for _ in range(5):
        async with page_socket(instance) as opened:
            await opened.boot()
            for number in range(REFUSALS_MAX):
                await opened.event(f"no.such.event.{number}")
            await opened.close_code()
    written = instance.output[before:]
    assert len(re.findall("Refused over the socket", written)) < 5
    assert "no.such" not in written
    assert "Traceback" not in instance.output
