"""React components of the chat pane, typed for Python."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from taskchat_app.ui.core.components import PAGE


class Log(rx.Component):
    """A scrolling log that follows its end while the user is there."""

    library = f"{PAGE}chat/log.js"
    tag = "Log"
    thread: rx.Var[str] = field(doc="The thread's id; a change scrolls to the end")
    length: rx.Var[int] = field(doc="The number of loaded messages; a change ends a request for earlier ones")
    older: rx.Var[bool] = field(doc="Whether there are earlier messages")
    unread: rx.Var[bool] = field(doc="Whether the thread is unread on the server")
    busy: rx.Var[bool] = field(doc="Whether an answer is running")
    on_older: rx.EventHandler[no_args_event_spec] = field(doc="The user has scrolled near the top")
    on_reach: rx.EventHandler[passthrough_event_spec(str, str)] = field(doc="The address names this thread and item")
    on_see: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user has seen the end of this thread")
    latest: rx.Var[str] = field(doc="The text of the button that scrolls to the end")


class MessageBox(rx.Component):
    """A text area in which Enter adds a message for `PendingMessages` to send; stores a draft for each conversation."""

    library = f"{PAGE}chat/composer.js"
    tag = "MessageBox"
    thread: rx.Var[str] = field(doc="The open conversation")
    account: rx.Var[str] = field(doc="The user's id; empty until it is known")
    read_only: rx.Var[bool] = field(doc="Whether the page is not ready for input yet")
    name: rx.Var[str] = field(doc="As in HTML")
    placeholder: rx.Var[str] = field(doc="As in HTML")
    rows: rx.Var[int] = field(doc="As in HTML")


class EditBox(rx.Component):
    """A text area for editing a message: Enter submits the form, Escape cancels."""

    library = f"{PAGE}chat/edit_box.js"
    tag = "EditBox"
    name: rx.Var[str] = field(doc="As in HTML")
    default_value: rx.Var[str] = field(doc="The initial text")
    composer: rx.Var[str] = field(doc="The id of the composer, which gets the focus after sending")
    on_drop: rx.EventHandler[no_args_event_spec] = field(doc="The user pressed Escape")
