"""React components of the task panel, typed for Python."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from taskchat_app.ui.core.components import PAGE


class DetailPanel(rx.Component):
    """An article that takes the focus, closes on Escape, and gives the focus back to where it was."""

    library = f"{PAGE}task_detail/panel.js"
    tag = "DetailPanel"
    number: rx.Var[int] = field(doc="The task that is open")
    on_close: rx.EventHandler[no_args_event_spec] = field(doc="The person presses Escape")


class DetailField(rx.Component):
    """What its children show, edited in their place; it stays open with all that was typed until the server agrees."""

    library = f"{PAGE}task_detail/field.js"
    tag = "DetailField"
    value: rx.Var[str] = field(doc="What editing begins with")
    label: rx.Var[str] = field(doc="The name of the line that is written in")
    named: rx.Var[str] = field(doc="The id of the element that names the value; empty where the value names itself")
    edit: rx.Var[str] = field(doc="What the button that begins does")
    hint: rx.Var[str] = field(doc="What stands in an empty line")
    day: rx.Var[str] = field(doc="The name of a date to pick beside the line; empty for none")
    lines: rx.Var[bool] = field(doc="Whether it is written on several lines")
    save: rx.Var[str] = field(doc="The button that keeps several lines")
    discard: rx.Var[str] = field(doc="The button that drops them")
    locked: rx.Var[bool] = field(doc="Whether no editing begins any more")
    answer: rx.Var[str] = field(doc="Changes with each answer of the server about this field; else empty")
    problem: rx.Var[str] = field(doc="Why the server refused, or nothing")
    on_keep: rx.EventHandler[passthrough_event_spec(str)] = field(doc="What was typed is to be kept")
