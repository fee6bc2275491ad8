"""How many files one user may import at once: each is kept on the server's disk while it arrives and is read."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from reflex_base.environment import environment

from taskchat_app.api.routes import attachments, transfer
from taskchat_app.api.routes.transfer import EXPORTS_MAX, IMPORTS_OF_PERSON
from taskchat_app.assistant.account_data import file_import
from taskchat_app.assistant.account_data.file_import import WRITING_MAX, import_file
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.file_reading import file_with
from taskchat_app.domain.limits.open_connections import Bound
from taskchat_app.domain.tasks.task_view import TaskView, as_json
from taskchat_app.domain.transfer import report, task_writer
from taskchat_app.domain.transfer.report import ImportReport
from tests.waiting import until_async

CSV = b"title\nBuy milk\n"
FORMAT = {"format": "csv"}


async def test_a_user_can_import_few_files_at_once_and_others_are_not_held_up(
    api: httpx.AsyncClient, other_api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(transfer, "ARRIVED", Bound("imports", 0))  # as if others held all bytes
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


async def test_a_large_file_is_refused_while_others_hold_all_bytes_and_a_small_one_comes(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(transfer, "ARRIVED", Bound("imports", 0))
    monkeypatch.setattr(transfer, "FILE_MAX_BYTES", len(CSV))
    refused = await api.post("/api/import", content=b" " * (len(CSV) + 1))
    assert (refused.status_code, "retry-after" in refused.headers) == (429, True)
    assert (await api.post("/api/import", params=FORMAT, content=CSV)).status_code == 200


def test_a_few_accounts_cannot_hold_all_places_of_uploads_with_slow_ones():
    assert transfer.IMPORTS_MAX / IMPORTS_OF_PERSON > 30
    assert attachments.UPLOADS_MAX / attachments.UPLOADS_OF_PERSON > 30


def test_exports_and_imports_leave_database_connections_to_others():
    assert environment.SQLALCHEMY_POOL_SIZE.get() - 5 >= EXPORTS_MAX + WRITING_MAX


async def test_an_import_waits_for_others_that_write_before_it_takes_a_connection(
    person: Person, monkeypatch: pytest.MonkeyPatch
):
    places = asyncio.Semaphore(0)
    monkeypatch.setattr(file_import, "_writing", places)
    with file_with(CSV) as file:
        importing = asyncio.create_task(import_file(person, "api", file, "csv", read := ImportReport()))
        await until_async(lambda: bool(places._waiters), 60)
        assert read.total == 0
        places.release()
        await importing
    assert read.created == 1


async def test_only_the_tasks_of_the_preview_become_json(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch):
    shown: list[TaskView] = []
    monkeypatch.setattr(task_writer, "as_json", lambda view: shown.append(view) or as_json(view))
    monkeypatch.setattr(report, "PREVIEWED_MAX", 2)
    imported = (await api.post("/api/import", params=FORMAT, content=b"title\n" + b"Buy milk\n" * 5)).json()
    assert (imported["created"], len(imported["tasks"]), len(shown)) == (5, 2, 2)
