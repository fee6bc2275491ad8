"""Collects what an import creates, and what it leaves out and why; has the sentences that several formats share."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import Message, decode, encode, gettext

NO_SUCH_COLUMNS = gettext("This file lacks the columns {names}. Choose its format, or another file.")
SECTION = gettext("The section “{name}” becomes a tag of its tasks.")
NO_PARENT = gettext("“{title}” is a step of a task that does not come. It comes as a task of its own.")
FLATTENED = gettext("“{title}” is a step of a step there. Here it is a step of the whole task.")
AFTER_COMPLETION = gettext("“{title}” repeats from the day when it is done there. Here it repeats from its due date.")
DATE_LOST = gettext("“{title}” comes without its date: {reason}")
DATE_WORDS = gettext("“{title}” comes without its date “{date}”, which is not understood.")
START_LOST = gettext("“{title}” comes without its start {start}: a task has one date.")
LOST_PART = gettext("“{title}” comes without its {part}, which has no place here.")
SKIPPED, SKIPPED_TASK, NOTE = "skipped", "skipped task", "note"
"""Kinds of remarks."""
REMARKS_MAX = 120_000
"""Remarks of one import, of up to 1.4 KB each. An account of 100,000 tasks that is imported again has so many."""
TOO_MANY_REMARKS = gettext(
    "More than {most:#,##0} parts of the file do not come, or come differently, so nothing of it comes. Choose its "
    "format, or split it into several files."
)
PREVIEWED_MAX = 200
"""Tasks of a preview."""
TURN_PREFIX = "import_"
PAUSE_SECONDS = 0.005
"""How long an import runs before others get the event loop; one record takes up to a millisecond."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark about a line of the file (1 is the first)."""

    line: int
    encoded: bytes
    """The Message, in a fifth of its memory."""

    @property
    def reason(self) -> Message:
        return decode(json.loads(self.encoded))


@dataclass(slots=True)
class ImportReport:
    turn_id: str = field(default_factory=lambda: f"{TURN_PREFIX}{uuid.uuid4().hex}")
    created: int = 0
    """Tasks."""
    conversations: int = 0
    settings: bool = False
    """True if settings of the account changed."""
    skipped: list[Remark] = field(default_factory=list[Remark])
    """What is not imported."""
    notes: list[Remark] = field(default_factory=list[Remark])
    """Tasks that are imported differently, for example without a part."""
    preview: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """The first tasks as JSON, each with its line."""
    part: str = ""
    """What is being read; `done` and `total` count its records, `_before` the records of earlier parts, `whole` all of
    them (0: not known)."""
    done: int = 0
    total: int = 0
    whole: int = 0
    _tasks_skipped: set[int] = field(default_factory=set[int])
    _before: int = 0
    _paused_at: float = field(default_factory=time.monotonic)

    def skip(self, line: int, reason: Message) -> None:
        """Report something that is not imported. Raises Invalid beyond REMARKS_MAX."""
        self.add(SKIPPED, line, reason)

    def skip_task(self, line: int, reason: Message) -> None:
        """Report a task that is not imported; `finish` drops the notes about it."""
        self.add(SKIPPED_TASK, line, reason)

    def note(self, line: int, reason: Message) -> None:
        """Report that a task is imported differently. Raises Invalid beyond REMARKS_MAX."""
        self.add(NOTE, line, reason)

    def add(self, kind: str, line: int, reason: Message) -> None:
        """Add a remark: SKIPPED, SKIPPED_TASK or NOTE. Raises Invalid beyond REMARKS_MAX."""
        if len(self.skipped) + len(self.notes) >= REMARKS_MAX:
            raise Invalid(TOO_MANY_REMARKS.with_values(most=REMARKS_MAX), line=line)
        if kind == SKIPPED_TASK:
            self._tasks_skipped.add(line)
        remarks = self.notes if kind == NOTE else self.skipped
        remarks.append(Remark(line, json.dumps(encode(reason)).encode()))

    def finish(self) -> None:
        """Drop the notes of tasks that are not imported, and sort all remarks by line."""
        self.notes = [remark for remark in self.notes if remark.line not in self._tasks_skipped]
        for remarks in (self.skipped, self.notes):
            remarks.sort(key=lambda remark: remark.line)

    def show(self, line: int, previewed: Callable[[], dict[str, Any]]) -> None:
        """Add the task of the line to the preview, unless that is full."""
        if len(self.preview) < PREVIEWED_MAX:
            self.preview.append({"line": line, **previewed()})

    @property
    def share(self) -> float | None:
        """How much of all records is read, from 0 to 1; None if that is not known."""
        return min(1.0, (self._before + self.done) / self.whole) if self.whole else None

    def begin(self, part: str, total: int) -> None:
        """Count the records of the next part."""
        self._before += self.total
        self.part, self.done, self.total = part, 0, total

    async def step(self) -> None:
        """Count one record as read; return to the event loop now and then."""
        self.done += 1
        await self.pause()

    async def pause(self) -> None:
        """Return to the event loop after PAUSE_SECONDS."""
        if time.monotonic() - self._paused_at > PAUSE_SECONDS:
            import asyncio  # here: a process that reads a file needs none

            await asyncio.sleep(0)
            self._paused_at = time.monotonic()
