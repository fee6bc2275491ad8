"""React components for language, theme and time zone, typed for Python."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec
from reflex_components_core.el.elements.forms import Input

from taskchat_app.ui.core.components import PAGE, PageComponent


class Language(PageComponent):
    """Applies the user's language in every tab of this browser."""

    library = f"{PAGE}core/language.js"
    chosen: rx.Var[str] = field(doc="The user's choice; empty for the browser's language")
    known: rx.Var[bool] = field(doc="Whether the choice is known yet")


class SharedTheme(PageComponent):
    """Applies a theme chosen in another tab, and sets the colour of the browser's own bars."""

    library = f"{PAGE}settings/theme.js"
    grounds: rx.Var[dict[str, str]] = field(doc="The colour of the browser's own bars for each theme")


class ZoneOffer(PageComponent):
    """Offers the browser's time zone if it differs from the user's."""

    library = f"{PAGE}settings/time_zone.js"
    stored: rx.Var[str] = field(doc="The user's zone; empty until it is known")
    sentence: rx.Var[str] = field(doc="The text; contains {browser} and {stored}")
    switch_to: rx.Var[str] = field(doc="The name of the button that switches to the browser's zone")
    keep: rx.Var[str] = field(doc="The name of the button that keeps the user's zone")
    on_switch: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user switches to this zone")


class ZoneField(Input):
    """A text field with the user's zone; keeps what is typed until a zone is stored."""

    library = f"{PAGE}settings/time_zone.js"
    tag = "ZoneField"
    stored: rx.Var[str] = field(doc="The user's zone")
    changes: rx.Var[int] = field(doc="How often a zone was stored")


class ZoneNames(PageComponent):
    """A datalist with the cities of all time zones in the reader's language."""

    library = f"{PAGE}settings/time_zone.js"
    cities: rx.Var[dict[str, list[tuple[str, str]]]] = field(doc="City and IANA name of each zone, by language")
