"""Executes ChatKit custom actions (clicks in cards and messages) and submitted choices, before the answer begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chatkit.actions import Action
from chatkit.types import (
    ClientEffectEvent,
    NoticeEvent,
    SyncCustomActionResponse,
    ThreadItem,
    ThreadItemReplacedEvent,
    ThreadsAddStructuredInputReq,
    ThreadsCustomActionReq,
    ThreadsSyncCustomActionReq,
    ThreadStreamEvent,
)
from pydantic import BaseModel, ConfigDict
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import CHANGED, STREAM_OPTIONS, changed_effects
from taskchat_app.assistant.core.events import decode_notice, encode_notice, notice_event
from taskchat_app.assistant.core.items import body_of
from taskchat_app.assistant.core.widgets import payload_of
from taskchat_app.assistant.threads import store, thread_rows
from taskchat_app.assistant.threads.thread_rows import is_answering
from taskchat_app.assistant.tools import (
    attached_line_choices,
    deletion_proposals,
    plans,
    task_choices,
    task_list_widget,
)
from taskchat_app.assistant.turns import retry, structured_inputs, undo_command
from taskchat_app.domain.accounts import idempotency_keys
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency_keys import RequestKey
from taskchat_app.domain.log.changes import Cause, task_changes
from taskchat_app.domain.storage import models
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import BadRequest, Busy
from taskchat_app.domain.storage.models import Thread
from taskchat_app.domain.storage.user_lock import in_queue, lock_user
from taskchat_app.domain.tasks import tasks
from taskchat_app.i18n.messages import gettext


class _Payload(BaseModel):
    """Taken as it is: `true` is no number, and what nobody asked for is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ProposalPayload(_Payload):
    """Payload of `proposal.confirm` and `proposal.cancel`."""

    proposal_id: str


class TaskPayload(_Payload):
    """Payload of `task.complete`; `completed: false` reopens the task."""

    number: int
    completed: bool = True


class LinePayload(_Payload):
    """Payload of `lines.add`; line 0 adds all lines that are left."""

    card_id: str
    line: int


class PlanPayload(BaseModel):
    """Payload of `plan.edit` and `plan.apply`, beside the values of the card's fields."""

    model_config = ConfigDict(extra="allow", strict=True)

    plan_id: str


class TurnPayload(_Payload):
    """Payload of `turn.undo`."""

    turn_id: str


Click = ThreadsCustomActionReq | ThreadsSyncCustomActionReq | ThreadsAddStructuredInputReq
AFTER_ANSWER = (attached_line_choices.ACTION, plans.EDIT, plans.APPLY)
"""Actions that wait for the end of a running answer, as deletion_proposals.CONFIRM does: it may change their card."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of a click: the items that changed, the clicked one first, a notice, and the effects of its commit."""

    items: Sequence[ThreadItem] = ()
    notice: NoticeEvent | None = None
    effects: Sequence[ClientEffectEvent] = ()

    @property
    def numbers(self) -> list[int]:
        return [number for effect in self.effects for number in effect.data["numbers"]]

    def events(self) -> list[ThreadStreamEvent]:
        replaced = [ThreadItemReplacedEvent(item=item) for item in self.items]
        return [STREAM_OPTIONS, *self.effects, *replaced, *([self.notice] if self.notice else [])]

    def response(self) -> SyncCustomActionResponse:
        """Return the answer to threads.sync_custom_action."""
        return SyncCustomActionResponse(updated_item=self.items[0] if self.items else None)


async def perform(person: Person, request: Click, key: RequestKey | None = None) -> Outcome:
    """Carry the click out; the same click with the same key is carried out once, with the same outcome.

    Raises BadRequest for an action that taskchat does not offer, NotFound, Busy or KeyReused.
    """
    async with in_queue(person.id), transaction(person.id) as session:
        await lock_user(session, person.id)
        kept = await idempotency_keys.stored_response(session, person.id, key) if key else None
        thread = await thread_rows.access_thread(session, person.id, request.params.thread_id, lock=True)
        if kept is not None:
            return _decode(kept.body or {})
        outcome = await _carry_out(session, person, thread, request)
        outcome = replace(outcome, effects=changed_effects(task_changes(session)))
        if key is not None:
            await idempotency_keys.store_response(session, person.id, key, body=_encode(outcome))
    return outcome


def _encode(outcome: Outcome) -> dict[str, Any]:
    notice = encode_notice(outcome.notice) if outcome.notice else None
    replaced = [body_of(item) for item in outcome.items]
    return {"replaced": replaced, "notice": notice, "effects": [effect.data for effect in outcome.effects]}


def _decode(stored: dict[str, Any]) -> Outcome:
    items = [store.item_of(body) for body in stored["replaced"]]
    notice = decode_notice(stored["notice"]) if stored["notice"] else None
    effects = [ClientEffectEvent(name=CHANGED, data=data) for data in stored.get("effects", ())]
    return Outcome(items, notice, effects)


