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
    """Error, notice and secret below a list.

    `pending_deletion` is the id of the object whose deletion is to be confirmed. `secret` is the newest object's, if it
    has one: it is shown once, until something else is done.

    What asks other servers can take seconds, and is a background event. An event of the queue starts it, as
    WebhooksState.create: alone, it would begin before a `hide_result` that waits there, which would hide its result.
    """

    secret: rx.Field[str] = rx.field("")
    pending_deletion: rx.Field[str] = rx.field("")
    error: rx.Field[str] = rx.field("")
    notice: rx.Field[str] = rx.field("")

    @rx.event
    @signed_in
    async def open_page(self, person: Person) -> None:
        await self._load(person)

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
        """Await the action and list the objects again; show the notice or the refusal; return whether it was done."""
        try:
            await action
        except PersonError as error:
            self.show_result(error=error_sentence(error))
        else:
            self.show_result(notice=say(notice))
        await self._load(person)
        return not self.error

    async def _tried(self, action: Awaitable[T]) -> T | None:
        """Return the result of the action, never None, awaited in the background; None if refused: it shows why."""
        try:
            return await action
        except PersonError as error:
            async with self:
                self.show_result(error=error_sentence(error))
            return None

    async def _load(self, person: Person) -> None:
        raise NotImplementedError
