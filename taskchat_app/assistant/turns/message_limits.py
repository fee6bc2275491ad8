"""Limits of messages: for each user, and for all users of the server."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person, chat_burst_limit, chat_daily_limit, chat_daily_limit_total
from taskchat_app.domain.limits import rate_limits
from taskchat_app.domain.storage.errors import BurstLimit, DailyLimit
from taskchat_app.i18n.messages import gettext

EVERYBODY = "everybody"
"""The subject of the limit of all users."""


async def take_message_limits(session: AsyncSession, person: Person) -> None:
    """Count a message; raise DailyLimit or BurstLimit, after which the caller must roll back."""
    daily, burst = chat_daily_limit(), chat_burst_limit()
    refused = await rate_limits.take_all(session, (daily, burst), person.id)
    if refused is None:
        return await _take_total(session, person)
    limit, resets_at = refused
    moment = _moment(person, resets_at)
    if limit == daily:
        sentence = gettext(
            "You have used all {count} messages of today. They are back at {moment}.", count=limit.count, moment=moment
        )
        raise DailyLimit(sentence, resets_at=resets_at)
    raise BurstLimit(
        gettext("That is more than {count} messages at once. Try again at {moment}.", count=limit.count, moment=moment),
        resets_at=resets_at,
    )


async def _take_total(session: AsyncSession, person: Person) -> None:
    """Count a message of all users; raise DailyLimit if CHAT_DAILY_LIMIT_TOTAL is used up."""
    limit = chat_daily_limit_total()
    if limit is None:
        return
    resets_at = await rate_limits.take(session, limit, EVERYBODY)
    if resets_at is not None:
        sentence = gettext(
            "This server has answered all {count} messages that it answers in a day. It goes on at {moment}.",
            count=limit.count,
            moment=_moment(person, resets_at),
        )
        raise DailyLimit(sentence, resets_at=resets_at)


def _moment(person: Person, at: datetime) -> str:
    return f"{at.astimezone(person.zone):%H:%M:%S} ({person.timezone})"
