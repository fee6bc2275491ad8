"""Elements that every signed-in page contains: language, theme, time zone offer."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

import reflex as rx

from taskchat_app.ui.core.components import KeptFocus
from taskchat_app.ui.core.pending_input import sync_barrier
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.components import Language, SharedTheme, ZoneOffer
from taskchat_app.ui.settings.state import SettingsState
from taskchat_app.ui.shell.connection import unreachable
from taskchat_app.ui.shell.stylesheets import GROUNDS


def layout() -> rx.Component:
    return rx.fragment(
        Language.create(chosen=SettingsState.language, known=SettingsState.ready),
        SharedTheme.create(grounds=GROUNDS),
        sync_barrier(),
        KeptFocus.create(),
        unreachable(),
        ZoneOffer.create(
            stored=SettingsState.timezone,
            sentence=words.ZONE_DIFFERS,
            switch_to=words.SWITCH_ZONE,
            keep=words.KEEP_ZONE,
            on_switch=SettingsState.set_browser_zone,
            class_name="zone-offer",
            custom_attrs={"role": "status"},
        ),
    )
