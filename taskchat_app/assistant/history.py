"""What the model is told of the conversation: its last turns within a budget, tool calls and their results included."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from agents import TResponseInputItem
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.gemini_request import with_signature
from taskchat_app.domain.models import ThreadItem, ToolExecution

BUDGET_CHARACTERS = 60_000
"""About 15,000 tokens at four characters each: enough for "mark it as done", cheap enough for each round."""
ITEMS_READ = 120
"""At most so many items are looked at, however short they are."""
KINDS = ("user_message", "assistant_message", "workflow")


async def history(session: AsyncSession, thread_id: str, *, until_turn: str) -> list[TResponseInputItem]:
    """The conversation as the Agents SDK's input items, oldest first, ending with the message of `until_turn`.

    Whole turns only: the oldest that does not fit in BUDGET_CHARACTERS is left out with everything before it.
    """
    query = select(ThreadItem).where(ThreadItem.thread_id == thread_id, col(ThreadItem.type).in_(KINDS))
    rows = list((await session.exec(query.order_by(col(ThreadItem.seq).desc()).limit(ITEMS_READ))).all())
    rows.reverse()
    calls = await _calls_by_item(session, thread_id, [row.id for row in rows if row.type == "workflow"])
    turns = _split_into_turns([row for row in rows if row.id == until_turn or row.turn_id != until_turn])
    return _within_budget([_as_input(turn, calls) for turn in turns])


async def _calls_by_item(session: AsyncSession, thread_id: str, item_ids: list[str]) -> dict[str, list[ToolExecution]]:
    if not item_ids:
        return {}
    query = select(ToolExecution).where(ToolExecution.thread_id == thread_id, col(ToolExecution.item_id).in_(item_ids))
    calls: dict[str, list[ToolExecution]] = defaultdict(list)
    for call in (await session.exec(query.order_by(col(ToolExecution.id)))).all():
        calls[call.item_id or ""].append(call)
    return calls


def _split_into_turns(rows: Iterable[ThreadItem]) -> list[list[ThreadItem]]:
    """Each turn begins with the person's message; what precedes the first one was cut off and is left out."""
    turns: list[list[ThreadItem]] = []
    for row in rows:
        if row.type == "user_message":
            turns.append([row])
        elif turns:
            turns[-1].append(row)
    return turns


def _as_input(turn: list[ThreadItem], calls: dict[str, list[ToolExecution]]) -> list[Any]:
    items: list[Any] = []
    for row in turn:
        if row.type == "user_message":
            items.append({"role": "user", "content": _user_text(row.body)})
        elif row.type == "assistant_message":
            text = "".join(part.get("text", "") for part in row.body.get("content", []))
            items.append({"role": "assistant", "content": text})
        else:
            items.extend(_calls_as_input(calls.get(row.id, [])))
    return items


def _user_text(body: dict[str, Any]) -> str:
    text = "".join(part.get("text", "") for part in body.get("content", []))
    quoted = body.get("quoted_text")
    return f"{text}\n\n(About this passage: {quoted})" if quoted else text


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
