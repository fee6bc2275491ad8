"""React components for reminders: the status region and the permission button."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec

from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.reminders.state import RungRow


class Reminders(PageComponent):
    """A status region that asks the server which reminders this tab shows, and shows system notifications."""

    library = f"{PAGE}reminders/reminders.js"
    poll_request: rx.Var[str] = field(doc="Changes when there may be new reminders")
    polled: rx.Var[str] = field(doc="Changes with each answer")
    again: rx.Var[float] = field(doc="Seconds until the next request; 0 for none")
    fresh: rx.Var[list[RungRow]] = field(doc="Reminders that no tab has shown before")
    on_poll: rx.EventHandler[passthrough_event_spec(bool)] = field(doc="Asks what to show; whether the tab is visible")
    on_open: rx.EventHandler[passthrough_event_spec(int)] = field(doc="The user clicked the notification of this task")


class AllowNotifications(PageComponent):
    """A button that asks for the permission to notify; renders nothing after consent."""

    library = f"{PAGE}reminders/reminders.js"
    allow: rx.Var[str] = field(doc="The button's name")
    blocked: rx.Var[str] = field(doc="The text if notifications are blocked")
