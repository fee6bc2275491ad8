"""React components shared by several packages, typed for Python."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec
from reflex_components_core.el.elements.base import BaseHTML

PAGE = "$/public/page/"
"""Where the build finds `assets/page/`."""


class Form(BaseHTML):
    """A form that a component of ours submits; `rx.el.form` would take its fields to the server."""

    tag = "form"


class ApiForm(rx.Component):
    """A form that is posted to the API, whether the page has the API's address or another one."""

    library = f"{PAGE}core/api_form.js"
    tag = "ApiForm"
    action: rx.Var[str] = field(doc="The path that it is posted to")
    unreachable: rx.Var[str] = field(doc="What it says when the API cannot be reached at {address}")


class Unreachable(rx.Component):
    """Says that the page cannot reach its server, and where it looks for it."""

    library = f"{PAGE}core/connection.js"
    tag = "Unreachable"
    hydrated: rx.Var[bool] = field(doc="Whether the server has answered since the page was loaded")
    sentence: rx.Var[str] = field(doc="What it says, with {address} for where the server should be")
    name: rx.Var[str] = field(doc="The name of the state of the connection; empty where the page shows that itself")
    reconnecting: rx.Var[str] = field(doc="The state of the connection, beside its name")


class Checkbox(rx.Component):
    """A checkbox that shows at once what the person did, until the server's word on it is there."""

    library = f"{PAGE}task_list/checkbox.js"
    tag = "Checkbox"
    number: rx.Var[int] = field(doc="The task's number")
    checked: rx.Var[bool] = field(doc="The server's word")
    on_tick: rx.EventHandler[passthrough_event_spec(bool)] = field(doc="The person ticked, or took the tick back")


class Details(rx.Component):
    """Details under a summary that stay as they were when they are drawn anew somewhere else."""

    library = f"{PAGE}core/details.js"
    tag = "Details"
    name: rx.Var[str] = field(doc="Tells them from all others")


class CopyButton(rx.Component):
    """A button that copies its text."""

    library = f"{PAGE}core/copy.js"
    tag = "CopyButton"
    text: rx.Var[str] = field(doc="What is copied")
    copy: rx.Var[str] = field(doc="The button's name")
    copied: rx.Var[str] = field(doc="The button's name just after")


class TimedNotice(rx.Component):
    """Something that goes by itself after a while, unless the pointer or the focus is on it."""

    library = f"{PAGE}core/timed_notice.js"
    tag = "TimedNotice"
    token: rx.Var[str] = field(doc="What is shown; a change begins the time anew")
    seconds: rx.Var[int] = field(doc="How long it stays")
    on_gone: rx.EventHandler[no_args_event_spec] = field(doc="Its time is over")


class PlainLink(rx.Component):
    """A link that the browser itself follows; Reflex's own would make it one of the router."""

    library = f"{PAGE}core/plain_link.js"
    tag = "PlainLink"
    href: rx.Var[str] = field(doc="Where it leads")
    target: rx.Var[str] = field(doc="Where it opens")
    rel: rx.Var[str] = field(doc="How the page is related to it")


class EscapePanel(rx.Component):
    """A part of the page that Escape puts away."""

    library = f"{PAGE}core/escape_panel.js"
    tag = "EscapePanel"
    opener: rx.Var[str] = field(doc="The id of the button that opens it")
    on_close: rx.EventHandler[no_args_event_spec] = field(doc="The person presses Escape in it, its button or nowhere")
