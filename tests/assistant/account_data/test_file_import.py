"""The import of a file: when it locks the user."""

import asyncio
import threading
from typing import Any

import pytest

from taskchat_app.assistant.account_data.file_import import import_file
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits import file_reading
from taskchat_app.domain.limits.file_reading import file_with
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.user_lock import try_lock_user
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.runtime.limited_process import Ended
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


@pytest.mark.parametrize("file_format", FILES)
async def test_parsing_the_file_locks_no_user(person: Person, file_format: str, monkeypatch: pytest.MonkeyPatch):
    held, run = HeldReading(), file_reading.run

    def run_later(*given: Any, **options: Any) -> Ended:
        held.hold()
        return run(*given, **options)

    monkeypatch.setattr(file_reading, "run", run_later)
    report = ImportReport()
    with file_with(FILES[file_format]) as file:
        importing = asyncio.create_task(import_file(person, "person", file, file_format, report))
        try:
            await until_async(held.has_begun.is_set, 60)
            async with transaction(person.id) as session:
                assert await try_lock_user(session, person.id)
        finally:
            held.release()
            await importing
    assert report.created == (file_format == "csv")
