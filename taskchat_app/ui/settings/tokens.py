"""Form section for personal access tokens."""

import reflex as rx

from taskchat_app.domain.accounts.access_tokens import NAME_MAX_CHARACTERS, SCOPES
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings import section_parts
from taskchat_app.ui.settings.tokens_state import TokenRow, TokensState


def token_settings() -> rx.Component:
    new = section_parts.creation_form(
        words.CREATE_TOKEN,
        TokensState.create,
        section_parts.text_field(words.TOKEN_NAME, "token-name", required=True, max_length=NAME_MAX_CHARACTERS),
        section_parts.checkboxes(
            words.TOKEN_MAY, {scope: words.TOKEN_SCOPES[scope] for scope in SCOPES}, checked=["read"]
        ),
        section_parts.select_field(words.TOKEN_LIFETIME, "lifetime", words.TOKEN_LIFETIMES),
    )
    secret = section_parts.new_secret(TokensState, words.TOKEN_CREATED, words.COPY_TOKEN)
    return section_parts.section(TokensState, words.TOKENS, words.TOKENS_HINT, _token, new, secret)


def _token(token: TokenRow) -> tuple[rx.Component, ...]:
    """Return the token and its button, which asks first; for one that has ended it only undoes what the token did."""
    can_undo = token.undo_label != ""
    revoke_only = button(words.REVOKE_ONLY, "button danger", TokensState.revoke(token.id, False))
    undo = button(token.undo_label, "button danger", TokensState.revoke(token.id, True))
    choices = rx.el.div(
        rx.cond(token.is_valid, revoke_only),
        rx.cond(can_undo, undo),
        button(words.CANCEL, "button outline", TokensState.ask("")),
        class_name="token-actions",
        role="group",
        aria_label=token.revoke_label,
    )
    ask = button(
        rx.cond(token.is_valid, words.REVOKE, words.UNDO),
        "button outline",
        TokensState.ask(token.id),
        aria_label=rx.cond(token.is_valid, token.revoke_label, token.undo_label),
    )
    actions = rx.cond(TokensState.pending_deletion == token.id, choices, rx.cond(token.is_valid | can_undo, ask))
    return section_parts.row_text(token.name, token.about), actions
