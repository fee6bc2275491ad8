"""Reads a turn's status, receipt and changes from the database."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.activity.receipts import changes_of_turn, receipt
from taskchat_app.domain.log.changes import TaskChange
from taskchat_app.domain.log.effective_changes import changes_of_tasks, effective_changes
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Change, Turn
from taskchat_app.domain.storage.models import Thread as ThreadRow
from taskchat_app.domain.storage.storable_values import is_storable
from taskchat_app.domain.transfer.report import TURN_PREFIX
from taskchat_app.i18n.messages import gettext

IMPORTED_SHOWN = 1_000
"""Changes of an import; /api/activity lists all of them."""


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn as clients see it; `receipt` is one line such as "Added #7, completed #3"."""

    turn_id: str
    thread_id: str | None
    status: str
    receipt: str
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The changes of a turn in one line, and whether any of them can still be undone."""

    text: str
    changed: bool
    stands: bool


# Of changes only their names: a turn may have changed hundreds of tasks.
_BARE = (defer(Change.before), defer(Change.after))  # pyright: ignore[reportArgumentType]  # SQLModel types a column as its value


async def receipts_of_turns(user_id: str, turn_ids: Collection[str]) -> dict[str, Receipt]:
    """The receipts of the person's turns, all in two reads; what is no turn of theirs is left out."""
    if not turn_ids:
        return {}
    in_turn = and_(
        col(Change.user_id) == Turn.user_id,
        col(Change.turn_id) == Turn.id,
        col(Change.id) >= Turn.first_change_id,
        col(Change.kind) == "task",
    )
    mine = select(Turn.id, Change).outerjoin(Change, in_turn).where(Turn.user_id == user_id, col(Turn.id).in_(turn_ids))
    changes: dict[str, list[Change]] = {}
    async with reading(user_id) as session:
        for turn_id, change in (await session.exec(mine.order_by(col(Change.id)).options(*_BARE))).all():
            changes.setdefault(turn_id, []).extend([] if change is None else [change])  # pyright: ignore[reportUnnecessaryComparison]  # an outer join
        held = await _standing(session, user_id, [change for of_turn in changes.values() for change in of_turn])
    return {
        turn_id: Receipt(receipt(of_turn), bool(of_turn), any(change.id in held for change in of_turn))
        for turn_id, of_turn in changes.items()
    }


async def _standing(session: AsyncSession, user_id: str, changes: list[Change]) -> set[int]:
    """Return the ids of these changes and of their undos that are still in effect."""
    if not changes:
        return set()
    undoing = changes_of_tasks(user_id).where(
        col(Change.undoes).is_not(None),
        col(Change.task_number).in_({change.task_number for change in changes}),
        col(Change.id) > min(change.id for change in changes),
    )
    together = {change.id: change for change in (*changes, *(await session.exec(undoing.options(*_BARE))).all())}
    return effective_changes([together[change_id] for change_id in sorted(together)])


async def view_turn(user_id: str, turn_id: str) -> TurnView:
    """Return the user's turn. Raises NotFound if it does not exist or is another user's."""
    async with reading(user_id) as session:
        if turn_id.startswith(TURN_PREFIX) and is_storable(turn_id):
            changes = await changes_of_turn(session, user_id, turn_id, 0, IMPORTED_SHOWN)
            if changes:
                return TurnView(turn_id, None, "done", receipt(changes), changes)
        turn = await access_turn(session, user_id, turn_id)
        changes = await changes_of_turn(session, user_id, turn_id, turn.first_change_id)
        return TurnView(turn.id, turn.thread_id, await status_of(session, turn), receipt(changes), changes)


async def task_changes_of(session: AsyncSession, turn: Turn) -> list[TaskChange]:
    """The turn's task changes without their content, oldest first."""
    bare = changes_of_tasks(turn.user_id).options(*_BARE)
    own = bare.where(col(Change.turn_id) == turn.id, col(Change.id) >= turn.first_change_id)
    changes = (await session.exec(own.order_by(col(Change.id)))).all()
    return [TaskChange(change.id, change.action, change.task_number or 0) for change in changes]


async def access_turn(session: AsyncSession, user_id: str, turn_id: str) -> Turn:
    """Return the row of the user's turn. Raises NotFound if it does not exist or is another user's."""
    named = select(Turn).where(Turn.user_id == user_id, Turn.id == turn_id)
    turn = (await session.exec(named)).one_or_none() if is_storable(turn_id) else None
    if turn is None:
        raise NotFound(gettext("This answer does not exist, or not any more."))
    return turn


async def status_of(session: AsyncSession, turn: Turn) -> str:
    """running, done, stopped or failed; a running turn whose lease ran out was killed, so it failed."""
    if turn.status != "running":
        return turn.status
    lease = select(ThreadRow.lease_until).where(ThreadRow.id == turn.thread_id, ThreadRow.lease_turn_id == turn.id)
    until = (await session.exec(lease)).one_or_none()
    if until is not None and until > now():
        return "running"
    # It may have ended, in order, since it was read.
    user_id, turn_id = turn.user_id, turn.id
    session.expire(turn)
    turn = await access_turn(session, user_id, turn_id)
    return "failed" if turn.status == "running" else turn.status
