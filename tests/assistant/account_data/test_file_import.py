"""The import of a file: when it locks the user."""

import asyncio
import io
import threading
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.assistant.account_data.file_import import import_file
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.user_lock import try_lock_user
from taskchat_app.domain.transfer.foreign_import import READERS
from taskchat_app.domain.transfer.foreign_task import ForeignTask
from taskchat_app.domain.transfer.report import ImportReport
from tests.waiting import until_async

FILES = {"taskchat": b'{"format": "taskchat", "version": 1}', "csv": b"title\nBuy milk\n"}


class HeldReading:
    """Holds what reads a file until it is released."""

    def __init__(self) -> None:
        self.has_begun, self._is_released = threading.Event(), threading.Event()

    def hold(self) -> None:
        self.has_begun.set()
        assert self._is_released.wait(30)

    def release(self) -> None:
        self._is_released.set()


class HeldFile(io.BytesIO):
    """A file that is held before its first byte."""

    def __init__(self, content: bytes, held: HeldReading) -> None:
        super().__init__(content)
        self._held = held

    def read(self, size: int | None = -1, /) -> bytes:
        self._held.hold()
        return super().read(size)


@pytest.mark.parametrize("file_format", FILES)
async def test_the_user_is_locked_only_after_the_file_is_parsed(
    person: Person, file_format: str, monkeypatch: pytest.MonkeyPatch
):
    held, read_csv = HeldReading(), READERS["csv"]

    def read(content: bytes, report: ImportReport, zone: ZoneInfo) -> Iterator[ForeignTask]:
        held.hold()
        yield from read_csv(content, report, zone)

    monkeypatch.setitem(READERS, "csv", read)
    content = FILES[file_format]
    file = HeldFile(content, held) if file_format == "taskchat" else io.BytesIO(content)
    report = ImportReport()
    importing = asyncio.create_task(import_file(person, "person", file, file_format, report))
    try:
        await until_async(held.has_begun.is_set, 60)
        async with transaction(person.id) as session:
            assert await try_lock_user(session, person.id)
    finally:
        held.release()
        await importing
    assert report.created == (file_format == "csv")
