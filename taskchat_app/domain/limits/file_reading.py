"""Reads users' files in processes of their own (runtime/limited_process.py): few at once, within a budget per user."""

import asyncio
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import IO
from weakref import WeakValueDictionary

from taskchat_app.domain.limits.rate_limits import Limit, exhausted, take, used
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.errors import BurstLimit
from taskchat_app.i18n.messages import gettext
from taskchat_app.runtime.event_loop import run_to_completion
from taskchat_app.runtime.limited_process import Limits, run

READING_SECONDS = Limit("reading_seconds", 300, timedelta(hours=1))
"""Of a processor, for the files of one user; a picture or a small import takes one."""
READ_TOO_MUCH = gettext("Reading your files took the server very long in the last hour. Try again later.")
_locks_of_users: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


class FileReader:
    """Reads files with a module of ours, at most `at_once` at the same time, of each user one.

    It waits in threads of its own: the default ones are few, and pages are read in them.
    """

    def __init__(self, module: str, limits: Limits, at_once: int) -> None:
        self.module, self.limits = module, limits
        self._places = asyncio.Semaphore(at_once)
        self._threads = ThreadPoolExecutor(at_once, "file-reading")

    async def read(
        self, user_id: str, arguments: Sequence[str], source: IO[bytes], output: IO[bytes], *, files: Sequence[int] = ()
    ) -> int:
        """Return the exit status of the module's main(arguments); see limited_process.run.

        Call it outside of transactions. Raises BurstLimit for a user without a budget left.
        """
        async with _locks_of_users.setdefault(user_id, asyncio.Lock()):
            async with reading(user_id) as session:
                if resets_at := await exhausted(session, READING_SECONDS, user_id):
                    raise BurstLimit(READ_TOO_MUCH, resets_at=resets_at)
            async with self._places:
                return await run_to_completion(self._run(user_id, arguments, source, output, files))

    async def _run(
        self, user_id: str, arguments: Sequence[str], source: IO[bytes], output: IO[bytes], files: Sequence[int]
    ) -> int:
        reading = partial(run, self.module, arguments, source, output, self.limits, files=files)
        status, cpu_seconds = await asyncio.get_running_loop().run_in_executor(self._threads, reading)
        async with transaction(user_id) as session:
            seconds_used, _ = await used(session, READING_SECONDS, user_id)
            seconds_left = READING_SECONDS.count - seconds_used
            await take(session, READING_SECONDS, user_id, min(math.ceil(cpu_seconds), seconds_left))
        return status


def file_with(content: bytes) -> IO[bytes]:
    """Return a temporary file of the operating system with this content, at its beginning."""
    file = TemporaryFile()  # noqa: SIM115 -- the caller closes it
    file.write(content)
    file.seek(0)
    return file
