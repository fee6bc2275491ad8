"""The card of a choice between tasks: "Delete which one?", and what a click in it does.

Each line of the card keeps the tool call that a click on it carries out; the click belongs to the turn that asked, like
one on a proposal. choice_offers.py finds the tasks.
"""

from itertools import count
from typing import Any, NamedTuple

from chatkit.types import (
    StructuredInputItem,
    StructuredInputMultipleChoice,
    StructuredInputMultipleChoiceOption,
    WidgetItem,
)
from chatkit.widgets import DynamicWidgetRoot
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core import widgets
from taskchat_app.assistant.core.items import new_id, text_of_stored
from taskchat_app.assistant.core.tool_call_workflow import ToolCall
from taskchat_app.assistant.offline.plan_parts import PlannedCall, Question, each
from taskchat_app.assistant.offline.task_lines import choice_words
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools import results, single_task_tools
from taskchat_app.assistant.tools.reminders import apply_reminder_request
from taskchat_app.assistant.tools.single_task_tools import CreateTask, UpdateTask
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import ThreadItem
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.queries import get_task
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import Message, gettext, joined, with_messages

ACTION = "choice.pick"
NEW = -1
"""In a click, the number of the first line that is no task of the list, such as a new one; -2 that of the second. In a
question such lines have the number 0."""


NO_CHOICE = gettext("This choice does not exist, or not any more. Ask again.")


class _Headlines(NamedTuple):
    """Of a card: the question, and what was done after a click."""

    question: Message
    done: Message


_HEADLINES = {
    "complete_task": _Headlines(gettext("Complete which one?"), results.COMPLETED),
    "reopen_task": _Headlines(gettext("Reopen which one?"), results.REOPENED),
    "delete_task": _Headlines(gettext("Delete which one?"), results.DELETED),
    "update_task": _Headlines(gettext("Change which one?"), results.CHANGED),
    "create_task": _Headlines(gettext("Add this task?"), results.ADDED),
    "add_note": _Headlines(gettext("What do you mean?"), results.CHANGED),
    "copy_task": _Headlines(gettext("Copy which one?"), results.ADDED),
}
"""By the action of a click."""


class ChoicePayload(BaseModel):
    """Payload of `choice.pick`; what else the card's own payload holds is read from the stored card."""

    model_config = ConfigDict(strict=True)
    choice_id: str
    number: int


def card_of(thread_id: str, question: Question) -> WidgetItem:
    """Return the choice in ChatKit's widget schema: a ListView with an action for each task."""
    item_id = new_id("widget")
    words = choice_words(question.tasks)
    other_numbers = count(NEW, -1)  # of lines that are no task
    numbers = [task["number"] or next(other_numbers) for task in question.tasks]
    choices = zip(numbers, words, question.calls, strict=True)
    lines = [_line(item_id, number, text, call) for number, text, call in choices]
    widget = widgets.list_view(item_id, _headline_of(question), lines)
    card = WidgetItem(id=item_id, thread_id=thread_id, created_at=now(), widget=widget)
    return card.model_copy(update={"copy_text": joined(words, "\n")})


def _headline_of(question: Question) -> Message:
    """Return what the card asks: which task, or what is meant if lines have words of their own."""
    first = question.tasks[0]
    begins_with_task = first["number"] and "words" not in first
    have_words = any("words" in task for task in question.tasks)
    if have_words and not begins_with_task:
        return gettext("What do you mean?")
    return _headlines(question.calls[0]).question


def question_of(card: WidgetItem, question: Question, language: str) -> StructuredInputItem:
    """Return the choice as ChatKit's structured input, with an option for each line of the card."""
    asked = StructuredInputMultipleChoice(
        id=card.id,
        question="",
        options=[StructuredInputMultipleChoiceOption(value=_option(task, language)) for task in question.tasks],
    ).model_copy(update={"question": _headline_of(question)})
    return StructuredInputItem(
        id=new_id("structured_input"), thread_id=card.thread_id, created_at=now(), inputs=[asked]
    )


def _option(task: dict[str, Any], language: str) -> str:
    return render(task["words"], language) if "words" in task else _name(task)


def _name(task: dict[str, Any]) -> str:
    return f"#{task['number']} {task['title']}" if task["number"] else task["title"]


def _line(item_id: str, number: int, words: str, call: PlannedCall) -> widgets.Part:
    payload = {"choice_id": item_id, "number": number, "tool": call.tool, "arguments": call.arguments}
    return widgets.line(number, widgets.text(words), onClickAction=widgets.action(ACTION, payload))


async def pick(session: AsyncSession, person: Person, by: Cause, row: ThreadItem, number: int) -> WidgetItem:
    """Do to this task what the card's question was about, once; return the card as it is now. Raises NotFound."""
    if row.type != "widget" or row.body["widget"].get("type") != "ListView":
        raise NotFound(NO_CHOICE)
    offered = _offered_calls(row)
    if not offered:  # decided before
        return store.card_in(row)
    if number not in offered:
        raise NotFound(gettext("#{number} is not among these tasks.", number=number))
    try:
        done = await _carry_out(session, person, by, offered[number])
    except ValidationError as error:  # of an old or an imported card
        raise NotFound(NO_CHOICE) from error
    return _decided(row, done, number)


