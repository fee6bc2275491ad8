"""State of a tab's open conversation: its messages, the running answer and errors.

A turn is a run of the assistant that answers one message. A message and its answer are shown in three stages:

1. While the message is being stored, the browser shows it by itself. Nothing is read until its outcome is known.
2. While the turn runs, the tab follows its events: `ReplyState` shows the answer, and the stored messages are shown
   without it.
3. Once the turn has ended, both are shown as they are stored, read again at each change of the conversation.
"""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Literal

import reflex as rx

from taskchat_app.assistant.threads import conversations
from taskchat_app.assistant.threads.conversations import ItemPage
from taskchat_app.assistant.turns.turns import FollowableTurn, RemoteTurn, running
from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.login_end import wait_for_login_end
from taskchat_app.domain.storage.database import DATABASE_AWAY
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.runtime.broadcaster import until
from taskchat_app.ui.chat.quota_note import quota_note
from taskchat_app.ui.chat_messages.answer_builder import AnswerBuilder, ReplyState
from taskchat_app.ui.chat_messages.message_list import ShownMessages, with_receipts
from taskchat_app.ui.chat_messages.messages import ChatMessage, joined, messages_of, sentence_of, with_endings
from taskchat_app.ui.core.error_messages import error_sentence, log_away
from taskchat_app.ui.core.shared_reads import read_shared
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say

OLDER = 40
"""Items of one page of earlier messages."""
FRAME_SECONDS = 0.04
"""The answer's text is shown in steps of this length."""
OUTCOMES_MAX = 8
"""How many outcomes are kept: several may arrive before the browser has handled the first."""


@dataclass(frozen=True)
class SendOutcome:
    """The result of sending a message: stored in this thread, refused, or to be sent again ("retry")."""

    key: str
    attempt: str
    kind: Literal["stored", "refused", "retry"]
    thread_id: str = ""


