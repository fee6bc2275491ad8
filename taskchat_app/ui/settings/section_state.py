"""State that the settings sections with a list share: tokens, calendar feeds, webhooks, devices."""

from collections.abc import Awaitable
from typing import TypeVar

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.i18n.messages import Message
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.core.error_messages import error_sentence
from taskchat_app.ui.core.session import signed_in
from taskchat_app.ui.i18n.language import say

T = TypeVar("T")


class SectionState(rx.State, mixin=True):
    """Error, notice and secret below a list, and the question whether to delete one of its objects.

    An action that asks other servers takes seconds, so it is a background event. A foreground event starts it, such as
    WebhooksState.create: it waits in the queue for a `hide_result` before it, which would else hide the new result.
    """

    secret: rx.Field[str] = rx.field("")
    """The newest object's, if it has one; shown once, until something else is done."""
    pending_deletion: rx.Field[str] = rx.field("")
    """The id of the object whose deletion is to be confirmed."""
    error: rx.Field[str] = rx.field("")
    notice: rx.Field[str] = rx.field("")

    @rx.event
    @signed_in
    async def open_page(self, person: Person) -> None:
        await self.load(person)

    @rx.event
    def ask(self, object_id: str) -> None:
        """Ask whether to delete this object; "" takes the question back."""
        self.pending_deletion = object_id

    @rx.event
    def hide_result(self) -> None:
        """Show nothing below the list. The page calls it when it is new; a reconnect runs `open_page` alone."""
        self.show_result()

    @internal
    def show_result(self, *, secret: str = "", error: str = "", notice: str = "") -> None:
        """Replace what is shown below the list, and take back the question whether to delete."""
        self.secret, self.error, self.notice, self.pending_deletion = secret, error, notice, ""

    async def _act(self, person: Person, action: Awaitable[object], notice: Message) -> bool:
        """Await the action and load the list again; show the notice or the refusal; return True if it was done."""
        try:
            await action
        except PersonError as error:
            self.show_result(error=error_sentence(error))
        else:
            self.show_result(notice=say(notice))
        await self.load(person)
        return not self.error

    async def _tried(self, action: Awaitable[T]) -> T | None:
        """Await the action in a background event and return its result; if it is refused, show why and return None."""
        try:
            return await action
        except PersonError as error:
            async with self:
                self.show_result(error=error_sentence(error))
            return None

    @internal
    async def load(self, person: Person) -> None:
        """Read the list again, in the reader's language."""
        raise NotImplementedError
