"""Proposals to delete several tasks, or one that the message does not name (deletion_consent.py), and their cards.

A turn or a program proposes; the user's next message accepts the proposal or ends it; `decide` deletes or does not.
Nothing that the model says or passes reaches `decide`: it is called for a click of the user (turns/actions.py), for
a message that is a yes (turns/admission.py has it read, turns/answer.py deletes), and to end a proposal whose time is
over (expired_proposals.py). Each of these decisions replaces the card.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chatkit.types import WidgetItem
from chatkit.widgets import DynamicWidgetRoot
from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core import widgets
from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.items import new_id, text_of_stored
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.threads.thread_rows import new_thread
from taskchat_app.assistant.tools.deletion_consent import deletion_request, is_yes, names_deletion, only_picks
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import NotFound, TooManyAtOnce
from taskchat_app.domain.storage.models import Change, Proposal, Task, ThreadItem
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX, TOO_MANY
from taskchat_app.domain.tasks.search_words import search_words_of
from taskchat_app.domain.tasks.task_view import read_families
from taskchat_app.i18n.messages import Message, gettext, ngettext

LIFETIME = timedelta(minutes=10)
CONFIRM = "proposal.confirm"
CANCEL = "proposal.cancel"
TITLES_SHOWN = 20
TITLED_MAX = 5
"""Tasks that the title of a program's conversation names."""


async def propose_in_turn(session: AsyncSession, turn: TurnContext, numbers: Sequence[int]) -> tuple[int, WidgetItem]:
    """Add the tasks and their steps to the turn's one proposal; return how many it did not have yet, and its card.

    Raises TooManyAtOnce for more than AT_ONCE_MAX in all.
    """
    of_turn = select(Proposal).where(Proposal.user_id == turn.person.id, Proposal.turn_id == turn.turn_id)
    undecided = (await session.exec(of_turn.where(col(Proposal.decision).is_(None)))).one_or_none()
    proposal = undecided or _new_proposal(turn.person.id, turn.thread_id, turn.turn_id)
    all_numbers = sorted({*proposal.numbers, *await with_steps(session, turn.person.id, numbers)})
    added = len(all_numbers) - len(proposal.numbers)
    _set_numbers(proposal, all_numbers)
    session.add(proposal)
    card = await card_of(session, proposal)
    await store.put_card(session, turn, card)
    return added, card


async def propose_by_program(session: AsyncSession, by: Cause, numbers: Sequence[int], together: list[int]) -> str:
    """Ask the user whether to delete these tasks, in a new conversation with a card; return its thread's id.

    `by` is a program with an access token, in a call with an id; `together` are the tasks with their steps. Only the
    user's click deletes them. Raises TooManyAtOnce for more than AT_ONCE_MAX.
    """
    assert by.token is not None, "programs have access tokens"
    assert by.turn_id is not None, "a call has an id"
    named = " ".join(f"#{number}" for number in numbers[:TITLED_MAX])
    title = f"{by.token.name}: {named}{' …' if len(numbers) > TITLED_MAX else ''}"
    thread = new_thread(by.user_id, title)
    thread.search = search_words_of(title)
    session.add(thread)
    await session.flush()
    proposal = _new_proposal(by.user_id, thread.id, by.turn_id)
    _set_numbers(proposal, together)
    session.add(proposal)
    await store.put_item(session, by.user_id, await card_of(session, proposal), turn_id=by.turn_id)
    entries = [Entry("thread", "created"), Entry("message", "stored", item_id=proposal.item_id)]
    await record(session, replace(by, thread_id=thread.id), entries)
    return thread.id


def _new_proposal(user_id: str, thread_id: str, turn_id: str) -> Proposal:
    """Return an open proposal without tasks, with the id of its card."""
    created_at = now()
    return Proposal(
        id=new_id("proposal"),
        user_id=user_id,
        thread_id=thread_id,
        turn_id=turn_id,
        item_id=new_id("widget"),
        numbers=[],
        created_at=created_at,
        expires_at=created_at + LIFETIME,
    )


def _set_numbers(proposal: Proposal, numbers: list[int]) -> None:
    if len(numbers) > AT_ONCE_MAX:
        raise TooManyAtOnce(TOO_MANY, most=AT_ONCE_MAX)
    proposal.numbers = numbers


