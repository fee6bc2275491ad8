"""Routes under /api/turns: status, stream of events, stop, undo. The stream of changed data is in events.py."""

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.api.core.credentials import Chatter, Reader, Writer
from taskchat_app.api.core.idempotency import OptionalKey, answer_once
from taskchat_app.api.core.request_language import request_language
from taskchat_app.api.routes.activity import ChangeBody, UndoBody, changes_json, undo_body
from taskchat_app.api.streams.sse import encoded_events, stream, stream_place
from taskchat_app.assistant.threads import leases
from taskchat_app.assistant.turns import turn_status, turns
from taskchat_app.assistant.turns.undo_command import undo_turn_by_id
from taskchat_app.domain.log.changes import Cause
from taskchat_app.i18n.catalogue import render

router = APIRouter(prefix="/api/turns", tags=["turns"])


class TurnBody(BaseModel):
    """`receipt` summarizes the recorded changes in one line, such as "Added #7". An import has no thread."""

    turn_id: str
    thread_id: str | None
    status: Literal["running", "done", "stopped", "failed"]
    receipt: str
    changes: list[ChangeBody]


@router.get("/{turn_id}", response_model=TurnBody, response_model_exclude_unset=True)
async def turn(turn_id: str, person: Reader) -> Any:
    """Get the turn's status and changes from the database."""
    view = await turn_status.view_turn(person.id, turn_id)
    return {
        "turn_id": view.turn_id,
        "thread_id": view.thread_id,
        "status": view.status,
        "receipt": render(view.receipt, request_language.get()),
        "changes": await changes_json(person, view.changes),
    }


@router.get("/{turn_id}/events", responses={200: {"content": {"text/event-stream": {}}}})
async def events(turn_id: str, request: Request, person: Reader) -> Response:
    """Stream the turn's ChatKit events, from the first one on, and live while it runs.

    The events of a finished turn, or of one that runs on another instance, are produced from its stored items.
    """
    with stream_place(request, person) as place:
        return stream(encoded_events(await turns.find(person.id, turn_id)), person, place)


@router.post("/{turn_id}/stop", status_code=204)
async def stop(turn_id: str, person: Chatter, key: OptionalKey) -> Response:
    """Stop the turn; its partial answer and its changes stay. Idempotent."""
    has_run = False  # else the request was repeated, and gets the stored response

    async def work(session: AsyncSession, _: Cause) -> None:
        nonlocal has_run
        await turn_status.access_turn(session, person.id, turn_id)
        await leases.request_stop(session, person.id, turn_id)
        has_run = True

    response = await answer_once(person, key, 204, None, work)
    if has_run:
        # After that transaction: the end of the turn takes the same lock.
        await turns.await_stop(person.id, turn_id)
    return response


@router.post("/{turn_id}/undo", response_model=UndoBody)
async def undo(turn_id: str, person: Writer, key: OptionalKey) -> Any:
    """Undo all changes of the turn, or of an import. A task that was changed since is left as it is and named."""
    return await answer_once(person, key, 200, undo_body, undo_turn_by_id, turn_id)
