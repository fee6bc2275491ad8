"""Drafts of plans: lines that the person edits on a card and adds as tasks, once.

A plan is its card: a ChatKit widget whose rows hold the lines, with an id that is the item's. Nothing of it is a task
or in the log before it is added; adding it belongs to the turn that proposed it, so one undo takes all of it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from chatkit.types import WidgetItem
from chatkit.widgets import DynamicWidgetRoot
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core import widgets
from taskchat_app.assistant.core.items import new_id
from taskchat_app.assistant.threads import store
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import local_due
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid, NotFound, PlanApplied
from taskchat_app.domain.storage.models import Thread, ThreadItem
from taskchat_app.domain.storage.storable_values import is_storable
from taskchat_app.domain.tasks import task_rows
from taskchat_app.domain.tasks.fields import TITLE_MAX_CHARACTERS, TaskDraft, checked_draft
from taskchat_app.i18n.messages import gettext, ngettext

PLAN_KEY = "plan"
"""The key of the widget's root, by which a plan is distinguished from other cards."""
APPLY = "plan.apply"
EDIT = "plan.edit"
"""Actions with `plan_id`, and with the values of the card's form (with_form_values)."""
LINES_MAX = 50
DRAFTED = gettext("Here is the plan. Nothing is added yet: change the lines, then add them.")


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A line of a plan. `due` is local ISO text ("2026-11-21" or "2026-11-21T09:00").

    `parent_key` is that of an earlier line of which this is a step. `number` is the task's, once the plan is added.
    """

    key: str
    title: str
    due: str | None = None
    parent_key: str | None = None
    included: bool = True
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as its card holds it; `turn_id` is the turn that proposed it."""

    id: str
    title: str
    lines: tuple[PlanLine, ...]
    is_applied: bool
    turn_id: str | None

    @property
    def numbers(self) -> list[int]:
        """The numbers of the tasks that it became."""
        return [line.number for line in self.lines if line.number is not None]

    @property
    def chosen(self) -> list[PlanLine]:
        return [line for line in self.lines if line.included]


def new_plan(person: Person, title: str, lines: Sequence[PlanLine]) -> Plan:
    """Return a checked plan with a new id; raise Invalid with the line that is not acceptable."""
    plan = Plan(new_id("widget"), title.strip()[:TITLE_MAX_CHARACTERS], (), is_applied=False, turn_id=None)
    return with_lines(person, plan, lines)


def with_lines(person: Person, plan: Plan, lines: Sequence[PlanLine]) -> Plan:
    """Return the plan with these lines; raise PlanApplied if it is added, Invalid with the line that is not acceptable.

    A line whose parent is not an earlier line, or is itself a step, becomes one of its own.
    """
    if plan.is_applied:
        raise PlanApplied(gettext("This plan is added already. Change its tasks, or undo it."))
    if not 1 <= len(lines) <= LINES_MAX:
        raise Invalid(gettext("A plan has 1 to {most} lines.", most=LINES_MAX))
    if len({line.key for line in lines}) < len(lines):
        raise Invalid(gettext("Each line of a plan needs a key of its own."))
    checked: dict[str, PlanLine] = {}
    for place, line in enumerate(lines, 1):
        parent = checked.get(line.parent_key or "")
        parent_key = parent.key if parent is not None and parent.parent_key is None else None
        checked[line.key] = replace(_checked(person, line, place), parent_key=parent_key, number=None)
    return replace(plan, lines=tuple(checked.values()))


def _checked(person: Person, line: PlanLine, place: int) -> PlanLine:
    """Return the line with its title trimmed and its date resolved, as the task would have them."""
    try:
        due = parse_due(line.due, zone=person.zone, now=now()) if line.due else None
        columns = checked_draft(TaskDraft(line.title), zone=person.zone, now=now())
    except Invalid as error:
        raise Invalid(gettext("Line {place}: {reason}", place=place, reason=error.detail)) from error
    return replace(line, title=columns["title"], due=local_due(due, person.zone) if due else None)