async def with_steps(session: AsyncSession, user_id: str, numbers: Sequence[int]) -> list[int]:
    """Return the tasks and their steps, which their deletion deletes as well; up to AT_ONCE_MAX steps of each."""
    return sorted({*numbers, *await read_families(session, user_id, numbers, AT_ONCE_MAX)})


async def accept_or_end(session: AsyncSession, thread_id: str, text: str) -> tuple[str | None, list[str]]:
    """Read the message as the decision of the open proposals; return the id of the accepted one, and of the ended ones.

    1. All end, except the newest if the message is a yes.
    2. That is accepted if the user asked for it, or if the yes names the deletion ("yes, delete them").
    3. Else it stays open: text in a task can make the model propose a deletion and ask about something else.
    """
    query = select(Proposal).where(Proposal.thread_id == thread_id, col(Proposal.decision).is_(None))
    proposals = (await session.exec(query.order_by(col(Proposal.created_at)).with_for_update())).all()
    newest = proposals[-1] if proposals else None
    accepted_id, ended = None, proposals
    if newest is not None and is_yes(text) and newest.expires_at > now():
        ended = proposals[:-1]
        if names_deletion(text) or await _was_asked_for(session, newest):
            accepted_id = newest.id
    for proposal in ended:
        proposal.decision, proposal.decided_at = "expired", now()
    return accepted_id, [proposal.id for proposal in ended]


async def _was_asked_for(session: AsyncSession, proposal: Proposal) -> bool:
    """Return whether the user's message can be a request for this proposal.

    A request that has had its deletion asks for no other: text in a task can make the model propose more after a yes,
    or in addition to the task that the message names.
    """
    message = await _request_message(session, proposal)
    if message is None:
        return False
    request = deletion_request(_text_of(message))
    if request is None:
        return False
    if request == "some tasks" and message.id == proposal.turn_id:
        return True  # one message may ask for several deletions, in its own turn
    # Whether the message's turn deleted a task, or the user decided what it proposed.
    own = (Proposal.user_id == message.user_id, Proposal.turn_id == message.id)
    decided = select(Proposal.id).where(*own, col(Proposal.decision).in_(("confirmed", "cancelled")))
    deleted = select(Change.id).where(
        Change.user_id == message.user_id,
        Change.turn_id == message.id,
        Change.kind == "task",
        Change.action == "deleted",
    )
    return not (await session.exec(select(decided.exists() | deleted.exists()))).one()


async def _request_message(session: AsyncSession, proposal: Proposal) -> ThreadItem | None:
    """Return the message of the turn that proposed.

    If that only chooses among what was shown ("the second one"), it goes on with the message before it, which is
    returned then; None if both only choose.
    """
    own = (ThreadItem.user_id == proposal.user_id, ThreadItem.thread_id == proposal.thread_id)
    of_turn = select(ThreadItem.seq).where(*own, ThreadItem.id == proposal.turn_id).scalar_subquery()
    query = select(ThreadItem).where(*own, ThreadItem.type == "user_message", col(ThreadItem.seq) <= of_turn)
    newest_two = (await session.exec(query.order_by(col(ThreadItem.seq).desc()).limit(2))).all()
    return next((message for message in newest_two if not only_picks(_text_of(message))), None)


def _text_of(message: ThreadItem) -> str:
    return text_of_stored(message.body.get("content", ()))


async def access_proposal(session: AsyncSession, user_id: str, thread_id: str, proposal_id: str) -> Proposal:
    """Return the locked proposal of the user's thread. Raises NotFound if it is absent or another user's."""
    query = select(Proposal).where(
        Proposal.user_id == user_id, Proposal.thread_id == thread_id, Proposal.id == proposal_id
    )
    proposal = (await session.exec(query.with_for_update())).one_or_none()
    if proposal is None:
        raise NotFound(gettext("This proposal does not exist, or not any more. Ask again."))
    return proposal


