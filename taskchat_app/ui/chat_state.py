"""The open conversation: its messages, sending, stopping, retrying, and following the answer."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any, cast

import reflex as rx

from taskchat_app.assistant import conversations, turns
from taskchat_app.config import settings
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.errors import NotFound
from taskchat_app.ui import words
from taskchat_app.ui.answer import Answer
from taskchat_app.ui.failures import sentence_of
from taskchat_app.ui.following import answer_again, watch
from taskchat_app.ui.internal import internal
from taskchat_app.ui.messages import Message, answer_key, joined, messages_of, read_out
from taskchat_app.ui.receipts import with_receipts
from taskchat_app.ui.reply_state import ReplyState
from taskchat_app.ui.sending import Outcome, Sent, deliver
from taskchat_app.ui.shared_reads import read_together
from taskchat_app.ui.shown_messages import ShownMessages
from taskchat_app.ui.signed_in import signed_in, to_login
from taskchat_app.ui.spoken import say_sentence

OLDER = 40
OLDER_MOST = 200
"""How many items one page of earlier messages has, and one of those that lead back to a message far up."""
OUTCOMES_MOST = 8
"""So many outcomes are kept: several may come before the browser has taken in the first."""


class ChatState(ShownMessages, rx.State):
    """The open conversation, and the answer that is being written to it."""

    account: rx.Field[str] = rx.field("")
    thread_id: rx.Field[str] = rx.field("")
    ready: rx.Field[bool] = rx.field(False)
    answering: rx.Field[bool] = rx.field(False)
    offline: rx.Field[bool] = rx.field(False)
    error: rx.Field[str] = rx.field("")
    can_retry: rx.Field[bool] = rx.field(False)
    title: rx.Field[str] = rx.field("")
    announcement: rx.Field[str] = rx.field("")
    editing: rx.Field[bool] = rx.field(False)
    outcomes: rx.Field[list[Outcome]] = rx.field(default_factory=list)

    _before: str | None = None
    _turn_id: str = ""
    _sending: str = ""
    _behind: bool = False
    _runs_elsewhere: bool = False
    _seen_turns: list[str] = []  # noqa: RUF012 Reflex copies the default for each state

    @internal
    async def open(self, person: Person, thread_id: str) -> None:
        """Show a conversation, or an empty page for ""; the one that is open already stays as it is."""
        self.offline = settings().gemini_api_key is None
        again = (person.id, thread_id) == (self.account, self.thread_id)
        if self.ready and again:
            return
        self.account, self.thread_id, self._sending = person.id, thread_id, ""
        self._turn_id, self._runs_elsewhere, self._before, self.announcement = "", False, None, ""
        if not again:
            self.history, self.recent, self.has_older = [], [], False
        self.answering, self.error, self.can_retry, self.editing, self.title = False, "", False, False, ""
        (await self.get_state(ReplyState)).clear()
        if thread_id:
            await self.reload(person)
        self.ready = True

    @internal
    async def reopen(self, person: Person, thread_id: str) -> None:
        """The connection is new: read the truth again, unless an answer is still being followed."""
        self.ready = self.ready and not self.is_free_to_reload
        await self.open(person, thread_id)

    @internal
    async def reload(self, person: Person) -> None:
        """Read the newest messages again; not while one is being stored, for the browser shows it still as its own."""
        self._behind = bool(self._sending)
        if self._sending:
            return
        try:
            read = partial(conversations.load_items, person.id, self.thread_id)
            page = await read_together(("items", person.id, self.thread_id), read)
        except NotFound as error:
            await self.open(person, "")
            self.show_failure(say_sentence(error.detail))
            return
        self.title = page.title
        self.show_all(await with_receipts(person, messages_of(page.items, person.zone)))
        self._before, self.has_older = page.before, page.before is not None
        interrupted = page.interrupted is not None
        self.error, self.can_retry = words.INTERRUPTED if interrupted else "", interrupted
        await self._show_elsewhere(None if turns.running(person.id, self.thread_id) else page.running)

    @internal
    def fall_behind(self) -> None:
        """Something came that cannot be read while an answer is being followed."""
        self._behind = True

    @internal
    async def catch_up(self, person: Person) -> None:
        """Read what came while a message was being stored or an answer followed, if anything did."""
        if self._behind and self.is_free_to_reload and not self.error:
            await self.reload(person)

    @rx.event
    async def load_older(self) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        await self.load_back(person)
        return None

    @internal
    async def load_back(self, person: Person, until: str | None = None) -> None:
        """Show the page before, or all pages back to the one with this item."""
        older: list[Message] = []
        while self._before is not None:
            limit = OLDER if until is None else OLDER_MOST
            page = await conversations.load_items(person.id, self.thread_id, before=self._before, limit=limit)
            older = joined(messages_of(page.items, person.zone), older)
            self._before, self.has_older = page.before, page.before is not None
            if until is None or any(item["id"] == until for item in page.items):
                break
        self.history = joined(await with_receipts(person, older), self.history)

    @rx.event(background=True)
    async def send(self, told: dict[str, Any]) -> AsyncIterator[Any]:
        """Send what the person wrote, once for the browser's key, and follow the answer where it is seen."""
        async for event in deliver(self, Sent.of(told)):
            yield event
        yield ChatState.follow_running

    @rx.event(background=True)
    async def retry(self) -> AsyncIterator[Any]:
        """Answer the person's last message once more; what its answer did is put back first."""
        async for event in answer_again(self, None):
            yield event

    @rx.event(background=True)
    async def edit(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Give the person's last message other words, and answer it once more."""
        async with self:
            self.editing = False
        if text := str(form.get("edited", "")).strip():
            async for event in answer_again(self, text):
                yield event

    @rx.event
    def begin_edit(self) -> None:
        self.editing = not self.answering

    @rx.event
    def drop_edit(self) -> None:
        self.editing = False

    @rx.event
    async def stop(self) -> Any:
        """End the answer; what was said stays."""
        person = await signed_in(self)
        if person is None:
            return to_login()
        if self._turn_id:
            await turns.stop(person.id, self._turn_id)
        return None

    @rx.event(background=True)
    async def follow_running(self) -> None:
        """Follow the answer that is being written to the open conversation, if there is one: after a refresh, say."""
        async with self:
            person = await signed_in(self)
            turn = turns.running(person.id, self.thread_id) if person and self.thread_id else None
            if person is None or turn is None or (turn.id == self._turn_id and not self._runs_elsewhere):
                return
            if self._sending:  # it may be that very message; `deliver` follows then, or comes here again
                return
            self._turn_id, self._runs_elsewhere = "", False
            self.cut_after(turn.id)
            self.begin()
        await watch(self, turn, person)

    @rx.event
    def show_error(self, sentence: str) -> None:
        self.show_failure(sentence)

    @internal
    def show_failure(self, sentence: str) -> None:
        """Say what went wrong, or that nothing does any more."""
        self.error, self.can_retry = sentence, False

    @rx.event
    def dismiss_error(self) -> None:
        self.error, self.can_retry = "", False

    async def _show_elsewhere(self, turn_id: str | None) -> None:
        """Show the turn that another instance runs, if one does: what it has stored so far is its running answer."""
        reply = await self.get_state(ReplyState)
        if turn_id is not None:
            whole = self.history[-1] if self.history and self.history[-1].key == answer_key(turn_id) else None
            self.history = self.history[:-1] if whole else self.history
            reply.clear()
            reply.parts = list(whole.parts) if whole else []
            self._turn_id, self.answering, self.announcement = turn_id, True, words.ANSWERING
        elif self._runs_elsewhere:
            reply.clear()
            self._turn_id, self.answering = "", False
            self.announcement = read_out(self.history[-1]) if self.history else ""
        self._runs_elsewhere = turn_id is not None

    @property
    def is_free_to_reload(self) -> bool:
        """Whether no turn of this instance is being followed, whose events would be lost."""
        return not self.answering or self._runs_elsewhere

    @internal
    def knows(self, turn_id: str | None) -> bool:
        """Whether this tab followed the turn itself."""
        return turn_id in self._seen_turns

    @internal
    def begin_sending(self, key: str) -> None:
        """The message of this key is being stored; until its outcome the browser shows it."""
        self._sending = key

    @internal
    def end_sending(self, outcome: Outcome) -> None:
        """Give the browser the word on its message that it waits for."""
        self._sending = "" if self._sending == outcome.key else self._sending
        self.outcomes = [*self.outcomes[1 - OUTCOMES_MOST :], outcome]

    @internal
    def follows(self, turn: turns.Turn) -> bool:
        return self.thread_id == turn.thread_id and self._turn_id == turn.id

    @internal
    def begin_following(self, turn: turns.Turn) -> None:
        self._turn_id = turn.id
        self._seen_turns = [*self._seen_turns[-20:], turn.id]

    @internal
    def take_in(self, answer: Answer) -> None:
        """Note what the running answer says about the messages above it."""
        mine = answer.mine
        if mine is not None and mine not in self.all():
            if any(message.key == mine.key for message in self.all()):
                self.put(mine)
            else:
                self.recent = [*self.recent, mine]
        self.title = answer.title or self.title
        self.exchange(answer)

    @internal
    def settle(self, answer: Answer, whole: Message) -> None:
        """Put the finished answer among the messages, in place of what is there of it."""
        self.drop(whole.key)
        if answer.parts:
            self.add(whole)
        self.answering, self._turn_id = False, ""
        self.error, self.can_retry = answer.error or "", answer.allow_retry
        self.announcement = read_out(whole)

    @internal
    def begin(self) -> None:
        self.answering, self.error, self.can_retry = True, "", False
        self.announcement = words.ANSWERING

    @internal
    def refuse(self, error: Exception) -> None:
        self.answering, self.error, self.can_retry = False, sentence_of(error), False


def report(exception: Exception) -> rx.event.EventSpec:
    """What Reflex does when a handler fails."""
    return cast(rx.event.EventSpec, ChatState.show_error(sentence_of(exception)))
