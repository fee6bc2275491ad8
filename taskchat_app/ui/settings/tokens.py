"""Form section for personal access tokens."""

import reflex as rx

from taskchat_app.domain.accounts.access_tokens import NAME_MAX_CHARACTERS, SCOPES
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.section_parts import (
    checkboxes,
    creation_form,
    new_secret,
    row_text,
    section,
    section_row,
    select_field,
    text_field,
)
from taskchat_app.ui.settings.tokens_state import TokenRow, TokensState


def token_settings() -> rx.Component:
    new = creation_form(
        words.CREATE_TOKEN,
        TokensState.create,
        text_field(words.TOKEN_NAME, "token-name", required=True, max_length=NAME_MAX_CHARACTERS),
        checkboxes(words.TOKEN_MAY, {scope: words.TOKEN_SCOPES[scope] for scope in SCOPES}, checked=["read"]),
        select_field(words.TOKEN_LIFETIME, "lifetime", words.TOKEN_LIFETIMES),
    )
    secret = new_secret(TokensState, words.TOKEN_CREATED, words.COPY_TOKEN)
    return section(TokensState, words.TOKENS, words.TOKENS_HINT, _token, new, secret)


def _token(token: TokenRow) -> rx.Component:
    return section_row(
        token.id,
        row_text(token.name, token.about),
        rx.cond(
            TokensState.pending_deletion == token.id,
            rx.el.div(
                rx.cond(
                    token.is_valid, button(words.REVOKE_ONLY, "button danger", TokensState.revoke(token.id, False))
                ),
                rx.cond(token.undo != "", button(token.undo, "button danger", TokensState.revoke(token.id, True))),
                button(words.CANCEL, "button outline", TokensState.ask("")),
                class_name="token-actions",
                role="group",
                aria_label=token.revoke,
            ),
            rx.cond(
                token.is_valid | (token.undo != ""),
                button(
                    rx.cond(token.is_valid, words.REVOKE, words.UNDO),
                    "button outline",
                    TokensState.ask(token.id),
                    aria_label=rx.cond(token.is_valid, token.revoke, token.undo),
                ),
            ),
        ),
    )
