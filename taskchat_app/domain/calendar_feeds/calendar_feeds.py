"""Creates, lists, ends and reads calendar feeds.

The secret in a feed's address is `<user id>-<256 random bits>`: whoever has the address reads the tasks of its view.
"""

import logging
import re
import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.calendar_feeds.calendar_file import KINDS, CalendarHead, calendar_file
from taskchat_app.domain.limits.rate_limits import Limit, take_or_refuse
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import Invalid, ListFull, NotFound
from taskchat_app.domain.storage.models import CalendarFeed, Task, User
from taskchat_app.domain.storage.storable_values import is_storable
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.tasks.consequences.series import dates_made_for
from taskchat_app.domain.tasks.list_views import checked_view, query_of_view
from taskchat_app.domain.tasks.queries import conditions_of, tasks_where
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import gettext

log = logging.getLogger(__name__)

PATH = "/api/calendar/{secret}.ics"
FORM = re.compile(r"([0-9a-f]{32})-[A-Za-z0-9_-]{43}")
FEEDS_MAX = 20
"""Feeds of one user."""
TASKS_MAX = 2_000
"""Tasks in one feed: open ones by due date, then the last ones done. Writing so many takes a second."""
READS = Limit("calendar_reads", 60, timedelta(minutes=10))
"""Reads of all feeds of one user; calendar programs read a few times an hour."""
READ_RECORDED_EVERY = timedelta(minutes=1)
NO_FEED = gettext("There is no such calendar. Its address may have been deleted: make a new one in Settings.")
DESCRIPTION = gettext("Tasks of taskchat: {view}")
LIMITED = gettext("Tasks of taskchat: {view} (the first {most:#,##0})")


def feed_url(secret: str, headers: Mapping[str, str]) -> str:
    """Return a feed's address at PUBLIC_URL, or where a page on another origin than the API's sent its request to.

    The headers are those of the request, in lower case. Browsers name the relation in Sec-Fetch-Site.
    """
    origin = settings().origin
    is_from_own_page = headers.get("origin") in settings().own_origins
    is_to_other_origin = headers.get("sec-fetch-site") in ("cross-site", "same-site")
    if is_from_own_page and is_to_other_origin and "host" in headers:
        origin = f"{origin.partition(':')[0]}://{headers['host']}"
    return f"{origin}{PATH.format(secret=secret)}"


async def create_feed(person: Person, view: str, kind: str) -> CalendarFeed:
    """Create a feed of a view ("overdue #home"). Raises Invalid, and ListFull beyond FEEDS_MAX."""
    view = checked_view(view)
    if kind not in KINDS:
        raise Invalid(gettext("A calendar has one of these: {kinds}. Choose one.", kinds=", ".join(KINDS)), field="as")
    secret = f"{person.id}-{secrets.token_urlsafe(32)}"
    row = CalendarFeed(user_id=person.id, id=uuid.uuid4().hex, view=view, kind=kind, secret=secret, created_at=now())
    async with transaction(person.id) as session:
        await lock_user(session, person.id)
        count = select(func.count()).select_from(CalendarFeed).where(CalendarFeed.user_id == person.id)
        if (await session.exec(count)).one() >= FEEDS_MAX:
            raise ListFull(gettext("You have {most} calendars. Delete one that you do not need.", most=FEEDS_MAX))
        session.add(row)
    log.info("Calendar feed %s was made", row.id)
    return row


async def list_feeds(user_id: str) -> list[CalendarFeed]:
    """Return the user's feeds, newest first."""
    own = select(CalendarFeed).where(CalendarFeed.user_id == user_id)
    async with reading(user_id) as session:
        return list((await session.exec(own.order_by(col(CalendarFeed.created_at).desc(), col(CalendarFeed.id)))).all())


async def delete_feed(user_id: str, feed_id: str) -> None:
    """End the feed for good; raise NotFound."""
    own = delete(CalendarFeed).where(col(CalendarFeed.user_id) == user_id, col(CalendarFeed.id) == feed_id)
    async with transaction(user_id) as session:
        if not is_storable(feed_id) or (await session.exec(own)).rowcount == 0:
            raise NotFound(NO_FEED)
    log.info("Calendar feed %s was deleted", feed_id)


async def read_feed(secret: str) -> bytes:
    """Return the feed as an iCalendar file. Raises NotFound for an unknown secret, BurstLimit beyond READS."""
    form = FORM.fullmatch(secret)
    if form is None:
        raise NotFound(NO_FEED)
    user_id = form[1]
    found = select(CalendarFeed, User).join(User).where(CalendarFeed.user_id == user_id, CalendarFeed.secret == secret)
    async with transaction(user_id) as session:
        pair = (await session.exec(found)).one_or_none()
        if pair is None:
            raise NotFound(NO_FEED)
        feed, user = pair
        await take_or_refuse(session, READS, user_id, gettext("This calendar is read too often. Try again later."))
        if feed.last_read_at is None or feed.last_read_at < now() - READ_RECORDED_EVERY:
            own = update(CalendarFeed).where(col(CalendarFeed.user_id) == user_id, col(CalendarFeed.id) == feed.id)
            await session.exec(own.values(last_read_at=now()))
    zone = ZoneInfo(user.timezone)
    tasks, made_for = await _tasks_of(user.id, feed, zone)
    sentence = LIMITED if len(tasks) == TASKS_MAX else DESCRIPTION
    description = render(sentence.with_values(view=feed.view, most=TASKS_MAX), user.language or "en")
    head = CalendarHead(zone, f"taskchat: {feed.view}", description, f"{settings().origin}/")
    return await calendar_file(tasks, "todo" if feed.kind == "todo" else "event", head, made_for)


async def _tasks_of(user_id: str, feed: CalendarFeed, zone: ZoneInfo) -> tuple[Sequence[Task], dict[int, datetime]]:
    """Return the feed's tasks, and for what dates the tasks of series were made (see dates_made_for)."""
    conditions = conditions_of(query_of_view(feed.view, zone=zone, now=now()))
    if feed.kind == "event":
        conditions.append(col(Task.due_at).is_not(None))
    open_first = (col(Task.completed_at).desc().nulls_first(), col(Task.due_at).nulls_last(), col(Task.number))
    query = tasks_where(user_id, conditions).order_by(None).order_by(*open_first).limit(TASKS_MAX)
    async with reading(user_id) as session:
        tasks = (await session.exec(query)).all()
        open_tasks = [task for task in tasks if task.completed_at is None]
        return tasks, await dates_made_for(session, user_id, open_tasks, zone)
