"""State of a tab's open conversation: its messages, the running answer's status, and errors."""

import asyncio
from dataclasses import replace
from functools import partial

import reflex as rx

from taskchat_app.assistant.threads import conversations
from taskchat_app.assistant.threads.conversations import ItemPage
from taskchat_app.assistant.turns import turns
from taskchat_app.assistant.turns.turns import FollowableTurn, RemoteTurn
from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.chat.quota_note import quota_note
from taskchat_app.ui.chat.requests import SendOutcome
from taskchat_app.ui.core.error_messages import error_sentence
from taskchat_app.ui.core.shared_reads import read_shared
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.messages.answer_builder import AnswerBuilder, ReplyState
from taskchat_app.ui.messages.message_list import ShownMessages
from taskchat_app.ui.messages.messages import ChatMessage, announcement_of, joined, messages_of
from taskchat_app.ui.messages.receipts import with_receipts

OLDER = 40
OLDER_MAX = 200
"""Items of one page of earlier messages, and of one page when loading back to a certain message."""
OUTCOMES_MAX = 8
"""How many outcomes are kept: several may arrive before the browser has handled the first."""


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
    title: rx.Field[str] = rx.field("")
    announcement: rx.Field[str] = rx.field("")
    editing: rx.Field[str] = rx.field("")
    """The key of the user's message that is being edited; "" for none."""
    outcomes: rx.Field[list[SendOutcome]] = rx.field(default_factory=list)
    _before: str | None = None
    _turn_id: str = ""
    _sending: str = ""
    _behind: bool = False
    _remote_turn_id: str = ""
    _followed_turn_ids: list[str] = []  # noqa: RUF012 -- Reflex copies the default for each state

    @internal
    async def open(self, person: Person, thread_id: str) -> None:
        """Show a conversation, or an empty page for ""; does nothing if it is open already."""
        self.offline = settings().gemini_api_key is None
        self.quota_note = await quota_note(person)
        is_same = (person.id, thread_id) == (self.account, self.thread_id)
        if self.ready and is_same:
            return
        self.account, self.thread_id, self._sending = person.id, thread_id, ""
        self._turn_id, self._remote_turn_id, self._before, self.announcement = "", "", None, ""
        if not is_same:
            self.history, self.recent, self.has_older = [], [], False
        self.answering, self.error, self.can_retry, self.editing, self.title = False, "", False, "", ""
        (await self.get_state(ReplyState)).clear()
        if thread_id:
            await self.reload(person)
        self.ready = True

    @internal
    async def reopen(self, person: Person, thread_id: str) -> None:
        """Read the conversation again after a reconnect, unless this tab still follows an answer."""
        self.ready = self.ready and not self.is_free_to_reload
        await self.open(person, thread_id)

    @internal
    async def reload(self, person: Person) -> None:
        """Read the shown messages again, and newer ones.

        Not while a message is being stored, because the browser still shows it itself.
        """
        self._behind = bool(self._sending)
        if self._sending:
            return
        try:
            read = partial(conversations.load_items, person.id, self.thread_id)
            page = await self._back_to_shown(person, await read_shared(("items", person.id, self.thread_id), read))
        except NotFound as error:
            await self.open(person, "")
            self.show_failure(say(error.detail))
            return
        self.title = page.title
        self.show_all(await with_receipts(person, messages_of(page.items, person.zone)))
        self._before, self.has_older = page.before, page.before is not None
        interrupted = page.interrupted is not None
        self.error, self.can_retry = say(words.INTERRUPTED) if interrupted else "", interrupted
        self._remote_turn_id = page.running or ""

    async def _back_to_shown(self, person: Person, page: ItemPage) -> ItemPage:
        """Return the newest page, extended back to the first item that is shown."""
        first = self.first_item_id
        if not first or page.before is None or _has(page, first):
            return page
        if not await conversations.has_item(person.id, self.thread_id, first):
            return page
        while page.before is not None and not _has(page, first):
            older = await conversations.load_items(person.id, self.thread_id, before=page.before, limit=OLDER_MAX)
            page = replace(page, items=[*older.items, *page.items], before=older.before)
        return page

    @internal
    def mark_behind(self) -> None:
        """Note a change that cannot be read while an answer is being followed."""
        self._behind = True

    @internal
    async def reload_if_behind(self, person: Person) -> None:
        """Read what changed while a message was being stored or an answer followed."""
        if self._behind and self.is_free_to_reload and not self.error:
            await self.reload(person)

    @internal
    async def load_back(self, person: Person, until: str | None = None) -> None:
        """Load the previous page, or all pages back to the one with the item `until`."""
        older: list[ChatMessage] = []
        while self._before is not None:
            limit = OLDER if until is None else OLDER_MAX
            page = await conversations.load_items(person.id, self.thread_id, before=self._before, limit=limit)
            older = joined(messages_of(page.items, person.zone), older)
            self._before, self.has_older = page.before, page.before is not None
            if until is None or _has(page, until):
                break
        self.history = joined(await with_receipts(person, older), self.history)

    @internal
    def show_failure(self, sentence: str) -> None:
        """Show an error without a retry button; "" removes the error."""
        self.error, self.can_retry = sentence, False

    @property
    def is_free_to_reload(self) -> bool:
        """Return whether no turn is being followed, whose events would be lost."""
        return not self.answering

    @internal
    def has_followed(self, turn_id: str | None) -> bool:
        """Return whether this tab follows the turn or has followed it."""
        return turn_id in self._followed_turn_ids

    @internal
    def turn_to_follow(self, person: Person) -> FollowableTurn | None:
        """Return the turn that answers this conversation, if this tab does not follow it yet."""
        turn: FollowableTurn | None = turns.running(person.id, self.thread_id) if self.thread_id else None
        if turn is None and self._remote_turn_id:
            turn = RemoteTurn(person.id, self._remote_turn_id, self.thread_id)
        # While a message is being stored, this may be its turn; `send_message` follows that itself.
        return None if turn is None or turn.id == self._turn_id or self._sending else turn

    @internal
    def begin_sending(self, key: str) -> None:
        """Note that the message with this key is being stored; the browser shows it until its outcome."""
        self._sending = key

    @internal
    def end_sending(self, outcome: SendOutcome) -> None:
        """Send the browser the outcome of its message."""
        self._sending = "" if self._sending == outcome.key else self._sending
        self.outcomes = [*self.outcomes[1 - OUTCOMES_MAX :], outcome]

    @internal
    def follows(self, turn: FollowableTurn) -> bool:
        return self.thread_id == turn.thread_id and self._turn_id == turn.id

    @internal
    def start_following(self, turn: FollowableTurn) -> None:
        self._turn_id, self._remote_turn_id = turn.id, ""
        self._followed_turn_ids = [*self._followed_turn_ids[-20:], turn.id]

    @internal
    def forget_turn(self, turn_id: str) -> None:
        """Let the turn's later changes be read again, since following it broke off."""
        self._followed_turn_ids = [followed for followed in self._followed_turn_ids if followed != turn_id]

    @internal
    def show_progress(self, answer: AnswerBuilder) -> None:
        """Show what the running answer changes of the messages above it, and the title."""
        mine = answer.mine
        if mine is not None and mine not in self.all():
            if any(message.key == mine.key for message in self.all()):
                self.put(mine)
            else:
                self.recent = [*self.recent, mine]
        self.title = answer.title or self.title
        self.replace_parts(answer)

    @internal
    async def finish_answer(self, answer: AnswerBuilder, message: ChatMessage) -> None:
        """Add the finished answer to the messages, in place of an earlier version, and end answering."""
        self.drop(message.key)
        if answer.parts:
            self.add(message)
        self.answering, self._turn_id = False, ""
        self.error, self.can_retry = answer.error or "", answer.allow_retry
        self.announcement = await asyncio.to_thread(announcement_of, message)

    @internal
    def start_answering(self) -> None:
        self.answering, self.error, self.can_retry = True, "", False
        self.announcement = say(words.ANSWERING)

    @internal
    def show_refusal(self, error: Exception) -> None:
        self.answering, self.error, self.can_retry = False, error_sentence(error), False


def _has(page: ItemPage, item_id: str) -> bool:
    return any(item["id"] == item_id for item in page.items)
