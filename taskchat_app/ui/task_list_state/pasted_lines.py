"""Reads the text of the add line: each line of pasted text is a task, or a step of one."""

from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.assistant.grammar.pasted_lists import LINES_MAX, without_bullet
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.i18n.messages import gettext, ngettext
from taskchat_app.runtime.event_loop import in_pieces
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.task_list_state.add_line_parser import NOTHING, Chip, ListContext, chips_of, draft_of

_LINES_SHOWN = 20
"""Lines that are read for the chips of a pasted list, at each letter that is typed."""
_CHIPS_SHOWN = 8
LINE_MARK = "⏎"
"""Stands for a line break of pasted text, as in pasted_lines.js: the add line is a single line."""
STEP_MARK = "↳"
"""Stands before a line that was indented in pasted text, as in pasted_lines.js: a step of the last line without it."""


async def drafts_of(
    text: str, context: ListContext = NOTHING, *, zone: ZoneInfo, now: datetime
) -> tuple[list[TaskDraft], dict[int, int]]:
    """Return a task for each line, without bullets, numbers and boxes; and which of them are steps (see `_lines`).

    Raises Invalid for more than LINES_MAX; pasted_lines.js sends more lines in several pieces.
    """
    lines, above = _lines(text)
    if len(lines) < 2:
        return [draft_of("".join(lines), context, zone=zone, now=now)], above
    if len(lines) > LINES_MAX:
        raise Invalid(gettext("At most {most} tasks are added at once. Send fewer lines.", most=LINES_MAX))
    drafts: list[TaskDraft] = []
    async for piece in in_pieces(lines):
        drafts += [draft_of(without_bullet(line) or line, context, zone=zone, now=now) for line in piece]
    return drafts, above


def _lines(text: str) -> tuple[list[str], dict[int, int]]:
    """Return the lines, and for the index of each step that of its task: of "a⏎↳b⏎c" [a, b, c] and {1: 0}.

    A step without a task above is a task: pasted_lines.js may send it in a later piece than its task.
    """
    lines: list[str] = []
    above: dict[int, int] = {}
    task: int | None = None
    for line in map(str.strip, text.split(LINE_MARK)):
        title = line.removeprefix(STEP_MARK).strip()
        if not title:
            continue
        if not line.startswith(STEP_MARK):
            task = len(lines)
        elif task is not None:
            above[len(lines)] = task
        lines.append(title)
    return lines, above


def text_chips(text: str, context: ListContext = NOTHING, *, zone: ZoneInfo, now: datetime) -> list[Chip]:
    """Return the chips that the add line shows below the text; of several lines their number, then each chip once."""
    lines, above = _lines(text)
    if len(lines) < 2:
        return chips_of("".join(lines), context, zone=zone, now=now)
    found = {
        chip.key: chip
        for line in lines[:_LINES_SHOWN]
        for chip in chips_of(without_bullet(line) or line, context, zone=zone, now=now)
    }
    counts = [say(ngettext("{count} task", "{count} tasks", len(lines)))]
    counts += [say(ngettext("{count} step", "{count} steps", len(above)))] if above else []
    return [Chip("count", ", ".join(counts), "count"), *list(found.values())[:_CHIPS_SHOWN]]
