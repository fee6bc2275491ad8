"""Routes under /api/auth: register, sign in, sign out, account settings."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from taskchat_app.api.core.credentials import SignedIn, network_of
from taskchat_app.api.core.idempotency import OptionalKey
from taskchat_app.api.core.login_cookie import clear_cookie, set_cookie
from taskchat_app.api.schemas.bodies import Body
from taskchat_app.api.schemas.openapi_fields import Email, Password
from taskchat_app.domain.accounts import accounts, chat_secrets, message_limits, sign_in
from taskchat_app.domain.accounts.accounts import Person, SignedInLogin
from taskchat_app.domain.preferences import set_preferences
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import gettext

router = APIRouter(tags=["Accounts"])
_ANY_PREFERENCE: list[JsonValue] = [{"required": [name]} for name in accounts.SETTINGS]


class Registration(BaseModel):
    email: Email
    password: Password
    timezone: str | None = None


class Credentials(BaseModel):
    email: str
    password: str


class NewPreferences(BaseModel):
    model_config = ConfigDict(json_schema_extra={"anyOf": _ANY_PREFERENCE})

    timezone: str = ""
    language: str = ""
    week_start: str = ""
    clock: str = ""
    date_order: str = ""
    due_meanings: str = ""


class SettingsBody(Body):
    timezone: str
    language: str
    week_start: str
    clock: str
    date_order: str
    due_meanings: str


class NewPassword(BaseModel):
    current_password: Password
    new_password: Password
    end_access: bool = False


class Deletion(BaseModel):
    password: Password


class UserBody(Body):
    id: str
    email: str
    timezone: str


class LoginBody(Body):
    user: Annotated[UserBody, Field(validation_alias="person")]
    token: str
    expires_at: datetime


class QuotaBody(Body):
    """Messages of this UTC day that a model answers; `limit` is null while the built-in assistant answers all."""

    limit: int | None
    used: int
    resets_at: datetime


class MeBody(BaseModel):
    user: UserBody
    quota: QuotaBody


class ChatSecretBody(BaseModel):
    client_secret: str
    expires_at: datetime


@router.post("/api/auth/register", status_code=201)
async def register(body: Registration, request: Request, response: Response) -> LoginBody:
    """Create an account and sign in."""
    new_login = await sign_in.register(
        body.email,
        body.password,
        body.timezone or "UTC",
        network=network_of(request),
        accept_language=request.headers.get("accept-language", ""),
    )
    return _signed_in(request, new_login, response)


@router.post("/api/auth/login")
async def login(body: Credentials, request: Request, response: Response) -> LoginBody:
    """Sign in."""
    new_login = await sign_in.login(body.email, body.password, network=network_of(request))
    return _signed_in(request, new_login, response)


@router.post("/api/auth/logout", status_code=204)
async def logout(request: Request, person: SignedIn, response: Response) -> None:
    """Sign out: this login's token no longer works anywhere."""
    await sign_in.logout(person)
    clear_cookie(request, response)


@router.post("/api/auth/logout-all", status_code=204)
async def logout_all(
    request: Request, person: SignedIn, response: Response, end_access: Annotated[bool, Query()] = False
) -> None:
    """Sign out everywhere; with `end_access` tokens, calendar feeds, webhooks and devices for reminders end too."""
    await sign_in.logout_all(person, with_other_access=end_access)
    clear_cookie(request, response)


@router.get("/api/auth/me")
async def me(person: SignedIn) -> MeBody:
    """The signed-in user and today's quota of messages; its limit is null where no model counts them."""
    return await _me(person)


@router.patch("/api/auth/me")
async def change_me(body: NewPreferences, person: SignedIn) -> MeBody:
    """Set the time zone, the language, the first day of the week, the clock, or how dates are read.

    `due_meanings` are those `meaning`s of due_readings that the user prefers, with a blank between: `week_after 20h`.
    """
    if not body.model_fields_set:
        sentence = gettext("Name what to change: timezone, language, week_start, clock, date_order or due_meanings.")
        raise Invalid(sentence, field="timezone")
    return await _me(await set_preferences(person, **body.model_dump(exclude_unset=True)))


@router.get("/api/auth/settings")
async def my_settings(person: SignedIn) -> SettingsBody:
    """The user's settings. An empty language means the browser's language; empty clock or date_order: not told yet."""
    return SettingsBody.of(person)


@router.delete("/api/auth/me", status_code=204)
async def delete_me(request: Request, person: SignedIn, response: Response, body: Deletion | None = None) -> None:
    """Delete the account with all its data. Needs the password, except within ten minutes of signing in."""
    await sign_in.delete_account(person, body.password if body else None)
    clear_cookie(request, response)


@router.post("/api/auth/password", status_code=204)
async def change_password(body: NewPassword, person: SignedIn) -> None:
    """Change the password and revoke all other logins.

    With `end_access` tokens, calendar feeds, webhooks and devices for reminders end too.
    """
    await sign_in.change_password(person, body.current_password, body.new_password, with_other_access=body.end_access)


@router.post("/api/chatkit/session")
async def chat_session(person: SignedIn, key: OptionalKey) -> ChatSecretBody:
    """Create a secret for an embedding page, valid for ten minutes and for /api/chatkit only."""
    secret, expires_at = await chat_secrets.chat_secret(person, key)
    return ChatSecretBody(client_secret=secret, expires_at=expires_at)


def _signed_in(request: Request, new_login: SignedInLogin, response: Response) -> LoginBody:
    set_cookie(request, response, new_login)
    return LoginBody.of(new_login)


async def _me(person: Person) -> MeBody:
    quota = await message_limits.quota(person)
    limit = quota.limit if message_limits.has_model() else None
    return MeBody(user=UserBody.of(person), quota=QuotaBody(limit=limit, used=quota.used, resets_at=quota.resets_at))
