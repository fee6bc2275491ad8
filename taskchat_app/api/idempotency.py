"""Idempotency-Key over HTTP: returns the stored response to a repeated request."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic.config import JsonDict
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts import idempotency
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency import RequestKey
from taskchat_app.domain.limits.request_queue import in_queue
from taskchat_app.domain.log.changes import lock_user
from taskchat_app.domain.storage.database import transaction

Work = Callable[[AsyncSession], Awaitable[Any]]

KEY_SCHEMA: JsonDict = {"minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
DESCRIPTION = "1 to 255 visible ASCII characters. For a day, the same key with the same request gets the same answer."


async def request_key(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(alias="Idempotency-Key", description=DESCRIPTION, json_schema_extra=KEY_SCHEMA)
    ] = None,
) -> RequestKey | None:
    """The key of this request with the fingerprint of its method, address and body; None when it has none."""
    if idempotency_key is None:
        return None
    target = f"{request.method} {request.url.path}?{request.url.query}".encode()
    return idempotency.request_key(idempotency_key, target, await request.body())


Once = Annotated[RequestKey | None, Depends(request_key)]


async def answer_once(person: Person, once: RequestKey | None, work: Work, status: int = 200) -> Response:
    """Do the work in one transaction together with its key; a request sent again gets the answer it had.

    What the work returns is the body as JSON; None is a response without one.
    """
    async with in_queue(person.id), transaction(person.id) as session:
        await lock_user(session, person.id)
        if once is not None:
            kept = await idempotency.stored_response(session, person.id, once)
            if kept is not None:
                return _response(kept.body, kept.status or status)
        body = _told(await work(session))
        if once is not None:
            await idempotency.store_response(session, person.id, once, status=status, body=body)
    return _response(body, status)


def _told(result: Any) -> dict[str, str] | None:
    """The body as it is kept: as text, since JSONB would forget the order of its members."""
    if result is None:
        return None
    return {"json": bytes(JSONResponse(jsonable_encoder(result)).body).decode()}


def _response(body: dict[str, str] | None, status: int) -> Response:
    return (
        Response(status_code=status) if body is None else Response(body["json"], status, media_type="application/json")
    )
