"""Executes ChatKit custom actions before their stream begins."""

from dataclasses import replace
from typing import Any, TypeVar

from chatkit.actions import Action
from chatkit.types import (
    NoticeEvent,
    StreamingReq,
    ThreadItemReplacedEvent,
    ThreadsCustomActionReq,
    ThreadStreamEvent,
    WidgetItem,
)
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import STREAM_OPTIONS
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.threads.leases import is_answering
from taskchat_app.assistant.tools import choices, proposals
from taskchat_app.assistant.turns import undo_command
from taskchat_app.domain.accounts import idempotency
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency import RequestKey
from taskchat_app.domain.limits.request_queue import in_queue
from taskchat_app.domain.log.changes import Actor, Cause, Entry, lock_user, record
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import BadRequest, Busy
from taskchat_app.domain.storage.models import Thread
from taskchat_app.domain.tasks import tasks
from taskchat_app.i18n.messages import gettext

Payload = TypeVar("Payload", bound=BaseModel)


class _Payload(BaseModel):
    """Taken as it is: `true` is no number, and what nobody asked for is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ProposalPayload(_Payload):
    """Payload of `proposal.confirm` and `proposal.cancel`."""

    proposal_id: str


class TaskPayload(_Payload):
    """Payload of `task.complete`."""

    number: int


class TurnPayload(_Payload):
    """Payload of `turn.undo`."""

    turn_id: str


async def perform(
    person: Person, actor: Actor, request: StreamingReq, key: RequestKey | None = None
) -> list[ThreadStreamEvent]:
    """Carry the click out; return the events that answer it: the cards that changed, and a notice.

    The same click with the same key is carried out once, and answered with the same events.
    Raises BadRequest for a request or action that taskchat does not offer, NotFound, Busy or KeyReused.
    """
    if not isinstance(request, ThreadsCustomActionReq):
        raise BadRequest(gettext("taskchat does not offer {what}.", what=request.type))
    async with in_queue(person.id), transaction(person.id) as session:
        await lock_user(session, person.id)
        kept = await idempotency.stored_response(session, person.id, key) if key else None
        thread = await store.access_thread(session, person.id, request.params.thread_id, lock=True)
        if kept is not None:
            return _decode(kept.body or {})
        if request.params.item_id is not None:
            await store.access_item(session, person.id, thread.id, request.params.item_id)
        changed = await _act(session, person, Cause(person.id, actor, thread.id), thread, request.params.action)
        if key is not None:
            await idempotency.store_response(session, person.id, key, body=_encode(changed))
    return _events(changed)


def _events(changed: WidgetItem | NoticeEvent | None) -> list[ThreadStreamEvent]:
    """Return the ChatKit events that answer a click."""
    if isinstance(changed, WidgetItem):
        return [STREAM_OPTIONS, ThreadItemReplacedEvent(item=changed)]
    return [STREAM_OPTIONS] if changed is None else [STREAM_OPTIONS, changed]


def _encode(changed: WidgetItem | NoticeEvent | None) -> dict[str, Any]:
    """Return the outcome of a click as it is stored with its key."""
    notice = changed.model_dump(mode="json") if isinstance(changed, NoticeEvent) else None
    return {"replaced": [store.body_of(changed)] if isinstance(changed, WidgetItem) else [], "notice": notice}


def _decode(stored: dict[str, Any]) -> list[ThreadStreamEvent]:
    replaced = [ThreadItemReplacedEvent(item=store.item_of(body)) for body in stored["replaced"]]
    notices = [NoticeEvent.model_validate(stored["notice"])] if stored["notice"] else []
    return [STREAM_OPTIONS, *replaced, *notices]


async def _act(
    session: AsyncSession, person: Person, by: Cause, thread: Thread, action: Action[str, Any]
) -> WidgetItem | NoticeEvent | None:
    """Carry out the action in the click's transaction; return the card that it changed, or a notice."""
    match action.type:
        case "proposal.confirm" | "proposal.cancel":
            return await _decide(session, by, thread, action)
        case "task.complete":
            await tasks.complete_task(session, by, _payload(TaskPayload, action.payload).number)
            return None
        case choices.ACTION:
            return await _pick(session, person, by, thread, action)
        case "turn.undo":
            return await _undo(session, by, thread, action)
        case _:
            raise BadRequest(gettext("taskchat knows no action named {action}.", action=str(action.type)[:60]))


async def _decide(session: AsyncSession, by: Cause, thread: Thread, action: Action[str, Any]) -> WidgetItem:
    """Confirm or cancel; return the card as it is now. A click belongs to the turn that proposed."""
    confirm = action.type == "proposal.confirm"
    if confirm and is_answering(thread, now()):
        raise Busy(gettext("This conversation is still answering. Wait for the answer, then confirm."))
    payload = _payload(ProposalPayload, action.payload)
    proposal = await proposals.access_proposal(session, by.user_id, thread.id, payload.proposal_id)
    by = replace(by, turn_id=proposal.turn_id)
    await proposals.decide(session, by, proposal, confirm=confirm)
    return await _store_card(session, by, await proposals.card_of(session, proposal))


async def _pick(
    session: AsyncSession, person: Person, by: Cause, thread: Thread, action: Action[str, Any]
) -> WidgetItem:
    """Do what was asked to the one task that was clicked; return the card as it is now."""
    picked = _payload(choices.ChoicePayload, action.payload)
    row = await store.access_item(session, by.user_id, thread.id, picked.choice_id)
    by = replace(by, turn_id=row.turn_id)
    return await _store_card(session, by, await choices.pick(session, person, by, row, picked.number))


async def _store_card(session: AsyncSession, by: Cause, card: WidgetItem) -> WidgetItem:
    await store.put_item(session, by.user_id, card, turn_id=by.turn_id)
    await record(session, by, [Entry("message", "stored", item_id=card.id)])
    return card


async def _undo(session: AsyncSession, by: Cause, thread: Thread, action: Action[str, Any]) -> NoticeEvent:
    """Undo a turn's changes; return the outcome. The undo belongs to no turn, like that over HTTP."""
    turn_id = _payload(TurnPayload, action.payload).turn_id
    if thread.lease_turn_id == turn_id and is_answering(thread, now()):
        raise Busy(gettext("This answer is still being written. Wait for its end or stop it, then undo."))
    outcome = await undo_command.undo_by_click(session, by, turn_id)
    level = "warning" if outcome.conflicts else "info"
    return NoticeEvent(level=level, message=undo_command.sentence_of(outcome))


def _payload(model: type[Payload], payload: Any) -> Payload:
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        names = ", ".join(model.model_fields)
        raise BadRequest(gettext("The action's payload must hold exactly: {names}.", names=names)) from error