def with_form_values(person: Person, plan: Plan, values: Mapping[str, Any]) -> Plan:
    """Return the plan with the values of the card's form: `title_<key>`, `due_<key>`, `included_<key>`.

    Each is optional. `order` is a list of the lines' keys; a line that it lacks comes last.
    """
    order = values.get("order")
    keys = cast("list[Any]", order) if isinstance(order, list) else []
    places = {str(key): place for place, key in enumerate(keys)}
    ordered = sorted(plan.lines, key=lambda line: places.get(line.key, len(places)))
    lines = tuple(_with_line_values(line, values) for line in ordered)
    return plan if lines == plan.lines else with_lines(person, plan, lines)


def _with_line_values(line: PlanLine, values: Mapping[str, Any]) -> PlanLine:
    title = values.get(f"title_{line.key}")
    due = values.get(f"due_{line.key}")
    included = values.get(f"included_{line.key}")
    if isinstance(title, str) and title.strip():
        line = replace(line, title=title.strip())
    if isinstance(due, str):
        line = replace(line, due=_due_picked(due, line.due))
    if isinstance(included, bool):
        line = replace(line, included=included)
    return line


def _due_picked(picked: str, before: str | None) -> str | None:
    """Return the date that was picked or typed; a day that is as before keeps its time.

    A picked "2026-11-21" leaves "2026-11-21T09:00"; a typed "tomorrow" is returned as it is, for with_lines to read.
    """
    picked = picked.strip()
    if before and picked[:10] == before[:10]:
        return before
    try:
        return date.fromisoformat(picked[:10]).isoformat()
    except ValueError:
        return picked or None


def with_new_proposal(person: Person, plan: Plan, lines: Sequence[PlanLine]) -> Plan:
    """Return the plan with the lines of a later proposal; an unticked title stays so. Raises as with_lines does."""
    unticked = {line.title.casefold() for line in plan.lines if not line.included}
    ticked = [replace(line, included=line.title.strip().casefold() not in unticked) for line in lines]
    return with_lines(person, plan, ticked)


async def access(session: AsyncSession, user_id: str, plan_id: str, *, lock: bool = False) -> ThreadItem:
    """Return the row of the user's plan. Raises NotFound if it is absent or another user's."""
    query = select(ThreadItem).join(Thread).where(col(Thread.deleted_at).is_(None), ThreadItem.user_id == user_id)
    query = query.where(ThreadItem.id == plan_id)
    query = query.with_for_update(of=ThreadItem) if lock else query
    row = (await session.exec(query)).one_or_none() if is_storable(plan_id) else None
    if row is None or row.type != "widget" or row.body["widget"].get("key") != PLAN_KEY:
        raise NotFound(gettext("This plan does not exist, or not any more."))
    return row


async def open_plan(session: AsyncSession, user_id: str, thread_id: str, title: str = "") -> ThreadItem | None:
    """Return the locked row of the conversation's newest plan that is not added, of this title if one is given."""
    is_plan = col(ThreadItem.body)["widget"]["key"].as_string() == PLAN_KEY
    cards = store.items_of_type(user_id, thread_id, "widget").where(is_plan)
    rows = (await session.exec(cards.order_by(col(ThreadItem.seq).desc()).with_for_update())).all()
    wanted = title.strip().casefold()
    for row in rows:
        plan = plan_of(row)
        if not plan.is_applied and wanted in ("", plan.title.casefold()):
            return row
    return None


async def save(session: AsyncSession, by: Cause, row: ThreadItem, plan: Plan) -> WidgetItem:
    """Store the edited plan in the row, unless it is as before; return its card."""
    card = card_of(plan, row)
    if plan != plan_of(row):
        await store.store_items(session, replace(by, thread_id=row.thread_id, turn_id=row.turn_id), card)
    return card


