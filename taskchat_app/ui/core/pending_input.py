"""Controls that keep the user's input until the server has processed it."""

# pyright: reportUnknownMemberType=false
# Reflex types its components with Var[Unknown].

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec
from reflex_components_core.el.elements.forms import Button, Select

from taskchat_app.ui.core.components import PAGE
from taskchat_app.ui.i18n import words


class SyncState(rx.State):
    """Answers the browser's sync requests; events are handled in order, so all earlier ones are done by then.

    Nothing of the person's is read or changed by it, so nobody is asked who they are.
    """

    answered: rx.Field[int] = rx.field(0)

    @rx.event
    def answer(self, question: int) -> None:
        self.answered = int(question)


class SyncBarrier(rx.Component):
    """Asks whether all is done, and lets go of what was held until then."""

    library = f"{PAGE}core/pending_input.js"
    tag = "SyncBarrier"
    answered: rx.Var[int] = field(doc="The newest question that was answered")
    on_ask: rx.EventHandler[passthrough_event_spec(int)] = field(doc="Something is held until this is answered")


class SlowResponseNotice(rx.Component):
    """A sentence from a moment after an event that nothing came of until the server has come to it.

    Its database may be silent, or something takes long.
    """

    library = f"{PAGE}core/slow_response.js"
    tag = "SlowResponseNotice"
    sentence: rx.Var[str] = field(doc="What it says")


class Choice(Select):
    """A choice from a list that shows at once what was chosen."""

    library = f"{PAGE}core/pending_input.js"
    tag = "Choice"


class Segments(rx.Component):
    """A group of buttons of which one is pressed; its children are `Segment`s."""

    library = f"{PAGE}core/pending_input.js"
    tag = "Segments"
    value: rx.Var[str] = field(doc="The name of the pressed one")
    on_choose: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The person chose the one of this name")


class Segment(Button):
    """One of them."""

    library = f"{PAGE}core/pending_input.js"
    tag = "Segment"
    name: rx.Var[str] = field(doc="What is chosen by it")


class ServerPreview(rx.Component):
    """What the server makes of the line in a form, as long as that line stands there."""

    library = f"{PAGE}core/pending_input.js"
    tag = "ServerPreview"
    form: rx.Var[str] = field(doc="The id of the form")
    any: rx.Var[bool] = field(doc="Whether it makes anything of it")


def sync_barrier() -> rx.Component:
    """What every page of a person's needs for it: the questions, and the sign that one is open for long."""
    return rx.fragment(
        SyncBarrier.create(answered=SyncState.answered, on_ask=SyncState.answer),
        SlowResponseNotice.create(sentence=words.UNANSWERED, class_name="unanswered"),
    )
