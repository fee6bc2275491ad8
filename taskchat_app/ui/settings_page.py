# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].
"""The page at /settings: what the person can set for themselves, one section for each idea."""

from typing import Any, Literal

import reflex as rx
from reflex_base.style import color_mode, set_color_mode

from taskchat_app.ui import words
from taskchat_app.ui.browser import PAGE
from taskchat_app.ui.connection import connection
from taskchat_app.ui.detail_state import DetailState
from taskchat_app.ui.everywhere import everywhere
from taskchat_app.ui.held import Choice
from taskchat_app.ui.palette import palette
from taskchat_app.ui.panes import pane
from taskchat_app.ui.places import panes_address
from taskchat_app.ui.reminders import reminders
from taskchat_app.ui.said import LANGUAGES
from taskchat_app.ui.settings_state import ZONE_FIELD, SettingsState
from taskchat_app.ui.sign_in import leave

ZONES = "zones"
THEME_ICONS: dict[Literal["system", "light", "dark"], str] = {"system": "monitor", "light": "sun", "dark": "moon"}


class ZoneNames(rx.Component):
    """The names of all time zones, for a field to choose from."""

    library = f"{PAGE}time_zone.js"
    tag = "ZoneNames"


def settings_page() -> rx.Component:
    return rx.el.div(
        everywhere(),
        leave(),
        pane,
        palette(away=True),
        reminders(
            on_open=lambda number: [rx.redirect(panes_address()), pane.set_value("tasks"), DetailState.open(number)]
        ),
        rx.el.main(
            _head(),
            _section(words.REGION, _language(), _zone(), _week_start()),
            _section(words.APPEARANCE, _theme()),
            _section(words.CHANGE_PASSWORD, _password()),
            _section(words.LOGINS, _sign_out_everywhere()),
            _section(words.DELETE_ACCOUNT, _delete_account()),
            class_name="settings-page",
        ),
        class_name="settings",
    )


def _head() -> rx.Component:
    return rx.el.header(
        rx.link(
            rx.icon("arrow-left", size=18),
            href=panes_address(),
            class_name="icon-button",
            underline="none",
            aria_label=words.BACK_TO_TASKS,
            title=words.BACK_TO_TASKS,
        ),
        rx.el.h1(words.SETTINGS, class_name="settings-title"),
        connection(),
        class_name="settings-head",
    )


def _section(heading: str, *content: rx.Component) -> rx.Component:
    return rx.el.section(
        rx.el.h2(heading, class_name="settings-heading"),
        rx.el.div(*content, class_name="settings-content"),
        class_name="settings-section",
        aria_label=heading,
    )


def _language() -> rx.Component:
    own = rx.el.option(words.OWN_LANGUAGE, value="")
    others = (rx.el.option(name, value=code, lang=code) for code, name in LANGUAGES.items())
    return _choice("language", words.LANGUAGE, SettingsState.language, SettingsState.choose_language, own, *others)


def _week_start() -> rx.Component:
    days = (rx.el.option(name, value=day) for day, name in words.WEEK_STARTS.items())
    return _choice(
        "week_start",
        words.WEEK_START,
        SettingsState.week_start,
        SettingsState.choose_week_start,
        *days,
        hint=words.WEEK_START_HINT,
    )


def _choice(
    name: str, label: str, value: rx.Var[str], on_change: Any, *options: rx.Component, hint: str = ""
) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="field-label"),
        Choice.create(
            *options,
            id=name,
            value=value,
            on_change=on_change,
            disabled=~SettingsState.ready,
            class_name="input",
            aria_describedby=f"{name}-hint",
        ),
        rx.el.p(hint, id=f"{name}-hint", class_name="field-hint") if hint else rx.fragment(),
        _told(name),
        class_name="field",
    )


def _zone() -> rx.Component:
    return rx.el.form(
        rx.el.label(words.TIME_ZONE, html_for=ZONE_FIELD, class_name="field-label"),
        rx.el.div(
            _input(ZONE_FIELD, "timezone", "timezone", "timezone-hint", type="search", list=ZONES, auto_complete="off"),
            ZoneNames.create(id=ZONES),
            rx.el.button(words.SAVE, type="submit", class_name="button outline", disabled=~SettingsState.ready),
            class_name="settings-line",
        ),
        rx.el.p(words.TIME_ZONE_HINT, id="timezone-hint", class_name="field-hint"),
        _error("timezone"),
        _told("timezone"),
        on_submit=SettingsState.choose_zone,
        class_name="field",
    )


