"""Form sections for the password, logins and deleting the account."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

import reflex as rx

from taskchat_app.domain.accounts.passwords import PASSWORD_MIN_CHARACTERS
from taskchat_app.ui.core.buttons import button
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.fields import error_of, field_props, labelled, saved_notice
from taskchat_app.ui.settings.state import SettingsState


def password_form() -> rx.Component:
    return rx.el.form(
        # For password managers, which store a password with a user name.
        rx.el.input(type="hidden", name="email", value=SettingsState.email, auto_complete="username", read_only=True),
        labelled(words.CURRENT_PASSWORD, "current-password", "current", "current-password"),
        labelled(
            words.NEW_PASSWORD,
            "new-password",
            "new",
            "new-password",
            words.PASSWORD_HINT,
            min_length=PASSWORD_MIN_CHARACTERS,
        ),
        rx.el.p(words.CHANGE_PASSWORD_HINT, class_name="field-hint"),
        rx.el.button(words.CHANGE_PASSWORD, type="submit", class_name="button outline", disabled=~SettingsState.ready),
        saved_notice("password"),
        on_submit=SettingsState.change_password,
        class_name="settings-form",
    )


def sign_out_everywhere_form() -> rx.Component:
    return rx.fragment(
        rx.el.p(words.SIGN_OUT_ALL_HINT, id="sign-out-hint", class_name="field-hint"),
        button(
            words.SIGN_OUT_ALL,
            "button outline",
            SettingsState.sign_out_everywhere,
            aria_describedby="sign-out-hint",
            disabled=~SettingsState.ready,
        ),
    )


def delete_account_form() -> rx.Component:
    return rx.el.form(
        rx.el.p(words.DELETE_ACCOUNT_HINT, id="delete-hint", class_name="field-hint"),
        rx.el.input(type="hidden", name="email", value=SettingsState.email, auto_complete="username", read_only=True),
        rx.el.div(
            rx.el.label(words.PASSWORD_TO_DELETE, html_for="delete-password", class_name="field-label"),
            rx.el.input(
                **field_props("delete-password", "password", "delete-password", "delete-hint"),
                type="password",
                required=True,
                auto_complete="current-password",
            ),
            error_of("delete-password"),
            class_name="field",
        ),
        rx.el.button(words.DELETE_ACCOUNT, type="submit", class_name="button danger", disabled=~SettingsState.ready),
        on_submit=SettingsState.delete_account,
        class_name="settings-form",
    )
