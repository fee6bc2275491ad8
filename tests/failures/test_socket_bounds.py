"""Limits of anonymous sockets: size and number of events, number of sockets, and memory they leave."""

import json
import re
from collections.abc import AsyncIterator
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
from taskchat_app.ui.task_list_state.state import TasksState
from tests.failures.support.instances import Instance, register_account
from tests.failures.support.page_socket import ADDRESS, NAMESPACE, STATE, PageSocket, name_of, page_socket

pytestmark = pytest.mark.soak

UNDERSTAND = name_of(AddState.understand)
BROWSER_ERROR = f"{STATE}.reflex___state____frontend_event_exception_state.handle_frontend_exception"
PATHS = 200
GROWN_MAX_BYTES = 12 * 2**20


@pytest.fixture
async def socket(crowded: Instance) -> AsyncIterator[PageSocket]:
    """The socket of an anonymous page."""
    async with page_socket(crowded) as opened:
        await opened.boot()
        yield opened


def cpu_seconds(instance: Instance) -> float:
    """Return how much CPU its worker has used; other load on the machine does not count."""
    times = instance.worker.cpu_times()
    return times.user + times.system


def of_network(network: str) -> dict[str, str]:
    return {"X-Forwarded-For": network}


async def test_an_event_that_is_too_long_is_rejected_and_the_page_informed(crowded: Instance, socket: PageSocket):
    await check_refused(socket, "a" * 10_001)
    async with httpx.AsyncClient(base_url=crowded.origin, timeout=60) as http:
        login = await register_account(http)
    async with page_socket(crowded, login=login) as own:  # a stranger's may be closed before the end of so much
        await own.boot()
        await check_refused(own, "#" + "a" * 1_000_000 + "#")
        await check_refused(own, "b" * 8_000_000)
    await socket.event(name_of(UndoState.tell_refusal))
    assert "10,000 characters" in await socket.wait_for_frame("That was not taken")
    assert "aaaaaaaaaa" not in crowded.output
    assert "bbbbbbbbbb" not in crowded.output


async def check_refused(socket: PageSocket, sentence: str) -> None:
    socket.frames.clear()
    await socket.event(UNDERSTAND, {"sentence": sentence})
    assert '"events"' in await socket.wait_for_frame("tell_refusal")


async def test_reflexs_handler_of_browser_errors_ignores_its_payload(crowded: Instance, socket: PageSocket) -> None:
    before = cpu_seconds(crowded)
    for info in ("TypeError: can't access property \"" * 900, "\\" * 40_000):
        await socket.event(BROWSER_ERROR, {"info": info, "component_stack": ""})
    await socket.wait_until_idle()
    assert cpu_seconds(crowded) - before < 2
    assert "\\" * 1000 not in crowded.output


async def test_an_anonymous_client_cannot_set_a_state_variable(socket: PageSocket) -> None:
    await socket.wait_until_idle()  # the page's opening sends is_hydrated, too
    socket.frames.clear()
    await socket.event(f"{STATE}.setvar", {"var_name": "is_hydrated", "value": False})
    await socket.wait_for_frame("tell_refusal")
    await socket.wait_until_idle()
    assert not any("is_hydrated" in frame for frame in socket.frames)


async def test_what_an_anonymous_client_sends_does_not_add_up_in_its_state(socket: PageSocket) -> None:
    for event, argument in ((AddState.remove_chip, "key"), (FiltersState.add_tag, "tag")):
        socket.frames.clear()
        for number in range(30):
            await socket.event(name_of(event), {argument: f"{number} {'a' * 9_900}"})
        await socket.wait_until_idle()
        assert sum(map(len, socket.frames)) < 50_000, argument


async def test_a_socket_is_closed_after_too_many_rejected_events(socket: PageSocket) -> None:
    for _ in range(REFUSALS_MAX):
        await socket.event("no.such.event")
    assert await socket.close_code() == 1008


async def test_a_socket_is_closed_if_its_first_frame_is_not_that_of_a_page(crowded: Instance) -> None:
    codes: dict[str | bytes, int | None] = {}
    for first in (b"\x00" * 100, "4", "40/admin,", "42/_event,[]", "a" * (FRAME_MAX + 1)):
        async with page_socket(crowded) as opened:
            await opened.send(first)
            codes[first[:20]] = await opened.close_code()
    assert set(codes.values()) == {1008}, codes


