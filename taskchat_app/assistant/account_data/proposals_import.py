"""Gives the open proposals of imported conversations the new numbers of their tasks, and cards that show these."""

from collections.abc import Collection

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.account_data.tasks_import import ImportedTasks
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools.deletion_proposals import card_of
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Proposal, ThreadItem


async def renew_open_proposals(
    session: AsyncSession, by: Cause, thread_ids: Collection[str], tasks: ImportedTasks
) -> None:
    """Limit the open proposals of these conversations to tasks of the file; end those without tasks or without a card.

    The file has what a card shows beside what its proposal deletes.
    """
    own = select(Proposal).where(Proposal.user_id == by.user_id, col(Proposal.decision).is_(None))
    for proposal in (await session.exec(own)).all():
        if proposal.thread_id not in thread_ids:
            continue
        found = {tasks.numbers.get(number) or tasks.here.get(number) for number in proposal.numbers}
        proposal.numbers = sorted(number for number in found if number)
        has_card = await _has_card(session, proposal)
        if not (proposal.numbers and has_card):
            proposal.decision, proposal.decided_at = "expired", now()
        session.add(proposal)
        if has_card:
            await store.put_item(session, by.user_id, await card_of(session, proposal), turn_id=proposal.turn_id)


async def _has_card(session: AsyncSession, proposal: Proposal) -> bool:
    """Return whether the proposal's card is a widget of its own conversation: deciding replaces the item."""
    query = select(ThreadItem.id).where(
        ThreadItem.user_id == proposal.user_id,
        ThreadItem.thread_id == proposal.thread_id,
        ThreadItem.id == proposal.item_id,
        ThreadItem.type == "widget",
    )
    return (await session.exec(query)).first() is not None
