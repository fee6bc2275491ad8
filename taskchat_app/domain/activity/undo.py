"""Undoes one change or all changes of a turn; tasks that were changed since stay unchanged and are named as conflicts.

An undo is itself a change in the log, so it can be undone too.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log.changes import Actor, Cause, Entry
from taskchat_app.domain.log.effective_changes import (
    cause_number,
    change_histories,
    changes_of_tasks,
    effective_changes,
    is_caused_by,
    is_changed_since,
    read_changes,
)
from taskchat_app.domain.restore_period import RESTORABLE_FOR
from taskchat_app.domain.storage.errors import NotFound, TooManyAtOnce
from taskchat_app.domain.storage.models import Change, is_any
from taskchat_app.domain.storage.storable_values import LAST_CHANGE_ID, checked_text
from taskchat_app.domain.storage.user_lock import locked_user
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX, TOO_MANY
from taskchat_app.domain.tasks.snapshots import in_zone, is_erased, restore_snapshots
from taskchat_app.domain.tasks.task_rows import check_room, flush_and_record
from taskchat_app.domain.tasks.task_view import Families, read_families
from taskchat_app.i18n.messages import Message, gettext
from taskchat_app.runtime.event_loop import in_pieces

_Plan = dict[int, list[Change]]
"""The changes to undo, oldest first, by the number of their task, which gets the state before the first one."""
_CHANGES_AT_ONCE = 500
CHANGED_SINCE = gettext("#{number} was changed again since, so it was left as it is.")
ERASED = gettext("#{number} was deleted more than {days} days ago, so it is gone.")
PARENT_GONE = gettext("#{number} was a step of #{parent}, which can have no steps now, so it was left as it is.")
HAS_STEPS = gettext("#{number} has steps now, so it was left as it is.")
FOLLOWS = gettext("#{number} follows #{repeated}, which was left as it is, so it was left as well.")


@dataclass(frozen=True, slots=True)
class Conflict:
    number: int
    reason: Message


@dataclass(slots=True)
class UndoOutcome:
    """What was restored and what was not; undo_large_turn has the tasks ascending within each of its pieces."""

    undone: list[int] = field(default_factory=list[int])
    """The numbers of the restored tasks."""
    removed: list[int] = field(default_factory=list[int])
    """Those of them that did not exist before, and are gone now."""
    conflicts: list[Conflict] = field(default_factory=list[Conflict])
    left: list[Message] = field(default_factory=list[Message])
    """Why fields of a task (entry_undo.py) or conversations (import_undo.py) were not restored."""


async def undo_changes(session: AsyncSession, by: Cause, change_ids: Sequence[int]) -> UndoOutcome:
    """Undo changes of tasks together, with their consequences for next tasks and steps; a second undo changes nothing.

    Raises NotFound if one of them does not exist, TooManyAtOnce for more than AT_ONCE_MAX.
    """
    if len(set(change_ids)) > AT_ONCE_MAX:
        raise TooManyAtOnce(TOO_MANY, most=AT_ONCE_MAX)
    user = await locked_user(session, by.user_id)
    has_id = is_any(col(Change.id), {number for number in change_ids if 0 < number <= LAST_CHANGE_ID})
    changes = await read_changes(session, changes_of_tasks(by.user_id).where(has_id))
    if len(changes) < len(set(change_ids)):
        raise NotFound(gettext("There is no such change to undo."))
    wanted = [*changes, *await _consequences(session, by.user_id, changes)]
    return await _undo(session, by, wanted, ZoneInfo(user.timezone))


async def undo_turn(session: AsyncSession, by: Cause, turn_id: str, first_change_id: int = 0) -> UndoOutcome:
    """Undo the turn's changes with ids from `first_change_id` on, consequences among them; without any no effect."""
    user = await locked_user(session, by.user_id)
    in_turn = changes_of_tasks(by.user_id).where(col(Change.turn_id) == turn_id, col(Change.id) >= first_change_id)
    return await _undo(session, by, await read_changes(session, in_turn), ZoneInfo(user.timezone))


async def undo_task_of_turn(session: AsyncSession, by: Cause, turn_id: str, number: int) -> UndoOutcome:
    """Undo the turn's changes of one task, with their consequences; no effect if there are none or all are undone."""
    in_turn = await read_changes(session, changes_of_tasks(by.user_id).where(col(Change.turn_id) == turn_id))
    return await undo_changes(session, by, [change.id for change in in_turn if change.task_number == number])


async def undo_large_turn(session: AsyncSession, by: Cause, turn_id: str) -> UndoOutcome:
    """Undo a turn of any size, _CHANGES_AT_ONCE at a time, such as an import.

    Each piece is undone by itself, so no change of the turn may be a consequence of another one.
    """
    user = await locked_user(session, by.user_id)
    in_turn = select(Change.id).where(Change.user_id == by.user_id, Change.turn_id == turn_id, Change.kind == "task")
    ids = await session.stream_scalars(in_turn.order_by(col(Change.id)).execution_options(yield_per=_CHANGES_AT_ONCE))
    outcome = UndoOutcome()
    async for piece in in_pieces([change_id async for change_id in ids], _CHANGES_AT_ONCE):
        has_id = is_any(col(Change.id), piece)
        changes = await read_changes(session, changes_of_tasks(by.user_id).where(has_id))
        undone = await _undo(session, by, changes, ZoneInfo(user.timezone))
        outcome.undone += undone.undone
        outcome.removed += undone.removed
        outcome.conflicts += undone.conflicts
    return outcome


