"""Form section for personal access tokens."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

import reflex as rx

from taskchat_app.domain.accounts.access_tokens import NAME_MAX_CHARACTERS, SCOPES
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.lists import button, copied_text, outcome, with_label
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
        outcome(TokensState.error, TokensState.notice),
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
                    button(words.REVOKE_ONLY, "button danger", TokensState.revoke(token.id, False)),
                ),
                rx.cond(token.undo != "", button(token.undo, "button danger", TokensState.revoke(token.id, True))),
                button(words.CANCEL, "button outline", TokensState.ask("")),
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


def _new_token_form() -> rx.Component:
    return rx.el.form(
        with_label(
            words.TOKEN_NAME,
            "token-name",
            rx.el.input(
                id="token-name",
                name="token-name",
                class_name="input",
                required=True,
                max_length=NAME_MAX_CHARACTERS,
                auto_complete="off",
            ),
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
        with_label(
            words.TOKEN_LIFETIME,
            "lifetime",
            rx.el.select(
                *(rx.el.option(words.TOKEN_LIFETIMES[days], value=days) for days in LIFETIMES_DAYS),
                rx.el.option(words.TOKEN_LIFETIMES["never"], value="never"),
                id="lifetime",
                name="lifetime",
                class_name="input",
            ),
        ),
        rx.el.button(words.CREATE_TOKEN, type="submit", class_name="button outline", disabled=~SettingsState.ready),
        on_submit=TokensState.create,
        class_name="settings-form",
    )


def _made() -> rx.Component:
    """Return the new token, with a button to copy it."""
    return rx.el.div(
        rx.el.p(words.TOKEN_MADE, class_name="field-hint", role="status"),
        copied_text(TokensState.made, words.COPY_TOKEN),
    )
