"""React components for language, theme and time zone, typed for Python."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec

from taskchat_app.ui.core.components import PAGE


class Language(rx.Component):
    """Speaks the person's language from now on, in every tab of this browser."""

    library = f"{PAGE}core/language.js"
    tag = "Language"
    chosen: rx.Var[str] = field(doc="The language that the person chose; empty for the browser's own")
    known: rx.Var[bool] = field(doc="Whether the person's choice is known yet")


class SharedTheme(rx.Component):
    """Takes over at once the theme that another tab chose, and tells the browser."""

    library = f"{PAGE}settings/theme.js"
    tag = "SharedTheme"
    grounds: rx.Var[dict[str, str]] = field(doc="The colour of the browser's own bars beside a light or dark page")


class ZoneOffer(rx.Component):
    """Offers the browser's time zone where it is not the person's."""

    library = f"{PAGE}settings/time_zone.js"
    tag = "ZoneOffer"
    stored: rx.Var[str] = field(doc="The person's zone; empty while it is not known")
    sentence: rx.Var[str] = field(doc="What it says, with {browser} and {stored} for the two zones")
    switch_to: rx.Var[str] = field(doc="The name of the button that takes the browser's zone")
    keep: rx.Var[str] = field(doc="The name of the button that keeps the person's")
    on_switch: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The person takes this zone")


class ZoneNames(rx.Component):
    """The names of all time zones, for a field to choose from."""

    library = f"{PAGE}settings/time_zone.js"
    tag = "ZoneNames"
