"""Executes ChatKit custom actions before their stream begins."""

from typing import Any, TypeVar

from chatkit.actions import Action
from chatkit.types import NoticeEvent, StreamingReq, ThreadsCustomActionReq, WidgetItem
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import RequestContext
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


async def perform(person: Person, actor: Actor, request: StreamingReq, key: RequestKey | None = None) -> RequestContext:
    """Carry the click out; the returned context holds the cards that changed, for the stream.

    The same click with the same key is carried out once, and answered with the same cards.
    Raises BadRequest for a request or action that taskchat does not offer, NotFound, Busy or KeyReused.
    """
    if not isinstance(request, ThreadsCustomActionReq):
        raise BadRequest(gettext("taskchat does not offer {what}.", what=request.type))
    asking = RequestContext(person, actor)
    async with in_queue(person.id), transaction(person.id) as session:
        await lock_user(session, person.id)
        kept = await idempotency.stored_response(session, person.id, key) if key else None
        thread = await store.access_thread(session, person.id, request.params.thread_id, lock=True)
        if kept is not None:
            _recall(asking, kept.body or {})
            return asking
        if request.params.item_id is not None:
            await store.access_item(session, person.id, thread.id, request.params.item_id)
        await _act(session, asking, thread, request.params.action)
        if key is not None:
            await idempotency.store_response(session, person.id, key, body=_answer(asking))
    return asking


def _answer(asking: RequestContext) -> dict[str, Any]:
    """What came of the click, as it is kept with its key."""
    notice = asking.notice.model_dump(mode="json") if asking.notice else None
    return {"replaced": [store.body_of(item) for item in asking.replaced_items], "notice": notice}


def _recall(asking: RequestContext, answer: dict[str, Any]) -> None:
    asking.replaced_items += [store.item_of(body) for body in answer["replaced"]]
    asking.notice = NoticeEvent.model_validate(answer["notice"]) if answer["notice"] else None


async def _act(session: AsyncSession, asking: RequestContext, thread: Thread, action: Action[str, Any]) -> None:
    """What the click's action does, in the click's transaction."""
    match action.type:
        case "proposal.confirm" | "proposal.cancel":
            asking.replaced_items.append(await _decide(session, asking, thread, action))
        case "task.complete":
            done = _payload(TaskPayload, action.payload)
            await tasks.complete_task(session, Cause(asking.user_id, asking.actor, thread.id), done.number)
        case choices.ACTION:
            asking.replaced_items.append(await _pick(session, asking, thread, action))
        case "turn.undo":
            asking.notice = await _undo(session, asking, thread, action)
        case _:
            raise BadRequest(gettext("taskchat knows no action named {action}.", action=str(action.type)[:60]))


async def _decide(
    session: AsyncSession, asking: RequestContext, thread: Thread, action: Action[str, Any]
) -> WidgetItem:
    """Confirm or cancel; returns the card as it is now. A click belongs to the turn that proposed."""
    confirm = action.type == "proposal.confirm"
    if confirm and is_answering(thread, now()):
        raise Busy(gettext("This conversation is still answering. Wait for the answer, then confirm."))
    payload = _payload(ProposalPayload, action.payload)
    proposal = await proposals.access_proposal(session, asking.user_id, thread.id, payload.proposal_id)
    by = Cause(asking.user_id, asking.actor, thread.id, proposal.turn_id)
    await proposals.decide(session, by, proposal, confirm=confirm)
    card = await proposals.card_of(session, proposal)
    await store.put_item(session, asking.user_id, card, turn_id=proposal.turn_id)
    await record(session, by, [Entry("message", "stored", item_id=card.id)])
    return card


async def _pick(session: AsyncSession, asking: RequestContext, thread: Thread, action: Action[str, Any]) -> WidgetItem:
    """Do what was asked to the one task that was clicked; returns the card as it is now."""
    picked = _payload(choices.ChoicePayload, action.payload)
    row = await store.access_item(session, asking.user_id, thread.id, picked.choice_id)
    by = Cause(asking.user_id, asking.actor, thread.id, row.turn_id)
    card = await choices.pick(session, asking.person, by, row, picked.number)
    await store.put_item(session, asking.user_id, card, turn_id=row.turn_id)
    await record(session, by, [Entry("message", "stored", item_id=card.id)])
    return card


async def _undo(session: AsyncSession, asking: RequestContext, thread: Thread, action: Action[str, Any]) -> NoticeEvent:
    """Put back what a turn changed; returns what came of it. The undoing belongs to no turn, like that over HTTP."""
    turn_id = _payload(TurnPayload, action.payload).turn_id
    if thread.lease_turn_id == turn_id and is_answering(thread, now()):
        raise Busy(gettext("This answer is still being written. Wait for its end or stop it, then undo."))
    outcome = await undo_command.undo_by_click(session, Cause(asking.user_id, asking.actor, thread.id), turn_id)
    level = "warning" if outcome.conflicts else "info"
    return NoticeEvent(level=level, message=undo_command.sentence_of(outcome))


def _payload(model: type[Payload], payload: Any) -> Payload:
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        names = ", ".join(model.model_fields)
        raise BadRequest(gettext("The action's payload must hold exactly: {names}.", names=names)) from error
