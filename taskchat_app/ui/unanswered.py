# pyright: reportUnknownMemberType=false
# Reflex types its components with Var[Unknown].
"""A sign that the server has not come to what the person did: its database may be silent, or something takes long."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec

from taskchat_app.ui import words
from taskchat_app.ui.browser import PAGE


class UnansweredState(rx.State):
    """Answers the browser's question whether all before it is done: a tab's events are handled one after the other."""

    answered: rx.Field[int] = rx.field(0)

    @rx.event
    def answer(self, question: int) -> None:
        """Nothing of the person's is read or changed, so nobody is asked who they are."""
        self.answered = question


class Unanswered(rx.Component):
    """The sentence, from a moment after an event that nothing came of until the server has come to it."""

    library = f"{PAGE}unanswered.js"
    tag = "Unanswered"
    sentence: rx.Var[str] = field(doc="What it says")
    answered: rx.Var[int] = field(doc="The last question that was answered")
    on_ask: rx.EventHandler[passthrough_event_spec(int)] = field(doc="A question is to be answered")


def unanswered() -> rx.Component:
    return Unanswered.create(
        sentence=words.UNANSWERED,
        answered=UnansweredState.answered,
        on_ask=UnansweredState.answer,
        class_name="unanswered",
    )
