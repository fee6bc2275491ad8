"""Shows the user a sentence for the exception of an event handler, and logs it."""

import logging
from typing import cast

import reflex as rx

from taskchat_app.reflex_patches.tab_states import STATES_AWAY, tab_of_event
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.core.error_messages import error_sentence
from taskchat_app.ui.socket.socket_limits import close_socket

log = logging.getLogger(__name__)


def report(exception: Exception) -> rx.event.EventSpec | None:
    """Return the event that shows an exception of a handler; Reflex calls this.

    While the tab's state cannot be read, no event can show anything. Then the tab's socket is closed: the page
    reconnects until its state is there again, loads everything, and sends again what was not answered.
    """
    if isinstance(exception, STATES_AWAY):
        log.warning("A tab lost Redis, it reconnects: %s", exception)
        close_socket(tab_of_event())
        return None
    return cast(rx.event.EventSpec, ChatState.show_failure(error_sentence(exception)))
