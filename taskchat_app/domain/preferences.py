"""Stores a user's time zone, language, first day of the week, clock and how dates are read; announces the change.

In the same transaction whole-day tasks follow the time zone, and tasks that repeat at a time keep their clock time.
Offers a meaning of words in dates as a setting, once the user has chosen it twice.
"""

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.profile_fields import check_preferences, preferences_of
from taskchat_app.domain.dates.local_time import DueReading, settings_in
from taskchat_app.domain.dates.readings import ORDERS, RIVALS, chosen_meaning
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task, User
from taskchat_app.domain.storage.user_lock import in_queue, locked_user
from taskchat_app.domain.wall_clock import follow_time_zone, keep_clock
from taskchat_app.i18n.messages import gettext

OFFERED_AFTER = 2
"""Tasks for which the user has chosen a meaning."""
_TASKS_MAX = 1_000


async def set_preferences(person: Person, **values: str) -> Person:
    """Store these of accounts.SETTINGS; return the updated user. Raises Invalid, and changes nothing then."""
    updated, _ = await _set(person, values, singles=False)
    return updated


async def prefer_meaning(person: Person, meaning: str, *, preferred: bool = True) -> Person:
    """Prefer the meaning of words in dates to its rival from now on, or no longer; raise Invalid for an unknown one.

    To prefer "day_first" or "month_first" sets the order of dates; "no longer" is of no effect on it.
    """
    if preferred and meaning in ORDERS:
        return await set_preferences(person, date_order=meaning.removesuffix("_first"))
    if meaning not in RIVALS:
        raise Invalid(gettext("taskchat knows no such meaning of a date."), field="due_meanings")
    others = [other for other in person.due_meanings.split() if other not in (meaning, RIVALS[meaning])]
    kept = [*others, meaning] if preferred else others
    return await set_preferences(person, due_meanings=" ".join(kept))


async def offered_meaning(session: AsyncSession, user_id: str, reading: DueReading | None, zone: ZoneInfo) -> str:
    """Return the meaning that the user has just chosen for a task, if they did so for OFFERED_AFTER tasks; else "".

    A meaning that the user, whose `zone` this is, prefers already is not offered.
    """
    meaning = chosen_meaning(reading)
    if not meaning or meaning in settings_in(zone).meanings:
        return ""
    is_switched = col(Task.due_reading).contains({"switched": True})
    switched = select(Task.due_reading).where(Task.user_id == user_id, is_switched)
    readings = (await session.exec(switched.order_by(col(Task.updated_at).desc()).limit(_TASKS_MAX))).all()
    times = sum(chosen_meaning(stored) == meaning for stored in readings)
    return meaning if times >= OFFERED_AFTER else ""


async def adopt_locale(person: Person, accept_language: str) -> Person:
    """Store the clock and the order of dates of this browser's locale, where none are known."""
    if person.clock and person.date_order:
        return person
    found = preferences_of(accept_language, person.timezone)
    new = {name: found[name] for name in ("clock", "date_order") if name in found and not getattr(person, name)}
    return await set_preferences(person, **new) if new else person


async def switch_zone(person: Person, timezone: str, *, singles: bool) -> tuple[Person, list[int]]:
    """Store the time zone; return the updated user, and the ids of the changes to tasks that keep their clock time.

    With `singles` single dates with a time keep it too, else their moment. Raises Invalid for an unknown zone.
    """
    return await _set(person, {"timezone": timezone}, singles=singles)


async def _set(person: Person, given: Mapping[str, str], *, singles: bool) -> tuple[Person, list[int]]:
    """Store the settings of which the stored value differs; for a new time zone see switch_zone."""
    change_ids: list[int] = []
    check_preferences(given)
    async with in_queue(person.id), transaction(person.id) as session:
        user = await locked_user(session, person.id)
        changed = {name: value for name, value in given.items() if getattr(user, name) != value}
        old_zone = ZoneInfo(user.timezone)
        if changed:
            await store_preferences(session, Cause(person.id, "person"), user, changed, Entry("person", "updated"))
        if "timezone" in changed:
            uncounted = Cause(person.id, "person", counted=False)  # the settings count as the one write
            change_ids = await keep_clock(session, uncounted, old_zone, ZoneInfo(user.timezone), singles=singles)
    return replace(person, **given), change_ids


async def store_preferences(
    session: AsyncSession, by: Cause, user: User, values: Mapping[str, str], entry: Entry
) -> None:
    """Store these values of the locked user and record the change."""
    old_zone = ZoneInfo(user.timezone)
    for name, value in values.items():
        setattr(user, name, value)
    await session.flush()
    if user.timezone != old_zone.key:
        await follow_time_zone(session, user.id, old_zone, ZoneInfo(user.timezone))
    await record(session, by, [entry])