async def undo_token(
    session: AsyncSession, by: Cause, token_id: str, *, since: int = 0, turn_id: str | None = None, calls: str = ""
) -> UndoOutcome:
    """Undo the changes made with the access token that meet all given conditions.

    `since`: their ids are from this one on. `turn_id`: they are of this turn or MCP call. `calls`: they are of a client
    whose MCP calls have ids that begin so. No effect if there are none or all are undone.
    """
    user = await locked_user(session, by.user_id)
    with_token = changes_of_tasks(by.user_id).where(col(Change.token_id) == token_id, col(Change.id) >= since)
    if calls:
        with_token = with_token.where(col(Change.turn_id).startswith(calls))
    if turn_id is not None:
        with_token = with_token.where(col(Change.turn_id) == checked_text(turn_id, "turn"))
    return await _undo(session, by, await read_changes(session, with_token), ZoneInfo(user.timezone))


async def _consequences(session: AsyncSession, user_id: str, wanted: Sequence[Change]) -> list[Change]:
    """Return the later changes of next tasks and steps that the wanted changes, oldest first, have caused."""
    if not wanted:
        return []
    first_ids: dict[int, int] = {}
    """The id of the first wanted change of each task."""
    for change in wanted:
        first_ids.setdefault(change.task_number or 0, change.id)
    is_later = col(Change.id) > wanted[0].id
    later = await read_changes(session, changes_of_tasks(user_id).where(is_later, is_caused_by(first_ids)))
    wanted_ids = {change.id for change in wanted}
    consequences: list[Change] = []
    for change in later:
        first_id = first_ids.get(cause_number(change) or 0)
        if first_id is not None and change.id > first_id and change.id not in wanted_ids:
            consequences.append(change)
    return consequences


async def _undo(session: AsyncSession, by: Cause, wanted: Sequence[Change], zone: ZoneInfo) -> UndoOutcome:
    """Undo the wanted changes, all or none of each task; a task before its next tasks and steps."""
    outcome = UndoOutcome()
    if not wanted:
        return outcome
    plan = await _undoable(session, by.user_id, wanted, outcome.conflicts)
    await _leave_broken_families(session, by.user_id, plan, _needed_tasks(wanted), outcome.conflicts)
    outcome.undone = sorted(plan)
    outcome.removed = [number for number, targets in plan.items() if targets[0].before is None]
    undos: list[_Undo] = []
    async for piece in in_pieces([*plan.items()]):
        befores = {number: targets[0].before for number, targets in piece}
        snapshots = {number: in_zone(before, zone) if before else None for number, before in befores.items()}
        await restore_snapshots(session, by.user_id, snapshots)
        for _, targets in piece:
            undos += [_undo_of(by, change, outcome, zone) for change in reversed(targets)]
    for actor, group in groupby(undos, key=lambda undo: undo.actor):  # one record has one actor
        await flush_and_record(session, replace(by, actor=actor), [undo.entry for undo in group])
    await check_room(session, by.user_id)
    return outcome


async def _undoable(session: AsyncSession, user_id: str, wanted: Sequence[Change], conflicts: list[Conflict]) -> _Plan:
    """Return the changes that can be undone; add the conflicts of other tasks."""
    plan: _Plan = {}
    wanted_ids = {change.id for change in wanted}
    numbers = _causes_first(wanted)
    not_restored = set(numbers)
    """The tasks that stay as they are, and the tasks still to come: each comes after those that caused its changes."""
    async for piece in in_pieces(numbers):
        histories = await change_histories(session, user_id, piece, since=min(wanted_ids))
        for number in piece:
            history = histories[number]
            targets = _targets_of(history, wanted_ids)
            if not targets:  # no conflict: nothing that is wanted is in effect
                if _undid_each_other(history, wanted_ids):
                    not_restored.remove(number)
            elif reason := _obstacle(history, targets, not_restored):
                conflicts.append(Conflict(number, reason))
            else:
                plan[number] = targets
                not_restored.remove(number)
    return plan


def _causes_first(wanted: Sequence[Change]) -> list[int]:
    """Return the tasks of the changes: first those with direct changes only, then the rest as they were changed."""
    caused = [change for change in wanted if cause_number(change) is not None]
    later = dict.fromkeys(change.task_number or 0 for change in sorted(caused, key=lambda change: change.id))
    return [*sorted({change.task_number or 0 for change in wanted} - later.keys()), *later]


def _targets_of(history: Sequence[Change], wanted_ids: Set[int]) -> list[Change]:
    """Return the changes of a task to undo: the wanted ones in effect, without undos of wanted ones."""
    return [change for change in _in_effect(history, wanted_ids) if change.undoes not in wanted_ids]


