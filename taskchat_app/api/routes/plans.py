"""Routes under /api/plans: a draft of tasks that the assistant proposed, its edits, and adding it once."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.api.core.credentials import Reader, Writer
from taskchat_app.api.core.idempotency import OptionalKey, answer_once
from taskchat_app.api.schemas.bodies import Body
from taskchat_app.assistant.tools import plans
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import reading

router = APIRouter(prefix="/api/plans", tags=["plans"])


class LineBody(Body):
    """One line; `due` is an ISO date or local date-time, or a phrase; `parent_key` names an earlier line."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(min_length=1, max_length=20, pattern="^[A-Za-z0-9_-]+$")]
    title: str
    due: str | None = None
    parent_key: str | None = None
    included: bool = True


class LinesBody(BaseModel):
    """All lines of a plan, in their order: what is left out is removed."""

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[LineBody], Field(min_length=1, max_length=plans.LINES_MAX)]


class PlanBody(Body):
    """A plan; `numbers` are its tasks once it is applied."""

    id: str
    title: str
    lines: list[LineBody]
    applied: Annotated[bool, Field(validation_alias="is_applied")]
    numbers: list[int]
    turn_id: str | None


class AppliedBody(Body):
    """`POST /api/turns/{turn_id}/undo` takes all of these tasks back."""

    numbers: list[int]
    turn_id: str | None


@router.get("/{plan_id}", response_model=PlanBody)
async def plan(plan_id: str, person: Reader) -> Any:
    """Get a plan as it is now."""
    async with reading(person.id) as session:
        return plans.plan_of(await plans.access(session, person.id, plan_id))


@router.patch("/{plan_id}", response_model=PlanBody)
async def edit(plan_id: str, body: LinesBody, person: Writer, key: OptionalKey) -> Any:
    """Replace the lines of a plan that is not applied; 409 `plan_applied` for another one."""
    lines = [plans.PlanLine(**line.model_dump()) for line in body.lines]

    async def work(session: AsyncSession, by: Cause) -> plans.Plan:
        row = await plans.access(session, person.id, plan_id, lock=True)
        edited = plans.with_lines(person, plans.plan_of(row), lines)
        await plans.save(session, by, row, edited)
        return edited

    return await answer_once(person, key, 200, PlanBody.of, work)


@router.post("/{plan_id}/apply", response_model=AppliedBody)
async def apply(plan_id: str, person: Writer, key: OptionalKey) -> Any:
    """Add the included lines as tasks, once: the second time the answer is the same."""

    async def work(session: AsyncSession, by: Cause) -> plans.Plan:
        row = await plans.access(session, person.id, plan_id, lock=True)
        applied, _card = await plans.apply(session, person, by, row, plans.plan_of(row))
        return applied

    return await answer_once(person, key, 200, AppliedBody.of, work)
