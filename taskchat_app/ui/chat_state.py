"""The open conversation: its messages, sending, stopping, retrying, and following the answer."""

import logging
from collections.abc import AsyncIterator
from typing import Any, cast

import reflex as rx

from taskchat_app.assistant import conversations, turns
from taskchat_app.config import settings
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.errors import NotFound, PersonError
from taskchat_app.ui import chat_requests, words
from taskchat_app.ui.answer import Answer
from taskchat_app.ui.batches import batches
from taskchat_app.ui.messages import Message, answer_of, messages_of, with_part
from taskchat_app.ui.reply_state import ReplyState
from taskchat_app.ui.signed_in import CONVERSATIONS, signed_in, to_login

log = logging.getLogger(__name__)

FRAME_SECONDS = 0.04
"""Words of the answer are shown in steps of this length."""
RECENT_MOST = 12
"""How many messages are sent again with each new one; older ones are kept apart and stay as they are."""
SENDING = "sending"
"""The key of the person's message until it is stored."""


class ChatState(rx.State):
    """The open conversation. `history` holds its earlier messages, `recent` the ones since."""

    thread_id: rx.Field[str] = rx.field("")
    history: rx.Field[list[Message]] = rx.field(default_factory=list)
    recent: rx.Field[list[Message]] = rx.field(default_factory=list)
    has_older: rx.Field[bool] = rx.field(False)
    ready: rx.Field[bool] = rx.field(False)
    answering: rx.Field[bool] = rx.field(False)
    offline: rx.Field[bool] = rx.field(False)
    error: rx.Field[str] = rx.field("")
    can_retry: rx.Field[bool] = rx.field(False)
    title: rx.Field[str] = rx.field("")
    announcement: rx.Field[str] = rx.field("")

    _before: str | None = None
    _turn_id: str = ""
    _seen_turns: list[str] = []  # noqa: RUF012 Reflex copies the default for each state

    async def open(self, person: Person, thread_id: str) -> None:
        """Show a conversation, or an empty page for ""; the one that is open already stays as it is."""
        self.offline = settings().gemini_api_key is None
        if self.ready and thread_id == self.thread_id:
            return
        self.thread_id, self._turn_id, self._before = thread_id, "", None
        self.history, self.recent, self.has_older = [], [], False
        self.answering, self.error, self.can_retry = False, "", False
        (await self.get_state(ReplyState)).clear()
        if thread_id:
            await self.reload(person)
        self.ready = True

    async def reopen(self, person: Person, thread_id: str) -> None:
        """The connection is new: read the truth again, unless an answer is still being followed."""
        self.ready = self.ready and self.answering
        await self.open(person, thread_id)

    async def reload(self, person: Person) -> None:
        """Read the newest messages again."""
        try:
            page = await conversations.load_items(person.id, self.thread_id)
        except NotFound as error:
            self.thread_id, self.error, self.can_retry = "", error.detail, False
            return
        self.history, self.recent = messages_of(page.items, person.zone), []
        self._before, self.has_older = page.before, page.before is not None
        if page.interrupted is not None:
            self.error, self.can_retry = words.INTERRUPTED, True

    @rx.event
    async def load_older(self) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        if self._before is None:
            return None
        page = await conversations.load_items(person.id, self.thread_id, before=self._before)
        self.history = [*messages_of(page.items, person.zone), *self.history]
        self._before, self.has_older = page.before, page.before is not None
        return None

    @rx.event(background=True)
    async def send(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Send what the person wrote, and follow the answer."""
        text = str(form.get("message", "")).strip()
        async with self:
            person = await signed_in(self)
            if person is None or not text or self.answering:
                if person is None:
                    yield to_login()
                return
            thread_id = self.thread_id
            self._begin(Message(SENDING, True, "", text=text))
        try:
            turn = await turns.start(person, chat_requests.message(thread_id, text))
        except Exception as error:
            async with self:
                self._refuse(error)
            yield rx.set_value("message", text)
            return
        async with self:
            moved_on = self.thread_id != thread_id
            if not moved_on:
                self.thread_id = turn.thread_id
        if not thread_id and not moved_on:
            yield rx.redirect(f"{CONVERSATIONS}{turn.thread_id}", replace=True)
        await watch(self, turn, person)

    @rx.event(background=True)
    async def retry(self) -> AsyncIterator[Any]:
        """Answer the person's last message once more."""
        async with self:
            person = await signed_in(self)
            turn_id = next((message.key for message in reversed(self._all()) if message.mine), "")
            if person is None or not turn_id or turn_id == SENDING or self.answering:
                if person is None:
                    yield to_login()
                return
            thread_id = self.thread_id
            self._cut_after(turn_id)
            self._begin()
        try:
            turn = await turns.start(person, chat_requests.retry(thread_id, turn_id))
        except Exception as error:
            async with self:
                self._refuse(error)
                self.can_retry = True
            return
        await watch(self, turn, person)

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
    async def decide(self, item_id: str, proposal_id: str, confirm: bool) -> AsyncIterator[Any]:
        """The person's own click on Confirm or Cancel."""
        async with self:
            person = await signed_in(self)
            thread_id = self.thread_id
        if person is None:
            yield to_login()
            return
        answer = Answer(person.zone)
        try:
            turn = await turns.start(person, chat_requests.decision(thread_id, item_id, proposal_id, confirm=confirm))
            async for event in turn.follow():
                answer.apply(event.event, event.call)
        except Exception as error:
            answer.error = _sentence(error)
        async with self:
            if self.thread_id == thread_id:
                self._exchange(answer)
                self.error, self.can_retry = answer.error or "", False

    @rx.event(background=True)
    async def follow_running(self) -> AsyncIterator[Any]:
        """Follow the answer that is being written to the open conversation, if there is one: after a refresh, say."""
        async with self:
            person = await signed_in(self)
            turn = turns.running(person.id, self.thread_id) if person and self.thread_id else None
            if person is None or turn is None or turn.id == self._turn_id:
                return
            self._cut_after(turn.id)
            self._begin()
        await watch(self, turn, person)
        return
        yield

    @rx.event
    def show_error(self, sentence: str) -> None:
        self.error, self.can_retry = sentence, False

    @rx.event
    def dismiss_error(self) -> None:
        self.error, self.can_retry = "", False

    def knows(self, turn_id: str | None) -> bool:
        """Whether this tab followed the turn itself."""
        return turn_id in self._seen_turns

    def shows(self, item_id: str | None) -> bool:
        """Whether a piece of an answer of this id is on the page."""
        return any(part.key == item_id for message in self._all() for part in message.parts)

    def follows(self, turn: turns.Turn) -> bool:
        return self.thread_id == turn.thread_id and self._turn_id == turn.id

    def begin_following(self, turn: turns.Turn) -> None:
        self._turn_id = turn.id
        self._seen_turns = [*self._seen_turns[-20:], turn.id]

    def take_in(self, answer: Answer) -> None:
        """Note what the running answer says about the messages above it."""
        if answer.mine is not None and all(message.key != answer.mine.key for message in self._all()):
            self.recent = [*(message for message in self.recent if message.key != SENDING), answer.mine]
        self.title = answer.title or self.title
        self._exchange(answer)

    def settle(self, answer: Answer, turn: turns.Turn) -> None:
        """Put the finished answer among the messages."""
        if answer.parts:
            self.recent = [*self.recent, answer_of(turn.id, answer.parts, words.NOW)]
        if len(self.recent) > RECENT_MOST:
            self.history, self.recent = [*self.history, *self.recent], []
        self.answering, self._turn_id = False, ""
        self.error, self.can_retry = answer.error or "", answer.allow_retry
        self.announcement = self.recent[-1].plain if answer.parts and self.recent else ""

    def _begin(self, *pending: Message) -> None:
        self.recent = [*self.recent, *pending]
        self.answering, self.error, self.can_retry = True, "", False
        self.announcement = words.ANSWERING

    def _refuse(self, error: Exception) -> None:
        self.recent = [message for message in self.recent if message.key != SENDING]
        self.answering, self.error, self.can_retry = False, _sentence(error), False

    def _exchange(self, answer: Answer) -> None:
        for part in answer.replaced:
            self.history, self.recent = with_part(self.history, part), with_part(self.recent, part)
        answer.replaced = []

    def _cut_after(self, key: str) -> None:
        """Forget what was shown after the message of this key."""
        messages = self._all()
        places = [index for index, message in enumerate(messages) if message.key == key]
        if places:
            self.history, self.recent = messages[: places[0] + 1], []

    def _all(self) -> list[Message]:
        return [*self.history, *self.recent]


async def watch(chat: ChatState, turn: turns.Turn, person: Person) -> None:
    """Show a turn from its first event to its end, for as long as its conversation is the open one."""
    answer = Answer(person.zone)
    async with chat:
        if chat.thread_id != turn.thread_id:
            return
        chat.begin_following(turn)
    try:
        async for batch in batches(turn.follow(), FRAME_SECONDS):
            for event in batch:
                answer.apply(event.event, event.call)
            async with chat:
                if not chat.follows(turn):
                    return
                chat.take_in(answer)
                (await chat.get_state(ReplyState)).show(answer)
    except Exception as error:  # the page must not stay frozen, whatever happens to it
        answer.error, answer.allow_retry = _sentence(error), True
    async with chat:
        if chat.follows(turn):
            answer.close()
            (await chat.get_state(ReplyState)).clear()
            chat.settle(answer, turn)


def report(exception: Exception) -> rx.event.EventSpec:
    """What Reflex does when a handler fails."""
    return cast(rx.event.EventSpec, ChatState.show_error(_sentence(exception)))


def _sentence(error: Exception) -> str:
    """What a person is told: our own refusals in their own words, anything else is logged and said to be ours."""
    if isinstance(error, PersonError):
        return error.detail
    log.error("The page met an error", exc_info=error)
    return words.BROKEN
