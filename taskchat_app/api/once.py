"""Idempotency-Key over HTTP: a request that changes something, answered once however often it is sent."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain import idempotency
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.changes import lock_user
from taskchat_app.domain.database import transaction
from taskchat_app.domain.idempotency import RequestKey

NO_CONTENT = 204


async def request_key(
    request: Request, idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None
) -> RequestKey | None:
    """The key of this request with the fingerprint of its method, address and body; None when it has none."""
    if idempotency_key is None:
        return None
    target = f"{request.method} {request.url.path}?{request.url.query}".encode()
    return idempotency.request_key(idempotency_key, target, await request.body())


Once = Annotated[RequestKey | None, Depends(request_key)]


async def answer_once(
    person: Person, once: RequestKey | None, work: Callable[[AsyncSession], Awaitable[Any]], status: int = 200
) -> Response:
    """Do the work in one transaction together with its key; a request sent again gets the answer it had."""
    async with transaction() as session:
        await lock_user(session, person.id)
        if once is not None:
            kept = await idempotency.kept_answer(session, person.id, once)
            if kept is not None:
                return _response(kept.body, kept.status or status)
        body = jsonable_encoder(await work(session))
        if once is not None:
            await idempotency.keep_answer(session, person.id, once, status=status, body=body)
    return _response(body, status)


def _response(body: Any, status: int) -> Response:
    return Response(status_code=status) if status == NO_CONTENT else JSONResponse(body, status)
