"""How many files one user may import at once: each is kept on the server's disk while it arrives and is read."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from reflex_base.environment import environment

from taskchat_app.api.routes.transfer import EXPORTS_MAX, IMPORTS_OF_PERSON
from taskchat_app.assistant.account_data import file_import
from taskchat_app.assistant.account_data.file_import import WRITING_MAX, import_file
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.file_reading import file_with
from taskchat_app.domain.transfer.report import ImportReport
from tests.waiting import until_async

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


def test_exports_and_imports_leave_database_connections_to_others():
    assert environment.SQLALCHEMY_POOL_SIZE.get() - 5 >= EXPORTS_MAX + WRITING_MAX


async def test_an_import_waits_for_others_that_write_before_it_takes_a_connection(
    person: Person, monkeypatch: pytest.MonkeyPatch
):
    places = asyncio.Semaphore(0)
    monkeypatch.setattr(file_import, "_writing", places)
    with file_with(CSV) as file:
        importing = asyncio.create_task(import_file(person, "api", file, "csv", report := ImportReport()))
        await until_async(lambda: bool(places._waiters), 60)
        assert report.total == 0
        places.release()
        await importing
    assert report.created == 1
