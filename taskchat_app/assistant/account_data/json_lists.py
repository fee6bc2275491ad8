"""The lists of an account file, which json_stream.py splits in a process of its own."""

import json
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from tempfile import TemporaryFile
from typing import IO, Any, cast

from taskchat_app.assistant.account_data import json_stream
from taskchat_app.domain.limits.file_reading import FileReader
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer.refusals import TOO_COSTLY, check_status, invalid_of
from taskchat_app.runtime.limited_process import Limits

MB = 1024 * 1024
LIMITS = Limits(memory_bytes=150 * MB, cpu_seconds=60, seconds=300, output_bytes=1024 * MB)
"""A file of 512 MB takes 20 s. One that is made to be slow takes no longer for its size."""
ACCOUNT_FILES = FileReader(json_stream.__name__, LIMITS, at_once=2)
HEAD_MAX_BYTES = 4 * MB


class JsonLists:
    """The top level of a JSON object: `values` that are no list, and the elements of each list with their lines.

    `counts` are the lengths of the lists; `unknown` are other names, with their lines.
    """

    def __init__(self, head: dict[str, Any], files: Mapping[str, IO[bytes]]) -> None:
        self.values: dict[str, Any] = head["values"]
        self.unknown: dict[str, int] = head["unknown"]
        self.counts = Counter[str](head["counts"])
        self._files = files

    def elements(self, name: str) -> Iterator[tuple[int, str]]:
        """Yield the list's elements as JSON, each with its line in the source."""
        lines = self._files[name]
        lines.seek(0)
        for numbered in lines:
            line, _, element = numbered.decode().partition(" ")
            yield int(line), element


@asynccontextmanager
async def read_lists(
    user_id: str, source: IO[bytes], lists: frozenset[str], values: frozenset[str]
) -> AsyncGenerator[JsonLists]:
    """Read the source, of which the members with these names are kept. Raises Invalid.

    Call it outside of transactions.
    """
    with ExitStack() as opened, TemporaryFile() as output:
        files = {name: opened.enter_context(TemporaryFile()) for name in sorted(lists)}
        descriptors = {name: file.fileno() for name, file in files.items()}
        arguments = [json.dumps(descriptors), json.dumps(sorted(values))]
        check_status(await ACCOUNT_FILES.read(user_id, arguments, source, output, files=[*descriptors.values()]))
        yield JsonLists(_head(output), files)


def _head(output: IO[bytes]) -> dict[str, Any]:
    output.seek(0)
    try:
        head = cast("dict[str, Any]", json.loads(output.read(HEAD_MAX_BYTES)))
    except ValueError as error:
        raise Invalid(TOO_COSTLY) from error
    if "refused" in head:
        raise invalid_of(head)
    return head