async def _carry_out(session: AsyncSession, person: Person, thread: Thread, request: Click) -> Outcome:
    """Carry the click out in its transaction; return the outcome without the effects of the commit."""
    by = person.cause("person", thread.id)
    if isinstance(request, ThreadsAddStructuredInputReq):
        return Outcome(await structured_inputs.answer(session, person, by, request.params))
    action, clicked_id = request.params.action, request.params.item_id
    clicked = None if clicked_id is None else await store.access_item(session, person.id, thread.id, clicked_id)
    if action.type in AFTER_ANSWER and await is_answering(session, thread):
        raise Busy(gettext("This conversation is still answering. Wait for the answer, then choose."))
    match action.type:
        case deletion_proposals.CONFIRM | deletion_proposals.CANCEL:
            return Outcome(await _decide(session, by, thread, action))
        case task_list_widget.ACTION:
            return Outcome(await _complete(session, person, by, clicked, action))
        case task_choices.ACTION:
            return Outcome(await _pick(session, person, by, thread, action))
        case attached_line_choices.ACTION:
            return Outcome(await _add_line(session, person, by, thread, action))
        case plans.EDIT | plans.APPLY:
            return Outcome([await _plan(session, person, by, action)])
        case "turn.undo":  # it belongs to no turn, like that over HTTP
            turn_id = payload_of(TurnPayload, action).turn_id
            outcome = await undo_command.undo_turn_by_id(session, by, turn_id)
            level = "warning" if outcome.conflicts else "info"
            return Outcome(notice=notice_event(undo_command.sentence_of(outcome), level=level))
        case retry.EDIT:
            raise BadRequest(gettext("An edited message gets a new answer. Send it as threads.custom_action."))
        case _:
            raise BadRequest(gettext("taskchat knows no action named {action}.", action=str(action.type)[:60]))


async def _complete(
    session: AsyncSession, person: Person, by: Cause, clicked: models.ThreadItem | None, action: Action[str, Any]
) -> Sequence[ThreadItem]:
    """Complete or reopen one task; return the list of tasks that was clicked, as it is now, if one was."""
    task = payload_of(TaskPayload, action)
    await tasks.complete_task(session, by, task.number, task.completed)
    card = await task_list_widget.refreshed(session, person, clicked) if clicked else None
    if clicked is None or card is None:
        return ()
    return await store.store_items(session, replace(by, turn_id=clicked.turn_id), card)


async def _decide(session: AsyncSession, by: Cause, thread: Thread, action: Action[str, Any]) -> Sequence[ThreadItem]:
    """Confirm or cancel a proposal; return its card as it is now. The click belongs to the turn that proposed."""
    confirm = action.type == deletion_proposals.CONFIRM
    if confirm and await is_answering(session, thread):
        raise Busy(gettext("This conversation is still answering. Wait for the answer, then confirm."))
    payload = payload_of(ProposalPayload, action)
    proposal = await deletion_proposals.access_proposal(session, by.user_id, thread.id, payload.proposal_id)
    by = replace(by, turn_id=proposal.turn_id)
    await deletion_proposals.decide(session, by, proposal, confirm=confirm)
    return await store.store_items(session, by, await deletion_proposals.card_of(session, proposal))


async def _pick(
    session: AsyncSession, person: Person, by: Cause, thread: Thread, action: Action[str, Any]
) -> Sequence[ThreadItem]:
    """Do what was asked to the one task that was clicked; return the card and its question as they are now."""
    picked = payload_of(task_choices.ChoicePayload, action)
    row = await store.access_item(session, by.user_id, thread.id, picked.choice_id)
    by = replace(by, turn_id=row.turn_id)
    card = await task_choices.pick(session, person, by, row, picked.number)
    return [
        *await store.store_items(session, by, card),
        *await structured_inputs.close_question(session, by, row, picked.number),
    ]


async def _add_line(
    session: AsyncSession, person: Person, by: Cause, thread: Thread, action: Action[str, Any]
) -> Sequence[ThreadItem]:
    """Add a line of an attached list as a task, or all lines; return the card as it is now."""
    clicked = payload_of(LinePayload, action)
    row = await store.access_item(session, by.user_id, thread.id, clicked.card_id)
    by = replace(by, turn_id=row.turn_id)
    card = await attached_line_choices.add(session, person, by, row, clicked.line)
    return await store.store_items(session, by, card)


async def _plan(session: AsyncSession, person: Person, by: Cause, action: Action[str, Any]) -> ThreadItem:
    """Edit a plan, or add its tasks; return the card as it is now."""
    sent = payload_of(PlanPayload, action)
    row = await plans.access(session, person.id, sent.plan_id, lock=True)
    plan = plans.plan_of(row)
    if action.type == plans.EDIT or not plan.is_applied:
        plan = plans.with_form_values(person, plan, sent.model_extra or {})
    if action.type == plans.EDIT:
        return await plans.save(session, by, row, plan)
    _, card = await plans.apply(session, person, by, row, plan)
    return card
