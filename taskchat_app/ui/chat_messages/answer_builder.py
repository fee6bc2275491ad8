"""Builds the running answer from a turn's events, as the page shows it; chat/open_conversation.py follows the turn.

A state var is sent whole whenever it changes. So the answer's growing text is in many vars for short pieces, and an
addition goes into the next empty one. When all of these are in use, their text moves into one of a few vars for long
pieces. So each character is sent once or twice, however long the text becomes. The browser only joins the vars.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx
from chatkit import types

from taskchat_app.assistant.core.context import TurnEvent
from taskchat_app.assistant.core.items import body_of
from taskchat_app.domain.storage.database import now
from taskchat_app.reflex_patches.changed_vars import OnlyChanges
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.chat_messages.calls import call_of, rest_of_growing
from taskchat_app.ui.chat_messages.messages import (
    ChatMessage,
    Part,
    answer_of,
    ended,
    part_of,
    row_sentences_in,
    shortened,
)
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_moment
from taskchat_app.ui.i18n.language import say

Calls = tuple[dict[str, Any], ...]
"""Tool calls as ToolCall.view() gives them."""
LONG = 16
SHORT = 64
"""How many pieces of the growing text there are of both kinds; the long ones come first in the text."""
FULL = 64
"""Characters from which a short piece is full: small additions share one, at the cost of sending it again."""
Pieces = tuple[str, ...]
"""In the order of the text: LONG pieces, then SHORT ones. Of each kind, those in use come first, then empty ones."""
EMPTY = ("",) * (LONG + SHORT)
PIECES = [f"t{place}" for place in range(len(EMPTY))]
"""The names of the vars of the pieces."""


class AnswerBuilder:
    """Builds an answer from one turn's events: `apply` each, show `shown` and `shown_tail` after it; then `end`.

    An answer has `parts`, and behind them the `tail`, a text that grows. A whole text stays the tail, so that it is not
    sent again as a part; when the next part comes, `close` moves it to `parts`.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.parts: list[Part] = []
        self.tail = ""
        self._tail_id: str | None = None
        """The id of the tail's item; None without a tail."""
        self._is_tail_whole = False
        self._progress = ""
        """What the answer waits for, until it has something to show."""
        self.error: str | None = None
        self.allow_retry = False
        self._began: dict[str, datetime] = {}
        """When each item began, by its id."""

    @property
    def shown(self) -> list[Part]:
        """The parts, their texts without what rows say; before there is any part or text, what the answer waits for."""
        if self._progress:
            return [Part("progress", "notice", self._progress)]
        return list(shortened(self.parts))

    @property
    def shown_tail(self) -> str:
        """The tail without the sentences that rows say."""
        return rest_of_growing(self.tail, row_sentences_in(self.parts))

    @property
    def ending(self) -> str:
        """Why the ended answer is not whole, or "": as messages.with_endings says it once the answer is stored."""
        has_content = any(part.kind != "notice" for part in self.parts)
        return self.error or ("" if has_content else say(words.STOPPED))

    @property
    def at(self) -> str:
        """The time below the answer: when its first part began, or now."""
        began = [self._began[part.key] for part in self.parts if part.key in self._began]
        return format_moment(began[0] if began else now(), self._zone, now())

    def apply(self, turn_event: TurnEvent) -> None:
        """Add what one event of the turn shows."""
        event, calls = turn_event.event, turn_event.calls
        if isinstance(event, types.ThreadItemAddedEvent | types.ThreadItemDoneEvent):
            self._began.setdefault(event.item.id, event.item.created_at)
        match event:
            case types.ThreadItemAddedEvent(item=types.AssistantMessageItem() as message):
                self.close()
                self._tail_id, self.tail = message.id, _text_of(message)
            case types.ThreadItemAddedEvent(item=item) | types.ThreadItemDoneEvent(item=item):
                self._add_item(item, calls)
            case types.ThreadItemUpdatedEvent(
                item_id=item_id, update=types.AssistantMessageContentPartTextDelta(delta=delta)
            ):
                if item_id == self._tail_id:
                    self.tail += delta
            case types.ThreadItemUpdatedEvent(item_id=item_id) if calls:
                self._put_calls(item_id, calls)
            case types.ThreadItemReplacedEvent(item=item) if isinstance(item, types.WorkflowItem) or self._has(item.id):
                self._add_item(item, calls)  # not an item of an earlier answer, such as its card
            case types.ThreadItemRemovedEvent(item_id=item_id):
                if item_id == self._tail_id:
                    self._tail_id, self.tail = None, ""
                self.parts = [part for part in self.parts if part.key != item_id]
            case types.NoticeEvent() as notice:
                sentences = [f"{say(text).rstrip('.')}." for text in (notice.title, notice.message) if text]
                self._put(Part(f"notice-{len(self.parts)}", "notice", " ".join(sentences)))
            case types.ProgressUpdateEvent(text=text):
                self._progress = say(text)
            case types.ErrorEvent() as error:
                self.error, self.allow_retry = say(error.message or ""), error.allow_retry
            case _:
                pass
        if self.parts or self.tail:
            self._progress = ""

    def close(self) -> None:
        """Move the last text to the parts: another part follows, or the turn ends."""
        tail_id, text = self._tail_id, self.tail
        self._tail_id, self._is_tail_whole, self.tail = None, False, ""
        if tail_id is not None and text.strip():
            self._put(Part(tail_id, "text", text))

    def end(self, turn_id: str) -> ChatMessage:
        """Return the ended turn's answer as a message."""
        self.close()
        return ended(answer_of(turn_id, self.parts, self.at), self.ending)

    def _add_item(self, item: types.ThreadItem, calls: Calls) -> None:
        match item:
            case types.AssistantMessageItem() if item.id == self._tail_id:
                self.tail, self._is_tail_whole = _text_of(item), True
            case types.WorkflowItem():
                self._put_calls(item.id, calls)
            case _:
                if part := part_of(body_of(item), self._zone):
                    self._put(part)

    def _has(self, item_id: str) -> bool:
        return item_id == self._tail_id or any(part.key == item_id for part in self.parts)

    def _put(self, part: Part) -> None:
        """Replace the part of this key, or append the part: after a text that is whole, before one that grows."""
        if any(old.key == part.key for old in self.parts):
            self.parts = [part if old.key == part.key else old for old in self.parts]
            return
        if self._is_tail_whole:
            self.close()
        self.parts = [*self.parts, part]

    def _put_calls(self, item_id: str, calls: Calls) -> None:
        workflow = next((part for part in self.parts if part.key == item_id), Part(item_id, "calls"))
        views = {view.key: view for view in workflow.calls}
        for call in calls:
            view = call_of(call, now(), self._zone)
            views[view.key] = view
        self._put(replace(workflow, calls=tuple(views.values())))


