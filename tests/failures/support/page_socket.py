"""A client of the page's socket that can send anything: Socket.IO over a WebSocket."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from reflex_base.utils.format import format_event_handler
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from taskchat_app.ui.core.pending_controls import SyncState
from taskchat_app.ui.socket.unfinished_frames import STRANGER_MAX
from tests.failures.support.instances import chat_client
from tests.serving import Server
from tests.waiting import PATIENCE_SECONDS

NAMESPACE = "/_event,"
STATE = "reflex___state____state"
BOOT = f"{STATE}.hydrate_and_load"
ADDRESS = {"pathname": "/", "asPath": "/", "query": {}}


def name_of(handler: Any) -> str:
    """Return the name of an event handler, such as `AddState.understand`, on the socket."""
    return format_event_handler(handler)


FRAME_SECONDS = 2 * PATIENCE_SECONDS
"""All handlers of a page, called at once by many sockets, take a busy machine two minutes."""


class PageSocket:
    """An open socket; `frames` records what the server sends."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.account = ""
        """The id of the signed-in user, if the test sets it."""
        self.frames: list[str] = []
        self._reading = asyncio.create_task(self._read())

    async def send(self, text: str | bytes) -> None:
        await self.connection.send(text)

    async def boot(self, **more: Any) -> None:
        """Send the first frame of a page and wait for its state."""
        event = {"name": BOOT, "payload": {}, "router_data": ADDRESS, **more}
        await self.send(f"40{NAMESPACE}{json.dumps({'event': event})}")
        await self.wait_for_frame('"is_hydrated')

    async def event(self, name: str, payload: dict[str, Any] | None = None, **more: Any) -> None:
        packet = ["event", {"name": name, "payload": payload or {}, "router_data": ADDRESS, **more}]
        await self.send(f"42{NAMESPACE}{json.dumps(packet)}")

    async def wait_for_frame(self, words: str, *, after: str = "") -> str:
        """Return the first frame that contains `words`, at or after the first one that contains `after`.

        Raises ConnectionError if the server closes the socket before.
        """
        begun, read = not after, 0
        async with asyncio.timeout(FRAME_SECONDS):
            while True:
                is_closed = self._reading.done()
                for frame in self.frames[read:]:
                    begun = begun or after in frame
                    if begun and words in frame:
                        return frame
                    read += 1
                if is_closed:
                    raise ConnectionError(f"The server closed the socket: {self.connection.close_code}")
                await asyncio.sleep(0.02)

    async def wait_until_idle(self) -> None:
        """Wait until all sent events are handled: the server handles the events of a tab in order."""
        question = uuid.uuid4().int % 2**50
        await self.event(name_of(SyncState.answer), {"question": question})
        await self.wait_for_frame(str(question))

    async def close_code(self) -> int | None:
        """Wait until the server closes the socket; return the code."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.connection.wait_closed()
        return self.connection.close_code

    async def close(self) -> None:
        await self.connection.close()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        async for frame in self.connection:
            text = frame if isinstance(frame, str) else frame.decode()
            self.frames.append(text)
            if text == "2":
                await self.connection.send("3")


@asynccontextmanager
async def page_socket(
    server: Server, *, login: str = "", token: str = "", headers: dict[str, str] | None = None, query: str = ""
) -> AsyncIterator[PageSocket]:
    """Open a socket with the page's token and the login's cookie, if any; call `boot` next."""
    address = f"ws://{urlsplit(server.origin).netloc}/_event/?EIO=4&transport=websocket"
    cookie_and_headers = {**({"Cookie": f"auth_token={login}"} if login else {}), **(headers or {})}
    url = f"{address}{query or f'&token={token or uuid.uuid4()}'}"
    connection = await connect(
        url, additional_headers=cookie_and_headers, proxy=None, max_size=None, ping_interval=None
    )
    socket = PageSocket(connection)
    try:
        yield socket
    finally:
        await socket.close()


async def send_as_stranger(
    server: Server, name: str, payload: dict[str, Any], *, headers: dict[str, str] | None = None, **more: Any
) -> None:
    """Send an event over a socket of its own, without a login; the server may close it while a large frame arrives."""
    is_large = len(json.dumps([payload, more])) > STRANGER_MAX
    closes = (ConnectionError, ConnectionClosed) if is_large else ()
    async with page_socket(server, headers=headers) as socket:
        await socket.boot()
        with suppress(*closes):
            await socket.event(name, payload, **more)
            await socket.wait_until_idle()


async def check_state_of_closed_tab(server: Server, *, is_signed_in: bool) -> None:
    """Fail unless a tab's state is given to its own user alone, and not to someone else, signed in or not."""
    tab = str(uuid.uuid4())
    async with chat_client(server) as chat, chat_client(server) as other:
        await chat.add_task("Ask for a higher salary")
        mine, theirs = (client.http.headers["Authorization"].removeprefix("Bearer ") for client in (chat, other))
        async with page_socket(server, token=tab, login=mine) as page:
            await page.boot()
            await page.wait_for_frame("salary")
        async with page_socket(server, token=tab, login=theirs if is_signed_in else "") as page:
            await page.boot()
            await page.wait_until_idle()
            assert not any("salary" in frame for frame in page.frames)
        async with page_socket(server, token=tab, login=mine) as page:
            await page.boot()
            await page.wait_for_frame("salary")
