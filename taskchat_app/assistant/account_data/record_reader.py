"""Reads the lists of an account file, which json_stream.py splits, and the valid records in them."""

import json
import re
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from tempfile import TemporaryFile
from typing import IO, Any, Generic, NamedTuple, TypeVar, cast

from pydantic import ValidationError

from taskchat_app.assistant.account_data import json_stream
from taskchat_app.assistant.account_data.json_stream import NAME_SHOWN, parts_of
from taskchat_app.assistant.account_data.record_types import LISTS, VALUES, Record
from taskchat_app.domain.limits.file_reading import FileReader
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.storable_values import is_storable, storable
from taskchat_app.domain.transfer.refusals import TOO_COSTLY, check_status, invalid_of
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.i18n.messages import Message, gettext
from taskchat_app.i18n.validation_messages import reason_of
from taskchat_app.runtime.limited_process import Limits

MB = 1024 * 1024
LIMITS = Limits(memory_bytes=150 * MB, cpu_seconds=60, seconds=300, output_bytes=1024 * MB)
"""A file of 512 MB takes 20 s. One that is made to be slow takes no longer for its size."""
HEAD_MAX_BYTES = 4 * MB
"""Of all but the lists; a longer one is cut there, so it is no JSON, and is refused as too costly."""
ACCOUNT_FILES = FileReader(json_stream.__name__, LIMITS, at_once=2)
KINDS = {
    "tasks": gettext("This task cannot be read ({field}: {reason})."),
    "changes": gettext("This change cannot be read ({field}: {reason})."),
    "conversations": gettext("This conversation cannot be read ({field}: {reason})."),
}
OTHER = gettext("This part of a conversation cannot be read ({field}: {reason}).")
NESTED = gettext("This record is nested too deep.")
NESTED_MAX = 200
"""Levels of a record: Python gives up at some 900, less where the code that reads it is deep itself."""
_MAYBE_UNSTORABLE = re.compile(r"\\u(?:0000|d[89a-f])")
"""The escapes of a NUL and of halves of characters, of which two together are storable."""

SomeRecord = TypeVar("SomeRecord", bound=Record)


class Read(NamedTuple, Generic[SomeRecord]):
    """A record as it was validated, for its checks, and as it is in the file."""

    line: int
    record: SomeRecord
    fields: dict[str, Any]
    """Its exact values: the validated ones may be converted."""
    text: str
    """Its JSON."""


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
async def read_lists(user_id: str, source: IO[bytes]) -> AsyncGenerator[JsonLists]:
    """Read the members of an account file; outside of transactions. Raises Invalid.

    A process (json_stream.py) writes the elements of each list to a file of their own, and all else to `output`.
    """
    with ExitStack() as opened, TemporaryFile() as output:
        files = {name: opened.enter_context(TemporaryFile()) for name in sorted(LISTS)}
        descriptors = {name: file.fileno() for name, file in files.items()}
        arguments = [json.dumps(descriptors), json.dumps(sorted(VALUES))]
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


class RecordReader:
    """Reads the records of the lists; names those that cannot be read in the report."""

    def __init__(self, lists: JsonLists, report: ImportReport) -> None:
        self._lists, self.report = lists, report

    async def records(
        self, name: str, model: type[SomeRecord], *, quietly: bool = False
    ) -> AsyncGenerator[Read[SomeRecord]]:
        """Yield the valid records of the list; name the others, unless `quietly`."""
        if not quietly:
            self.report.begin(name, self._lists.counts[name])
        for line, text in self._lists.elements(name):
            if quietly:
                await self.report.pause()
            else:
                await self.report.step()
            read = parse(line, text, model, name)
            if not isinstance(read, Message):
                yield read
            elif not quietly:
                self.report.skip(line, read)


def parse(line: int, text: str, model: type[SomeRecord], name: str) -> Read[SomeRecord] | Message:
    """Return the record, or why it cannot be read."""
    try:
        fields = json.loads(text)
    except RecursionError:  # json_stream.py, which calls from a shallower stack, could read it
        return NESTED
    # The first condition of each is fast, and rarely holds.
    if text.count("[") + text.count("{") > NESTED_MAX and _is_deeper(fields, NESTED_MAX):
        return NESTED
    if _MAYBE_UNSTORABLE.search(text) and storable(fields) != fields:
        return gettext("This record holds a NUL character or half of a character. Remove it.")
    try:
        return Read(line, model.model_validate(fields), fields, text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "-"
        shown = place[:NAME_SHOWN] if is_storable(place) else "-"
        return KINDS.get(name, OTHER).with_values(field=shown, reason=reason_of(first))


def _is_deeper(value: Any, levels: int) -> bool:
    """Return whether the JSON value has more levels of lists and objects."""
    if not isinstance(value, list | dict):
        return False
    return levels == 0 or any(_is_deeper(part, levels - 1) for part in parts_of(cast("Any", value)))
