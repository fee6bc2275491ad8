"""Offers the lines of attached files as tasks: a card with a button for each line and one for all.

A line is added once: until its task, made in this conversation, is deleted or undone. A click belongs to the turn that
showed the card. A line becomes at most a new task: whatever it says, it completes, deletes and confirms nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from chatkit.types import WidgetItem
from chatkit.widgets import DynamicWidgetRoot
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core import widgets
from taskchat_app.assistant.core.items import new_id
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import Language, UserClock
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools.single_task_tools import CreateTask
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.storage.models import Change, Task, ThreadItem
from taskchat_app.domain.tasks import task_rows
from taskchat_app.domain.tasks.fields import TaskDraft, checked_draft
from taskchat_app.i18n.messages import gettext
from taskchat_app.runtime.event_loop import in_pieces

ACTION = "lines.add"
ATTACHED_LINES_KEY = "attached-lines"
"""The key of the widget's root, by which the page tells it from a choice between tasks."""
ALL = 0
"""In place of a line's number, which is 1 or more: all lines that are left."""
LINES_SHOWN = 20
"""Rows that a ChatKit client shows before its "Show more"."""
LINES_AT_ONCE = 5
"""Lines that are read without a pause: one takes up to 2 ms."""
DONE = "ghost"
"""The variant of the button of an added line, by which the card stores that it is added."""
LEADS: dict[Language, str] = {"en": "Add these tasks:", "de": "Neue Aufgaben:"}
"""The first line of a message whose other lines the rules read as new tasks, by language."""


def card_of(thread_id: str, lines: Sequence[str]) -> WidgetItem:
    item_id = new_id("widget")
    widget = _widget(item_id, lines, ())
    copied = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    return WidgetItem(id=item_id, thread_id=thread_id, created_at=now(), widget=widget, copy_text=copied)


def is_card(row: ThreadItem) -> bool:
    return row.type == "widget" and row.body["widget"].get("key") == ATTACHED_LINES_KEY


def lines_of(row: ThreadItem) -> dict[int, str]:
    return {line.number: line.words for line in _lines_on(row)}


def marked_lines(row: ThreadItem) -> set[int]:
    """Return the numbers of the lines that the card shows as added."""
    return {line.number for line in _lines_on(row) if line.is_added}


class _CardLine(NamedTuple):
    number: int
    words: str
    is_added: bool


def _lines_on(row: ThreadItem) -> list[_CardLine]:
    """Read the card's lines from its rows, as _line makes them."""
    lines: list[_CardLine] = []
    for line in row.body["widget"]["children"]:
        if line["key"] != str(ALL):
            text, *_, button = line["children"][0]["children"]
            words = text["value"].partition(". ")[2]  # of "3. buy milk"
            lines.append(_CardLine(-int(line["key"]), words, button["variant"] == DONE))
    return lines


async def added_in(session: AsyncSession, person: Person, row: ThreadItem) -> set[int]:
    """Return the numbers of the lines that the card marks as added and whose tasks still exist.

    A task is known by the title with which it was created in the conversation.
    """
    marked_numbers = marked_lines(row)
    if not marked_numbers:
        return set()
    its_task = (col(Task.user_id) == col(Change.user_id)) & (col(Task.number) == col(Change.task_number))
    titles = select(col(Change.after)["title"].as_string()).join(Task, its_task)
    titles = titles.where(Change.user_id == person.id, Change.thread_id == row.thread_id, Change.action == "created")
    existing = set((await session.exec(titles.where(col(Task.deleted_at).is_(None)))).all())
    lines = lines_of(row)
    drafts = await _drafts(person, {number: lines[number] for number in marked_numbers})
    return {number for number, draft in drafts.items() if draft.title in existing}


def marked(row: ThreadItem, added: Collection[int]) -> WidgetItem:
    card = store.card_in(row)
    return card.model_copy(update={"widget": _widget(card.id, list(lines_of(row).values()), added)})


async def add(session: AsyncSession, person: Person, by: Cause, row: ThreadItem, number: int) -> WidgetItem:
    """Add the line, or all that are left, as tasks, unless it is added; return the card. Raises NotFound."""
    if not is_card(row):
        raise NotFound(gettext("This choice does not exist, or not any more. Ask again."))
    lines = lines_of(row)
    if number != ALL and number not in lines:
        raise NotFound(gettext("There is no line {number}.", number=number))
    added = await added_in(session, person, row)
    wanted = lines if number == ALL else {number: lines[number]}
    chosen = {place: line for place, line in wanted.items() if place not in added}
    if chosen:
        drafts = await _drafts(person, chosen)
        await task_rows.create_tasks(session, by, list(drafts.values()), zone=person.zone)
    return marked(row, added | chosen.keys())


async def _drafts(person: Person, lines: Mapping[int, str]) -> dict[int, TaskDraft]:
    drafts: dict[int, TaskDraft] = {}
    async for piece in in_pieces(list(lines.items()), LINES_AT_ONCE):
        drafts |= {number: draft_of(person, line) for number, line in piece}
    return drafts


def draft_of(person: Person, line: str) -> TaskDraft:
    """Return the task that the rules read in the line, such as one with a date."""
    commands = read_message(f"{LEADS['en']}\n- {line}", UserClock(person.zone, now()))
    if len(commands) == 1 and commands[0].kind == "add":
        draft = CreateTask.model_validate(commands[0].given).draft()
        with suppress(Invalid):  # such as a tag that is too long: the line is the title then
            checked_draft(draft, zone=person.zone, now=now())
            return draft
    return TaskDraft(line)


def _widget(item_id: str, lines: Sequence[str], added: Collection[int]) -> DynamicWidgetRoot:
    rows = [_line(item_id, number, words, is_added=number in added) for number, words in enumerate(lines, 1)]
    are_left = len(added) < len(lines)
    if are_left and len(lines) > 1:
        label = gettext("Add the others") if added else gettext("Add all")
        rows.insert(0, widgets.button_line(ALL, [], _button(item_id, ALL, label, "solid")))
    status = gettext("Which of these lines are tasks?") if are_left else gettext("All lines are added")
    return widgets.list_view(ATTACHED_LINES_KEY, status, rows, limit=LINES_SHOWN)


def _line(item_id: str, number: int, words: str, *, is_added: bool) -> widgets.Part:
    """Return a line with its button; that of an added line adds it again after an undo."""
    add = _button(item_id, number, gettext("Add"), "outline")
    if is_added:
        add = _button(item_id, number, gettext("Added"), DONE, iconStart="check")
    # A key above 0 is the number of a task (see last_shown_tasks.py).
    return widgets.button_line(-number, [widgets.text(f"{number}. {words}")], add)


def _button(item_id: str, number: int, label: str, variant: str, **look: str) -> widgets.Part:
    return widgets.button(label, ACTION, {"card_id": item_id, "line": number}, variant=variant, **look)
