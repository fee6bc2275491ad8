"""Builds the model's input from the stored conversation, within a budget."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from agents import TResponseInputItem
from chatkit.types import UserMessageItem
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.selection import note_of, numbers_in, words_in
from taskchat_app.assistant.core.thought_signatures import with_signature
from taskchat_app.domain.storage.models import ToolExecution

BUDGET_CHARACTERS = 60_000
"""About 15,000 tokens at four characters each: enough for "mark it as done", cheap enough for each round."""
ITEMS_READ = 120
"""At most so many items are looked at, however short they are."""
ITEMS = text("""
    SELECT id, turn_id, type, body FROM thread_items
    WHERE thread_id = :thread_id AND type IN ('user_message', 'assistant_message', 'workflow')
    ORDER BY seq DESC LIMIT :most
""").columns(body=JSONB)


async def read_history(session: AsyncSession, thread_id: str, *, until_turn: str) -> list[TResponseInputItem]:
    """Return the conversation as the SDK's input items, oldest first, up to the message of `until_turn`.

    Whole turns only: the oldest that does not fit in BUDGET_CHARACTERS is left out with everything before it.
    """
    connection = await session.connection()
    found = (await connection.execute(ITEMS, {"thread_id": thread_id, "most": ITEMS_READ})).all()
    items = [_Item(*row) for row in reversed(found)]
    calls = await _calls_by_item(session, thread_id, [item.id for item in items if item.type == "workflow"])
    turns = _split_into_turns([item for item in items if item.id == until_turn or item.turn_id != until_turn])
    return _within_budget([_as_input(turn, calls) for turn in turns])


def first_message(message: UserMessageItem) -> TResponseInputItem:
    """Return the input of a conversation that has only this message."""
    return _user_or_assistant_text(message.model_dump(mode="json"))


class _Item(NamedTuple):
    """What is read of an item: whole rows would cost more than the query."""

    id: str
    turn_id: str | None
    type: str
    body: dict[str, Any]


async def _calls_by_item(session: AsyncSession, thread_id: str, item_ids: list[str]) -> dict[str, list[ToolExecution]]:
    if not item_ids:
        return {}
    query = select(ToolExecution).where(ToolExecution.thread_id == thread_id, col(ToolExecution.item_id).in_(item_ids))
    calls: dict[str, list[ToolExecution]] = defaultdict(list)
    for call in (await session.exec(query.order_by(col(ToolExecution.id)))).all():
        calls[call.item_id or ""].append(call)
    return calls


def _split_into_turns(items: Iterable[_Item]) -> list[list[_Item]]:
    """Each turn begins with the person's message; what precedes the first one was cut off and is left out."""
    turns: list[list[_Item]] = []
    for item in items:
        if item.type == "user_message":
            turns.append([item])
        elif turns:
            turns[-1].append(item)
    return turns


def _as_input(turn: list[_Item], calls: dict[str, list[ToolExecution]]) -> list[Any]:
    items: list[Any] = []
    for item in turn:
        if item.type == "user_message":
            items.append(_user_or_assistant_text(item.body))
        elif item.type == "assistant_message":
            items.append({"role": "assistant", "content": _text(item.body)})
        else:
            items.extend(_calls_as_input(calls.get(item.id, [])))
    return items


def _user_or_assistant_text(body: dict[str, Any]) -> Any:
    return {"role": "user", "content": _user_text(body)}


def _user_text(body: dict[str, Any]) -> str:
    quoted, selected = body.get("quoted_text"), numbers_in(body["content"])
    parts = [_text(body), f"(About this passage: {quoted})" if quoted else "", note_of(selected) if selected else ""]
    return "\n\n".join(part for part in parts if part)


def _text(body: dict[str, Any]) -> str:
    return words_in(body.get("content", []))


def _calls_as_input(executions: list[ToolExecution]) -> list[Any]:
    """Calls that the model made in one reply stay together, each followed by exactly one result."""
    rounds: dict[int, list[ToolExecution]] = defaultdict(list)
    for execution in executions:
        rounds[execution.round].append(execution)
    items: list[Any] = []
    for together in rounds.values():
        for execution in together:
            call = {
                "type": "function_call",
                "call_id": execution.call_id,
                "name": execution.tool,
                "arguments": json.dumps(execution.arguments, ensure_ascii=False),
            }
            items.append(with_signature(call, execution.signature))
        for execution in together:
            result = json.dumps(execution.result, ensure_ascii=False)
            items.append({"type": "function_call_output", "call_id": execution.call_id, "output": result})
    return items


def _within_budget(turns: list[list[Any]]) -> list[Any]:
    kept: list[list[Any]] = []
    left = BUDGET_CHARACTERS
    for turn in reversed(turns):
        left -= len(json.dumps(turn, ensure_ascii=False))
        if kept and left < 0:
            break
        kept.append(turn)
    return [item for turn in reversed(kept) for item in turn]
