"""Sends one notification to a device: encrypted to a browser (RFC 8030, 8291), as JSON to an ntfy server.

The server's VAPID key (RFC 8292) identifies this installation to the browsers' push services.
"""

import json
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import jwt
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from taskchat_app.config import settings
from taskchat_app.domain.push.notifications import Notification
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import PushDevice, ServerKey
from taskchat_app.domain.webhooks.checked_request import GONE, Outcome, post
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import pgettext

NAME = "vapid"
VALID_FOR = timedelta(hours=12)
"""At most 24 hours."""


class VapidKey(NamedTuple):
    """Private and public key in PEM, and the public one as browsers take it: the uncompressed point in base64url."""

    private: str
    public: str
    point: str


async def vapid_key() -> VapidKey:
    """Return the key, which all instances share; the first call of an installation makes it. It is never logged."""
    stored = select(ServerKey.value).where(col(ServerKey.name) == NAME)
    async with reading() as session:
        found = (await session.exec(stored)).first()
    if found is None:
        # Here: loading it takes 50 ms, and only the first start of an installation needs it.
        from webpush.vapid import VAPID  # pyright: ignore[reportMissingTypeStubs]  # it has none

        private, public, point = VAPID.generate_keys()
        value = json.dumps((private.decode(), public.decode(), point))
        async with transaction() as session:
            await session.exec(insert(ServerKey).values(name=NAME, value=value).on_conflict_do_nothing())
            found = (await session.exec(stored)).one()
    return VapidKey(*json.loads(found))


async def authorization(endpoint: str) -> str:
    """Return the Authorization header of a message to this endpoint."""
    key, parts = await vapid_key(), urlsplit(endpoint)
    contact = f"https://{urlsplit(settings().origin).netloc}"  # services refuse tokens with a contact in http
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now() + VALID_FOR, "sub": contact}
    return f"vapid t={jwt.encode(claims, key.private, algorithm='ES256')}, k={key.point}"


UNUSED_CONTACT = "nobody@example.org"
"""The library signs a token of its own, without the endpoint's port; `authorization` signs the one that is sent."""
TEXT_MAX_CHARACTERS = 500
"""More than our texts have; with the longest title, 255 characters, it fits the 4,096 bytes of push services."""
ACTIONS_PATH = "/api/push/actions"
HIGH_PRIORITY = 4
"""Of ntfy's 1 to 5: with sound."""


async def send(device: PushDevice, notification: Notification) -> Outcome:
    """Send the notification; the outcome's status is the answer of the push service or ntfy server."""
    if device.topic:
        body = json.dumps(_ntfy_message(device, notification)).encode()
        return await post(device.url, {"Content-Type": "application/json"}, body)
    headers = {
        "Authorization": await authorization(device.url),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(round(notification.lasts.total_seconds())),
        "Topic": notification.tag,
        "Urgency": "high",
    }
    return await post(device.url, headers, await _encrypted(device, _payload(notification)))


def has_ended(device: PushDevice, outcome: Outcome) -> bool:
    """Return whether the push service says that there is no such subscription any more."""
    return not device.topic and outcome.status in (404, GONE)


def _payload(notification: Notification) -> dict[str, Any]:
    """Return what assets/service_worker.js reads."""
    return {
        "title": notification.title,
        "body": notification.text[:TEXT_MAX_CHARACTERS],
        "tag": notification.tag,
        "lang": notification.language,
        "number": notification.number,
        "rang": notification.rang,
        "overdue": notification.overdue,
        "token": notification.token,
        "actions": [{"action": name, "title": label} for name, label in notification.actions],
    }


async def _encrypted(device: PushDevice, payload: dict[str, Any]) -> bytes:
    # Loading it takes 50 ms, and few processes need it.
    from webpush import WebPush, WebPushSubscription  # pyright: ignore[reportMissingTypeStubs]  # it has none

    key = await vapid_key()
    subscription = WebPushSubscription.model_validate(
        {"endpoint": device.url, "keys": {"p256dh": device.p256dh, "auth": device.auth}}
    )
    # One for each message: `get` keeps what it is given.
    library = WebPush(key.private.encode(), key.public.encode(), UNUSED_CONTACT)
    return library.get(json.dumps(payload, ensure_ascii=False).encode(), subscription).encrypted


def _ntfy_message(device: PushDevice, notification: Notification) -> dict[str, Any]:
    """Return the message as ntfy's API takes it (docs.ntfy.sh/publish)."""
    origin = settings().origin
    buttons = [
        {
            "action": "http",
            "label": label,
            "url": f"{origin}{ACTIONS_PATH}",
            "method": "POST",
            "headers": {"Content-Type": "application/json"},
            "body": json.dumps({"token": notification.token, "action": name}),
            "clear": True,
        }
        for name, label in notification.actions
    ]
    opened = f"{origin}/?task={notification.number}" if notification.number else origin
    label = render(pgettext("task", "Open"), notification.language)
    view = {"action": "view", "label": label, "url": opened, "clear": True}
    return {
        "topic": device.topic,
        "title": notification.title,
        "message": notification.text,
        "priority": HIGH_PRIORITY,
        "click": opened,
        "actions": [*buttons, view],
    }
