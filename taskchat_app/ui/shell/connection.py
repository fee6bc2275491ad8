"""Renders the connection status that `connection.js` detects: server away, socket refused, page of another version."""

import reflex as rx

from taskchat_app.ui.core.components import Unreachable
from taskchat_app.ui.i18n import words
from taskchat_app.ui.shell.components import Connection
from taskchat_app.ui.shell.live_state import LiveState


def connection(*on_opened: rx.event.EventType[()]) -> rx.Component:
    """Return the status; `on_opened` and `LiveState.follow` run each time the server has opened the page."""
    return Connection.create(
        opened=LiveState.opened,
        on_opened=[LiveState.follow, *on_opened],
        connected=words.CONNECTED,
        reconnecting=words.RECONNECTING,
        offline=words.OFFLINE_STATE,
        other_version=words.OTHER_VERSION,
        too_many=words.TOO_MANY_PAGES,
        class_name="connection",
        custom_attrs={"aria-label": words.CONNECTION},
    )


def unreachable(*, alone: bool = False) -> rx.Component:
    """Return the notice shown while the server is unreachable; `alone`: the page does not show the state elsewhere."""
    state = {"name": words.CONNECTION, "reconnecting": words.RECONNECTING} if alone else {}
    return Unreachable.create(
        hydrated=rx.State.is_hydrated, sentence=words.SERVER_UNREACHABLE, class_name="unreachable", **state
    )
