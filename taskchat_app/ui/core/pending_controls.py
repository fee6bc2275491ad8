"""Controls that keep the user's input until the server has processed it."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec
from reflex_components_core.el.elements.forms import Button, Select

from taskchat_app.ui.core.components import PAGE, PageComponent


class SyncState(rx.State):
    """Answers the browser's sync requests; events are handled in order, so all earlier ones are done by then.

    It reads and changes no user's data, so it does not check who is signed in.
    """

    answered: rx.Field[int] = rx.field(0)

    @rx.event
    def answer(self, question: int) -> None:
        self.answered = question


class SyncBarrier(PageComponent):
    library = f"{PAGE}pending/pending_input.js"
    answered: rx.Var[int] = field(doc="The newest request that was answered")
    on_ask: rx.EventHandler[passthrough_event_spec(int)] = field(doc="Sends the sync request with this id")


class SlowResponseNotice(PageComponent):
    """Shows that the server is slow, or that an action may be lost; its child is the icon of the dismiss button."""

    library = f"{PAGE}pending/unconfirmed_actions.js"


class ChoiceSelect(Select):
    library = f"{PAGE}pending/pending_input.js"
    tag = "Choice"


class Segments(PageComponent):
    """A group of buttons, one of them pressed; its children are `Segment`s."""

    library = f"{PAGE}pending/pending_input.js"
    value: rx.Var[str] = field(doc="The name of the pressed button")
    on_choose: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user chose the button with this name")


class Segment(Button):
    library = f"{PAGE}pending/pending_input.js"
    tag = "Segment"
    name: rx.Var[str] = field(doc="The value that it chooses")


class ServerPreview(PageComponent):
    library = f"{PAGE}pending/pending_input.js"
    form: rx.Var[str] = field(doc="The id of the form")
    any: rx.Var[bool] = field(doc="Whether there is anything to preview")


def sync_barrier() -> rx.Component:
    """Return the elements that every page for signed-in users contains: sync requests and the slow response notice."""
    return rx.fragment(
        SyncBarrier.create(answered=SyncState.answered, on_ask=SyncState.answer),
        SlowResponseNotice.create(rx.icon("x", size=14), class_name="unanswered"),
    )
