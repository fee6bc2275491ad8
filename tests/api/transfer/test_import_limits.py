"""How many files one user may import at once: each is kept on the server's disk while it arrives and is read."""

import asyncio
from collections.abc import AsyncIterator

import httpx

from taskchat_app.api.routes.transfer import IMPORTS_OF_PERSON

CSV = b"title\nBuy milk\n"
FORMAT = {"format": "csv"}


async def test_a_user_can_import_few_files_at_once_and_others_are_not_held_up(
    api: httpx.AsyncClient, other_api: httpx.AsyncClient
):
    arriving, rest = asyncio.Semaphore(0), asyncio.Event()

    async def slow_file() -> AsyncIterator[bytes]:
        arriving.release()
        yield CSV
        await rest.wait()

    slow = [
        asyncio.create_task(api.post("/api/import", params=FORMAT, content=slow_file()))
        for _ in range(IMPORTS_OF_PERSON)
    ]
    for _ in slow:
        await arriving.acquire()
    refused = await api.post("/api/import", params=FORMAT, content=CSV)
    assert (refused.status_code, "retry-after" in refused.headers) == (429, True)
    assert (await other_api.post("/api/import", params=FORMAT, content=CSV)).status_code == 200
    rest.set()
    assert {answer.status_code for answer in await asyncio.gather(*slow)} == {200}
    assert (await api.post("/api/import", params=FORMAT, content=CSV)).status_code == 200
