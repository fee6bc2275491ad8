"""Labelled inputs, errors and confirmations of the settings forms."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

from typing import Any

import reflex as rx

from taskchat_app.ui.settings.state import SettingsState


def labelled(label: str, id_: str, name: str, auto_complete: str, hint: str = "", **props: Any) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=id_, class_name="field-label"),
        rx.el.input(
            **field_props(id_, name, name, f"{name}-hint"),
            type="password",
            required=True,
            auto_complete=auto_complete,
            **props,
        ),
        rx.el.p(hint, id=f"{name}-hint", class_name="field-hint") if hint else rx.fragment(),
        error_of(name),
        class_name="field",
    )


def field_props(id_: str, name: str, error_field: str, hint: str) -> dict[str, Any]:
    """Return the props of a text field, which is marked as invalid if its value was refused."""
    is_invalid = SettingsState.error_field == error_field
    return {
        "id": id_,
        "name": name,
        "class_name": "input",
        "read_only": ~SettingsState.ready,
        "custom_attrs": {
            "aria-invalid": rx.cond(is_invalid, "true", "false"),
            "aria-describedby": rx.cond(is_invalid, f"{error_field}-error", hint),
        },
    }


def error_of(field_: str) -> rx.Component:
    return rx.cond(
        SettingsState.error_field == field_,
        rx.el.p(SettingsState.error, id=f"{field_}-error", class_name="field-error", role="alert"),
    )


def saved_notice(setting: str) -> rx.Component:
    """Return the status region that confirms a saved setting; always rendered, so that screen readers announce it."""
    return rx.el.p(
        rx.cond(SettingsState.saved_field == setting, SettingsState.notice, ""), class_name="field-told", role="status"
    )
