"""Personal access tokens on the settings page: state, actions and form section."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from taskchat_app.assistant.turns.undo_command import sentence_of
from taskchat_app.domain.accounts import access_tokens
from taskchat_app.domain.accounts.access_tokens import NAME_MAX_CHARACTERS, SCOPES, TokenView
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity import token_revocation
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import NotFound, PersonError
from taskchat_app.i18n.messages import Message
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.core.error_messages import error_sentence
from taskchat_app.ui.core.session import signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_day
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.settings import section_parts
from taskchat_app.ui.settings.section_state import SectionState

LIFETIMES_DAYS = {"30": 30, "90": 90, "365": 365}
"""The choices of an end; any other value means none."""


@dataclass(frozen=True)
class TokenRow:
    """A token in the list, with the labels of its buttons; no `undo_label` if it did nothing that could be undone."""

    id: str
    name: str
    about: str
    revoke_label: str
    undo_label: str
    is_valid: bool


class TokensState(SectionState, rx.State):
    rows: rx.Field[list[TokenRow]] = rx.field(default_factory=list)

    @rx.event
    @signed_in
    async def create(self, person: Person, form: dict[str, Any]) -> Any:
        scopes = [scope for scope in access_tokens.SCOPES if form.get(scope)]
        days = LIFETIMES_DAYS.get(str(form.get("lifetime")))
        expires_at = now() + timedelta(days=days) if days else None
        try:
            new = await access_tokens.create_token(person, str(form.get("token-name", "")), scopes, expires_at)
        except PersonError as error:
            self.show_result(error=error_sentence(error))
            return None
        self.show_result(secret=new.token)
        await self.load(person)
        return rx.set_value("token-name", "")

    @rx.event
    @signed_in
    async def revoke(self, person: Person, token_id: str, roll_back: bool) -> None:
        try:
            outcome = await token_revocation.revoke(person, token_id, roll_back=roll_back)
        except NotFound:
            self.show_result()  # revoked elsewhere, long ago
        except PersonError as error:
            self.show_result(error=error_sentence(error))
        else:
            did = say(words.TOKEN_REVOKED)
            self.show_result(notice=f"{did} {say(sentence_of(outcome))}" if roll_back else did)
        await self.load(person)

    @internal
    async def load(self, person: Person) -> None:
        self.rows = [_row(view, person.zone, now()) for view in await access_tokens.list_tokens(person.id)]


def _row(view: TokenView, zone: ZoneInfo, at: datetime) -> TokenRow:
    is_expired = view.expires_at is not None and view.expires_at <= at
    facts = [say(words.TOKEN_SCOPES_SHORT[scope]) for scope in view.scopes]
    facts.append(_on(words.TOKEN_USED, view.last_used_at, zone, at) if view.last_used_at else say(words.TOKEN_UNUSED))
    if view.revoked_at:
        facts.append(_on(words.TOKEN_WAS_REVOKED, view.revoked_at, zone, at))
    elif view.expires_at:
        facts.append(_on(words.TOKEN_EXPIRED if is_expired else words.TOKEN_EXPIRES, view.expires_at, zone, at))
    is_valid = not view.revoked_at and not is_expired
    undo = words.REVOKE_AND_UNDO if is_valid else words.UNDO_TOKEN
    return TokenRow(
        id=view.id,
        name=view.name,
        about=" · ".join(facts),
        revoke_label=say(words.REVOKE_TOKEN, name=view.name),
        undo_label=say(undo, count=view.changes) if view.changes else "",
        is_valid=is_valid,
    )


def _on(sentence: Message, moment: datetime, zone: ZoneInfo, at: datetime) -> str:
    return say(sentence, day=format_day(moment.astimezone(zone), at.astimezone(zone)))


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
