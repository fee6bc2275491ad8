"""What "it" and "the second one" mean: bound by code to the list last shown in this conversation."""

import re

from sqlalchemy import exists
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.context import TurnContext
from taskchat_app.domain.models import ThreadItem, ToolExecution
from taskchat_app.domain.quotes import mask_quotes

ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": -1,
    "erste": 1, "zweite": 2, "dritte": 3, "vierte": 4, "fünfte": 5, "sechste": 6, "siebte": 7, "achte": 8, "letzte": -1,
}  # fmt: skip
ORDINAL = re.compile(
    rf"\b({'|'.join(ORDINALS)})[nrs]?\b(?!\s+(?:week|month|year|night|time|woche|monat|jahr|mal)\b)", re.IGNORECASE
)
ONE = re.compile(r"\b(it|that|this|that one|this one|es|das|ihn|diese[ns]?)\b", re.IGNORECASE)
EXECUTIONS_READ = 50


async def numbers_referred_to(session: AsyncSession, turn: TurnContext) -> set[int]:
    """The numbers that the message's references bind to; empty when there is none, or it does not bind to exactly one.

    "the second one" counts in the list last shown; "it" binds only when the last answer was about a single task.
    "both" and "them" name several at once, and so nothing that may go unasked.
    """
    message = mask_quotes(turn.message)
    ordinals, one = ORDINAL.findall(message), ONE.search(message)
    if not ordinals and not one:
        return set()
    shown = await last_shown(session, turn)
    numbers: set[int] = set()
    for found in ordinals:
        place = ORDINALS[found.lower()]
        index = place - 1 if place > 0 else len(shown) - 1
        if 0 <= index < len(shown):
            numbers.add(shown[index])
    if not numbers and one and len(shown) == 1:
        numbers.add(shown[0])
    return numbers


async def last_shown(session: AsyncSession, turn: TurnContext) -> list[int]:
    """The task numbers that the last turn before this one showed or touched, in the order shown."""
    query = select(ToolExecution).where(
        ToolExecution.user_id == turn.person.id,
        ToolExecution.thread_id == turn.thread_id,
        ToolExecution.turn_id != turn.turn_id,
        ToolExecution.outcome != "error",
        # Answers that were removed by trying again are not on the screen any more.
        exists().where(col(ThreadItem.id) == col(ToolExecution.item_id)),
    )
    executions = (await session.exec(query.order_by(col(ToolExecution.id).desc()).limit(EXECUTIONS_READ))).all()
    if not executions:
        return []
    last_turn = [row for row in executions if row.turn_id == executions[0].turn_id]
    touched = [row.result["task"]["number"] for row in reversed(last_turn) if "task" in row.result]
    if touched:
        return list(dict.fromkeys(touched))
    result = last_turn[0].result
    if "tasks" in result:
        return [task["number"] for task in result["tasks"]]
    return list(result.get("numbers", []))
