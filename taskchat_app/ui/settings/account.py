"""Sections of the settings page about the account: password, logins, export and import of everything, deletion."""

import reflex as rx
from reflex_base.components.component import field

from taskchat_app.domain.accounts.passwords import PASSWORD_MIN_CHARACTERS
from taskchat_app.ui.core.components import PAGE, DownloadButton, PageComponent
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.fields import password_field, saved_notice
from taskchat_app.ui.settings.state import ACCESS_FIELD, SettingsState


def password_form() -> rx.Component:
    return rx.el.form(
        # For password managers, which store a password with a user name.
        rx.el.input(type="hidden", name="email", value=SettingsState.email, auto_complete="username", read_only=True),
        password_field(words.CURRENT_PASSWORD, "current-password", "current-password"),
        password_field(
            words.NEW_PASSWORD, "new-password", "new-password", words.PASSWORD_HINT, min_length=PASSWORD_MIN_CHARACTERS
        ),
        rx.el.p(words.CHANGE_PASSWORD_HINT, class_name="field-hint"),
        _access_checkbox(),
        rx.el.button(words.CHANGE_PASSWORD, type="submit", class_name="button outline", disabled=~SettingsState.ready),
        saved_notice("password"),
        on_submit=SettingsState.change_password,
        class_name="settings-form",
    )


def sign_out_everywhere_form() -> rx.Component:
    return rx.el.form(
        rx.el.p(words.SIGN_OUT_ALL_HINT, id="sign-out-hint", class_name="field-hint"),
        _access_checkbox(),
        rx.el.button(
            words.SIGN_OUT_ALL,
            type="submit",
            class_name="button outline",
            aria_describedby="sign-out-hint",
            disabled=~SettingsState.ready,
        ),
        on_submit=SettingsState.sign_out_everywhere,
        class_name="settings-form",
    )


def _access_checkbox() -> rx.Component:
    checkbox = rx.el.input(type="checkbox", name=ACCESS_FIELD, default_checked=True)
    return rx.el.label(checkbox, rx.el.span(words.END_ACCESS), class_name="token-scope")


def delete_account_form() -> rx.Component:
    return rx.el.form(
        rx.el.p(words.DELETE_ACCOUNT_HINT, id="delete-password-hint", class_name="field-hint"),
        rx.el.input(type="hidden", name="email", value=SettingsState.email, auto_complete="username", read_only=True),
        password_field(words.PASSWORD_TO_DELETE, "delete-password", "current-password"),
        rx.el.button(words.DELETE_ACCOUNT, type="submit", class_name="button danger", disabled=~SettingsState.ready),
        on_submit=SettingsState.delete_account,
        class_name="settings-form",
    )


class ImportForm(PageComponent):
    library = f"{PAGE}settings/data_transfer.js"
    zone: rx.Var[str] = field(doc="The user's time zone")


def data_settings() -> rx.Component:
    return rx.fragment(
        rx.el.p(SettingsState.share, class_name="field-hint"),
        rx.el.p(words.EXPORT_HINT, class_name="field-hint"),
        rx.el.div(
            _download(words.EXPORT_ALL, "/api/export", "taskchat-{day}.json"),
            _download(words.EXPORT_CSV, "/api/tasks.csv?status=all", "tasks-{day}.csv"),
            class_name="settings-line",
        ),
        rx.el.p(words.IMPORT_HINT, class_name="field-hint"),
        ImportForm.create(zone=SettingsState.timezone, class_name="settings-form", aria_label=words.IMPORT["import"]),
    )


def _download(name: str, path: str, file: str) -> rx.Component:
    return DownloadButton.create(name, path=path, file=file, class_name="button outline")
