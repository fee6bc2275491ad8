"""React components of the task panel, typed for Python."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from taskchat_app.ui.core.components import PAGE, PageComponent


class DetailPanel(PageComponent):
    """An article that takes the focus, closes on Escape, and restores the focus."""

    library = f"{PAGE}task_detail/panel.js"
    number: rx.Var[int] = field(doc="The task that is open")
    on_close: rx.EventHandler[no_args_event_spec] = field(doc="The user pressed Escape")


class DetailField(PageComponent):
    """A value that is edited in place; it stays open with the typed text until the server has accepted it."""

    library = f"{PAGE}task_detail/field.js"
    value: rx.Var[str] = field(doc="The text to edit")
    label: rx.Var[str] = field(doc="The accessible name of the text field")
    named: rx.Var[str] = field(doc="The id of the element that labels the value; empty if the value needs no label")
    edit: rx.Var[str] = field(doc="The name of the button that starts editing")
    hint: rx.Var[str] = field(doc="The placeholder")
    lines: rx.Var[bool] = field(doc="Whether the text has several lines")
    save_label: rx.Var[str] = field(doc="The button that saves several lines")
    discard_label: rx.Var[str] = field(doc="The button that discards them")
    locked: rx.Var[bool] = field(doc="Whether editing is disabled")
    answer: rx.Var[str] = field(doc="Changes with each answer of the server about this field; empty before the first")
    problem: rx.Var[str] = field(doc="Why the server refused; empty if it did not")
    on_save: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user saved this text")
