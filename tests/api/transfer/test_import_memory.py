"""A file neither fills the server's memory nor holds the event loop: remarks, members and parts are bounded."""

import io
import json
from contextlib import nullcontext

import httpx
import pytest

from taskchat_app.assistant.account_data import json_stream
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
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer import report
from taskchat_app.domain.transfer.file_reader import ID_MAX_CHARACTERS
from taskchat_app.domain.transfer.foreign_import import read_foreign
from tests.api.responses import bring, check_problem
from tests.api.transfer.account_files import tasks_of

MOST = 5
NO_TITLES = "title,description\n" + ",x\n" * (MOST + 1) + "Milk,\n"
UNREADABLE = json.dumps({"format": "taskchat", "version": 1, "tasks": [1] * (MOST + 1)})


@pytest.mark.parametrize(("file_format", "file"), [("taskchat", UNREADABLE), ("csv", NO_TITLES)])
async def test_a_file_with_too_many_remarks_is_refused(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, file_format: str, file: str
):
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


async def test_a_record_with_too_many_parts_is_refused_and_a_long_one_of_few_is_read(api: httpx.AsyncClient):
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
async def test_a_file_with_too_many_records_is_refused(api: httpx.AsyncClient):
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
