"""State that the sections with lists share: tokens, calendar feeds, webhooks."""

import reflex as rx

from taskchat_app.reflex_patches.internal_methods import internal


class ListState(rx.State, mixin=True):
    """Error, notice and secret below a list; `asked` is the id of the object whose deletion is to be confirmed.

    `secret` is the newest object's, if it has one: it is shown once, until something else is done.
    """

    secret: rx.Field[str] = rx.field("")
    asked: rx.Field[str] = rx.field("")
    error: rx.Field[str] = rx.field("")
    notice: rx.Field[str] = rx.field("")

    @rx.event
    def ask(self, object_id: str) -> None:
        """Ask whether to delete this object; "" takes the question back."""
        self.asked = object_id

    @internal
    def tell(self, *, secret: str = "", error: str = "", notice: str = "") -> None:
        """Replace what is shown; nothing is asked any more."""
        self.secret, self.error, self.notice, self.asked = secret, error, notice, ""
