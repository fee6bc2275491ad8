"""The ChatKit server: runs the agent and sends its events."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any, cast

from agents import Runner
from agents.exceptions import AgentsException, MaxTurnsExceeded, UserError
from chatkit.actions import Action
from chatkit.errors import CustomStreamError
from chatkit.server import ChatKitServer
from chatkit.types import (
    AssistantMessageItem,
    FeedbackKind,
    NonStreamingReq,
    StreamingReq,
    ThreadItem,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
    WorkflowItem,
)
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from taskchat_app.assistant.agent.agent import ROUNDS_MAX, agent_for, run_config
from taskchat_app.assistant.agent.fallback import OUTAGES, STILL_WORKS
from taskchat_app.assistant.agent.stream_publisher import publish_message
from taskchat_app.assistant.core.context import RequestContext, TurnContext
from taskchat_app.assistant.core.tool_titles import task_names
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.i18n.detection import reply_language
from taskchat_app.assistant.i18n.translation import translate_to
from taskchat_app.assistant.offline.engine import Item, read_turns
from taskchat_app.assistant.threads import leases
from taskchat_app.assistant.threads.leases import TurnOverError
from taskchat_app.assistant.threads.store import NO_SUCH_ITEM, NOT_SAVED, TURN_OVER, PostgresStore, access_thread
from taskchat_app.assistant.tools import choices, proposals, references
from taskchat_app.assistant.tools.execution import run_to_completion
from taskchat_app.assistant.turns import undo_command
from taskchat_app.assistant.turns.slots import turn_slot
from taskchat_app.config import settings
from taskchat_app.domain.log.changes import lock_user
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.embedded_postgres import EmbeddedPostgresError
from taskchat_app.domain.storage.errors import BadRequest, NotFound, PersonError
from taskchat_app.domain.storage.models import ThreadItem as ThreadItemRow
from taskchat_app.i18n.messages import gettext

log = logging.getLogger(__name__)

RATED_MAX = 200
TOO_MANY_ROUNDS = (
    "The assistant went round in circles and was stopped. What it did so far is kept. Say it in smaller steps."
)
CONFUSED = "The assistant's answer could not be understood. What it did so far is kept. Try again."
TOO_LONG = "The answer took longer than {seconds} seconds and was ended. What it did so far is kept. Try again."
ENDED_EARLY = "The answer was ended before it was complete. What is shown as done is kept. Try again."
UNEXPECTED = "Something went wrong on our side. What is shown as done is kept. Try again."


class TaskChatServer(ChatKitServer[RequestContext]):
    """taskchat's assistant behind the ChatKit protocol; requests are admitted before they come here."""

    def __init__(self) -> None:
        super().__init__(PostgresStore())

    def stream(self, request: StreamingReq, context: RequestContext) -> AsyncIterator[bytes]:
        """A parsed request's events as they are sent; `process` would first build its parser anew, for milliseconds."""
        return self._process_streaming(request, context)

    async def answer(self, request: NonStreamingReq, context: RequestContext) -> bytes:
        """The JSON that a parsed request is answered with at once."""
        return await self._process_non_streaming(request, context)

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: RequestContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Run the agent and pass on what happens, in order; failures become a sentence and the thread stays usable."""
        turn = context.turn
        if turn is None or input_user_message is None:
            raise CustomStreamError(CONFUSED)
        if turn.ending == "done":
            turn.work = asyncio.create_task(self._work(turn))
            # A task that is cancelled before its first step runs no finally of its own.
            turn.work.add_done_callback(lambda _: turn.close())
        else:
            turn.close()
        try:
            async for event in turn.events:
                yield event
            if turn.work is not None:
                await turn.work
        except asyncio.CancelledError:
            if turn.ending == "done":
                turn.end("failed")
                raise
        except Exception as error:
            turn.ending = "failed"
            raise _sentence(error) from error
        if turn.ending == "failed":
            raise CustomStreamError(ENDED_EARLY, allow_retry=True)

    async def _work(self, turn: TurnContext) -> None:
        """The turn's work; a tool call that has begun to commit is waited for, however the rest ends."""
        try:
            async with turn_slot(turn.person.id), asyncio.timeout(settings().turn_timeout_seconds):
                await self._settle_proposals(turn)
                if turn.accepted_proposal_id is None:
                    await _answer(turn)
        finally:
            turn.is_over = True
            async with turn.one_call_at_a_time:
                pass

    async def _settle_proposals(self, turn: TurnContext) -> None:
        """Execute the proposal that the message said yes to, and redraw the ones that it ended."""
        if not turn.ended_proposal_ids and turn.accepted_proposal_id is None:
            return
        numbers: list[int] = []
        async with transaction(turn.person.id) as session:
            await lock_user(session, turn.person.id)
            await leases.ensure_held(session, turn)
            cause = RequestContext(turn.person, "person", turn).cause()
            for proposal_id in (*turn.ended_proposal_ids, turn.accepted_proposal_id):
                if proposal_id is None:
                    continue
                proposal = await proposals.access_proposal(session, turn.person.id, turn.thread_id, proposal_id)
                numbers = await proposals.decide(session, cause, proposal, confirm=True)
                turn.events.put(ThreadItemReplacedEvent(item=await proposals.card_of(session, proposal)))
        if turn.accepted_proposal_id is not None:
            publish_message(turn, translate_to(_language(turn), deleted_sentence(numbers)))

    def action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: RequestContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        """A click, decided before the stream began (actions.py); here only what came of it is sent."""
        return _outcome_of(context)

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind | None, context: RequestContext
    ) -> None:
        """Keep a thumb up or down with each item, or with none: NotFound when one is absent or somebody else's.
        BadRequest for more than RATED_MOST.

        None takes the thumb back.
        """
        if len(item_ids) > RATED_MAX:
            raise BadRequest(gettext("Rate at most {count} messages at once.", count=RATED_MAX))
        async with context.writing() as session:
            await access_thread(session, context.user_id, thread_id)
            rated = update(ThreadItemRow).where(
                col(ThreadItemRow.thread_id) == thread_id, col(ThreadItemRow.id).in_(item_ids)
            )
            found = await session.exec(rated.values(feedback=feedback).returning(col(ThreadItemRow.id)))
            if len(found.all()) < len(set(item_ids)):
                raise NotFound(NO_SUCH_ITEM)

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: RequestContext
    ) -> None:
        """Keep what was said and done so far. No hidden note: a mere reload must not spoil the next turn."""
        for item in pending_items:
            if isinstance(item, AssistantMessageItem | WorkflowItem):
                with contextlib.suppress(CustomStreamError):
                    await self.store.save_item(thread.id, item, context)


