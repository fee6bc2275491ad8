"""Events of the open conversation: sending, stopping, retrying, editing, following the answer."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from taskchat_app.assistant.turns import turns
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.ui.chat.open_conversation import OpenConversation
from taskchat_app.ui.chat.sending import follow_turn, retry_turn, send_message
from taskchat_app.ui.chat.sent_messages import SentMessage
from taskchat_app.ui.core.session import current_user, signed_in


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
        async for event in send_message(self, SentMessage.of(told)):
            yield event
        yield ChatState.follow_running

    @rx.event(background=True)
    async def retry(self) -> AsyncIterator[Any]:
        """Answer the user's last message again; the changes of its answer are undone first."""
        async for event in retry_turn(self, None, ""):
            yield event

    @rx.event(background=True)
    async def edit(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Replace the text of the message that is being edited, and answer it again; what came after it goes."""
        async with self:
            turn_id, self.editing = self.editing, ""
        if turn_id and (text := str(form.get("edited", "")).strip()):
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
        if self._turn_id:
            await turns.stop(person.id, self._turn_id)
        return None

    @rx.event(background=True)
    async def follow_running(self) -> None:
        """Follow the answer that is being written to the open conversation, if this tab does not follow it yet."""
        async with self:
            person = await current_user(self)
            turn = self.turn_to_follow(person) if person else None
            if person is None or turn is None:
                return
            self._turn_id = ""
            self.remove_after(turn.id)
            self.start_answering()
        await follow_turn(self, turn, person)

    @rx.event
    def show_error(self, sentence: str) -> None:
        self.show_failure(sentence)

    @rx.event
    def dismiss_error(self) -> None:
        self.error, self.can_retry = "", False
