"""Reads which tasks the conversation has shown last, and tells Gemini what "it" and "the second one" mean.

It does not look at what was changed or deleted since. deletion_consent.py also uses `last_shown`, and permits deletions
by it. The offline assistant has `offline/memory.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import exists, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.model_notes import listed
from taskchat_app.assistant.offline.plan_parts import UNSHOWN_PREFIX
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.vocabulary import MONTH, ORDINAL, WEEKDAY, ordinal
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.models import Task, ThreadItem, ToolExecution

CALLS_READ = 50
_TASK_NUMBER = re.compile(r"[1-9]\d{0,8}")
_ONE_TASK = re.compile(r"#[1-9]\d{0,8}")
# No "on" or "on the" comes before: "on the 6th" is a date.
_NOT_AFTER_ON = "".join(rf"(?<!\b{word}\s)(?<!\b{word}\sthe\s)" for word in ("on", "by", "to", "from", "until"))
# No "week" comes after: "the first week" is a date.
_NOT_BEFORE_WEEK = rf"(?!\s(?:of|week|month|year|night|time|woche|monat|jahr|mal|{MONTH}|{WEEKDAY})\b)"
# "The second one", "die letzte aufgabe", "last"
ORDINAL_PHRASE = re.compile(
    rf"{_NOT_AFTER_ON}\b(?P<phrase>(?:(?:the|der|die|das|den|dem)\s)?(?P<word>{ORDINAL})(?:\s(?:one|task|aufgabe))?)\b"
    rf"{_NOT_BEFORE_WEEK}",
    re.IGNORECASE,
)
_IT = re.compile(r"\b(it|(?:that|this) (?:one|task)|es|ihn|diese aufgabe)\b", re.IGNORECASE)
_BOTH = re.compile(r"\b(both|beiden?)\b", re.IGNORECASE)
# "Those", "diese Aufgaben"; neither "these days" nor "diese Woche"
_THOSE = re.compile(
    r"\b(all of them|them|those|these(?! days)|sie alle|alle davon"
    r"|diese(?!\s(?:woche|nacht|aufgabe\b|tage|(?-i:(?!Aufgaben\b)[A-ZÄÖÜ]))))\b",
    re.IGNORECASE,
)
PRONOUNS = {_IT: range(1, 2), _BOTH: range(2, 3), _THOSE: range(2, 21)}
"""How many tasks each pronoun may stand for: "it" for one, "both" for two."""


@dataclass(frozen=True, slots=True)
class ShownTasks:
    """`listed` is the list last shown, which ordinals count in; `recent` are the tasks of the last answer with any."""

    listed: Sequence[int] = ()
    recent: Sequence[int] = ()

    def at(self, place: int) -> int | None:
        """Return the task at a place of the list; none at -1, "the last one", if others were touched after the list."""
        if place == -1:
            return self.listed[-1] if self.listed and self.listed == self.recent else None
        return self.listed[place - 1] if 1 <= place <= len(self.listed) else None


async def last_shown(session: AsyncSession, turn: TurnContext) -> ShownTasks:
    """Return the selected tasks, or else those that the earlier turns showed or touched, in the order shown."""
    if turn.selected:
        return ShownTasks(turn.selected, turn.selected)
    calls = await _earlier_calls(session, turn)
    choices = await _choices(session, turn, [*calls])
    # The oldest first: `choices` adds at most one turn to those with calls, the newest of all.
    turn_ids = [*dict.fromkeys([*calls, *choices])]
    turns = [_tasks_of(calls.get(turn_id, ()), choices.get(turn_id)) for turn_id in turn_ids]
    recent: Sequence[int] = turns[-1].recent if turns else ()
    last_list = recent  # if no turn showed a list
    for tasks in turns:
        last_list = tasks.list_after(last_list)
    return ShownTasks(last_list, recent)


async def _earlier_calls(session: AsyncSession, turn: TurnContext) -> dict[str, list[ToolExecution]]:
    """Return the newest calls of earlier turns by their turn, both the oldest first."""
    query = select(ToolExecution).where(
        ToolExecution.user_id == turn.person.id,
        ToolExecution.thread_id == turn.thread_id,
        ToolExecution.turn_id != turn.turn_id,
        ToolExecution.outcome != "error",
        # The offline assistant reads the tasks that a message numbers, and shows none of them.
        ~col(ToolExecution.call_id).startswith(UNSHOWN_PREFIX, autoescape=True),
        # Answers that were removed by trying again are not on the screen any more.
        exists().where(col(ThreadItem.id) == col(ToolExecution.item_id)),
    )
    newest = (await session.exec(query.order_by(col(ToolExecution.id).desc()).limit(CALLS_READ))).all()
    calls: dict[str, list[ToolExecution]] = {}
    for call in reversed(newest):
        calls.setdefault(call.turn_id, []).append(call)
    return calls


@dataclass(slots=True)
class _TurnTasks:
    """The tasks that one turn showed."""

    listing: list[int] | None = None
    """The list that it showed last, which may be empty; None without one."""
    touched: list[int] = field(default_factory=list[int])
    """The tasks that it changed, or found by number, after that."""
    is_search: bool = False
    """True if the list came from a search; one before a change only finds its task, and the user sees no list."""

    @property
    def recent(self) -> list[int]:
        return self.touched or self.listing or []

    def list_after(self, before: Sequence[int]) -> Sequence[int]:
        """Return the list in which "the second one" counts after this turn; `before` is the one before the turn.

        Empty if it may be a list or a task of this turn: "list my tasks, and complete #7".
        """
        if len(self.touched) > 1:
            return self.touched
        if not self.touched:
            return before if self.listing is None else self.listing
        if self.listing is None or self.is_search:  # a search only found the one task that was touched
            return before
        return ()


def _tasks_of(calls: Sequence[ToolExecution], choice: list[int] | None) -> _TurnTasks:
    """Read a turn's calls, oldest first; `choice` are the tasks that a card let the user choose from."""
    turn = _TurnTasks()
    for call in calls:
        result = call.result
        finds_one_task = _ONE_TASK.fullmatch(str(call.arguments.get("search"))) is not None  # "#3"
        if "tasks" in result and not finds_one_task:  # a list; what was touched before it counts no more
            turn = _TurnTasks(_numbers(result["tasks"]), is_search="search" in call.arguments)
        elif "task" in result:  # a change: {"task": {"number": 3, …}}
            turn.touched += _numbers([result["task"]])
        else:  # the one task that was found, or a change of several: {"numbers": [3, 4]}
            turn.touched += _numbers(result.get("tasks") or result.get("numbers"))
    if choice is not None:
        turn.listing = choice
    turn.touched = list(dict.fromkeys(turn.touched))
    return turn