class OpenConversation(ShownMessages, mixin=True):
    """Vars of the open conversation and their changes; `ChatState` adds the events."""

    account: rx.Field[str] = rx.field("")
    thread_id: rx.Field[str] = rx.field("")
    ready: rx.Field[bool] = rx.field(False)
    answering: rx.Field[bool] = rx.field(False)
    offline: rx.Field[bool] = rx.field(False)
    quota_note: rx.Field[str] = rx.field("")
    error: rx.Field[str] = rx.field("")
    can_retry: rx.Field[bool] = rx.field(False)
    """Whether the error is an answer's that can be asked for again."""
    title: rx.Field[str] = rx.field("")
    announcement: rx.Field[str] = rx.field("")
    announced: rx.Field[str] = rx.field("")
    """Key of the answer that is read out; where it is empty or has no text, `announcement` is read out."""
    editing: rx.Field[str] = rx.field("")
    """The key of the user's message that is being edited; "" for none."""
    outcomes: rx.Field[list[SendOutcome]] = rx.field(default_factory=list)
    """For pending_messages.js, which removes stored messages from the browser and sends others again."""
    older_cursor: rx.Field[str] = rx.field("")
    """Where the messages before the shown ones begin; "" if there are none."""
    _followed_turn_id: str = ""
    """The turn whose answer this tab shows from its events; "" for none."""
    _running_turn_id: str = ""
    """The turn that this or another instance was running when the messages were read, which is followed next."""
    _sending: str = ""
    """The key of the message that is being stored; "" for none."""
    _missed_while_sending: bool = False
    """Whether `reload` was called while a message was being stored: it is called again with the outcome."""

    @internal
    async def open(self, person: Person, thread_id: str) -> None:
        """Show a conversation, or an empty page for ""; does nothing if it is open already."""
        self.offline = settings().gemini_api_key is None
        self.quota_note = await quota_note(person)
        is_same = self._has_open(person, thread_id)
        if self.ready and is_same:
            return
        if not is_same:  # else what is shown stays until it is read again
            self.show([], [])
            self.editing = ""
        self.account, self.thread_id, self.title = person.id, thread_id, ""
        self.answering = False
        self.show_failure("")
        self.announce("")
        self.older_cursor = ""
        self._sending = self._followed_turn_id = self._running_turn_id = ""
        (await self.get_state(ReplyState)).clear()
        await self.reload(person)
        self.ready = True

    def _has_open(self, person: Person, thread_id: str) -> bool:
        return (person.id, thread_id) == (self.account, self.thread_id)

    @internal
    async def reopen(self, person: Person, thread_id: str) -> None:
        """Read the conversation again after a reconnect; an answer that this tab follows goes on."""
        if self.answering and self.ready and self._has_open(person, thread_id):
            await self.reload(person)
        else:
            self.ready = False  # open() then reads everything again
        await self.open(person, thread_id)

    @internal
    async def reload(self, person: Person) -> None:
        """Read the shown messages again, and newer ones; while a message is being stored, only with its outcome."""
        if not self.thread_id:
            return
        if self._sending:
            self._missed_while_sending = True
            return
        self._missed_while_sending = False
        try:
            read = partial(conversations.load_items, person.id, self.thread_id)
            newest = await read_shared(("items", person.id, self.thread_id), read)
            page = await conversations.extended_back(person.id, self.thread_id, newest, self.first_item_id)
        except NotFound as error:
            was_deleted = bool(self.first_item_id)  # else the address is wrong: nothing of it was shown
            await self.open(person, "")
            self.show_failure(say(words.CONVERSATION_GONE) if was_deleted else say(error.detail))
            return
        self.title = page.title
        self._running_turn_id = page.running or ""
        messages = self._without_followed(_messages_on(page, person))
        self.show_all(await with_receipts(person, messages))
        self.older_cursor = page.before or ""
        is_refusal = self.error and not self.can_retry  # of a message or a click, which is not stored
        if not is_refusal:
            self._show_ending(page)

    def _show_ending(self, page: ItemPage) -> None:
        """Show as the error why the last turn was interrupted; no error if it was not."""
        ending = page.endings.get(page.interrupted or "")
        if ending is None:
            self.show_failure("")
        else:
            self.set_error(sentence_of(ending), can_retry=ending.failure is None or ending.failure["allow_retry"])

    def _without_followed(self, messages: list[ChatMessage]) -> list[ChatMessage]:
        """Return the messages without the answer of the turn that this tab follows, or is about to follow."""
        followed = (self._followed_turn_id, self._running_turn_id)
        return [message for message in messages if message.mine or message.turn_id not in followed]

    @internal
    async def reload_if_possible(self, person: Person) -> None:
        """Read the messages again; while the database is unavailable, leave them as they are."""
        try:
            await self.reload(person)
        except DATABASE_AWAY as error:
            log_away("A conversation could not be read again", error)

    @internal
    async def load_back(self, person: Person, until: str | None = None) -> None:
        """Load the page before the shown messages, or all pages back to the one with the item `until`."""
        older: list[ChatMessage] = []
        while self.older_cursor:
            limit = OLDER if until is None else conversations.PAGE_MAX
            page = await conversations.load_items(person.id, self.thread_id, before=self.older_cursor, limit=limit)
            older = joined(_messages_on(page, person), older)
            self.older_cursor = page.before or ""
            if until is None or page.has(until):
                break
        self.show(joined(await with_receipts(person, older), self.history), self.recent)

    @rx.event
    def show_failure(self, sentence: str) -> None:
        """Show an error without a retry button; "" removes the error."""
        self.set_error(sentence, can_retry=False)

    @internal
    def set_error(self, sentence: str, *, can_retry: bool) -> None:
        self.error, self.can_retry = sentence, can_retry

    @internal
    def begin_sending(self, key: str) -> None:
        """Note that the message with this key is being stored; the browser shows it until its outcome."""
        self._sending = key

    @internal
    async def end_sending(self, person: Person | None, outcome: SendOutcome) -> None:
        """Send the browser the outcome of its message; for a signed-in person, make up for a missed `reload`."""
        if self._sending == outcome.key:
            self._sending = ""
        self.outcomes = [*self.outcomes, outcome][-OUTCOMES_MAX:]
        if person is not None and self._missed_while_sending:
            await self.reload_if_possible(person)

    @internal
    def follows(self, turn_id: str | None) -> bool:
        """Return whether this tab shows the turn's answer from its events."""
        return bool(turn_id) and turn_id == self._followed_turn_id

    @property
    def follows_any(self) -> bool:
        return bool(self._followed_turn_id)

    @internal
    def turn_to_follow(self, person: Person) -> FollowableTurn | None:
        """Return the turn that is answering this conversation, in this process or another one; None without one."""
        if self._sending or not self.thread_id:  # `send_message` follows the turn of its message itself
            return None
        turn_here = running(person.id, self.thread_id)
        if turn_here is not None or not self._running_turn_id:
            return turn_here
        return RemoteTurn(person.id, self._running_turn_id, self.thread_id)

    @internal
    async def start_following(self, turn: FollowableTurn, person: Person) -> bool:
        """Prepare to show the turn's answer from its events: `follow_to_end` does that.

        Return False, and do nothing, if the tab follows the turn already, or shows another conversation.
        """
        if self.thread_id != turn.thread_id or self.follows(turn.id):
            return False
        followed_another = bool(self._followed_turn_id)
        self._followed_turn_id = turn.id
        self.show_all(self._without_followed(self.all()))
        self.start_answering()
        if followed_another:  # which has ended: its answer is stored
            (await self.get_state(ReplyState)).clear()
            await self.reload_if_possible(person)
        return True

    @internal
    async def follow_to_end(self, turn: FollowableTurn, person: Person) -> ChatMessage | None:
        """Show the turn's answer from its events, until it or the login ends, or the tab follows another turn.

        Called after `start_following`. Return the answer if it came to its end without an error.
        """
        answer = AnswerBuilder(person.zone)
        try:
            if not await self._show_events(turn, person, answer):
                return None
        except Exception as error:  # whatever happens, the page must not show a running answer forever
            answer.error, answer.allow_retry = error_sentence(error), True
        message = answer.end(turn.id)
        async with self:
            if not self.follows(turn.id):
                return None
            await self.finish_answer(answer, message, person)
        return None if answer.error else message

    async def _show_events(self, turn: FollowableTurn, person: Person, answer: AnswerBuilder) -> bool:
        """Show the turn's events to the last; return False if the login ends or another turn is followed before."""
        login_end = asyncio.create_task(wait_for_login_end(person))
        try:
            async with aclosing(until(turn.follow(FRAME_SECONDS), login_end)) as batches:
                async for batch in batches:
                    for event in batch:
                        answer.apply(event)
                    async with self:
                        if not self.follows(turn.id):
                            return False
                        (await self.get_state(ReplyState)).show(answer)
            return not login_end.done()
        finally:
            login_end.cancel()

    @internal
    async def finish_answer(self, answer: AnswerBuilder, message: ChatMessage, person: Person) -> None:
        """Show the answer as it is stored; if it cannot be read, as the events told it (`message`)."""
        (await self.get_state(ReplyState)).clear()
        self.answering, self._followed_turn_id = False, ""
        self.add(message)
        self.set_error(answer.error or "", can_retry=answer.allow_retry)
        await self.reload_if_possible(person)
        if self.thread_id and not self.has_answered(message.turn_id):
            self.add(message)  # the turn's end could not be stored: it counts as running until its lease runs out
        stored = next((shown for shown in self.all() if shown.key == message.key), message)
        self.announce(stored.receipt.text, answer_key=stored.key)

    @internal
    def start_answering(self) -> None:
        self.answering = True
        self.show_failure("")
        self.announce(say(words.ANSWERING))

    @internal
    def announce(self, text: str, answer_key: str = "") -> None:
        self.announcement, self.announced = text, answer_key


def _messages_on(page: ItemPage, person: Person) -> list[ChatMessage]:
    messages = messages_of(page.items, person.zone)
    return with_endings(messages, page.endings, person.zone, newest=page.interrupted)
