"""Stores a user's time zone, language and first day of the week, and announces the change.

Whole-day tasks follow the time zone in the same transaction.
"""

from dataclasses import dataclass, fields, replace
from zoneinfo import ZoneInfo

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.profile_fields import checked_language, checked_timezone, checked_week_start
from taskchat_app.domain.limits.request_queue import in_queue
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.user_lock import locked_user
from taskchat_app.domain.tasks.all_day import follow_time_zone


@dataclass(frozen=True, slots=True)
class PreferenceChanges:
    """New values; None means unchanged. An empty language means the browser's language."""

    timezone: str | None = None
    language: str | None = None
    week_start: str | None = None


async def set_preferences(person: Person, changes: PreferenceChanges) -> Person:
    """Store the new values and return the updated user; raise Invalid, without any change, if one is not valid."""
    given = {field.name: value for field in fields(changes) if (value := getattr(changes, field.name)) is not None}
    for name, value in given.items():
        _CHECKS[name](value)
    async with in_queue(person.id), transaction(person.id) as session:
        user = await locked_user(session, person.id)
        changed = {name: value for name, value in given.items() if getattr(user, name) != value}
        old_zone = ZoneInfo(user.timezone)
        for name, value in changed.items():
            setattr(user, name, value)
        if "timezone" in changed:
            await follow_time_zone(session, person.id, old_zone, ZoneInfo(user.timezone))
        if changed:
            await session.flush()
            await record(session, Cause(person.id, "person"), [Entry("person", "updated")])
    return replace(person, **given)


_CHECKS = {"timezone": checked_timezone, "language": checked_language, "week_start": checked_week_start}