def _theme() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(words.APPEARANCE, class_name="sr-only"),
        *(
            rx.el.label(
                rx.el.input(
                    type="radio",
                    name="theme",
                    value=mode,
                    checked=color_mode == mode,
                    on_change=set_color_mode(mode),
                    class_name="theme-input",
                ),
                rx.icon(icon, size=16),
                rx.el.span(words.THEMES[mode]),
                class_name="theme-choice",
            )
            for mode, icon in THEME_ICONS.items()
        ),
        class_name="theme-choices",
    )


def _password() -> rx.Component:
    return rx.el.form(
        # For password managers, which keep a password under a name.
        rx.el.input(type="hidden", name="email", value=SettingsState.email, auto_complete="username", read_only=True),
        _labelled(words.CURRENT_PASSWORD, "current-password", "current", "current-password"),
        _labelled(words.NEW_PASSWORD, "new-password", "new", "new-password", words.PASSWORD_HINT, min_length=8),
        rx.el.p(words.CHANGE_PASSWORD_HINT, class_name="field-hint"),
        rx.el.button(words.CHANGE_PASSWORD, type="submit", class_name="button outline", disabled=~SettingsState.ready),
        _told("password"),
        on_submit=SettingsState.change_password,
        class_name="settings-form",
    )


def _labelled(label: str, id_: str, name: str, auto_complete: str, hint: str = "", **props: Any) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=id_, class_name="field-label"),
        _input(
            *(id_, name, name, f"{name}-hint"),
            type="password",
            required=True,
            auto_complete=auto_complete,
            **props,
        ),
        rx.el.p(hint, id=f"{name}-hint", class_name="field-hint") if hint else rx.fragment(),
        _error(name),
        class_name="field",
    )


def _input(id_: str, name: str, field_: str, hint: str, **props: Any) -> rx.Component:
    """A field that says of itself when what it holds was refused."""
    is_wrong = SettingsState.wrong == field_
    return rx.el.input(
        id=id_,
        name=name,
        class_name="input",
        read_only=~SettingsState.ready,
        custom_attrs={
            "aria-invalid": rx.cond(is_wrong, "true", "false"),
            "aria-describedby": rx.cond(is_wrong, f"{field_}-error", hint),
        },
        **props,
    )


def _sign_out_everywhere() -> rx.Component:
    return rx.fragment(
        rx.el.p(words.SIGN_OUT_ALL_HINT, id="sign-out-hint", class_name="field-hint"),
        rx.el.button(
            words.SIGN_OUT_ALL,
            type="button",
            class_name="button outline",
            aria_describedby="sign-out-hint",
            disabled=~SettingsState.ready,
            on_click=SettingsState.sign_out_everywhere,
        ),
    )


def _delete_account() -> rx.Component:
    return rx.el.form(
        rx.el.p(words.DELETE_ACCOUNT_HINT, id="delete-hint", class_name="field-hint"),
        rx.el.div(
            rx.el.label(words.TYPE_EMAIL, html_for="delete-email", class_name="field-label"),
            _input("delete-email", "email", "email", "delete-hint", type="email", required=True, auto_complete="off"),
            _error("email"),
            class_name="field",
        ),
        rx.el.button(words.DELETE_ACCOUNT, type="submit", class_name="button danger", disabled=~SettingsState.ready),
        on_submit=SettingsState.delete_account,
        class_name="settings-form",
    )


def _error(field_: str) -> rx.Component:
    return rx.cond(
        SettingsState.wrong == field_,
        rx.el.p(SettingsState.error, id=f"{field_}-error", class_name="field-error", role="alert"),
    )


def _told(setting: str) -> rx.Component:
    """Says politely that it is done; there from the beginning, for a region that comes with its words is not read."""
    return rx.el.p(
        rx.cond(SettingsState.done == setting, SettingsState.told, ""), class_name="field-told", role="status"
    )
