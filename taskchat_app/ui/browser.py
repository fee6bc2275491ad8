"""The components of `assets/page/`, typed for Python."""

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

    library = f"{PAGE}api.js"
    tag = "ApiForm"
    action: rx.Var[str] = field(doc="The path that it is posted to")
    unreachable: rx.Var[str] = field(doc="What it says when the API cannot be reached at {address}")


class Connection(rx.Component):
    """The words for the state of the connection, in a status region."""

    library = f"{PAGE}connection.js"
    tag = "Connection"
    opened: rx.Var[str] = field(doc="A word that changes each time the server has opened the page, and the path")
    on_opened: rx.EventHandler[no_args_event_spec] = field(doc="The server has opened the page")
    connected: rx.Var[str] = field(doc="What it says when all is well")
    reconnecting: rx.Var[str] = field(doc="What it says while the connection is being made")
    offline: rx.Var[str] = field(doc="What it says when the browser has no network")
    too_many: rx.Var[str] = field(doc="What it says beside that when the server takes no more pages")


class Unreachable(rx.Component):
    """Says that the page cannot reach its server, and where it looks for it."""

    library = f"{PAGE}connection.js"
    tag = "Unreachable"
    hydrated: rx.Var[bool] = field(doc="Whether the server has answered since the page was loaded")
    sentence: rx.Var[str] = field(doc="What it says, with {address} for where the server should be")
    name: rx.Var[str] = field(doc="The name of the state of the connection; empty where the page shows that itself")
    reconnecting: rx.Var[str] = field(doc="The state of the connection, beside its name")


class Log(rx.Component):
    """A scrolling log that follows its end only while the person is there."""

    library = f"{PAGE}log.js"
    tag = "Log"
    thread: rx.Var[str] = field(doc="What is shown; a change scrolls to the end")
    length: rx.Var[int] = field(doc="How many messages are loaded; a change says that what was asked for is there")
    older: rx.Var[bool] = field(doc="Whether there are earlier messages")
    unread: rx.Var[bool] = field(doc="Whether the server holds that its end was not seen")
    busy: rx.Var[bool] = field(doc="Whether an answer is being written")
    on_older: rx.EventHandler[no_args_event_spec] = field(doc="The person comes near the top")
    on_reach: rx.EventHandler[passthrough_event_spec(str, str)] = field(doc="The address names this thread's message")
    on_see: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The end of this thread is seen")
    latest: rx.Var[str] = field(doc="The words of the button that scrolls to the end")


class MessageBox(rx.Component):
    """A text area in which Enter submits the form, for `Waiting` to send; keeps a draft for each conversation."""

    library = f"{PAGE}composer.js"
    tag = "MessageBox"
    thread: rx.Var[str] = field(doc="The conversation whose draft this is")
    account: rx.Var[str] = field(doc="Whose drafts these are; empty until it is known")
    busy: rx.Var[bool] = field(doc="Whether an answer is being written")
    read_only: rx.Var[bool] = field(doc="Whether nothing can be typed yet")
    name: rx.Var[str] = field(doc="The field's name in the form")
    placeholder: rx.Var[str] = field(doc="What stands in the empty field")
    rows: rx.Var[int] = field(doc="How many lines it begins with")


class EditBox(rx.Component):
    """A text area for other words of a message: Enter submits the form, Escape drops it."""

    library = f"{PAGE}edit_box.js"
    tag = "EditBox"
    name: rx.Var[str] = field(doc="The field's name in the form")
    default_value: rx.Var[str] = field(doc="What it begins with")
    composer: rx.Var[str] = field(doc="The id of the composer, which takes the focus once it is sent")
    on_drop: rx.EventHandler[no_args_event_spec] = field(doc="The person presses Escape")


class Tick(rx.Component):
    """A checkbox that shows at once what the person did, until the server's word on it is there."""

    library = f"{PAGE}tick.js"
    tag = "Tick"
    number: rx.Var[int] = field(doc="The task's number")
    checked: rx.Var[bool] = field(doc="The server's word")
    on_tick: rx.EventHandler[passthrough_event_spec(bool)] = field(doc="The person ticked, or took the tick back")


class Details(rx.Component):
    """Details under a summary that stay as they were when they are drawn anew somewhere else."""

    library = f"{PAGE}details.js"
    tag = "Details"
    name: rx.Var[str] = field(doc="Tells them from all others")


class Copy(rx.Component):
    """A button that copies its text."""

    library = f"{PAGE}copy.js"
    tag = "Copy"
    text: rx.Var[str] = field(doc="What is copied")
    copy: rx.Var[str] = field(doc="The button's name")
    copied: rx.Var[str] = field(doc="The button's name just after")


class Passing(rx.Component):
    """Something that goes by itself after a while, unless the pointer or the focus is on it."""

    library = f"{PAGE}passing.js"
    tag = "Passing"
    token: rx.Var[str] = field(doc="What is shown; a change begins the time anew")
    seconds: rx.Var[int] = field(doc="How long it stays")
    on_gone: rx.EventHandler[no_args_event_spec] = field(doc="Its time is over")


class PlainLink(rx.Component):
    """A link that the browser itself follows; Reflex's own would make it one of the router."""

    library = f"{PAGE}plain_link.js"
    tag = "PlainLink"
    href: rx.Var[str] = field(doc="Where it leads")
    target: rx.Var[str] = field(doc="Where it opens")
    rel: rx.Var[str] = field(doc="How the page is related to it")


class TaskLinks(rx.Component):
    """Takes clicks on links to tasks, wherever they are, and lights up the row of the list that is named."""

    library = f"{PAGE}task_links.js"
    tag = "TaskLinks"
    lit: rx.Var[str] = field(doc="The number of the task to light up, and a word that changes each time")
    on_open: rx.EventHandler[passthrough_event_spec(int)] = field(doc="The person follows a link to this task")


class SkipLink(rx.Component):
    """A link to what Tab would take long to come to."""

    library = f"{PAGE}shortcuts.js"
    tag = "SkipLink"
    to: rx.Var[str] = field(doc="The id of the element that it leads to")


class Shortcuts(rx.Component):
    """Listens for the keys that lead to a field, and holds the list of all keys, which ? opens."""

    library = f"{PAGE}shortcuts.js"
    tag = "Shortcuts"
    targets: rx.Var[dict[str, str]] = field(doc="Which element each key leads to, by its id")
    on_reach: rx.EventHandler[passthrough_event_spec(str)] = field(
        doc="A key leads to this element, which is not there"
    )


class EscapePanel(rx.Component):
    """A part of the page that Escape puts away."""

    library = f"{PAGE}escape_panel.js"
    tag = "EscapePanel"
    opener: rx.Var[str] = field(doc="The id of the button that opens it")
    on_close: rx.EventHandler[no_args_event_spec] = field(doc="The person presses Escape in it, its button or nowhere")