def _text_of(message: types.AssistantMessageItem) -> str:
    return "".join(content.text for content in message.content)


def append(pieces: Pieces, addition: str) -> Pieces:
    """Return the pieces of the text with the addition at its end; only the pieces that must change are changed."""
    long, short = list(pieces[:LONG]), list(pieces[LONG:])
    used = SHORT - short.count("")
    has_room = used > 0 and len(short[used - 1]) < FULL
    if has_room:
        short[used - 1] += addition
    elif used < SHORT:
        short[used] = addition
    else:
        if "" not in long:  # all long pieces become the first one
            long = ["".join(long), *EMPTY[1:LONG]]
        first_empty = long.index("")
        long[first_empty] = "".join(short)
        short = [addition, *EMPTY[1:SHORT]]
    return (*long, *short)


class ReplyState(OnlyChanges, rx.State):
    """The running answer: its parts, and its growing text in the vars of PIECES, which are added below."""

    parts: rx.Field[list[Part]] = rx.field(default_factory=list)

    @internal
    def show(self, answer: AnswerBuilder) -> None:
        self.parts = answer.shown
        pieces = tuple(getattr(self, name) for name in PIECES)
        sent, text = "".join(pieces), answer.shown_tail
        if not text.startswith(sent):  # it is another text
            pieces, sent = EMPTY, ""
        self._set_pieces(append(pieces, text.removeprefix(sent)))

    @internal
    def clear(self) -> None:
        self.parts = []
        self._set_pieces(EMPTY)

    def _set_pieces(self, pieces: Pieces) -> None:
        for name, piece in zip(PIECES, pieces, strict=True):
            setattr(self, name, piece)


for _name in PIECES:
    ReplyState.add_var(_name, str, "")


def growing_text() -> rx.Var[str]:
    return rx.Var.create([getattr(ReplyState, name) for name in PIECES]).join("")
