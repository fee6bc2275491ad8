"""Idempotency-Key over HTTP: returns the stored response to a repeated request.

A repeated chat message gets its earlier turn instead (assistant/turns/admission.py).
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from fastapi import Depends, Header, Request, Response
from pydantic.config import JsonDict
from pydantic_core import to_json
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts import idempotency_keys
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency_keys import RequestKey
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.user_lock import in_queue, lock_user

Result = TypeVar("Result")
Given = ParamSpec("Given")
Verb = Callable[Concatenate[AsyncSession, Cause, Given], Awaitable[Result]]
"""A function that changes data, such as tasks.complete_task(session, by, number)."""
BodyOf = Callable[[Result], Any]
"""Makes the body of the response of what the verb returns."""

KEY_SCHEMA: JsonDict = {"minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
DESCRIPTION = "1 to 255 visible ASCII characters. For a day, the same key with the same request gets the same answer."


async def request_key(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(alias="Idempotency-Key", description=DESCRIPTION, json_schema_extra=KEY_SCHEMA)
    ] = None,
) -> RequestKey | None:
    """Return the request's key with the fingerprint of its method, URL and body; None without a key."""
    if idempotency_key is None:
        return None
    target = f"{request.method} {request.url.path}?{request.url.query}".encode()
    return idempotency_keys.request_key(idempotency_key, target, await request.body())


OptionalKey = Annotated[RequestKey | None, Depends(request_key)]


async def answer_once(
    person: Person,
    key: RequestKey | None,
    status: int,
    body_of: BodyOf[Result] | None,
    verb: Verb[Given, Result],
    *given: Given.args,
    **options: Given.kwargs,
) -> Response:
    """Run the verb with what is given, and return the response; without `body_of` (status 204) it has no body.

    The key is stored with the response in the verb's transaction; a repeated request gets the stored response.
    """
    async with in_queue(person.id), transaction(person.id) as session:
        await lock_user(session, person.id)
        if key is not None:
            stored = await idempotency_keys.stored_response(session, person.id, key)
            if stored is not None:
                return _response(stored.body, stored.status or status)  # pages and turns store no status
        done = await verb(session, person.cause("api"), *given, **options)
        # As text, since JSONB does not keep the order of members.
        body = {"json": to_json(body_of(done)).decode()} if body_of else None
        if key is not None:
            await idempotency_keys.store_response(session, person.id, key, status=status, body=body)
    return _response(body, status)


def _response(body: dict[str, str] | None, status: int) -> Response:
    if body is None:
        return Response(status_code=status)
    return Response(body["json"], status, media_type="application/json")