def _numbers(listed: Any) -> list[int]:
    """Return the numbers in a result's list of tasks or of numbers; an imported file may hold other values."""
    numbers: list[int] = []
    for value in cast("list[Any]", listed) if isinstance(listed, list) else []:
        number = cast("dict[str, Any]", value).get("number") if isinstance(value, dict) else value
        if isinstance(number, int):
            numbers.append(number)
    return numbers


async def _choices(session: AsyncSession, turn: TurnContext, turn_ids: Sequence[str]) -> dict[str, list[int]]:
    """Return the tasks of the cards with choices, by their turn: of these turns and of the newest earlier one."""
    earlier = select(ThreadItem.turn_id).where(
        ThreadItem.thread_id == turn.thread_id, col(ThreadItem.turn_id) != turn.turn_id
    )
    before = earlier.order_by(col(ThreadItem.seq).desc()).limit(1).scalar_subquery()
    in_turns = or_(col(ThreadItem.turn_id).in_(turn_ids), col(ThreadItem.turn_id) == before)
    cards = select(ThreadItem).where(ThreadItem.user_id == turn.person.id, in_turns, ThreadItem.type == "widget")
    found: dict[str, list[int]] = {}
    for card in (await session.exec(cards)).all():
        widget: dict[str, Any] = card.body["widget"]
        if widget.get("type") != "ListView":
            continue
        rows = cast("list[Any]", widget.get("children") or [])
        keys = [str(cast("dict[str, Any]", row).get("key")) for row in rows if isinstance(row, dict)]
        # A task that is offered to be added has no number yet; an imported card may have other keys.
        if numbers := [int(key) for key in keys if _TASK_NUMBER.fullmatch(key)]:
            found[card.turn_id or ""] = numbers
    return found


async def explain_references(turn: TurnContext) -> str:
    """Return what the message's references mean: "(Of the tasks shown last, “it” is #4.)"; empty without any."""
    message = mask_quotes(turn.command)
    if turn.selected:
        return await _of_the_selected(turn, message)
    if not any(pattern.search(message) for pattern in (ORDINAL_PHRASE, *PRONOUNS)):
        return ""
    async with reading(turn.person.id) as session:
        shown = await last_shown(session, turn)
    meant = _ordinals_of(message, shown)
    for pattern, counts in PRONOUNS.items():
        found = pattern.search(message)
        if found and len(shown.recent) in counts:
            meant[found[0]] = shown.recent
    return f"(Of the tasks shown last, {_in_words(meant)}.)" if meant else ""


async def _of_the_selected(turn: TurnContext, message: str) -> str:
    """Return the line for a message with selected tasks: the places that it names, and the deleted ones."""
    meant = _ordinals_of(message, ShownTasks(turn.selected, turn.selected))
    parts = [_in_words(meant)] if meant else []
    existing = select(Task.number).where(Task.user_id == turn.person.id, col(Task.deleted_at).is_(None))
    async with reading(turn.person.id) as session:
        found = set((await session.exec(existing.where(col(Task.number).in_(turn.selected)))).all())
    if deleted := [number for number in turn.selected if number not in found]:
        parts.append(f"{listed(deleted)} {'is' if len(deleted) == 1 else 'are'} deleted: say so")
    return f"(Of the selected tasks, {'; '.join(parts)}.)" if parts else ""


def _ordinals_of(message: str, shown: ShownTasks) -> dict[str, Sequence[int]]:
    """Return the tasks that the message's ordinals mean in what was shown: {"the second one": [4]}."""
    meant: dict[str, Sequence[int]] = {}
    for found in ORDINAL_PHRASE.finditer(message):
        number = shown.at(ordinal(found["word"]))
        if number is not None:
            meant[found["phrase"]] = [number]
    return meant


def _in_words(meant: dict[str, Sequence[int]]) -> str:
    """Return the meanings as words: “it” is #4, “both” are #4 and #5."""
    named = [f"“{said}” {'is' if len(numbers) == 1 else 'are'} {listed(numbers)}" for said, numbers in meant.items()]
    return ", ".join(named)