def _undid_each_other(history: Sequence[Change], wanted_ids: Set[int]) -> bool:
    """Return whether a task without targets is as before the wanted changes, since wanted ones undid the others.

    So it is after a turn that completed the task and then undid that, unless the task was changed later.
    """
    undos = _in_effect(history, wanted_ids)  # without targets, these are all that is in effect
    return bool(undos) and not is_changed_since(history, undos)


def _in_effect(history: Sequence[Change], wanted_ids: Set[int]) -> list[Change]:
    effective_ids = effective_changes(history) & wanted_ids
    return [change for change in history if change.id in effective_ids]


def _obstacle(history: Sequence[Change], targets: Sequence[Change], not_restored: Set[int]) -> Message | None:
    """Return why the task cannot be restored, or None; `not_restored` are other tasks of this undo."""
    number = targets[0].task_number or 0
    for change in targets:
        if any(snapshot and is_erased(snapshot) for snapshot in (change.before, change.after)):
            return ERASED.with_values(number=number, days=RESTORABLE_FOR.days)
    if is_changed_since(history, targets):
        return CHANGED_SINCE.with_values(number=number)
    for change in targets:
        cause = cause_number(change)
        if cause is not None and cause in not_restored:
            return FOLLOWS.with_values(number=number, repeated=cause)
    return None


def _needed_tasks(wanted: Sequence[Change]) -> dict[int, set[int]]:
    """Return, for each task, the tasks that must be undone with it: those that caused its changes.

    Completing #1, which repeats, creates the next one, #5, and a copy of its step, #6: #5 needs #1, #6 needs #1 and #5.
    """
    needed: dict[int, set[int]] = {}
    created: dict[int, Change] = {}
    for change in wanted:
        cause = cause_number(change)
        if cause is not None:
            needed.setdefault(change.task_number or 0, set()).add(cause)
            if change.action == "created":
                created[change.task_number or 0] = change
    for number, change in created.items():
        parent = (change.after or {}).get("parent_number")
        if parent in created and cause_number(created[parent]) == cause_number(change):
            needed[number].add(parent)
    return needed


async def _leave_broken_families(
    session: AsyncSession, user_id: str, plan: _Plan, needed: Mapping[int, set[int]], conflicts: list[Conflict]
) -> None:
    """Move tasks from the plan to the conflicts that would break a family, or need a task that stays as it is.

    A family is a task with its steps. Each task that is left may break others, such as a step whose parent stays
    deleted: so this is repeated until none does. `needed` is as _needed_tasks returns it.
    """
    restored: Families = {}
    """The tasks that are there after the undo of the plan, each with its parent of then."""
    for number, targets in plan.items():
        before = targets[0].before
        if before and not before.get("deleted_at"):
            restored[number] = before.get("parent_number")
    sought = {*plan, *(parent or 0 for parent in restored.values())}
    # Reads one step more than the plan has tasks: if a task keeps a step, one that is not in the plan is among them.
    current = await read_families(session, user_id, sought, len(plan) + 1)
    while broken := _broken(plan, current, restored, needed, {conflict.number for conflict in conflicts}):
        for conflict in broken:
            del plan[conflict.number]
        conflicts += broken


def _broken(
    plan: Collection[int], current: Families, restored: Families, needed: Mapping[int, set[int]], left: Set[int]
) -> list[Conflict]:
    """Return the tasks of the plan that would break a family, or that need a task that is `left` as it is."""
    families = {number: parent for number, parent in current.items() if number not in plan}
    families |= {number: parent for number, parent in restored.items() if number in plan}
    have_steps = {*families.values()}
    can_have_steps = {number for number, parent in families.items() if parent is None}
    broken: list[Conflict] = []
    for number in plan:
        parent, missing = families.get(number), needed.get(number, set()) & left
        if number in have_steps and number not in can_have_steps:
            broken.append(Conflict(number, HAS_STEPS.with_values(number=number)))
        elif parent is not None and parent not in can_have_steps:
            broken.append(Conflict(number, PARENT_GONE.with_values(number=number, parent=parent)))
        elif missing:
            broken.append(Conflict(number, FOLLOWS.with_values(number=number, repeated=min(missing))))
    return broken


class _Undo(NamedTuple):
    actor: Actor
    entry: Entry


def _undo_of(by: Cause, change: Change, outcome: UndoOutcome, zone: ZoneInfo) -> _Undo:
    """Return the log entry of undoing this change; it follows from that of another task if the change did.

    The task was not changed since, so its current state is `change.after`.
    """
    follows = cause_number(change) in outcome.undone
    actor: Actor = "repeat" if follows and change.actor == "repeat" else by.actor
    before = in_zone(change.after, zone) if change.after else None
    after = in_zone(change.before, zone) if change.before else None
    cause = change.cause_number if follows else None
    entry = Entry("task", "undone", change.task_number, before, after, undoes=change.id, cause_number=cause)
    return _Undo(actor, entry)