async def test_a_socket_rejects_a_second_page(socket: PageSocket) -> None:
    await socket.send(f"40{NAMESPACE}")
    await socket.wait_for_frame("tell_refusal")


async def test_a_handshake_that_no_page_sends_is_rejected(crowded: Instance) -> None:
    handshakes: list[tuple[str, dict[str, str]]] = [
        ("&a=b", {}),
        ("&token=", {}),
        (f"&token={'a' * 65}", {}),
        ("&token=a%2Fb", {}),
        ("&token=a&token=b", {}),
        (f"&token=a&b={'c' * 600}", {}),
        ("&token=a", {"X-Long": "d" * 20_000}),
    ]
    for query, headers in handshakes:
        with pytest.raises(InvalidStatus) as refused:
            async with page_socket(crowded, query=query, headers=headers):
                raise AssertionError(f"{query} {headers} was accepted")
        assert refused.value.response.status_code == 403


async def test_http_polling_requests_to_the_socket_are_rejected(crowded: Instance) -> None:
    async with httpx.AsyncClient(base_url=crowded.origin) as http:
        assert (await http.post("/_event/?EIO=4&transport=polling", content="4" * 100)).status_code == 426


@pytest.mark.parametrize(
    ("crowd", "other"),
    [("192.0.2.7", "192.0.2.8"), ("2001:db8:1:2::{:x}", "2001:db8:1:3::1")],  # of IPv6, 64 bits are a network
    ids=["IPv4", "IPv6"],
)
async def test_anonymous_sockets_are_limited_per_network_and_released_when_closed(
    crowded: Instance, crowd: str, other: str
) -> None:
    *first, last = [of_network(crowd.format(number)) for number in range(ANONYMOUS_SOCKETS_PER_NETWORK + 1)]
    async with httpx.AsyncClient(base_url=crowded.origin, timeout=30) as http:
        login = await register_account(http)
    async with AsyncExitStack() as opened:
        for headers in first:
            await opened.enter_async_context(page_socket(crowded, headers=headers))
        async with page_socket(crowded, headers=last) as refused:
            assert "too_many_sockets" in await refused.wait_for_frame("44/_event,")
            assert await refused.close_code() == 1013
        async with page_socket(crowded, headers=of_network(other)) as other_network:
            await other_network.boot()
        async with page_socket(crowded, headers=last, login=login) as signed_in:
            await signed_in.boot()
    async with page_socket(crowded, headers=last) as again:
        await again.boot()


async def test_long_paths_are_not_kept_in_memory(crowded: Instance, socket: PageSocket) -> None:
    await socket.wait_until_idle()
    before = crowded.worker.memory_info().rss
    for number in range(PATHS):
        path = f"/{number}{'p' * 50_000}"
        where = {"pathname": path, "asPath": path, "query": {}}
        await socket.event(name_of(TasksState.dismiss_error), router_data=where)
    await socket.wait_until_idle()
    assert crowded.worker.memory_info().rss - before < GROWN_MAX_BYTES


async def test_a_flood_of_events_does_not_delay_other_sockets(crowded: Instance) -> None:
    async with page_socket(crowded) as flooding, page_socket(crowded) as other:
        await flooding.boot()
        await other.boot()
        packet = ["event", {"name": name_of(TasksState.dismiss_error), "payload": {}, "router_data": ADDRESS}]
        frame = f"42{NAMESPACE}{json.dumps(packet)}"
        for _ in range(3000):
            await flooding.send(frame)
        before = cpu_seconds(crowded)
        await other.wait_until_idle()
        assert cpu_seconds(crowded) - before < 2


async def test_rejected_events_write_few_log_lines(crowded: Instance) -> None:
    before = len(crowded.output)
    for _ in range(5):
        async with page_socket(crowded) as opened:
            await opened.boot()
            for number in range(REFUSALS_MAX):
                await opened.event(f"no.such.event.{number}")
            await opened.close_code()
    written = crowded.output[before:]
    assert len(re.findall("Refused over the socket", written)) < 5
    assert "no.such" not in written
    assert "Traceback" not in crowded.output
