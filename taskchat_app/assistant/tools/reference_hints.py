"""Tells Gemini in one line what "it" and "the second one" mean in a message.

It permits nothing: which task a message may delete at once is decided in deletion_consent.py. The offline assistant has
`offline/memory.py`.
"""

import re
from collections.abc import Sequence

from sqlmodel import col, select

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.model_notes import listed
from taskchat_app.assistant.tools.last_shown_tasks import ShownTasks, last_shown
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.vocabulary import MONTH, ORDINAL, WEEKDAY, ordinal
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.models import Task

# "On the 6th" and "the first week" are dates.
_BEFORE_DATES = ("on", "by", "to", "from", "until")
ORDINAL_PHRASE = re.compile(
    "".join(rf"(?<!\b{word}\s)(?<!\b{word}\sthe\s)" for word in _BEFORE_DATES)
    + rf"\b(?P<phrase>(?:(?:the|der|die|das|den|dem)\s)?(?P<word>{ORDINAL})(?:\s(?:one|task|aufgabe))?)\b"
    rf"(?!\s(?:of|week|month|year|night|time|woche|monat|jahr|mal|{MONTH}|{WEEKDAY})\b)",
    re.IGNORECASE,
)
IT = re.compile(r"\b(it|(?:that|this) (?:one|task)|es|ihn|diese aufgabe)\b", re.IGNORECASE)
BOTH = re.compile(r"\b(both|beiden?)\b", re.IGNORECASE)
THOSE = re.compile(r"\b(all of them|them|those|these|sie alle|alle davon|diese)\b", re.IGNORECASE)
THOSE_MAX = 20


async def explain_references(turn: TurnContext) -> str:
    """Return one line for the model that resolves the message's references; empty without any.

    Which tasks are selected stands below each message already (model_notes.selection_note).
    """
    message = mask_quotes(turn.command)
    if turn.selected:
        return await _of_the_selected(turn, message)
    if not any(pattern.search(message) for pattern in (ORDINAL_PHRASE, IT, BOTH, THOSE)):
        return ""
    async with reading(turn.person.id) as session:
        shown = await last_shown(session, turn)
    meant = _ordinals_of(message, shown)
    for pattern, least, most in ((IT, 1, 1), (BOTH, 2, 2), (THOSE, 2, THOSE_MAX)):
        if (found := pattern.search(message)) and least <= len(shown.recent) <= most:
            meant[found[0]] = shown.recent
    return f"(Of the tasks shown last, {_said(meant)}.)" if meant else ""


async def _of_the_selected(turn: TurnContext, message: str) -> str:
    """The places in the selection that the message names, and what of it is deleted by now."""
    parts = [_said(meant)] if (meant := _ordinals_of(message, ShownTasks(turn.selected, turn.selected))) else []
    there = select(Task.number).where(Task.user_id == turn.person.id, col(Task.deleted_at).is_(None))
    async with reading(turn.person.id) as session:
        found = set((await session.exec(there.where(col(Task.number).in_(turn.selected)))).all())
    if gone := [number for number in turn.selected if number not in found]:
        parts.append(f"{listed(gone)} {'is' if len(gone) == 1 else 'are'} deleted: say so")
    return f"(Of the selected tasks, {'; '.join(parts)}.)" if parts else ""


def _ordinals_of(message: str, shown: ShownTasks) -> dict[str, Sequence[int]]:
    """Return the tasks that "the second one" and the like mean in what was shown."""
    meant: dict[str, Sequence[int]] = {}
    for found in ORDINAL_PHRASE.finditer(message):
        number = shown.at(ordinal(found["word"]))
        meant |= {found["phrase"]: [number]} if number is not None else {}
    return meant


def _said(meant: dict[str, Sequence[int]]) -> str:
    verbs = {phrase: "is" if len(numbers) == 1 else "are" for phrase, numbers in meant.items()}
    return ", ".join(f"“{phrase}” {verbs[phrase]} {listed(numbers)}" for phrase, numbers in meant.items())
