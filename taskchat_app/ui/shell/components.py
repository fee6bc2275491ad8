"""React components of the page's frame, typed for Python."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from taskchat_app.ui.core.components import PAGE, PageComponent


class Connection(PageComponent):
    """A status region with the state of the connection."""

    library = f"{PAGE}connection/connection.js"
    opened: rx.Var[str] = field(
        doc="A token that changes each time the server opens the page, the path, and the socket"
    )
    on_opened: rx.EventHandler[no_args_event_spec] = field(doc="The server has opened the page")
    connected: rx.Var[str] = field(doc="Text while connected")
    reconnecting: rx.Var[str] = field(doc="Text while reconnecting")
    offline: rx.Var[str] = field(doc="Text while the browser has no network")
    other_version: rx.Var[str] = field(doc="Additional text when the server runs another version than the page")
    too_many: rx.Var[str] = field(doc="Additional text when the server refuses more pages")


class TaskLinks(PageComponent):
    """Handles clicks on task links anywhere on the page, and highlights a row of the list."""

    library = f"{PAGE}shell/task_links.js"
    highlighted: rx.Var[str] = field(doc="The task's number and a token that changes each time")
    last_number: rx.Var[int] = field(doc="The highest number of the user's tasks: no higher one is a link")
    on_open: rx.EventHandler[passthrough_event_spec(int)] = field(doc="The user clicked a link to this task")


class PaneHistory(PageComponent):
    """Opens the page with the address's pane; makes Back close the conversations, where they are a pane or a drawer."""

    library = f"{PAGE}shell/pane_history.js"
    pane: rx.Var[str] = field(doc="The shown pane")
    on_pane: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The address, Back or Forward leads to this pane")


class SkipLink(PageComponent):
    """A link that moves the focus past other elements."""

    library = f"{PAGE}shell/shortcuts.js"
    to: rx.Var[str] = field(doc="The id of the element that gets the focus")


class Shortcuts(PageComponent):
    """Keyboard shortcuts that focus a field, and the dialog with the list of all keys, opened by ?."""

    library = f"{PAGE}shell/shortcuts.js"
    targets: rx.Var[dict[str, str]] = field(doc="The id of the element that each key focuses")
    on_reach: rx.EventHandler[passthrough_event_spec(str)] = field(
        doc="A key was pressed whose element, of this id, is not visible"
    )
    on_undo: rx.EventHandler[no_args_event_spec] = field(doc="Ctrl+Z was pressed outside of a text field")
