"""React components for reminders: the status region and the permission button."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false
# Reflex types its components with Var[Unknown].

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec

from taskchat_app.ui.core.components import PAGE
from taskchat_app.ui.reminders.state import RungRow


class Reminders(rx.Component):
    """A status region that asks what this tab is to show, and notifies the system of what is new."""

    library = f"{PAGE}reminders/reminders.js"
    tag = "Reminders"
    news: rx.Var[str] = field(doc="Changes when there may be something to show")
    looked: rx.Var[str] = field(doc="Changes with each answer")
    again: rx.Var[float] = field(doc="In how many seconds to ask again; 0 for not at all")
    fresh: rx.Var[list[RungRow]] = field(doc="What is shown for the first time")
    on_look: rx.EventHandler[passthrough_event_spec(bool)] = field(doc="Asks what to show, visible or hidden")
    on_open: rx.EventHandler[passthrough_event_spec(int)] = field(doc="The person clicked on a notification")


class AllowNotifications(rx.Component):
    """A button that lets the browser ask for notifications; nothing once that is decided."""

    library = f"{PAGE}reminders/reminders.js"
    tag = "AllowNotifications"
    allow: rx.Var[str] = field(doc="The button's name")
    blocked: rx.Var[str] = field(doc="What it says where they are blocked")
