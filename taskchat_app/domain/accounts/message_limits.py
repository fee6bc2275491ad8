"""Limits of chat messages: for each user, daily and in a burst, and for all users of the server; the quota left.

The daily limits are about what a model costs: without a key the built-in assistant answers, and no day is counted.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.sign_in_limits import EVERYBODY
from taskchat_app.domain.limits import rate_limits
from taskchat_app.domain.limits.rate_limits import Limit
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.storage.errors import BurstLimit, DailyLimit
from taskchat_app.i18n.date_style import clock_text
from taskchat_app.i18n.messages import Message, gettext

NEW_FOR = timedelta(days=1)
DAY, NEW_ACCOUNTS, TOTAL = "chat_day", "chat_day_new", "chat_day_total"
"""The scopes of the daily limits."""
ALL_USED = {
    DAY: gettext("You have used all {count} messages of today. You can go on {when}."),
    NEW_ACCOUNTS: gettext(
        "This server has answered all {count} messages of new accounts that it answers in a day. You can go on {when}."
    ),
    TOTAL: gettext("This server has answered all {count} messages that it answers in a day. You can go on {when}."),
}
TOO_MANY_AT_ONCE = gettext("That is more than {count} messages at once. Try again {when}.")
KEPT_IN_STEPS_OF = 100
"""Half of the messages of all users, in whole hundreds, is kept for accounts that are not new: anybody can register."""


class Quota(NamedTuple):
    """The daily limit of messages, and how many are used, in this UTC day."""

    limit: int
    used: int
    resets_at: datetime

    @property
    def left(self) -> int:
        """The number of messages that can still be sent; 0 also after the limit was lowered below what is used."""
        return max(0, self.limit - self.used)


def chat_daily_limit() -> Limit:
    return Limit(DAY, settings().chat_daily_limit, timedelta(days=1), by_utc_day=True)


def chat_daily_limit_total() -> Limit | None:
    """Return the limit of the messages of all users, if there is one."""
    count = settings().chat_daily_limit_total if has_model() else None
    return Limit(TOTAL, count, timedelta(days=1), by_utc_day=True) if count else None


def chat_burst_limit() -> Limit:
    rate = settings().chat_burst_limit
    return Limit("chat_burst", rate.count, rate.period)


def has_model() -> bool:
    """Return whether a model answers, and so whether messages are counted by the day."""
    return settings().gemini_api_key is not None


def person_limits() -> tuple[Limit, ...]:
    return (chat_daily_limit(), chat_burst_limit()) if has_model() else (chat_burst_limit(),)


async def take_message(session: AsyncSession, person: Person) -> None:
    """Count a message in all limits; raise DailyLimit or BurstLimit if one is used up: the caller must roll back."""
    if full := await rate_limits.take_all(session, person_limits(), person.id):
        raise _refusal(person, full.limit, full.resets_at)
    await take_of_total(session, person)


async def take_of_total(session: AsyncSession, person: Person) -> None:
    """Count a message or a dictation in the limits of all users; raise DailyLimit if one is used up."""
    limits = _shared_limits(person)
    full = await rate_limits.take_all(session, limits, EVERYBODY) if limits else None
    if full is not None:
        raise _refusal(person, full.limit, full.resets_at)


async def refuse_exhausted_limits(session: AsyncSession, person: Person) -> None:
    """Raise DailyLimit or BurstLimit if a limit has no room for a message; counts nothing."""
    limits = [(limit, person.id) for limit in person_limits()]
    limits += [(limit, EVERYBODY) for limit in _shared_limits(person)]
    for limit, subject in limits:
        if resets_at := await rate_limits.exhausted(session, limit, subject):
            raise _refusal(person, limit, resets_at)


async def quota(person: Person) -> Quota:
    """Return the user's own daily quota."""
    async with reading(person.id) as session:
        return await _quota_of(session, chat_daily_limit(), person.id)


async def _quota_of(session: AsyncSession, limit: Limit, subject: str) -> Quota:
    used, resets_at = await rate_limits.used(session, limit, subject)
    return Quota(limit.count, used, resets_at)


async def tighter_quota(person: Person) -> Quota | None:
    """Return the daily quota with fewer messages left: the user's, or one of all users; None if no day is counted."""
    if not has_model():
        return None
    async with reading(person.id) as session:
        quotas = [await _quota_of(session, chat_daily_limit(), person.id)]
        quotas += [await _quota_of(session, limit, EVERYBODY) for limit in _shared_limits(person)]
    return min(quotas, key=lambda each: each.left)


def _shared_limits(person: Person) -> list[Limit]:
    """Return the limits of all users together that count for this one: a new account has a second one."""
    total = chat_daily_limit_total()
    if total is None:
        return []
    kept = total.count // 2 // KEPT_IN_STEPS_OF * KEPT_IN_STEPS_OF
    if not kept or person.registered_at <= now() - NEW_FOR:
        return [total]
    return [Limit(NEW_ACCOUNTS, total.count - kept, timedelta(days=1), by_utc_day=True), total]


def _refusal(person: Person, limit: Limit, resets_at: datetime) -> DailyLimit | BurstLimit:
    """Return the error of a refused message. The page's note below the composer is `ui/chat/quota_note.py`."""
    when = reset_words(resets_at, person, names_zone=True)
    if limit.scope in ALL_USED:
        return DailyLimit(ALL_USED[limit.scope].with_values(count=limit.count, when=when), resets_at=resets_at)
    if resets_at - now() <= timedelta(minutes=1):
        when = gettext("in a minute")
    return BurstLimit(TOO_MANY_AT_ONCE.with_values(count=limit.count, when=when), resets_at=resets_at)


def reset_words(at: datetime, person: Person, *, names_zone: bool = False) -> Message:
    """Return the local time within the next day in words: "at 18:00", "tomorrow at 02:00"."""
    local = at.astimezone(person.zone)
    clock = f"{clock_text(local)} ({person.timezone})" if names_zone else clock_text(local)
    if local.date() > now().astimezone(person.zone).date():
        return gettext("tomorrow at {clock}", clock=clock)
    return gettext("at {clock}", clock=clock)