async def _answer(turn: TurnContext) -> None:
    """What asks to take back is done by code, the rest by the agent; what could mean several tasks can be clicked."""
    wish = undo_command.parse_undo_command(turn.message)
    if wish is not None:
        publish_message(
            turn, translate_to(_language(turn), await run_to_completion(undo_command.run_undo_command(turn, wish)))
        )
        return
    await _run_agent(turn)
    await choices.offer(turn)


def _language(turn: TurnContext) -> str:
    """What to say in where code answers by itself."""
    said = [told.message for told in read_turns(cast("list[Item]", turn.conversation))]
    return reply_language((turn.message, *reversed(said)), turn.person.language)


async def _run_agent(turn: TurnContext) -> None:
    async with reading(turn.person.id) as session:
        explained = await references.explain_references(session, turn)
    result = Runner.run_streamed(
        agent_for(turn, explained), turn.conversation, context=turn, max_turns=ROUNDS_MAX, run_config=run_config()
    )
    try:
        async for _ in result.stream_events():
            pass  # the listening model and the tools have shown everything already
    finally:
        if result.run_loop_task is not None and not result.run_loop_task.done():
            result.cancel()
            await asyncio.wait([result.run_loop_task])


async def _outcome_of(click: RequestContext) -> AsyncIterator[ThreadStreamEvent]:
    for item in click.replaced_items:
        yield ThreadItemReplacedEvent(item=item)
    if click.notice is not None:
        yield click.notice


def deleted_sentence(numbers: list[int]) -> str:
    """What a confirmed proposal did."""
    if not numbers:
        return "There was nothing left to delete."
    return f"Deleted {task_names(numbers)}."


def _sentence(error: Exception) -> CustomStreamError:
    """The sentence for a failed turn; what nobody expected is logged here, once."""
    if isinstance(error, UserError) and isinstance(error.__cause__, Exception):
        error = error.__cause__  # what a tool raised, which the SDK wraps
    match error:
        case GeminiFailure():
            is_outage = error.code in OUTAGES
            detail = f"{error.detail} {STILL_WORKS}" if is_outage else error.detail
            return CustomStreamError(detail, allow_retry=error.allow_retry)
        case PersonError():
            return CustomStreamError(error.detail)
        case MaxTurnsExceeded():
            return CustomStreamError(TOO_MANY_ROUNDS, allow_retry=True)
        case TurnOverError():
            return CustomStreamError(TURN_OVER)
        case AgentsException():
            log.error("The run of the agent failed", exc_info=error)
            return CustomStreamError(CONFUSED, allow_retry=True)
        case SQLAlchemyError() | ConnectionError() | EmbeddedPostgresError():
            log.error("The database failed during a turn", exc_info=error)
            return CustomStreamError(NOT_SAVED, allow_retry=True)
        case TimeoutError():
            seconds = f"{settings().turn_timeout_seconds:g}"
            return CustomStreamError(TOO_LONG.format(seconds=seconds), allow_retry=True)
        case _:
            log.error("A turn failed unexpectedly", exc_info=error)
            return CustomStreamError(UNEXPECTED, allow_retry=True)
