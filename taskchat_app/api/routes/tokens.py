"""Routes under /api/tokens: list, create and revoke personal access tokens. Only a login may."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from taskchat_app.api.core.credentials import SignedIn
from taskchat_app.api.routes.activity import UndoBody, undo_body
from taskchat_app.api.schemas.bodies import Body, UtcTime
from taskchat_app.api.schemas.openapi_fields import TokenName
from taskchat_app.domain.accounts import access_tokens
from taskchat_app.domain.accounts.access_tokens import SCOPES
from taskchat_app.domain.activity.token_revocation import revoke

router = APIRouter(prefix="/api/tokens", tags=["tokens"])

Scope = Annotated[str, Field(json_schema_extra={"enum": list(SCOPES)})]


class NewTokenBody(BaseModel):
    """`read` reads tasks, conversations and activity; `write` changes tasks; `chat` talks to the assistant."""

    name: TokenName
    scopes: Annotated[list[Scope], Field(json_schema_extra={"minItems": 1})]
    expires_at: AwareDatetime | None = None


class TokenBody(Body):
    """A token without its secret; `changes` counts the changes of tasks made with it."""

    id: str
    name: str
    scopes: list[str]
    created_at: UtcTime
    expires_at: UtcTime | None
    last_used_at: UtcTime | None
    revoked_at: UtcTime | None
    changes: int


class TokensBody(BaseModel):
    tokens: list[TokenBody]


class CreatedTokenBody(BaseModel):
    """The token is shown only here."""

    id: str
    token: str


@router.get("", response_model=TokensBody)
async def tokens(person: SignedIn) -> Any:
    """List the user's tokens, newest first. Those that ended are listed for 30 days."""
    return {"tokens": await access_tokens.list_tokens(person.id)}


@router.post("", status_code=201)
async def create(person: SignedIn, body: NewTokenBody) -> CreatedTokenBody:
    """Create a token for `Authorization: Bearer …`. Without `expires_at` it is good until it is revoked."""
    new = await access_tokens.create_token(person, body.name, body.scopes, body.expires_at)
    return CreatedTokenBody(id=new.id, token=new.token)


@router.delete("/{token_id}", response_model=UndoBody)
async def delete(token_id: str, person: SignedIn, roll_back: Annotated[bool, Query()] = False) -> Any:
    """Revoke the token. With `roll_back`, undo all its changes; a task that was changed since is left and named."""
    return undo_body(await revoke(person, token_id, roll_back=roll_back))
