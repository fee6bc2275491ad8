"""Runs one tool call: its effect, log entries, card and tool_executions row commit together."""

import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from agents import FunctionTool
from agents.tool_context import ToolContext
from chatkit.types import ThreadItemDoneEvent, ThreadItemReplacedEvent, WidgetItem
from pydantic import BaseModel, ValidationError
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core import tool_titles
from taskchat_app.assistant.core.completion import run_to_completion
from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.tool_call_workflow import ARGUMENTS_MAX_CHARACTERS, ToolCall
from taskchat_app.assistant.core.tool_schemas import flat_schema
from taskchat_app.assistant.threads import leases, store
from taskchat_app.assistant.threads.leases import TurnOverError
from taskchat_app.domain.log.changes import Entry, lock_user, record
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import Invalid, PersonError
from taskchat_app.domain.storage.models import Change, ToolExecution
from taskchat_app.domain.storage.storable_text import storable
from taskchat_app.i18n.json_messages import messages_in
from taskchat_app.i18n.messages import Message, decode, encode, gettext


@dataclass(frozen=True, slots=True)
class ToolResult:
    """A tool's outcome: a title for the user, a sentence and data for the model, and the proposal card."""

    title: Message
    message: Message
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    status: Literal["ok", "proposed", "error"] = "ok"
    proposed: int = 0
    """How many tasks it added to the turn's proposal."""
    card: WidgetItem | None = None

    @property
    def result(self) -> dict[str, Any]:
        """The result as the model reads it."""
        return {"status": self.status, "message": self.message, **self.data}


@dataclass(frozen=True, slots=True)
class Tool:
    """One of the seven: its arguments as a pydantic model, and the function that runs in the call's transaction."""

    name: str
    description: str
    arguments: type[BaseModel]
    run: Callable[[AsyncSession, TurnContext, Any], Awaitable[ToolResult]]

    def for_agent(self) -> FunctionTool:
        """The tool as the Agents SDK takes it; the schema is flat and not strict, as Gemini wants it."""

        async def invoke(context: ToolContext[TurnContext], arguments: str) -> str:
            return await run_call(context.context, self, context.tool_call_id, arguments)

        return FunctionTool(
            name=self.name,
            description=self.description,
            params_json_schema=flat_schema(self.arguments.model_json_schema()),
            on_invoke_tool=invoke,
            strict_json_schema=False,
        )


async def run_call(turn: TurnContext, tool: Tool, call_id: str, raw_arguments: str) -> str:
    """Run one call and return its result for the model as JSON; bad arguments become a sentence it can repair.

    Raises TurnOverError when the turn no longer holds its thread.
    """
    async with turn.one_call_at_a_time:
        if turn.is_over:
            raise TurnOverError(turn.turn_id)
        call = turn.workflow.calls[call_id]
        try:
            outcome = await _result_of(turn, tool, call, raw_arguments)
        finally:
            if call.status != "running":
                await turn.workflow.publish_result(call)
        if outcome.card is not None:
            await _publish_card(turn, outcome.card)
    return json.dumps(outcome.result, ensure_ascii=False)


async def _result_of(turn: TurnContext, tool: Tool, call: ToolCall, raw_arguments: str) -> ToolResult:
    began = time.monotonic()
    try:
        if len(raw_arguments) > ARGUMENTS_MAX_CHARACTERS:
            raise Invalid(
                gettext(
                    "The arguments have more than {count} characters. Call again with fewer.",
                    count=f"{ARGUMENTS_MAX_CHARACTERS:,}",
                )
            )
        arguments = tool.arguments.model_validate_json(raw_arguments or "{}")
        return await run_to_completion(_commit(turn, tool, call, arguments, began))
    except ValidationError as error:
        return await commit_failure(turn, call, _repair(error), began)
    except PersonError as error:
        return await commit_failure(turn, call, error.detail, began)


async def _commit(turn: TurnContext, tool: Tool, call: ToolCall, arguments: BaseModel, began: float) -> ToolResult:
    tally: Counter[str] = Counter()
    try:
        async with transaction(turn.person.id) as session:
            before = (await lock_user(session, turn.person.id)).last_change_id
            await leases.ensure_held(session, turn)
            outcome = await tool.run(session, turn, arguments)
            tally = await _recorded(session, turn, before) + Counter(proposed=outcome.proposed)
            turn.workflow.record_result(call, status="done", title=outcome.title, result=outcome.result, tally=tally)
            await _record(session, turn, call, outcome.status, began)
    except BaseException:
        turn.workflow.discard_result(call, tally)
        raise
    return outcome


async def _recorded(session: AsyncSession, turn: TurnContext, before: int) -> Counter[str]:
    """What this transaction has done to tasks, by action: read from the log, so that no tool has to claim it."""
    count = func.count()
    log = select(Change.action, count).where(
        Change.user_id == turn.person.id, col(Change.id) > before, Change.kind == "task"
    )
    return Counter(dict((await session.exec(log.group_by(col(Change.action)))).all()))


async def commit_failure(turn: TurnContext, call: ToolCall, reason: Message, began: float | None) -> ToolResult:
    """Record a call that changed nothing, with the reason that the model and the person get."""
    reason = decode(storable(encode(reason)))
    outcome = ToolResult(tool_titles.failed_title(call.tool, call.arguments, reason), reason, status="error")
    async with transaction(turn.person.id) as session:
        await lock_user(session, turn.person.id)
        await leases.ensure_held(session, turn)
        turn.workflow.record_result(call, status="failed", title=outcome.title, result=outcome.result, tally=Counter())
        await _record(session, turn, call, outcome.status, began)
    return outcome


async def _record(session: AsyncSession, turn: TurnContext, call: ToolCall, outcome: str, began: float | None) -> None:
    """Write the call's row, and the card as it now stands, so that both survive a killed server."""
    session.add(
        ToolExecution(
            user_id=turn.person.id,
            thread_id=turn.thread_id,
            turn_id=turn.turn_id,
            item_id=call.item_id,
            round=call.round,
            call_id=call.call_id,
            tool=call.tool,
            title=call.title,
            arguments=call.arguments,
            result=call.result,
            messages=messages_in({"title": call.title, "message": call.result.get("message")}),
            outcome=outcome,
            signature=call.signature,
            milliseconds=round((time.monotonic() - began) * 1000, 3) if began is not None else 0,
            at=now(),
        )
    )
    workflow = turn.workflow.current()
    if workflow is not None:
        await store.put_item(session, turn.person.id, workflow, turn_id=turn.turn_id)
        await record(session, turn.cause(), [Entry("message", "stored", item_id=workflow.id)])


async def _publish_card(turn: TurnContext, card: WidgetItem) -> None:
    """Publish the turn's proposal: new the first time, replaced when a later call joins it."""
    if card.id in turn.published_card_ids:
        await turn.publish(ThreadItemReplacedEvent(item=card))
    else:
        turn.published_card_ids.add(card.id)
        await turn.publish(ThreadItemDoneEvent(item=card))


def _repair(error: ValidationError) -> Message:
    """One sentence that names each wrong argument, so that the model can call again."""
    parts: list[str] = []
    for problem in error.errors()[:5]:
        name = ".".join(str(part) for part in problem["loc"]) or "arguments"
        parts.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}")
    return gettext(
        "The call was not carried out. Correct these arguments and call again: {problems}.", problems="; ".join(parts)
    )
