"""Closes the card of a question (tools/task_choices.py) once the next message has answered it in words."""

from chatkit.types import ThreadItemReplacedEvent
from sqlmodel import col, select

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.threads.leases import held_transaction
from taskchat_app.assistant.tools import task_choices
from taskchat_app.assistant.turns import structured_inputs
from taskchat_app.domain.storage.models import ThreadItem


async def close_card(turn: TurnContext) -> None:
    """Show the conversation's last card as decided if this turn's only change is what one of its lines offers.

    Its button would do the same once more. Only turns of the offline assistant need this: Gemini's cards offer no
    task that would be added twice.
    """
    calls = [
        call for call in turn.workflow.calls.values() if call.result.get("status") == "ok" and "task" in call.result
    ]
    if len(calls) != 1:
        return
    async with held_transaction(turn) as session:
        last = select(ThreadItem).where(
            ThreadItem.user_id == turn.person.id, ThreadItem.thread_id == turn.thread_id, ThreadItem.type == "widget"
        )
        row = (await session.exec(last.order_by(col(ThreadItem.seq).desc()).limit(1))).one_or_none()
        number = task_choices.picked_by_call(row, calls[0]) if row else None
        if row is None or number is None:
            return
        by = turn.person.cause("person", turn.thread_id, row.turn_id)
        card = task_choices.decided_by_call(row, number, calls[0])
        questions = await structured_inputs.close_question(session, by, row, number)
        await store.store_items(session, by, card)
    for item in (card, *questions):
        await turn.publish(ThreadItemReplacedEvent(item=item), is_stored=True)
