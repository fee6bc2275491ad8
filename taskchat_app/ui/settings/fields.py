"""Labelled inputs, errors and confirmations of the settings forms."""

from typing import Any

import reflex as rx

from taskchat_app.ui.settings.state import SettingsState


def password_field(label: str, name: str, auto_complete: str, hint: str = "", **props: Any) -> rx.Component:
    """Return a labelled field for a password; `name` is its id too."""
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="field-label"),
        rx.el.input(**field_props(name), type="password", required=True, auto_complete=auto_complete, **props),
        rx.el.p(hint, id=f"{name}-hint", class_name="field-hint") if hint else rx.fragment(),
        error_of(name),
        class_name="field",
    )


def _is_about(name: str) -> rx.Var[bool]:
    return SettingsState.outcome.field == name


def _is_refused(name: str) -> rx.Var[bool]:
    return _is_about(name) & (SettingsState.outcome.error != "")


def field_props(name: str) -> dict[str, Any]:
    """Return the props of a text field, which is marked as invalid if its value was refused."""
    is_invalid = _is_refused(name)
    return {
        "id": name,
        "name": name,
        "class_name": "input",
        "read_only": ~SettingsState.ready,
        "custom_attrs": {
            "aria-invalid": is_invalid,
            "aria-describedby": rx.cond(is_invalid, f"{name}-error", f"{name}-hint"),
        },
    }


def error_of(name: str) -> rx.Component:
    error = rx.el.p(SettingsState.outcome.error, id=f"{name}-error", class_name="field-error", role="alert")
    return rx.cond(_is_refused(name), error)


def saved_notice(setting: str) -> rx.Component:
    """Return the status region that confirms a saved setting; always rendered, so that screen readers announce it."""
    return rx.el.p(
        rx.cond(_is_about(setting), SettingsState.outcome.notice, ""), class_name="field-told", role="status"
    )