class DoneLine(NamedTuple):
    """A line of a card, and the calls that did what it offers."""

    number: int
    calls: list[ToolCall]


def line_done_by(row: ThreadItem, calls: list[ToolCall]) -> DoneLine | None:
    """Return the line of the open card that offers what all of these calls did, else what just one of them did."""
    if together := _line_offering(row, calls):
        return together
    lines = [_line_offering(row, [call]) for call in calls]
    found = [line for line in lines if line is not None]
    return found[0] if len(found) == 1 else None


def _line_offering(row: ThreadItem, calls: list[ToolCall]) -> DoneLine | None:
    done = each([PlannedCall(call.tool, call.arguments) for call in calls])
    for number, offered in _offered_calls(row).items():
        if offered == done:
            return DoneLine(number, calls)
    return None


def decided_by_calls(row: ThreadItem, line: DoneLine) -> WidgetItem:
    """Return the card as a click on this line would leave it."""
    done: list[Message] = []
    for call in line.calls:
        headline = _headlines(PlannedCall(call.tool, call.arguments)).done
        done.append(headline.with_values(task=_name(call.result["task"])))
    return _decided(row, joined(done, ", "), line.number)


def is_open(item: WidgetItem) -> bool:
    """Return whether the item is the card of a choice that is not decided."""
    return any(click["type"] == ACTION for click in _clicks(item.widget.model_dump()))


def _offered_calls(row: ThreadItem) -> dict[int, PlannedCall]:
    """Return what a card's clicks do, by the numbers of their tasks; empty for a card that is decided."""
    offered: dict[int, PlannedCall] = {}
    for click in _clicks(row.body["widget"]):
        payload = click["payload"]
        if "tool" in payload:
            offered[payload["number"]] = PlannedCall(payload["tool"], payload["arguments"])
    return offered


def _clicks(widget: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the actions of a card's lines; lines of a decided card, and imported ones, may have none."""
    return [line["onClickAction"] for line in widget.get("children", []) if line.get("onClickAction")]


def skip(row: ThreadItem) -> WidgetItem:
    """Return the card without its actions."""
    return _decided(row, gettext("Skipped, nothing was changed"))


def _decided(row: ThreadItem, headline: Message, number: int | None = None) -> WidgetItem:
    """Return the card with this headline and, without actions, its lines or the one with this number."""
    widget: dict[str, Any] = with_messages(row.body["widget"], row.body.get("messages"))
    lines = widget["children"]
    if number is not None:
        lines = [line for line in lines if line["onClickAction"]["payload"]["number"] == number]
    lines = [{name: value for name, value in line.items() if name != "onClickAction"} for line in lines]
    decided = {**widget, "status": {"text": headline}, "children": lines}
    return store.card_in(row).model_copy(update={"widget": DynamicWidgetRoot.model_validate(decided)})


def numbers_of(row: ThreadItem) -> list[int]:
    return [line["onClickAction"]["payload"]["number"] for line in row.body["widget"]["children"]]


async def _carry_out(session: AsyncSession, person: Person, by: Cause, call: PlannedCall) -> Message:
    """Do what the tool of the call does, on the person's own word; return what was done."""
    if call.tool == "create_task":
        new = CreateTask.model_validate(call.arguments)
        added = await single_task_tools.add(session, by, new, new.due_date, person.zone)
        named = results.ADDED.with_values(task=results.task_label(added.tasks[0]))
        return joined([named, *results.describe_copied_steps(len(added.steps))], ", ")
    if call.tool == "each":
        done = [await _carry_out(session, person, by, PlannedCall(**fields)) for fields in call.arguments["calls"]]
        return joined(done, ", ")
    number = int(call.arguments["task_id"])
    match call.tool:
        case "delete_task":
            task = await tasks.delete_task(session, by, number)
        case "add_note":  # below what the description is now
            described = (await get_task(session, by.user_id, number)).description
            note = "\n".join(filter(None, (described, call.arguments["note"])))
            task = await tasks.update_task(session, by, number, TaskEdit(description=note), zone=person.zone)
        case "update_task":
            edit = UpdateTask.model_validate(call.arguments).edit()
            task = await tasks.update_task(session, by, number, edit, zone=person.zone)
            if edit.reminder is None:
                await apply_reminder_request(
                    session, by, await _message_of_turn(session, by), task, zone=person.zone, is_described=False
                )
        case _:
            task = await tasks.complete_task(session, by, number, call.arguments.get("completed", True))
    return _headlines(call).done.with_values(task=results.task_label(task))


async def _message_of_turn(session: AsyncSession, by: Cause) -> str:
    """Return the text that began the turn: its reminder is for the task that is chosen now."""
    query = select(ThreadItem).where(ThreadItem.user_id == by.user_id, ThreadItem.id == by.turn_id)
    asked = (await session.exec(query)).one_or_none()
    return text_of_stored(asked.body["content"]) if asked else ""


def _headlines(call: PlannedCall) -> _Headlines:
    if "copy_of" in call.arguments:
        return _HEADLINES["copy_task"]
    return _HEADLINES["reopen_task" if call.arguments.get("completed") is False else call.tool]
