"""Form section for personal access tokens."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

from typing import Any

import reflex as rx

from taskchat_app.domain.accounts.access_tokens import NAME_MAX_CHARACTERS, SCOPES
from taskchat_app.ui.core.components import CopyButton
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.state import SettingsState
from taskchat_app.ui.settings.tokens_state import LIFETIMES_DAYS, TokenRow, TokensState


def token_settings() -> rx.Component:
    return rx.fragment(
        rx.el.p(words.TOKENS_HINT, class_name="field-hint"),
        rx.cond(
            TokensState.rows.length() > 0,
            rx.el.ul(rx.foreach(TokensState.rows, _token), class_name="tokens", role="list", aria_label=words.TOKENS),
        ),
        _new_token_form(),
        rx.cond(TokensState.made != "", _made()),
        rx.cond(TokensState.error != "", rx.el.p(TokensState.error, class_name="field-error", role="alert")),
        rx.el.p(TokensState.notice, class_name="field-told", role="status"),
    )


def _token(token: TokenRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(token.name, class_name="token-name", dir="auto"),
            rx.el.p(token.about, class_name="field-hint"),
            class_name="token-main",
        ),
        rx.cond(
            TokensState.asked == token.id,
            rx.el.div(
                rx.cond(
                    token.is_valid,
                    _button(words.REVOKE_ONLY, "button danger", TokensState.revoke(token.id, False)),
                ),
                rx.cond(token.undo != "", _button(token.undo, "button danger", TokensState.revoke(token.id, True))),
                _button(words.CANCEL, "button outline", TokensState.ask("")),
                class_name="token-actions",
                role="group",
                aria_label=token.revoke,
            ),
            rx.cond(
                token.is_valid | (token.undo != ""),
                rx.el.button(
                    rx.cond(token.is_valid, words.REVOKE, words.UNDO),
                    type="button",
                    class_name="button outline",
                    aria_label=rx.cond(token.is_valid, token.revoke, token.undo),
                    on_click=TokensState.ask(token.id),
                ),
            ),
        ),
        class_name="token",
        key=token.id,
    )


def _button(name: rx.Var[str] | str, class_name: str, on_click: Any) -> rx.Component:
    return rx.el.button(name, type="button", class_name=class_name, on_click=on_click)


def _new_token_form() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            rx.el.label(words.TOKEN_NAME, html_for="token-name", class_name="field-label"),
            rx.el.input(
                id="token-name",
                name="token-name",
                class_name="input",
                required=True,
                max_length=NAME_MAX_CHARACTERS,
                auto_complete="off",
            ),
            class_name="field",
        ),
        rx.el.fieldset(
            rx.el.legend(words.TOKEN_MAY, class_name="field-label"),
            *(
                rx.el.label(
                    rx.el.input(type="checkbox", name=scope, default_checked=scope == "read"),
                    rx.el.span(words.TOKEN_SCOPES[scope]),
                    class_name="token-scope",
                )
                for scope in SCOPES
            ),
            class_name="field",
        ),
        rx.el.div(
            rx.el.label(words.TOKEN_LIFETIME, html_for="lifetime", class_name="field-label"),
            rx.el.select(
                *(rx.el.option(words.TOKEN_LIFETIMES[days], value=days) for days in LIFETIMES_DAYS),
                rx.el.option(words.TOKEN_LIFETIMES["never"], value="never"),
                id="lifetime",
                name="lifetime",
                class_name="input",
            ),
            class_name="field",
        ),
        rx.el.button(words.CREATE_TOKEN, type="submit", class_name="button outline", disabled=~SettingsState.ready),
        on_submit=TokensState.create,
        class_name="settings-form",
    )


def _made() -> rx.Component:
    """Return the new token, with a button to copy it."""
    return rx.el.div(
        rx.el.p(words.TOKEN_MADE, class_name="field-hint", role="status"),
        rx.el.div(
            rx.el.code(TokensState.made, class_name="token-made"),
            CopyButton.create(
                rx.icon("copy", size=14, class_name="copy-icon"),
                rx.icon("check", size=14, class_name="copied-icon"),
                text=TokensState.made,
                copy=words.COPY_TOKEN,
                copied=words.COPIED,
                class_name="icon-button",
            ),
            class_name="settings-line",
        ),
    )
