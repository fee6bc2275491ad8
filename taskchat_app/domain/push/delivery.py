"""Sends reminders that rang to the user's devices: each once across all instances, retried while it is not seen.

A row of reminder_messages is claimed by moving its next try; it goes when it is delivered, seen or given up. If a
process is killed while it sends, the next try repeats the message, and the device replaces its notification.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.limits.rate_limits import Limit, take_or_refuse
from taskchat_app.domain.log.announcements import REMINDERS, Subscription, announcements
from taskchat_app.domain.push.devices import get_device
from taskchat_app.domain.push.notifications import Notification, reminder_notification, test_notification
from taskchat_app.domain.push.sending import has_ended, send, vapid_key
from taskchat_app.domain.reminders.reminders import list_rung
from taskchat_app.domain.reminders.scheduler import MESSAGES
from taskchat_app.domain.storage.attempts import attempt
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, system_reading, transaction
from taskchat_app.domain.storage.models import PushDevice, ReminderMessage, User
from taskchat_app.domain.tasks.queries import count_tasks
from taskchat_app.domain.webhooks.checked_request import Outcome
from taskchat_app.i18n.date_style import DateStyle, date_style
from taskchat_app.i18n.messages import ENGLISH, gettext

log = logging.getLogger(__name__)

BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (60, 300, 1_800, 3_600, 7_200, 14_400, 28_800))
"""Pauses before the next tries, together 16 hours; the first is longer than a try. It gives up after the last one."""
USERS_AT_ONCE = 10
AT_ONCE_PER_USER = 5
POLL_SECONDS = 30.0
"""Maximum interval between two reads of the messages, since announcements may be lost."""
TESTS = Limit("push_tests", 20, timedelta(minutes=10))


async def run_sender() -> None:
    """Send until cancelled, one task for each user: a slow receiver of one user delays no other's."""
    running: set[str] = set()
    with announcements().listen(REMINDERS, MESSAGES) as subscription:
        async with asyncio.TaskGroup() as tasks:
            while True:
                subscription.clear()
                await subscription.wait(await _start_due(running, tasks, subscription))


async def send_due(user_id: str) -> None:
    while claimed := await _claim(user_id):
        await asyncio.gather(*(_send(*message) for message in claimed))


async def send_test(user_id: str, device_id: str) -> Outcome:
    """Send a test to one device; a subscription that has ended is removed. Raises NotFound, BurstLimit."""
    device = await get_device(user_id, device_id)
    async with transaction(user_id) as session:
        await take_or_refuse(session, TESTS, user_id, gettext("These are too many tests. Try again later."))
        user = await session.get_one(User, user_id)
    outcome = await send(device, test_notification(_language(user, device)))
    if has_ended(device, outcome):
        await _remove(device)
    return outcome


async def _start_due(running: set[str], tasks: asyncio.TaskGroup, subscription: Subscription) -> float:
    """Start sending for the users with due messages; return the seconds until the next call.

    Users for whom there is no room, and new messages of users in `running`, are read again when a task wakes it.
    """
    at = now()
    try:
        await vapid_key()  # made at the first start
        async with system_reading() as session:
            soonest = func.min(ReminderMessage.next_at)
            query = select(ReminderMessage.user_id, soonest).group_by(col(ReminderMessage.user_id)).order_by(soonest)
            waiting = (await session.exec(query.limit(2 * USERS_AT_ONCE))).all()
    except DATABASE_AWAY as error:
        log.warning("Messages about reminders wait for the database: %s", str(error).partition("\n")[0])
        return POLL_SECONDS
    for user_id, next_at in waiting:
        if next_at > at:
            return min((next_at - at).total_seconds(), POLL_SECONDS)
        if user_id not in running and len(running) < USERS_AT_ONCE:
            running.add(user_id)
            tasks.create_task(_send_of_user(user_id, running, subscription), name="push")
    return POLL_SECONDS


async def _send_of_user(user_id: str, running: set[str], subscription: Subscription) -> None:
    try:
        if await attempt(send_due(user_id), f"Sending the reminders of the user {user_id}") is False:  # it failed
            await asyncio.sleep(POLL_SECONDS)  # before it is tried again
    finally:
        running.remove(user_id)
        subscription.wake()  # see _start_due


async def _claim(user_id: str) -> list[tuple[ReminderMessage, PushDevice, Notification]]:
    """Return the next messages to send; none if no messages are due."""
    at = now()
    due = select(ReminderMessage, PushDevice).join(PushDevice).where(ReminderMessage.user_id == user_id)
    due = due.where(col(ReminderMessage.next_at) <= at).order_by(col(ReminderMessage.next_at))
    due = due.limit(AT_ONCE_PER_USER).with_for_update(skip_locked=True, of=ReminderMessage)
    async with transaction(user_id) as session:
        while rows := (await session.exec(due)).all():
            if claimed := await _claim_rows(session, user_id, rows, at):
                return claimed
    return []


async def _claim_rows(
    session: AsyncSession, user_id: str, rows: Sequence[tuple[ReminderMessage, PushDevice]], at: datetime
) -> list[tuple[ReminderMessage, PushDevice, Notification]]:
    """Return what to send of the rows, with their next try moved; delete rows that are given up or have been seen."""
    unseen = {(reminder.number, reminder.rang_at): reminder for reminder in await list_rung(session, user_id)}
    user = await session.get_one(User, user_id)
    overdue = (await count_tasks(session)).overdue
    date_style.set(DateStyle.of_settings(user.clock, user.date_order))  # of this user's own task
    zone = ZoneInfo(user.timezone)
    claimed: list[tuple[ReminderMessage, PushDevice, Notification]] = []
    for row, device in rows:
        reminder = unseen.get((row.task_number, row.rang_at))
        is_given_up = row.attempts >= len(BACKOFF)
        if reminder is None or is_given_up:
            await session.delete(row)
            continue
        row.next_at, row.attempts = at + BACKOFF[row.attempts], row.attempts + 1
        language = _language(user, device)
        shown = reminder_notification(reminder, device, language=language, zone=zone, at=at, overdue=overdue)
        claimed.append((row, device, shown))
    await session.flush()
    return claimed


def _language(user: User, device: PushDevice) -> str:
    """Return the language that the user has chosen, or else that of the device."""
    return user.language or device.language or ENGLISH


async def _send(message: ReminderMessage, device: PushDevice, notification: Notification) -> None:
    """Send a claimed message, and delete it once it is delivered; its device, if its subscription has ended."""
    outcome = await send(device, notification)
    if has_ended(device, outcome):
        return await _remove(device)
    if not outcome.is_delivered:
        log.warning("Device %s: %s", device.id, outcome.error or outcome.status)
        return
    own = (
        col(ReminderMessage.user_id) == device.user_id,
        col(ReminderMessage.device_id) == device.id,
        col(ReminderMessage.task_number) == message.task_number,
        col(ReminderMessage.rang_at) == message.rang_at,  # not one about a later ring of the same task
    )
    async with transaction(device.user_id) as session:
        await session.exec(delete(ReminderMessage).where(*own))


async def _remove(device: PushDevice) -> None:
    """Delete a subscription that has ended, unless the browser has renewed it meanwhile."""
    own = (col(PushDevice.user_id) == device.user_id, col(PushDevice.id) == device.id)
    async with transaction(device.user_id) as session:
        await session.exec(delete(PushDevice).where(*own, col(PushDevice.auth) == device.auth))
    log.info("Device %s has ended its subscription", device.id)
