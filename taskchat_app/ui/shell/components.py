"""React components of the page's frame, typed for Python."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from taskchat_app.ui.core.components import PAGE


class Connection(rx.Component):
    """The words for the state of the connection, in a status region."""

    library = f"{PAGE}core/connection.js"
    tag = "Connection"
    opened: rx.Var[str] = field(doc="A word that changes each time the server has opened the page, and the path")
    on_opened: rx.EventHandler[no_args_event_spec] = field(doc="The server has opened the page")
    connected: rx.Var[str] = field(doc="What it says when all is well")
    reconnecting: rx.Var[str] = field(doc="What it says while the connection is being made")
    offline: rx.Var[str] = field(doc="What it says when the browser has no network")
    too_many: rx.Var[str] = field(doc="What it says beside that when the server takes no more pages")


class TaskLinks(rx.Component):
    """Takes clicks on links to tasks, wherever they are, and lights up the row of the list that is named."""

    library = f"{PAGE}shell/task_links.js"
    tag = "TaskLinks"
    lit: rx.Var[str] = field(doc="The number of the task to light up, and a word that changes each time")
    on_open: rx.EventHandler[passthrough_event_spec(int)] = field(doc="The person follows a link to this task")


class SkipLink(rx.Component):
    """A link to what Tab would take long to come to."""

    library = f"{PAGE}shell/shortcuts.js"
    tag = "SkipLink"
    to: rx.Var[str] = field(doc="The id of the element that it leads to")


class Shortcuts(rx.Component):
    """Listens for the keys that lead to a field, and holds the list of all keys, which ? opens."""

    library = f"{PAGE}shell/shortcuts.js"
    tag = "Shortcuts"
    targets: rx.Var[dict[str, str]] = field(doc="Which element each key leads to, by its id")
    on_reach: rx.EventHandler[passthrough_event_spec(str)] = field(
        doc="A key leads to this element, which is not there"
    )
