# pyright: reportUnknownMemberType=false
# Reflex types its components with Var[Unknown].
"""`assets/page/held.js` and `unanswered.js`, typed for Python, and the state that answers their questions."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec
from reflex_components_core.el.elements.forms import Button, Select

from taskchat_app.ui import words
from taskchat_app.ui.browser import PAGE


class AnswersState(rx.State):
    """A tab's events are handled in their order, so whatever it told before its question is done by the answer.

    Nothing of the person's is read or changed by it, so nobody is asked who they are.
    """

    answered: rx.Field[int] = rx.field(0)

    @rx.event
    def answer(self, question: int) -> None:
        self.answered = int(question)


class Answers(rx.Component):
    """Asks whether all is done, and lets go of what was held until then."""

    library = f"{PAGE}held.js"
    tag = "Answers"
    told: rx.Var[int] = field(doc="The newest question that was answered")
    on_ask: rx.EventHandler[passthrough_event_spec(int)] = field(doc="Something is held until this is answered")


class Unanswered(rx.Component):
    """A sentence from a moment after an event that nothing came of until the server has come to it.

    Its database may be silent, or something takes long.
    """

    library = f"{PAGE}unanswered.js"
    tag = "Unanswered"
    sentence: rx.Var[str] = field(doc="What it says")


class Choice(Select):
    """A choice from a list that shows at once what was chosen."""

    library = f"{PAGE}held.js"
    tag = "Choice"


class Segments(rx.Component):
    """A group of buttons of which one is pressed; its children are `Segment`s."""

    library = f"{PAGE}held.js"
    tag = "Segments"
    value: rx.Var[str] = field(doc="The name of the pressed one")
    on_choose: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The person chose the one of this name")


class Segment(Button):
    """One of them."""

    library = f"{PAGE}held.js"
    tag = "Segment"
    name: rx.Var[str] = field(doc="What is chosen by it")


class Understood(rx.Component):
    """What the server makes of the line in a form, as long as that line stands there."""

    library = f"{PAGE}held.js"
    tag = "Understood"
    form: rx.Var[str] = field(doc="The id of the form")
    any: rx.Var[bool] = field(doc="Whether it makes anything of it")


def answers() -> rx.Component:
    """What every page of a person's needs for it: the questions, and the sign that one is open for long."""
    return rx.fragment(
        Answers.create(told=AnswersState.answered, on_ask=AnswersState.answer),
        Unanswered.create(sentence=words.UNANSWERED, class_name="unanswered"),
    )
