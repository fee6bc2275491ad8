"""Limits of imports: files at once, and what a file fills of the server's memory, disk and event loop."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import nullcontext

import pytest
from reflex_base.environment import environment

from taskchat_app.api.routes import attachments, transfer
from taskchat_app.api.routes.transfer import EXPORTS_MAX, IMPORTS_OF_PERSON
from taskchat_app.assistant.account_data import file_import, json_stream
from taskchat_app.assistant.account_data.file_import import WRITING_MAX, import_file
from taskchat_app.assistant.account_data.json_stream import (
    CHUNK_BYTES,
    ELEMENTS_MAX,
    PARTS_MAX,
    RECORD_MAX,
    UNKNOWN_MAX,
)
from taskchat_app.assistant.account_data.record_reader import read_lists
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.file_reading import file_with
from taskchat_app.domain.limits.open_connections import Bound
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.task_view import TaskView, as_json
from taskchat_app.domain.transfer import report, task_writer
from taskchat_app.domain.transfer.file_reader import ID_MAX_CHARACTERS
from taskchat_app.domain.transfer.foreign_import import read_foreign
from taskchat_app.domain.transfer.report import ImportReport
from tests.api.responses import Api, bring, check_problem, tasks_of
from tests.waiting import until_async

CSV = b"title\nBuy milk\n"
FORMAT = {"format": "csv"}


async def test_a_user_imports_few_files_beside_others(api: Api, other_api: Api, monkeypatch: pytest.MonkeyPatch):
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


async def test_a_large_file_is_refused_while_others_hold_all_bytes(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transfer, "ARRIVED", Bound("imports", 0))
    monkeypatch.setattr(transfer, "FILE_MAX_BYTES", len(CSV))
    refused = await api.post("/api/import", content=b" " * (len(CSV) + 1))
    assert (refused.status_code, "retry-after" in refused.headers) == (429, True)
    assert (await api.post("/api/import", params=FORMAT, content=CSV)).status_code == 200


def test_slow_uploads_of_few_accounts_leave_places_and_exports_and_imports_database_connections_to_others():
    assert transfer.IMPORTS_MAX / IMPORTS_OF_PERSON > 30
    assert attachments.UPLOADS_MAX / attachments.UPLOADS_OF_PERSON > 30
    assert environment.SQLALCHEMY_POOL_SIZE.get() - 5 >= EXPORTS_MAX + WRITING_MAX


async def test_an_import_waits_for_others_before_it_connects(person: Person, monkeypatch: pytest.MonkeyPatch):
    places = asyncio.Semaphore(0)
    monkeypatch.setattr(file_import, "_writing", places)
    with file_with(CSV) as file:
        importing = asyncio.create_task(import_file(person, "api", file, "csv", read := ImportReport()))
        await until_async(lambda: bool(places._waiters), 60)
        assert read.total == 0
        places.release()
        await importing
    assert read.created == 1


async def test_only_the_tasks_of_the_preview_become_json(api: Api, monkeypatch: pytest.MonkeyPatch):
    shown: list[TaskView] = []
    monkeypatch.setattr(task_writer, "as_json", lambda view: shown.append(view) or as_json(view))
    monkeypatch.setattr(report, "PREVIEWED_MAX", 2)
    imported = (await api.post("/api/import", params=FORMAT, content=b"title\n" + b"Buy milk\n" * 5)).json()
    assert (imported["created"], len(imported["tasks"]), len(shown)) == (5, 2, 2)


MOST = 5
NO_TITLES = "title,description\n" + ",x\n" * (MOST + 1) + "Milk,\n"
UNREADABLE = json.dumps({"format": "taskchat", "version": 1, "tasks": [1] * (MOST + 1)})


@pytest.mark.parametrize(("file_format", "file"), [("taskchat", UNREADABLE), ("csv", NO_TITLES)])
async def test_too_many_remarks_are_refused(api: Api, monkeypatch: pytest.MonkeyPatch, file_format: str, file: str):
    monkeypatch.setattr(report, "REMARKS_MAX", MOST)
    refused = await api.post("/api/import", params={"format": file_format}, content=file.encode())
    check_problem(refused, 422, "More than 5 parts")
    assert await tasks_of(api) == []
    monkeypatch.setattr(report, "REMARKS_MAX", MOST + 1)
    assert len((await bring(api, file, format=file_format))["skipped"]) == MOST + 1


async def test_what_is_no_part_of_the_format_is_not_kept(person: Person):
    members = {"format": "taskchat", "version": 1, "later": {"x": [[]]}, "more": [1], "tasks": [{}]}
    with file_with(json.dumps(members, indent=0).encode()) as file:
        async with read_lists(person.id, file) as lists:
            assert (lists.values, lists.counts) == ({"format": "taskchat", "version": 1}, {"tasks": 1})
            assert lists.unknown == {"later": 4, "more": 10}
    others = json.dumps(dict.fromkeys(map(str, range(UNKNOWN_MAX + 1)))).encode()
    with file_with(others) as file, pytest.raises(Invalid):
        await read_lists(person.id, file).__aenter__()


async def test_a_record_with_too_many_parts_is_refused_and_a_long_one_of_few_is_read(api: Api):
    for record in ({str(number): 1 for number in range(PARTS_MAX + 1)}, [[]] * (PARTS_MAX + 1)):
        file = json.dumps({"format": "taskchat", "version": 1, "items": [record]})
        check_problem(await api.post("/api/import", content=file.encode()), 422, "too long")
    file = f'{{"format": "taskchat", "version": 1, "tasks": [{{"title": Milk}}, {"1," * RECORD_MAX}1]}}'
    check_problem(await api.post("/api/import", content=file.encode()), 422, "no JSON")
    turn = {"thread_id": "t", "id": "i", "status": "done", "started_at": "2026-11-21T09:00:00Z", "x" * 10_000: 1}
    long = {"id": "x" * 3 * PARTS_MAX}
    file = json.dumps({"format": "taskchat", "version": 1, "turns": [turn], "items": [long]})
    one, other = sorted(remark["reason"] for remark in (await bring(api, file))["skipped"])
    assert ("xxx" in one) != ("xxx" in other), "a remark quotes the beginning of a name"
    assert any("cannot be read" in reason for reason in (one, other))
    assert max(len(one), len(other)) < 300


async def test_a_number_is_read_whole_wherever_the_file_is_cut(person: Person):
    head = '{"format": "taskchat", "version": 1, "later": ['
    for before_cut in range(1, 7):
        with file_with(f"{head:{CHUNK_BYTES - before_cut}}1.5e-3]}}".encode()) as file:
            async with read_lists(person.id, file) as lists:
                assert lists.unknown == {"later": 1}


@pytest.mark.soak
async def test_a_file_with_too_many_records_is_refused(api: Api):
    file = f'{{"format": "taskchat", "version": 1, "later": [{"1," * ELEMENTS_MAX}1]}}'
    check_problem(await api.post("/api/import", content=file.encode()), 422, "more than 1,500,000 records")


def test_records_are_counted_in_all_lists(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(json_stream, "ELEMENTS_MAX", MOST)
    for later, is_refused in ("[1, 1]", False), ("[1, 1, 1]", True):
        split = json_stream.SplitObject({"tasks": io.StringIO()}, frozenset())
        file = io.BytesIO(f'{{"tasks": [1, 1, 1], "later": {later}}}'.encode())
        with pytest.raises(Invalid, match="more than") if is_refused else nullcontext():
            json_stream._Parser(file, split).read()


async def test_long_ids_of_a_file_are_kept_as_hashes_and_still_lead_to_the_parent(person: Person):
    ids = ["1" * 5_000 + end for end in ("0", "1")]
    table = f"title,number,parent_number\nMove,{ids[0]},\nVan,{ids[1]},{ids[0]}\n"
    with file_with(table.encode()) as file:
        async with read_foreign(person.id, file, "csv", person.zone) as records:
            records.seek(0)
            move, van = (json.loads(line) for line in records)
    assert van["parent"] == move["id"] != van["id"]
    assert len(van["id"]) == ID_MAX_CHARACTERS
