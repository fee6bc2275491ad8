"""An import of files: when it locks the user, and what its undo reads of many conversations."""

import asyncio
import threading
from typing import Any

import pytest

from taskchat_app.assistant.account_data.file_import import import_file
from taskchat_app.assistant.account_data.import_undo import titles_of
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits import file_reading
from taskchat_app.domain.limits.file_reading import file_with
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Thread
from taskchat_app.domain.storage.user_lock import try_lock_user
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


@pytest.mark.parametrize("file_format", FILES)
async def test_parsing_the_file_locks_no_user(person: Person, file_format: str, monkeypatch: pytest.MonkeyPatch):
    held, run = HeldReading(), file_reading.run

    def run_later(*given: Any, **options: Any) -> tuple[int, float]:
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


PARAMETERS_MAX = 65_535
"""Of a query, in the protocol of Postgres."""


async def test_titles_are_read_of_more_conversations_than_a_query_has_parameters(person: Person):
    about: dict[str, Any] = {"status": {}, "details": {}, "search": "", "created_at": now(), "updated_at": now()}
    kept = Thread(id=f"{person.id}-kept", user_id=person.id, title="Kept", **about)
    async with transaction(person.id) as session:
        session.add(kept)
    absent = [f"{person.id}-{number}" for number in range(PARAMETERS_MAX)]
    async with reading(person.id) as session:
        assert await titles_of(session, person.id, [*absent, f"{person.id}-kept"]) == {f"{person.id}-kept": "Kept"}
