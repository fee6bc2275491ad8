"""Files that are made to harm: a process of its own reads them, within limits."""

import asyncio
import io
import json
import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from zoneinfo import ZoneInfo

import psutil
import pytest

from taskchat_app.assistant.account_data.record_reader import read_lists
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits import file_reading
from taskchat_app.domain.limits.file_reading import FileReader, file_with
from taskchat_app.domain.storage.errors import BurstLimit, Invalid
from taskchat_app.domain.transfer.file_reader import task_of
from taskchat_app.domain.transfer.foreign_import import read_foreign
from taskchat_app.domain.transfer.refusals import check_status, invalid_of
from taskchat_app.runtime.limited_child import TOO_COSTLY, TOO_SLOW
from taskchat_app.runtime.limited_process import Limits, run
from tests.domain.limits import probe
from tests.waiting import PATIENCE_SECONDS, until_async

pytestmark = pytest.mark.soak

MB = 1024 * 1024
SMALL = Limits(memory_bytes=100 * MB, cpu_seconds=2, seconds=120, output_bytes=MB)
"""By the clock more than a machine under load needs."""


def probed(what: str, *arguments: str, limits: Limits = SMALL, source: bytes = b"") -> tuple[int, str]:
    with file_with(source) as file, TemporaryFile() as output:
        status, _ = run(probe.__name__, [what, *arguments], file, output, limits, files=())
        output.seek(0)
        return status, output.read().decode()


def test_the_process_reads_nothing_of_its_parent_and_has_no_environment(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    places = (f"/proc/{os.getpid()}/environ", f"/proc/{os.getpid()}/mem", "/proc/1/environ", "/etc/passwd", str(secret))
    status, found = probed("read", *places)
    assert (status, json.loads(found)) == (0, {"opened": [], "environment": []})


def test_a_process_that_takes_longer_than_a_small_file_is_niced():
    before = os.nice(0)
    assert probed("niceness", limits=replace(SMALL, cpu_seconds=30)) == (0, json.dumps([before, min(19, before + 10)]))


def test_the_process_ends_before_the_server_where_the_machine_has_no_memory_left():
    program = (
        "from taskchat_app.runtime import limited_child\n"
        "limited_child.limit(2**30, 5, 2**20)\n"
        "print(open('/proc/self/oom_score_adj').read())"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["1000"]


def test_the_process_reaches_no_socket_and_starts_no_other_process(tmp_path: Path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path := str(tmp_path / "socket"))
        listening.listen()
        assert probed("reach", path) == (0, "[]")


@pytest.mark.parametrize("what", ["memory", "time", "output"])
def test_a_process_ends_at_its_limits(what: str):
    assert probed(what)[0] == TOO_COSTLY


def test_a_process_that_waits_is_ended_and_is_told_from_one_that_is_too_costly():
    status, _ = probed("wait", limits=Limits(SMALL.memory_bytes, SMALL.cpu_seconds, 0.5, MB))
    assert status == TOO_SLOW
    with pytest.raises(Invalid, match="too busy"):
        check_status(status)


async def test_a_file_that_takes_long_keeps_no_other_thread_busy(person: Person, monkeypatch: pytest.MonkeyPatch):
    reader = FileReader(probe.__name__, Limits(SMALL.memory_bytes, SMALL.cpu_seconds, 5, MB), at_once=1)
    with ThreadPoolExecutor(1) as threads, file_with(b"") as source, TemporaryFile() as output:
        monkeypatch.setattr(asyncio.get_running_loop(), "_default_executor", threads)
        before = psutil.Process().children()
        reading = asyncio.create_task(reader.read(person.id, ["wait"], source, output))
        await until_async(lambda: psutil.Process().children() != before, PATIENCE_SECONDS)
        await asyncio.to_thread(int)
        assert psutil.Process().children() != before, "it is still read"
        assert await reading == TOO_SLOW


async def test_a_user_without_a_budget_left_is_told_so(person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(file_reading, "READING_SECONDS", replace(file_reading.READING_SECONDS, count=1))
    reader = FileReader(probe.__name__, SMALL, at_once=1)
    with file_with(b"") as source, TemporaryFile() as output:
        assert await reader.read(person.id, ["time"], source, output) == TOO_COSTLY
        with pytest.raises(BurstLimit, match="in the last hour"):
            await reader.read(person.id, ["time"], source, output)


def _zip(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.json", content)
    return file.getvalue()


def _calendar(*lines: bytes) -> bytes:
    return b"\n".join([b"BEGIN:VCALENDAR", b"BEGIN:VTODO", b"SUMMARY:Call", *lines, b"END:VTODO", b"END:VCALENDAR"])


SIZE = 4 * MB
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a long line of categories": ("ics", lambda: _calendar(b"CATEGORIES:" + b"a," * SIZE)),
    "a folded line of categories": ("ics", lambda: _calendar(b"CATEGORIES:a", *([b" ,a"] * (SIZE // 2)))),
    "many lists of categories": ("ics", lambda: _calendar(*[b"CATEGORIES:" + b"a," * 10_000] * (SIZE // 20_000))),
    "a row of many cells": ("csv", lambda: b"title\n" + b"," * SIZE),
    "a row of many quoted lines": ("csv", lambda: b"title\n" + b'"\n",' * SIZE),
    "many rows of TickTick": ("ticktick", lambda: b"Title,Status\n" + b"a,0\n" * 201_000),
    "many comments": ("todoist", lambda: b"TYPE,CONTENT\ntask,a\n" + b"note,b\n" * 201_000),
    "an archive that expands": ("vikunja", lambda: _zip(b" " * 555 * MB)),
    "an archive of many lists": ("vikunja", lambda: _zip(b"[" + b"[]," * SIZE + b"[]]")),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_file_made_to_fill_the_memory_is_refused_with_a_sentence(person: Person, name: str):
    file_format, content = HOSTILE[name]
    with file_with(content()) as file, pytest.raises(Invalid, match=r"[.:]"):
        raise invalid_of(await last_record(person, file_format, file))


async def last_record(person: Person, file_format: str, file: IO[bytes]) -> dict[str, Any]:
    """Return the last of what the process wrote. Raises Invalid as read_foreign."""
    async with read_foreign(person.id, file, file_format, ZoneInfo("UTC")) as records:
        records.seek(0)
        return json.loads(records.readlines()[-1])


@pytest.mark.parametrize("member", [b'"settings":{"a":[' + b"[]," * MB + b"1]}", b'"settings":"' + b"x" * MB + b'"'])
async def test_an_account_file_made_to_fill_the_memory_is_refused(person: Person, member: bytes):
    with file_with(b"{" + member + b"}") as file, pytest.raises(Invalid):
        await read_lists(person.id, file).__aenter__()


async def test_comments_of_one_task_are_joined_in_linear_time(person: Person):
    notes = [f"note,comment {number}\n" for number in range(190_000)]
    with file_with(f"TYPE,CONTENT\ntask,a\n{''.join(notes)}".encode()) as file:
        task = task_of(await last_record(person, "todoist", file))
    assert task.description.startswith("comment 0\n\ncomment 1\n\n")
    assert len(task.description) > 2_000
