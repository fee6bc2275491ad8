"""Reads validated records from the lists of an account file; names those that cannot be read."""

import json
import re
from collections.abc import AsyncGenerator
from typing import Any, Generic, NamedTuple, TypeVar, cast

from pydantic import ValidationError

from taskchat_app.assistant.account_data.json_lists import JsonLists
from taskchat_app.assistant.account_data.json_stream import NAME_SHOWN
from taskchat_app.assistant.account_data.record_types import Record
from taskchat_app.domain.storage.storable_values import is_storable, storable
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.i18n.messages import Message, gettext
from taskchat_app.i18n.validation_messages import reason_of

KINDS = {
    "tasks": gettext("This task cannot be read ({field}: {reason})."),
    "changes": gettext("This change cannot be read ({field}: {reason})."),
    "conversations": gettext("This conversation cannot be read ({field}: {reason})."),
}
OTHER = gettext("This part of a conversation cannot be read ({field}: {reason}).")
UNSTORABLE = gettext("This record holds a NUL character or half of a character. Remove it.")
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


class RecordReader:
    def __init__(self, lists: JsonLists, report: ImportReport) -> None:
        self._lists, self.report = lists, report

    async def records(
        self, name: str, model: type[SomeRecord], *, quietly: bool = False
    ) -> AsyncGenerator[Read[SomeRecord]]:
        """Yield the valid records of the list; name the others, unless `quietly`."""
        if not quietly:
            self.report.begin(name, self._lists.counts[name])
        for line, text in self._lists.elements(name):
            await (self.report.pause() if quietly else self.report.step())
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
        return UNSTORABLE
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
    parts = cast("dict[str, Any]", value).values() if isinstance(value, dict) else cast("list[Any]", value)
    return levels == 0 or any(_is_deeper(part, levels - 1) for part in parts)
