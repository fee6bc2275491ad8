"""Elements that every signed-in page contains: language, theme, time zone offer, the way to the sign-in page."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec

from taskchat_app.ui.core.components import PAGE, KeptFocus, PageComponent
from taskchat_app.ui.core.pending_controls import sync_barrier
from taskchat_app.ui.core.session import LOGIN, LoginState
from taskchat_app.ui.settings.state import SettingsState
from taskchat_app.ui.shell.connection_status import unreachable
from taskchat_app.ui.shell.head import GROUNDS


class SessionEnd(PageComponent):
    library = f"{PAGE}connection/login_redirect.js"
    end_signal: rx.Var[str] = field(doc="Has a new value each time the login has ended; empty before")
    login: rx.Var[str] = field(doc="The address of the sign-in page")
    error: rx.Var[str] = field(doc="The error code for the sign-in page; empty if there was no login")


class Language(PageComponent):
    library = f"{PAGE}core/language.js"
    chosen: rx.Var[str] = field(doc="The user's choice; empty for the browser's language")
    known: rx.Var[bool] = field(doc="Whether the choice is known yet")
    locale: rx.Var[str] = field(doc="The BCP 47 tag by which the browser writes dates")


class SharedTheme(PageComponent):
    library = f"{PAGE}settings/theme.js"
    grounds: rx.Var[dict[str, str]] = field(doc="The colour of the browser's own bars for each theme")


class ZoneOffer(PageComponent):
    library = f"{PAGE}settings/time_zone.js"
    stored: rx.Var[str] = field(doc="The user's zone; empty until it is known")
    effect: rx.Var[str] = field(doc="What the switch does to tasks with a time; empty until it is known")
    singles: rx.Var[bool] = field(doc="Whether the user chooses what single dates keep")
    on_offer: rx.EventHandler[rx.event.no_args_event_spec] = field(doc="The offer is shown, and asks for its effect")
    on_switch: rx.EventHandler[passthrough_event_spec(str, bool)] = field(
        doc="The user switches to this zone; whether single dates keep their clock time"
    )


def layout() -> rx.Component:
    return rx.fragment(
        Language.create(chosen=SettingsState.language, known=SettingsState.ready, locale=SettingsState.locale),
        SharedTheme.create(grounds=GROUNDS),
        SessionEnd.create(end_signal=LoginState.end_signal, login=LOGIN, error=LoginState.error),
        sync_barrier(),
        KeptFocus.create(),
        unreachable(),
        ZoneOffer.create(
            stored=SettingsState.timezone,
            effect=SettingsState.zone_effect,
            singles=SettingsState.has_single_times,
            on_offer=SettingsState.describe_zone_switch,
            on_switch=SettingsState.set_zone,
            class_name="zone-offer",
            custom_attrs={"role": "status"},
        ),
    )
