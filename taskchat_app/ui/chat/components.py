"""React components of the chat pane, typed for Python."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from taskchat_app.ui.core.components import PAGE


class Log(rx.Component):
    """A scrolling log that follows its end only while the person is there."""

    library = f"{PAGE}chat/log.js"
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

    library = f"{PAGE}chat/composer.js"
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

    library = f"{PAGE}chat/edit_box.js"
    tag = "EditBox"
    name: rx.Var[str] = field(doc="The field's name in the form")
    default_value: rx.Var[str] = field(doc="What it begins with")
    composer: rx.Var[str] = field(doc="The id of the composer, which takes the focus once it is sent")
    on_drop: rx.EventHandler[no_args_event_spec] = field(doc="The person presses Escape")
