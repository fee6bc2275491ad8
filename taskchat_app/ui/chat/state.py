"""Events of the open conversation: sending, stopping, retrying, editing, following the answer."""

import asyncio
import functools
import operator
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import reflex as rx
from reflex.vars import ArrayVar

from taskchat_app.assistant.turns import turns
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.login_end import wait_for_login_end
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Busy, DailyLimit, Draining
from taskchat_app.i18n.date_style import clock_text
from taskchat_app.reflex_patches.tab_states import forget_address
from taskchat_app.runtime.broadcaster import until
from taskchat_app.ui.chat import requests
from taskchat_app.ui.chat.open_conversation import OpenConversation
from taskchat_app.ui.chat.quota_note import quota_note
from taskchat_app.ui.chat.requests import SendOutcome, SentMessage
from taskchat_app.ui.chat_messages.answer_builder import AnswerBuilder, ReplyState
from taskchat_app.ui.chat_messages.message_list import RECENT
from taskchat_app.ui.chat_messages.messages import ChatMessage, answer_of, selection_fields
from taskchat_app.ui.core.error_messages import error_sentence
from taskchat_app.ui.core.session import current_user, redirect_to_login, signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import current_language, say
from taskchat_app.ui.task_detail.state import DetailState
from taskchat_app.ui.task_list_state.state import TasksState

FRAME_SECONDS = 0.04
"""The answer's text is shown in steps of this length."""


