"""Does what a user answers on a notification, without a login: the notification's token permits it for one reminder."""

from typing import Literal

from taskchat_app.domain.accounts import idempotency_keys, tokens
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.reminders.reminders import mark_seen, snooze
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import LinkExpired
from taskchat_app.domain.storage.models import PushDevice
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.tasks.tasks import complete_task
from taskchat_app.i18n.messages import gettext

Action = Literal["done", "later", "seen"]
EXPIRED = gettext("This reminder can no longer be answered here. Open taskchat.")


async def act(token: str, action: Action) -> None:
    """Complete the task ("done"), put its reminder off ("later") or mark it as seen; twice is the same as once.

    Raises LinkExpired for a token that has expired or whose device was removed, NotFound for a deleted task.
    """
    claims = tokens.read(token, "push")
    if claims is None:
        raise LinkExpired(EXPIRED)
    device_id, number, rang = claims.login_id.split(".")  # see notifications.py
    # Of the ring, not of the device: Done on two devices is once.
    key = idempotency_keys.request_key(f"reminder-{number}-{rang}-{action}", action.encode())
    async with transaction(claims.user_id) as session:
        if await session.get(PushDevice, (claims.user_id, device_id)) is None:
            raise LinkExpired(EXPIRED)
        await lock_user(session, claims.user_id)
        if await idempotency_keys.stored_response(session, claims.user_id, key) is None:
            by = Cause(claims.user_id, "person")
            if action == "done":
                await complete_task(session, by, int(number))
            if action == "later":
                await snooze(session, by, int(number))
            else:  # also of a task that was completed
                await mark_seen(session, by, int(number))
            await idempotency_keys.store_response(session, claims.user_id, key)
