"""Preferences: where and how somebody lives with their tasks, told to every open page when they change."""

from dataclasses import dataclass, fields, replace

from taskchat_app.domain.accounts import Person
from taskchat_app.domain.changes import Cause, Entry, lock_user, record
from taskchat_app.domain.database import transaction
from taskchat_app.domain.lines import in_line
from taskchat_app.domain.person_fields import checked_language, checked_timezone, checked_week_start


@dataclass(frozen=True, slots=True)
class Preferences:
    """What is to be another; None leaves it as it is. An empty language is the browser's own."""

    timezone: str | None = None
    language: str | None = None
    week_start: str | None = None


async def set_preferences(person: Person, wanted: Preferences) -> Person:
    """The person with what is wanted; raises Invalid, and then changes nothing."""
    given = {field.name: value for field in fields(wanted) if (value := getattr(wanted, field.name)) is not None}
    for name, value in given.items():
        _CHECKS[name](value)
    async with in_line(person.id), transaction(person.id) as session:
        user = await lock_user(session, person.id)
        changed = {name: value for name, value in given.items() if getattr(user, name) != value}
        for name, value in changed.items():
            setattr(user, name, value)
        if changed:
            await session.flush()
            await record(session, Cause(person.id, "person"), [Entry("person", "updated")])
    return replace(person, **given)


_CHECKS = {"timezone": checked_timezone, "language": checked_language, "week_start": checked_week_start}