async def apply(
    session: AsyncSession, person: Person, by: Cause, row: ThreadItem, plan: Plan
) -> tuple[Plan, WidgetItem]:
    """Add the chosen lines as tasks, unless that was done, and store the card. Raises Invalid if none is chosen."""
    chosen = plan.chosen
    if plan.is_applied:
        return plan, card_of(plan, row)
    if not chosen:
        raise Invalid(gettext("Choose at least one line."))
    by = replace(by, thread_id=row.thread_id, turn_id=row.turn_id)
    drafts = [TaskDraft(line.title, due_at=line.due) for line in chosen]
    places = {line.key: place for place, line in enumerate(chosen)}
    # The place of each step's parent; a step whose parent is not added becomes a task of its own.
    above = {places[line.key]: places[line.parent_key] for line in chosen if line.parent_key in places}
    added = await task_rows.create_tasks(session, by, drafts, zone=person.zone, above=above)
    numbers = dict(zip(places, added.changed, strict=True))
    lines = tuple(replace(line, number=numbers.get(line.key)) for line in plan.lines)
    plan = replace(plan, lines=lines, is_applied=True)
    return plan, await save(session, by, row, plan)


def new_card(plan: Plan, thread_id: str) -> WidgetItem:
    return WidgetItem(id=plan.id, thread_id=thread_id, created_at=now(), **_item_fields(plan))


def card_of(plan: Plan, row: ThreadItem) -> WidgetItem:
    return store.card_in(row).model_copy(update=_item_fields(plan))


def _item_fields(plan: Plan) -> dict[str, Any]:
    return {"widget": _widget(plan), "copy_text": "\n".join(f"- {line.title}" for line in plan.chosen)}


def plan_of(row: ThreadItem) -> Plan:
    return replace(plan_in(row.id, row.body["widget"]), turn_id=row.turn_id)


def plan_in(item_id: str, widget: Mapping[str, Any]) -> Plan:
    title, *rows = widget["children"]
    lines = tuple(map(_line_in, rows))
    return Plan(item_id, title["value"], lines, is_applied="confirm" not in widget, turn_id=None)


def _line_in(row: Mapping[str, Any]) -> PlanLine:
    """Return the line of a row that _row made."""
    included, title, *_ = row["children"]
    payload, number = included["onChangeAction"]["payload"], int(row["key"])
    return PlanLine(
        key=payload["key"],
        title=title["defaultValue"],
        due=payload.get("due"),
        parent_key=payload.get("parent_key"),
        included=bool(included["defaultChecked"]),
        number=number if number > 0 else None,
    )


def _widget(plan: Plan) -> DynamicWidgetRoot:
    rows = [_row(plan, line, place) for place, line in enumerate(plan.lines, 1)]
    card: dict[str, Any] = {"type": "Card", "key": PLAN_KEY, "asForm": True}
    card["children"] = [{"type": "Title", "value": plan.title, "size": "sm"}, *rows]
    if plan.is_applied:
        card["status"] = {"text": ngettext("Added {count} task", "Added {count} tasks", len(plan.numbers))}
    else:
        label = ngettext("Add {count} task", "Add {count} tasks", len(plan.chosen))
        card["confirm"] = {"label": label, "action": widgets.action(APPLY, {"plan_id": plan.id})}
    return DynamicWidgetRoot.model_validate(card)


def _row(plan: Plan, line: PlanLine, place: int) -> widgets.Part:
    """Return the row of a line; its key is the number of the task that it became, else its place below 0.

    _line_in reads the line from the row again. The payload is what an edit sends, and a line that can be edited has no
    number yet; so the number is in the key.
    """
    payload = {"plan_id": plan.id, "key": line.key, "due": line.due, "parent_key": line.parent_key}
    change = {"onChangeAction": widgets.action(EDIT, payload)}
    disabled = {"disabled": True} if plan.is_applied else {}
    due = {"defaultValue": f"{line.due[:10]}T00:00:00"} if line.due else {}
    indent = {"padding": {"left": 6}} if line.parent_key else {}
    parts = [
        {"type": "Checkbox", "name": f"included_{line.key}", "defaultChecked": line.included, **disabled, **change},
        {"type": "Input", "name": f"title_{line.key}", "defaultValue": line.title, "size": "sm", **disabled},
        {"type": "DatePicker", "name": f"due_{line.key}", "clearable": True, "size": "sm", **disabled, **due},
    ]
    return {"type": "Row", "key": str(line.number or -place), "align": "center", "children": parts, **indent}