class ChatState(OpenConversation, rx.State):
    """The open conversation and its running answer."""

    @rx.event
    @signed_in
    async def load_older(self, person: Person) -> Any:
        await self.load_back(person)
        return None

    @rx.event(background=True)
    async def send(self, told: dict[str, Any]) -> AsyncIterator[Any]:
        """Store the browser's message, once for its key, and follow its turn if its conversation is open."""
        forget_address()
        async for event in send_message(self, SentMessage.of(told)):
            yield event
        yield ChatState.follow_running

    @rx.event(background=True)
    async def retry(self) -> AsyncIterator[Any]:
        """Answer the user's last message again; the changes of its answer are undone first."""
        forget_address()
        async for event in retry_turn(self, None, ""):
            yield event

    @rx.event(background=True)
    async def edit(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Replace the text of the message that is being edited, and answer it again; what came after it goes.

        The message is being edited until its new text is stored.
        """
        forget_address()
        text = str(form.get("edited", "")).strip()
        async with self:
            if not text:
                self.editing = ""
            elif self.editing and self._followed_turn_id:
                self.show_failure(say(words.STILL_ANSWERING))  # retry_turn does nothing then
            turn_id = self.editing
        if turn_id:
            async for event in retry_turn(self, text, turn_id):
                yield event

    @rx.event
    def begin_edit(self, key: str) -> None:
        """Edit this message of the user, unless an answer is running."""
        is_own = any(message.mine and message.key == key for message in self.all())
        self.editing = key if is_own and not self.answering else ""

    @rx.event
    def drop_edit(self) -> None:
        self.editing = ""

    @rx.event
    @signed_in
    async def stop(self, person: Person) -> Any:
        """Stop the answer; its text so far stays."""
        if self._followed_turn_id:
            await turns.stop(person.id, self._followed_turn_id)
        return None

    @rx.event(background=True)
    async def follow_running(self) -> None:
        """Follow the answer that is being written to the open conversation, if this tab does not follow it yet."""
        async with self:
            person = await current_user(self)
            turn = self.turn_to_follow(person) if person else None
            if person is None or turn is None or not await self.start_following(turn, person):
                return
        await follow_turn(self, turn, person)


for _name in RECENT:
    ChatState.add_var(_name, list[ChatMessage], [])


def recent_messages() -> ArrayVar[list[ChatMessage]]:
    """Return the latest messages as a var."""
    return functools.reduce(operator.add, [getattr(ChatState, name) for name in RECENT])


async def send_message(chat: OpenConversation, sent: SentMessage) -> AsyncIterator[Any]:
    """Store the message once for the browser's key, and follow its turn if its thread is open."""
    person = None
    try:
        async with chat:
            person = await current_user(chat)
            if person is None:
                yield redirect_to_login()
                return
            if person.id != sent.account:  # another user has signed in, and the page does not know it yet
                await chat.end_sending(None, SendOutcome(sent.key, sent.attempt, "retry"))
                return
            was_open = sent.here and chat.thread_id == sent.thread_id
            if was_open:
                chat.begin_sending(sent.key)
        request = requests.message(sent.thread_id, sent.text, sent.selected, sent.list_order, sent.files)
        turn = await turns.start(
            person.speaking(current_language.get()), request, key=requests.key_of(request, sent.key)
        )
    except Exception as error:
        async with chat:
            await _reject(chat, person, sent, error)
        return
    async with chat:
        is_open = was_open and chat.thread_id == sent.thread_id
        follows = is_open and await _show_stored(chat, sent, turn, person)
        await chat.end_sending(person, SendOutcome(sent.key, sent.attempt, "stored", turn.thread_id))
        follows = follows and chat.follows(turn.id)  # reading again leaves a conversation that was deleted
    if follows:
        answer = await follow_turn(chat, turn, person)
        if sent.own:  # only the tab where it was written changes its list
            for event in list_events(answer):
                yield event


async def _reject(chat: OpenConversation, person: Person | None, sent: SentMessage, error: Exception) -> None:
    """Report a message that was not stored: it waits in the browser, or returns to the composer with the reason."""
    busy = isinstance(error, Busy | Draining)
    await chat.end_sending(person, SendOutcome(sent.key, sent.attempt, "retry" if busy else "refused"))
    if not busy:
        chat.show_failure(error_sentence(error))
    if person is not None and isinstance(error, DailyLimit):
        chat.quota_note = await quota_note(person)


async def _show_stored(chat: OpenConversation, sent: SentMessage, turn: turns.FollowableTurn, person: Person) -> bool:
    """Show the stored message in its open conversation; return True if this tab now follows the turn."""
    chat.thread_id = turn.thread_id
    if turns.running_turn(turn.user_id, turn.id) is None and chat.has_answered(turn.id):
        return False  # the message was sent again, and its answer is shown already
    if not any(message.key == turn.id for message in chat.all()):
        at = clock_text(now().astimezone(person.zone))
        chat.add(ChatMessage(turn.id, True, turn.id, at, sent.text, **selection_fields(sent.selected)))
    return await chat.start_following(turn, person)


async def retry_turn(chat: OpenConversation, text: str | None, turn_id: str) -> AsyncIterator[Any]:
    """Answer a message of the user again, with new text if given; the last one if `turn_id` is empty."""
    async with chat:
        person = await current_user(chat)
        if person is None:
            yield redirect_to_login()
            return
        turn_id = turn_id or chat.last_turn_id
        if not turn_id or chat.answering:
            return
        thread_id = chat.thread_id
        chat.start_answering()
    try:
        request = requests.retry(thread_id, turn_id)
        if text is not None:
            request = requests.edit(thread_id, turn_id, text)
        turn = await turns.start(person.speaking(current_language.get()), request)
    except Exception as error:
        async with chat:
            chat.answering, chat.error, chat.can_retry = False, error_sentence(error), text is None
            if isinstance(error, DailyLimit):
                chat.quota_note = await quota_note(person)
        return
    begins = False
    async with chat:
        if chat.thread_id == thread_id:
            chat.editing = chat.editing if text is None else ""
            await chat.reload_if_possible(person)
            begins = await chat.start_following(turn, person)
    if begins:
        answer = await follow_turn(chat, turn, person)
        for event in list_events(answer):
            yield event


def list_events(answer: ChatMessage | None) -> list[Any]:
    """Return the events that show the answer's listed tasks beside the chat, or the list with its new tasks."""
    if answer is None:
        return []
    if not answer.listed:
        return [TasksState.show_open_tasks] if _has_added(answer) else []
    return [DetailState.close, TasksState.apply_address(answer.listed)]


def _has_added(answer: ChatMessage) -> bool:
    calls = (call for part in answer.parts for call in part.calls)
    return any((call.tool, call.status) == ("create_task", "done") for call in calls)


async def follow_turn(chat: OpenConversation, turn: turns.FollowableTurn, person: Person) -> ChatMessage | None:
    """Show the followed turn from its first event to its end, unless the tab follows another one or its login ends.

    Return the answer if it was shown to its end without an error.
    """
    answer = AnswerBuilder(person.zone)
    login_end = asyncio.create_task(wait_for_login_end(person))
    try:
        async with aclosing(until(turn.follow(FRAME_SECONDS), login_end)) as batches:
            async for batch in batches:
                for event in batch:
                    answer.apply(event)
                async with chat:
                    if not chat.follows(turn.id):
                        return None
                    (await chat.get_state(ReplyState)).show(answer)
        if login_end.done():
            return None
    except Exception as error:  # whatever happens, the page must not show a running answer forever
        answer.error, answer.allow_retry = error_sentence(error), True
    finally:
        login_end.cancel()
    answer.close()
    message = replace(answer_of(turn.id, answer.parts, answer.at), ending=answer.ending)
    async with chat:
        if not chat.follows(turn.id):
            return None
        await chat.finish_answer(answer, message, person)
    return None if answer.error else message
