"""Checks who gets the state of a closed tab from the server."""

import uuid

from tests.failures.support.instances import Instance, chat_client
from tests.failures.support.page_socket import page_socket


async def check_state_of_closed_tab(server: Instance, *, is_signed_in: bool) -> None:
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