async def decide(session: AsyncSession, by: Cause, proposal: Proposal, *, confirm: bool) -> list[int]:
    """Execute or drop a locked proposal, once; returns the numbers deleted now.

    A decided or expired proposal changes nothing. Only its tasks are deleted; already deleted ones are skipped.
    """
    if proposal.decision is not None:
        return []
    at = proposal.decided_at = now()
    if proposal.expires_at <= at:
        proposal.decision = "expired"
        return []
    proposal.decision = "confirmed" if confirm else "cancelled"
    if not confirm:
        return []
    existing = select(Task.number).where(
        Task.user_id == by.user_id, col(Task.number).in_(proposal.numbers), col(Task.deleted_at).is_(None)
    )
    numbers = list((await session.exec(existing.order_by(col(Task.number)))).all())
    proposal.numbers = numbers  # so that the card names only what was deleted
    if numbers:
        await tasks.bulk_delete(session, by, numbers)
    return numbers


async def drop(session: AsyncSession, user_id: str, item_ids: Sequence[str]) -> None:
    """End the user's open proposals whose cards were removed with their messages."""
    of_cards = (col(Proposal.user_id) == user_id, col(Proposal.item_id).in_(item_ids))
    open_ones = update(Proposal).where(*of_cards, col(Proposal.decision).is_(None))
    await session.exec(open_ones.values(decision="expired", decided_at=now()))


async def card_of(session: AsyncSession, proposal: Proposal) -> WidgetItem:
    """Return the proposal as a ChatKit card: the exact tasks, and two buttons while it is open."""
    query = select(Task.number, Task.title, Task.parent_number).where(
        Task.user_id == proposal.user_id, col(Task.number).in_(proposal.numbers)
    )
    rows = (await session.exec(query.order_by(col(Task.number)))).all()
    titles = [(number, title) for number, title, _ in rows]
    steps = sum(parent in proposal.numbers for _, _, parent in rows)
    return WidgetItem(
        id=proposal.item_id,
        thread_id=proposal.thread_id,
        created_at=proposal.created_at,
        widget=DynamicWidgetRoot.model_validate(_card(proposal, titles, steps)),
        copy_text="\n".join(f"#{number} {title}" for number, title in titles),
    )


def is_open(item: WidgetItem) -> bool:
    """Return whether the item is the card of a proposal that is not decided."""
    action = item.widget.model_dump().get("confirm", {}).get("action", {})
    return action.get("type") == CONFIRM


def _card(proposal: Proposal, titles: list[tuple[int, str]], steps: int) -> dict[str, object]:
    """Return the card in ChatKit's widget schema (Card with confirm and cancel)."""
    lines = [f"#{number} {title}" for number, title in titles[:TITLES_SHOWN]]
    if len(titles) > TITLES_SHOWN:
        lines.append(gettext("and {count} more", count=len(titles) - TITLES_SHOWN))
    card: dict[str, object] = {
        "type": "Card",
        "key": proposal.id,
        "size": "md",
        "status": {"text": _headline(proposal, len(titles), steps)},
        "children": [widgets.text(line) for line in lines],
        "collapsed": proposal.decision is not None,
    }
    if proposal.decision is None:
        label = ngettext("Delete {count} task", "Delete {count} tasks", len(titles))
        payload = {"proposal_id": proposal.id}
        card["confirm"] = {"label": label, "action": widgets.action(CONFIRM, payload)}
        card["cancel"] = {"label": gettext("Cancel"), "action": widgets.action(CANCEL, payload)}
    return card


def _headline(proposal: Proposal, count: int, steps: int) -> Message:
    """Return the headline for so many tasks, of which some are `steps` of others."""
    match proposal.decision:
        case None if steps:
            tasks_named = ngettext("{count} task", "{count} tasks", count - steps)
            steps_named = ngettext("{count} step", "{count} steps", steps)
            return gettext("Delete {tasks} and {steps}?", tasks=tasks_named, steps=steps_named)
        case None:
            return ngettext("Delete {count} task?", "Delete {count} tasks?", count)
        case "confirmed":
            if not count:
                return gettext("There was nothing left to delete")
            return ngettext("Deleted {count} task", "Deleted {count} tasks", count)
        case "cancelled":
            return gettext("Cancelled, nothing was deleted")
        case _:
            return gettext("No longer open, nothing was deleted")
