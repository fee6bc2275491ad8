"""Prepares answering a message again (Retry, edit, killed server): undoes its turn and later ones with their items."""

from dataclasses import asdict, dataclass
from typing import Any

from chatkit.types import ThreadItem, ThreadItemRemovedEvent, ThreadItemReplacedEvent, ThreadStreamEvent
from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.events import notice_event
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools import deletion_proposals
from taskchat_app.domain.activity.undo import undo_turn
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage import models
from taskchat_app.domain.storage.models import Turn
from taskchat_app.i18n.messages import Message, gettext, joined, messages_in, with_messages

EDIT = "message.edit"
"""The custom action that gives a message of the person other words."""
REASONS_SHOWN = 10


class MessageEdit(BaseModel):
    """Payload of `message.edit`."""

    model_config = ConfigDict(extra="forbid")
    item_id: str
    text: str


@dataclass(frozen=True, slots=True)
class RetryCleanup:
    """The items that a retry removed, and the changes that it could not undo."""

    removed: list[str]
    """Ids of the items that are gone."""
    left: list[Message]
    """A sentence for each task that stays as the person has changed it since."""
    edited: bool

    def encode(self) -> dict[str, Any]:
        """Return the cleanup as JSON, as it is stored with its request's key."""
        return {**asdict(self), "messages": messages_in(self.left)}

    @classmethod
    def decode(cls, stored: dict[str, Any]) -> "RetryCleanup":
        left = with_messages(stored["left"], stored.get("messages"))
        return cls(stored["removed"], left, stored["edited"])

    def events(self, message: ThreadItem) -> list[ThreadStreamEvent]:
        """Return the events that precede the new answer."""
        events: list[ThreadStreamEvent] = [ThreadItemReplacedEvent(item=message)] if self.edited else []
        events += [ThreadItemRemovedEvent(item_id=item_id) for item_id in self.removed]
        if self.left:
            more = len(self.left) - REASONS_SHOWN
            rest = [gettext("So were {count} more.", count=more)] if more > 0 else []
            reasons = joined([*self.left[:REASONS_SHOWN], *rest])
            events.append(notice_event(reasons, title=gettext("Not everything was put back")))
        return events


async def clear_after(session: AsyncSession, by: Cause, message: models.ThreadItem, *, edit: bool) -> RetryCleanup:
    """Undo the message's turn and every later one, newest first, and remove the items after it.

    What was changed again since stays. `by` must name no turn: the next run of this one must not find the undoing.
    """
    later = (
        select(Turn)
        .join(models.ThreadItem, col(models.ThreadItem.id) == col(Turn.id))  # a turn has the id of its message
        .where(models.ThreadItem.thread_id == message.thread_id, models.ThreadItem.seq >= message.seq)
    )
    turns = (await session.exec(later.order_by(col(Turn.first_change_id).desc()))).all()
    not_undone: dict[int, Message] = {}
    for turn in turns:
        for conflict in (await undo_turn(session, by, turn.id, turn.first_change_id)).conflicts:
            not_undone.setdefault(conflict.number, conflict.reason)
    removed = await store.remove_items_after(session, message.thread_id, message.seq)
    await deletion_proposals.drop(session, by.user_id, removed)
    await session.exec(delete(Turn).where(col(Turn.id).in_([turn.id for turn in turns if turn.id != message.id])))
    return RetryCleanup(removed, [reason for _, reason in sorted(not_undone.items())], edit)
