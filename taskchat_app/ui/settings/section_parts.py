"""Components that the settings sections with a list share: tokens, calendar feeds, webhooks, devices."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import reflex as rx

from taskchat_app.ui.core.components import CopyButton
from taskchat_app.ui.core.elements import button, copy_icons
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.state import SettingsState


def section(
    state: Any, label: str, hint: str, row: Callable[[Any], tuple[rx.Component, ...]], *below: rx.Component
) -> rx.Component:
    """Return the list of the objects of this SectionState, then `below`, and the outcome of the last action.

    `row` returns the contents of an object's row.
    """
    rows = rx.foreach(state.rows, lambda shown: rx.el.li(*row(shown), class_name="token", key=shown.id))
    return rx.fragment(
        rx.el.p(hint, class_name="field-hint"),
        rx.cond(state.rows.length() > 0, rx.el.ul(rows, class_name="tokens", role="list", aria_label=label)),
        *below,
        rx.cond(state.error != "", rx.el.p(state.error, class_name="field-error", role="alert")),
        # Always rendered, so that screen readers announce it.
        rx.el.p(state.notice, class_name="field-told", role="status"),
    )


def row_text(name: rx.Var[str] | str, about: rx.Var[str] | str, *more: rx.Component, dir: str = "auto") -> rx.Component:  # noqa: A002 -- as in HTML
    """Return the text of a row: the object's name, facts about it, and more elements below."""
    return rx.el.div(
        rx.el.p(name, class_name="token-name", dir=dir),
        rx.el.p(about, class_name="field-hint"),
        *more,
        class_name="token-main",
    )


def creation_form(submit: str, on_submit: Any, *fields: rx.Component) -> rx.Component:
    submit_button = rx.el.button(submit, type="submit", class_name="button outline", disabled=~SettingsState.ready)
    return rx.el.form(*fields, submit_button, on_submit=on_submit, class_name="settings-form")


def text_field(label: str, name: str, **props: Any) -> rx.Component:
    """Return a labelled input; `name` is its id too."""
    props.setdefault("auto_complete", "off")
    return _field(label, name, rx.el.input(id=name, name=name, class_name="input", **props))


def select_field(label: str, name: str, options: Mapping[str, str]) -> rx.Component:
    """Return a labelled choice; `options` holds what is shown by its value."""
    shown = (rx.el.option(text, value=value) for value, text in options.items())
    return _field(label, name, rx.el.select(*shown, id=name, name=name, class_name="input"))


def _field(label: str, id_: str, control: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.label(label, html_for=id_, class_name="field-label"), control, class_name="field")


def checkboxes(legend: str, options: Mapping[str, str], checked: Collection[str]) -> rx.Component:
    """Return one checkbox for each option; `options` holds their labels by their names."""
    boxes = (
        rx.el.label(
            rx.el.input(type="checkbox", name=name, default_checked=name in checked),
            rx.el.span(label),
            class_name="token-scope",
        )
        for name, label in options.items()
    )
    return rx.el.fieldset(rx.el.legend(legend, class_name="field-label"), *boxes, class_name="field")


def copied_text(text: rx.Var[str] | str, copy: str) -> rx.Component:
    return rx.el.div(
        rx.el.code(text, class_name="token-made"),
        CopyButton.create(*copy_icons(), text=text, copy=copy, class_name="icon-button"),
        class_name="settings-line",
    )


def new_secret(state: Any, hint: str, copy: str) -> rx.Component:
    """Return the secret of the newest object of this SectionState, with a button to copy it; nothing without one."""
    line = rx.el.p(hint, class_name="field-hint", role="status")
    return rx.cond(state.secret != "", rx.el.div(line, copied_text(state.secret, copy)))


def deletion(name: rx.Var[str] | str, state: Any, object_id: Any) -> rx.Component:
    """Return a button to delete an object of this SectionState, which asks once more; `name` says which object."""
    return rx.cond(
        state.pending_deletion == object_id,
        rx.el.div(
            button(words.DELETE_IT, "button danger", state.delete(object_id)),
            button(words.CANCEL, "button outline", state.ask("")),
            class_name="token-actions",
            role="group",
            aria_label=name,
        ),
        button(words.DELETE_IT, "button outline", state.ask(object_id), aria_label=name),
    )
