"""Offers the lines of attached lists to choose from: a card with a button for each line and one for all.

The card keeps which lines were added, by clicks or by typed numbers, so that none is added twice. A click belongs to
the turn that asked, like one on a proposal. A line becomes at most a new task, whatever it says.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from chatkit.actions import ActionConfig
from chatkit.types import WidgetItem
from chatkit.widgets import DynamicWidgetRoot
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.ids import new_id
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools import tools
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.cooperative_work import in_pieces
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import ThreadItem
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.i18n.json_messages import with_messages
from taskchat_app.i18n.messages import gettext

ACTION = "lines.add"
KEY = "attached-lines"
"""The key of the widget's root, by which the page tells it from a choice between tasks."""
ALL = 0
"""In place of a line's number: all lines that are left."""
LINES_SHOWN = 20
"""Rows that a ChatKit client shows before its "Show more"."""
LEADS = {"de": "Neue Aufgaben:"}
LEAD = "Add these tasks:"
"""Before lines, this makes a message that lists new tasks, for the rules that read messages."""


def card_of(thread_id: str, lines: Sequence[str]) -> WidgetItem:
    """Return the card of these lines, none of which is added."""
    item_id = new_id("widget")
    copied = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    return WidgetItem(
        id=item_id, thread_id=thread_id, created_at=now(), widget=_widget(item_id, lines, {}), copy_text=copied
    )


def is_card(row: ThreadItem) -> bool:
    return row.type == "widget" and row.body["widget"].get("key") == KEY


def lines_of(row: ThreadItem) -> dict[int, str]:
    """Return the card's lines by their numbers."""
    return {-int(line["key"]): _text(line) for line in _rows(row)}


def added_in(row: ThreadItem) -> dict[int, str]:
    """Return the numbers of the lines that were added, each with the id of the turn."""
    return {-int(line["key"]): line["id"] for line in _rows(row) if line.get("id")}


def with_added(row: ThreadItem, added: Mapping[int, str]) -> WidgetItem:
    """Return the card with these lines added, and no others."""
    card = store.as_item(row)
    assert isinstance(card, WidgetItem)
    return card.model_copy(update={"widget": _widget(card.id, list(lines_of(row).values()), added)})


async def add(session: AsyncSession, person: Person, by: Cause, row: ThreadItem, number: int) -> WidgetItem:
    """Add the line, or all that are left, as tasks; return the card as it is now. A line is added once.

    Raises NotFound if the item is no such card or has no such line.
    """
    if not is_card(row):
        raise NotFound(gettext("This choice does not exist, or not any more. Ask again."))
    lines, added = lines_of(row), added_in(row)
    if number != ALL and number not in lines:
        raise NotFound(gettext("There is no line {number}.", number=number))
    chosen = [one for one in lines if one not in added and number in (ALL, one)]
    drafts: list[TaskDraft] = []
    async for piece in in_pieces(chosen, 5):
        drafts += [_draft(person, lines[one]) for one in piece]
    if drafts:
        await tasks.create_tasks(session, by, drafts, zone=person.zone)
    return with_added(row, added | dict.fromkeys(chosen, row.turn_id or ""))


def _draft(person: Person, line: str) -> TaskDraft:
    """Return the task that the rules read in the line, such as one with a date."""
    commands = read_message(f"{LEAD}\n- {line}", UserClock(person.zone, now()))
    if len(commands) == 1 and commands[0].kind == "add":
        return tools.CreateTask.model_validate(commands[0].given).draft()
    return TaskDraft(line)


def _rows(row: ThreadItem) -> list[dict[str, Any]]:
    widget = with_messages(row.body["widget"], row.body.get("messages"))
    return [line for line in widget["children"] if line["key"] != str(ALL)]


def _text(line: Mapping[str, Any]) -> str:
    return line["children"][0]["children"][0]["value"].partition(". ")[2]


def _widget(item_id: str, lines: Sequence[str], added: Mapping[int, str]) -> DynamicWidgetRoot:
    numbered = list(enumerate(lines, 1))
    rows = [_line(item_id, number, line, added.get(number)) for number, line in numbered]
    if len(added) < len(lines) > 1:
        label = gettext("Add the others") if added else gettext("Add all")
        rows.insert(0, _row(ALL, [{"type": "Spacer"}, _button(item_id, ALL, label, "solid")]))
    status = gettext("Which of these lines are tasks?") if len(added) < len(lines) else gettext("All lines are added")
    view = {"type": "ListView", "key": KEY, "limit": LINES_SHOWN, "status": {"text": status}, "children": rows}
    return DynamicWidgetRoot.model_validate(view)


def _line(item_id: str, number: int, line: str, turn_id: str | None) -> dict[str, Any]:
    words = {"type": "Text", "value": f"{number}. {line}", "size": "sm"}
    if turn_id is None:
        return _row(-number, [words, {"type": "Spacer"}, _button(item_id, number, gettext("Add"), "outline")])
    done = {"type": "Badge", "label": gettext("Added"), "color": "success"}
    return {**_row(-number, [words, {"type": "Spacer"}, done]), "id": turn_id}


def _row(key: int, children: Collection[Mapping[str, Any]]) -> dict[str, Any]:
    # A key above 0 is the number of a task (see references.py).
    row = {"type": "Row", "align": "center", "children": children}
    return {"type": "ListViewItem", "key": str(key), "children": [row]}


def _button(item_id: str, number: int, label: str, variant: str) -> dict[str, Any]:
    action = ActionConfig(type=ACTION, payload={"card_id": item_id, "line": number})
    return {
        "type": "Button",
        "label": label,
        "size": "sm",
        "variant": variant,
        "onClickAction": action.model_dump(mode="json", by_alias=True),
    }
