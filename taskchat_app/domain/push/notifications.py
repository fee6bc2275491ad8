"""What a device shows of a reminder, in its user's language, and what the user answers on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from taskchat_app.domain.accounts import accounts, idempotency_keys
from taskchat_app.domain.dates.local_time import Due, format_near
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.reminders.reminders import KEPT_FOR, SNOOZE_MINUTES, RungReminder, mark_seen, snooze
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import LinkExpired
from taskchat_app.domain.storage.models import PushDevice
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.tasks.tasks import complete_task
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import Message, gettext

Action = Literal["done", "later", "seen"]
EXPIRED = gettext("This reminder can no longer be answered here. Open taskchat.")
DONE = gettext("Done")
LATER = gettext("{minutes} minutes later", minutes=SNOOZE_MINUTES)


@dataclass(frozen=True, slots=True)
class Notification:
    """What a device shows of a reminder, or as a test."""

    title: str
    text: str
    tag: str
    """The same for a task, so that a newer notification replaces an older one."""
    language: str
    lasts: timedelta
    """How long it is worth sending."""
    number: int | None = None
    rang: int = 0
    """In milliseconds since 1970; tells the rings of a task apart."""
    token: str = ""
    """Permits the actions for this reminder only."""
    actions: tuple[tuple[str, str], ...] = ()
    """Names and labels."""
    overdue: int | None = None
    """The number on the page's icon; None leaves the icon as it is."""


def reminder_notification(
    rung: RungReminder, device: PushDevice, *, language: str, zone: ZoneInfo, at: datetime, overdue: int
) -> Notification:
    """Return the notification of a reminder that rang; it says if the reminder rang late."""
    expires_at = rung.rang_at + KEPT_FOR
    subject = f"{device.id}.{rung.number}.{milliseconds(rung.rang_at)}"  # in place of a login; `act` reads it
    token = accounts.sign_token(device.user_id, subject, "push", expires_at)
    return Notification(
        title=rung.title,
        text=render(_text(rung, zone, at), language),
        tag=f"reminder-{rung.number}",
        language=language,
        lasts=max(expires_at - at, timedelta()),
        number=rung.number,
        rang=milliseconds(rung.rang_at),
        token=token,
        actions=(("done", render(DONE, language)), ("later", render(LATER, language))),
        overdue=overdue,
    )


def test_notification(language: str) -> Notification:
    title, text = gettext("Test of taskchat"), gettext("Reminders reach this device.")
    return Notification(render(title, language), render(text, language), "test", language, timedelta(minutes=5))


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _text(rung: RungReminder, zone: ZoneInfo, at: datetime) -> Message:
    when = format_near(rung.due, zone, now=at) if rung.due else gettext("no date")
    text = gettext("{when} · #{number}", when=when, number=rung.number)
    if rung.late_from is None:
        return text
    moment = format_near(Due(rung.late_from), zone, now=at)
    return gettext("Late: it was to ring {moment}. {about}", moment=moment, about=text)


async def act(token: str, action: Action) -> None:
    """Complete the task ("done"), put its reminder off ("later") or mark it as seen; twice is the same as once.

    Needs no login: the notification's token permits it, for one reminder. Raises LinkExpired for a token that has
    expired or whose device was removed, NotFound for a deleted task.
    """
    claims = accounts.read_token(token, "push")
    if claims is None:
        raise LinkExpired(EXPIRED)
    device_id, number, rang = claims.login_id.split(".")  # the subject of reminder_notification
    # Of the ring, not of the device: Done on two devices is once.
    key = idempotency_keys.request_key(f"reminder-{number}-{rang}-{action}", action.encode())
    async with transaction(claims.user_id) as session:
        if await session.get(PushDevice, (claims.user_id, device_id)) is None:
            raise LinkExpired(EXPIRED)
        await lock_user(session, claims.user_id)
        if await idempotency_keys.stored_response(session, claims.user_id, key) is None:
            by = Cause(claims.user_id, "person")
            if action == "later":
                await snooze(session, by, int(number))
            else:
                if action == "done":
                    await complete_task(session, by, int(number))
                await mark_seen(session, by, int(number))
            await idempotency_keys.store_response(session, claims.user_id, key)
