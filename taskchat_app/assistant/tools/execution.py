"""Runs one tool call: its effect, log entries, workflow item and tool_executions row commit together.

The Agents SDK calls the `invoke` of Tool.for_agent; agent/turn_model.py has added the call to `turn.workflow.calls`
before. A call that repeats an earlier one is recognized in single_task_tools.py.
"""

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
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.events import progress_event
from taskchat_app.assistant.core.tool_call_workflow import ToolCall, failed_title
from taskchat_app.assistant.gemini.response_state import refusal_of
from taskchat_app.assistant.threads import turn_storage
from taskchat_app.assistant.threads.turn_storage import TurnOverError, held_transaction
from taskchat_app.domain.log.changes import task_changes
from taskchat_app.domain.storage.errors import Invalid, PersonError
from taskchat_app.domain.storage.storable_values import storable
from taskchat_app.i18n.messages import Message, decode, encode, gettext, joined, messages_in
from taskchat_app.i18n.validation_messages import reason_of
from taskchat_app.runtime import metrics
from taskchat_app.runtime.event_loop import run_to_completion

_Json = dict[str, Any]
# The keys that Gemini's endpoint accepts, of those that pydantic writes; others are answered with 400 "Unknown name".
SCHEMA_KEYS = {
    *("type", "description", "enum", "items", "properties", "required", "anyOf"),
    *("minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "pattern"),
}


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
    """One of the tools: a pydantic model of its arguments, and the function that runs in the transaction."""

    name: str
    description: str
    arguments: type[BaseModel]
    run: Callable[[AsyncSession, TurnContext, Any], Awaitable[ToolResult]]
    is_bulk: bool = False
    """True if it may take long."""

    def for_agent(self) -> FunctionTool:
        """Return the tool as the Agents SDK takes it; the schema is flat and not strict, as Gemini wants it."""

        async def invoke(context: ToolContext[TurnContext], arguments: str) -> str:
            return await run_call(context.context, self, context.tool_call_id, arguments)

        return FunctionTool(
            name=self.name,
            description=self.description,
            params_json_schema=flat_schema(self.arguments.model_json_schema()),
            on_invoke_tool=invoke,
            strict_json_schema=False,
        )


def flat_schema(schema: _Json) -> _Json:
    """Return a model's JSON schema with `$ref` expanded, and without null branches and unknown keys."""
    return _flat(schema, schema.get("$defs", {}))


def _flat(schema: _Json, definitions: dict[str, _Json]) -> _Json:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        schema = definitions[name] | schema
    flat: _Json = {key: value for key, value in schema.items() if key in SCHEMA_KEYS}
    if "anyOf" in flat:
        branches = [_flat(branch, definitions) for branch in flat.pop("anyOf") if branch.get("type") != "null"]
        if len(branches) == 1:
            flat = branches[0] | flat
        else:
            flat["anyOf"] = branches
    if "items" in flat:
        flat["items"] = _flat(flat["items"], definitions)
    if "properties" in flat:
        flat["properties"] = {name: _flat(part, definitions) for name, part in flat["properties"].items()}
    return flat


async def run_call(turn: TurnContext, tool: Tool, call_id: str, raw_arguments: str) -> str:
    """Run one call of the SDK and return its result for the model as JSON; bad arguments become a sentence.

    A stop that comes after the call's check of the lease lets it finish and be shown. Raises TurnOverError when the
    turn no longer holds its thread.
    """
    async with turn.one_call_at_a_time:
        if turn.work_ended:
            raise TurnOverError(turn.turn_id)
        call = turn.workflow.calls[call_id]
        if tool.is_bulk:
            turn.send(progress_event(call.title))
        outcome = await run_to_completion(_run_and_publish(turn, tool, call, raw_arguments))
    return json.dumps(outcome.result, ensure_ascii=False)


async def _run_and_publish(turn: TurnContext, tool: Tool, call: ToolCall, raw_arguments: str) -> ToolResult:
    """Run the call, store it, and publish its result and its card; what refuses it is stored as its failure."""
    began = time.monotonic()
    try:
        if refusal := refusal_of(call.arguments):
            raise Invalid(refusal)
        arguments = tool.arguments.model_validate_json(raw_arguments or "{}")
        outcome = await _run_in_transaction(turn, tool, call, arguments, began)
    except ValidationError as error:
        outcome = await record_failure(turn, call, argument_errors(error), began)
    except PersonError as error:
        outcome = await record_failure(turn, call, error.detail, began)
    finally:
        if call.status != "running":  # it has a result, or was discarded
            await turn.workflow.publish_result(call)
    metrics.TOOL_CALLS.labels(tool.name, outcome.status).inc()
    if (card := outcome.card) is not None:
        is_new = card.id not in turn.published_card_ids  # a later call may join the turn's proposal
        turn.published_card_ids.add(card.id)
        await turn.publish(ThreadItemDoneEvent(item=card) if is_new else ThreadItemReplacedEvent(item=card))
    return outcome


async def _run_in_transaction(
    turn: TurnContext, tool: Tool, call: ToolCall, arguments: BaseModel, began: float
) -> ToolResult:
    """Run the tool, and store the call with its result in the same transaction."""
    tally: Counter[str] = Counter()
    try:
        async with held_transaction(turn) as session:
            outcome = await tool.run(session, turn, arguments)
            changes = task_changes(session)  # what the log says, so that no tool has to claim it
            tally = Counter(change.action for change in changes) + Counter(proposed=outcome.proposed)
            turn.workflow.record_result(call, status="done", title=outcome.title, result=outcome.result, tally=tally)
            await _store(session, turn, call, outcome.status, began)
    except BaseException:
        turn.workflow.discard_result(call, tally)
        raise
    turn.workflow.is_stored = True
    turn.send_changes(changes)
    return outcome


async def record_failure(turn: TurnContext, call: ToolCall, reason: Message, began: float | None) -> ToolResult:
    """Record a call that changed nothing, with the reason that the model and the person get."""
    reason = decode(storable(encode(reason)))
    outcome = ToolResult(failed_title(call.tool, call.arguments, reason), reason, status="error")
    async with held_transaction(turn) as session:
        turn.workflow.record_result(call, status="failed", title=outcome.title, result=outcome.result, tally=Counter())
        await _store(session, turn, call, outcome.status, began)
    turn.workflow.is_stored = True
    return outcome


async def _store(session: AsyncSession, turn: TurnContext, call: ToolCall, outcome: str, began: float | None) -> None:
    """Store the call, and its workflow as it now stands, so that both survive a killed server."""
    execution = {
        "item_id": call.item_id,
        "round": call.round,
        "call_id": call.call_id,
        "tool": call.tool,
        "title": call.title,
        "arguments": call.arguments,
        "result": call.result,
        "messages": messages_in({"title": call.title, "message": call.result.get("message")}),
        "outcome": outcome,
        "signature": call.signature,
        "milliseconds": round((time.monotonic() - began) * 1000, 3) if began is not None else 0,
    }
    await turn_storage.store_call(session, turn, execution)


def argument_errors(error: ValidationError) -> Message:
    """Return a sentence that names each wrong argument, so that the model can call again."""
    parts: list[str] = []
    for problem in error.errors()[:5]:
        name = ".".join(str(part) for part in problem["loc"]) or "arguments"
        parts.append(joined([f"{name}:", reason_of(problem)]))
    problems = joined(parts, "; ")
    return gettext(
        "The call was not carried out. Correct these arguments and call again: {problems}.", problems=problems
    )
