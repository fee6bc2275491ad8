"""Renders the connection status that `connection.js` detects: server away, socket refused, page of another version."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec

from taskchat_app.ui.core.components import PAGE, PageComponent, Unreachable
from taskchat_app.ui.i18n import words
from taskchat_app.ui.shell.live_state import LiveState


class Connection(PageComponent):
    library = f"{PAGE}connection/connection.js"
    opened: rx.Var[str] = field(doc="As LiveState.opened: changes each time the server opens the page")
    on_opened: rx.EventHandler[no_args_event_spec] = field(doc="The server has opened the page")


def connection(*on_opened: rx.event.EventType[()]) -> rx.Component:
    """Return the status; `on_opened` and `LiveState.show_changes` run each time the server has opened the page."""
    return Connection.create(
        opened=LiveState.opened,
        on_opened=[LiveState.show_changes, *on_opened],
        class_name="connection",
        custom_attrs={"aria-label": words.CONNECTION},
    )


def unreachable(*, alone: bool = False) -> rx.Component:
    """Return the notice shown while the server is unreachable; `alone`: the page does not show the state elsewhere."""
    return Unreachable.create(hydrated=rx.State.is_hydrated, alone=alone, class_name="unreachable")
