"""Routes under /api/feeds, which a login manages, and /api/calendar, which the secret in the address opens."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from taskchat_app.api.core.credentials import SignedIn
from taskchat_app.api.schemas.openapi_fields import ViewText
from taskchat_app.domain.calendar_feeds import calendar_feeds
from taskchat_app.domain.calendar_feeds.calendar_feeds import PATH, feed_url, read_feed
from taskchat_app.domain.calendar_feeds.calendar_file import KINDS
from taskchat_app.domain.storage.models import CalendarFeed
from taskchat_app.domain.tasks.task_dates import utc_text

router = APIRouter(tags=["calendar feeds"])
MEDIA_TYPE = "text/calendar"


class NewFeedBody(BaseModel):
    """`view`: open, today, week, upcoming, overdue, done or all, tags (#home), words, or several of these."""

    view: ViewText
    as_: Annotated[str, Field(alias="as", json_schema_extra={"enum": list(KINDS)})] = "event"


class FeedBody(BaseModel):
    """A feed. Whoever has its `url` reads its tasks."""

    id: str
    view: str
    as_: Annotated[str, Field(alias="as")]
    url: str
    created_at: str
    last_read_at: str | None


class FeedsBody(BaseModel):
    feeds: list[FeedBody]


@router.get("/api/feeds", response_model=FeedsBody)
async def feeds(request: Request, person: SignedIn) -> Any:
    """List the user's calendar feeds, newest first."""
    return {"feeds": [_json(view, request) for view in await calendar_feeds.list_feeds(person.id)]}


@router.post("/api/feeds", status_code=201, response_model=FeedBody)
async def create(request: Request, person: SignedIn, body: NewFeedBody) -> Any:
    """Create a feed of events (tasks with a due date) or to-dos. Calendar programs subscribe to its `url`."""
    return _json(await calendar_feeds.create_feed(person, body.view, body.as_), request)


@router.delete("/api/feeds/{feed_id}", status_code=204)
async def delete(feed_id: str, person: SignedIn) -> None:
    """End the feed: its address is 404 from now on."""
    await calendar_feeds.delete_feed(person.id, feed_id)


@router.head(PATH, include_in_schema=False)
@router.get(PATH, response_class=Response, responses={200: {"content": {MEDIA_TYPE: {}}}, 304: {}})
async def calendar(secret: str, request: Request) -> Response:
    """Return the feed as iCalendar (RFC 5545); 304 if `If-None-Match` names its ETag. The address is the credential."""
    content = await read_feed(secret)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": 'inline; filename="taskchat.ics"',
        "Referrer-Policy": "no-referrer",
    }
    if _names(request.headers.get("if-none-match", ""), etag):
        return Response(None, 304, headers)
    if request.method == "HEAD":
        return Response(None, 200, {**headers, "Content-Length": str(len(content))}, f"{MEDIA_TYPE}; charset=utf-8")
    return Response(content, 200, headers, f"{MEDIA_TYPE}; charset=utf-8")


def _names(if_none_match: str, etag: str) -> bool:
    """Return whether the header (RFC 9110, 13.1.2) matches the ETag."""
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in if_none_match.split(","))


def _json(feed: CalendarFeed, request: Request) -> dict[str, Any]:
    return {
        "id": feed.id,
        "view": feed.view,
        "as": feed.kind,
        "url": feed_url(feed.secret, request.headers),
        "created_at": utc_text(feed.created_at),
        "last_read_at": utc_text(feed.last_read_at),
    }
