"""What happened to tasks, over HTTP, and taking it back."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from taskchat_app.api.credentials import SignedIn
from taskchat_app.api.once import Once, answer_once
from taskchat_app.domain.activity import list_activity
from taskchat_app.domain.changes import Cause
from taskchat_app.domain.database import now, reading
from taskchat_app.domain.models import Change
from taskchat_app.domain.task_views import as_json, utc_text, view_of_snapshot
from taskchat_app.domain.undo import UndoOutcome, undo_change

router = APIRouter(tags=["Activity"])


@router.get("/api/activity")
async def activity(
    person: SignedIn,
    task: int | None = None,
    turn: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(description="1 to 200")] = 50,
) -> dict[str, Any]:
    """What happened to tasks, newest first: who changed what, from what to what."""
    async with reading() as session:
        page = await list_activity(session, person.id, task=task, turn=turn, cursor=cursor, limit=limit)
    return {"changes": [activity_json(change) for change in page.changes], "next": page.next}


@router.post("/api/activity/{change_id}/undo")
async def undo(change_id: int, person: SignedIn, once: Once) -> Any:
    """Put back one change; what was changed again since is left alone and named, a second undo changes nothing."""

    async def work(session: Any) -> dict[str, Any]:
        return undo_json(await undo_change(session, Cause(person.id, "api"), change_id))

    return await answer_once(person, once, work)


def activity_json(change: Change) -> dict[str, Any]:
    """A change of a task as clients see it; what there was not is null."""
    at = now()
    return {
        "id": change.id,
        "at": utc_text(change.at),
        "actor": change.actor,
        "action": change.action,
        "task": change.task_number,
        "before": as_json(view_of_snapshot(change.before, at)) if change.before else None,
        "after": as_json(view_of_snapshot(change.after, at)) if change.after else None,
        "thread_id": change.thread_id,
        "turn_id": change.turn_id,
    }


def undo_json(outcome: UndoOutcome) -> dict[str, Any]:
    """What an undo did, and what it left alone."""
    conflicts = [{"number": conflict.number, "reason": conflict.reason} for conflict in outcome.conflicts]
    return {"undone": outcome.undone, "conflicts": conflicts}
