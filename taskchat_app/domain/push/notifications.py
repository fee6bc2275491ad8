"""What a device shows of a reminder, in its user's language."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from taskchat_app.domain.accounts import tokens
from taskchat_app.domain.dates.due_dates import format_near
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.reminders.reminders import KEPT_FOR, SNOOZE_MINUTES, RungReminder
from taskchat_app.domain.storage.models import PushDevice
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import Message, gettext

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
    subject = f"{device.id}.{rung.number}.{milliseconds(rung.rang_at)}"  # in place of a login; actions.py reads it
    token = tokens.sign(device.user_id, subject, "push", expires_at)
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
