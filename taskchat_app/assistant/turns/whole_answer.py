"""Sends one text to the assistant and waits for the whole answer, for programs that follow no events."""

from contextlib import aclosing
from typing import Literal, NamedTuple

from chatkit.types import (
    AssistantMessageItem,
    ErrorEvent,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    WidgetItem,
)

from taskchat_app.assistant.tools import deletion_proposals, task_choices
from taskchat_app.assistant.turns import turn_status, turns
from taskchat_app.assistant.turns.admission import message_request
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency_keys import RequestKey
from taskchat_app.domain.storage.models import Change
from taskchat_app.i18n.messages import joined

Need = Literal["proposal", "choice"]


class WholeAnswer(NamedTuple):
    """An answer, what its turn changed, and which decision of the user it needs."""

    text: str
    """The assistant's messages and the lines of an open card, with blank lines between them."""
    changes: list[Change]
    thread_id: str
    needs: Need | None
    failure: ErrorEvent | None
    """What ended the answer early; its changes are kept."""


async def answer(person: Person, message: str, thread_id: str | None, key: RequestKey | None = None) -> WholeAnswer:
    """Send the message; return the answer once it is over. Raises what turns.start raises."""
    turn = await turns.start(person, message_request(message, thread_id), key=key)
    items: dict[str, ThreadItem] = {}
    failure: ErrorEvent | None = None
    async with aclosing(turn.follow()) as batches:
        async for batch in batches:
            for sent in batch:
                if isinstance(sent.event, ThreadItemDoneEvent | ThreadItemReplacedEvent):
                    items[sent.event.item.id] = sent.event.item
                elif isinstance(sent.event, ErrorEvent):
                    failure = sent.event
    view = await turn_status.view_turn(person.id, turn.id)
    text = joined(filter(None, map(_text_of, items.values())), "\n\n")
    needs: list[Need] = [need for need in map(_need_of, items.values()) if need]
    return WholeAnswer(text, view.changes, turn.thread_id, needs[0] if needs else None, failure)


def _need_of(item: ThreadItem) -> Need | None:
    """Return what an open card asks for; None for other items."""
    if not isinstance(item, WidgetItem):
        return None
    if deletion_proposals.is_open(item):
        return "proposal"
    return "choice" if task_choices.is_open(item) else None


def _text_of(item: ThreadItem) -> str:
    """Return the text of a message, or of an open card; empty for other items."""
    if isinstance(item, AssistantMessageItem):
        return "".join(part.text for part in item.content)
    return (item.copy_text or "") if isinstance(item, WidgetItem) and _need_of(item) else ""
