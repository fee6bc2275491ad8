"""Adds, lists and deletes the devices that reminders are sent to."""

import base64
import binascii
import logging
import re
import uuid
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func
from sqlmodel import col, select

from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.rate_limits import Limit, take_or_refuse
from taskchat_app.domain.storage.database import now, reading, system_transaction, transaction
from taskchat_app.domain.storage.errors import Invalid, ListFull, NotFound
from taskchat_app.domain.storage.models import PushDevice
from taskchat_app.domain.storage.storable_values import checked_text, error_field, is_storable
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.webhooks.url_check import check_url, parse_target
from taskchat_app.i18n.messages import gettext

log = logging.getLogger(__name__)

DEVICES_MAX = 20
"""Devices of one user."""
ADDRESSES = Limit("push_addresses", 60, timedelta(hours=1))
"""Addresses that a user may try, since each is looked up. A page tells its subscription again at each opening."""
NAME_MAX_CHARACTERS = 100
KEY_BYTES = {"p256dh": 65, "auth": 16}
"""The length of a subscription's public key (an uncompressed point of P-256) and secret (RFC 8291)."""
TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
"""As ntfy names its topics."""
NO_DEVICE = gettext("There is no such device. It may have been removed.")
UNREAL_KEYS = gettext("These are no keys of a subscription. Send p256dh and auth as the browser gives them.")


async def add_subscription(
    person: Person, endpoint: str, keys: Mapping[str, str], name: str, *, language: str
) -> PushDevice:
    """Add a browser's Web Push subscription, or rename it and renew its keys; end another user's of the same browser.

    The keys are those of KEY_BYTES in base64url. A subscription is this browser's if it has the same secret too: the
    endpoint alone ends nobody's reminders. Raises Invalid, ListFull beyond DEVICES_MAX, BurstLimit beyond ADDRESSES.
    """
    if any(_length(keys[field]) != length for field, length in KEY_BYTES.items()):
        raise Invalid(UNREAL_KEYS, field="keys")
    if not endpoint.startswith("https://") and not settings().allow_private_hooks:
        raise Invalid(gettext("The endpoint of a subscription begins with https://."), field="endpoint")
    device = _device(person, name, endpoint, language)
    device.p256dh, device.auth, device.login_id = keys["p256dh"], keys["auth"], person.login_id
    await _check_address(person, endpoint, "endpoint")
    async with system_transaction() as session:  # a browser has one subscription, whoever is signed in
        of_browser = (col(PushDevice.url) == endpoint, col(PushDevice.auth) == keys["auth"])
        await session.exec(delete(PushDevice).where(*of_browser, col(PushDevice.user_id) != person.id))
    return await _store(device, col(PushDevice.url) == endpoint)


async def add_topic(person: Person, url: str, topic: str, name: str, *, language: str) -> PushDevice:
    """Add a topic of the ntfy server at this address, or rename it; raises as add_subscription does."""
    url = url.strip().rstrip("/")
    if TOPIC.fullmatch(topic) is None:
        raise Invalid(gettext("A topic has up to 64 letters, digits, _ and -."), field="topic")
    device = _device(person, name, url, language)
    device.topic = topic
    await _check_address(person, url, "url")
    return await _store(device, (col(PushDevice.url) == url) & (col(PushDevice.topic) == topic))


async def list_devices(user_id: str) -> list[PushDevice]:
    """Return the user's devices, newest first."""
    own = select(PushDevice).where(PushDevice.user_id == user_id)
    async with reading(user_id) as session:
        return list((await session.exec(own.order_by(col(PushDevice.created_at).desc(), col(PushDevice.id)))).all())


async def get_device(user_id: str, device_id: str) -> PushDevice:
    """Return the user's device; raise NotFound."""
    async with reading(user_id) as session:
        found = await session.get(PushDevice, (user_id, device_id)) if is_storable(device_id) else None
    if found is None:
        raise NotFound(NO_DEVICE)
    return found


async def delete_device(user_id: str, device_id: str) -> None:
    """Remove the device; raise NotFound."""
    own = delete(PushDevice).where(col(PushDevice.user_id) == user_id, col(PushDevice.id) == device_id)
    async with transaction(user_id) as session:
        if not is_storable(device_id) or (await session.exec(own)).rowcount == 0:
            raise NotFound(NO_DEVICE)
    log.info("Device %s gets no reminders any more", device_id)


def _device(person: Person, name: str, url: str, language: str) -> PushDevice:
    name = checked_text(" ".join(name.split()), "device")
    if not 1 <= len(name) <= NAME_MAX_CHARACTERS:
        most = NAME_MAX_CHARACTERS
        raise Invalid(gettext("The name of a device has 1 to {most} characters.", most=most), field="device")
    device = PushDevice(user_id=person.id, id=uuid.uuid4().hex, name=name, url=url, language=language)
    device.created_at = now()
    return device


async def _check_address(person: Person, url: str, field: str) -> None:
    """Raise Invalid, naming the field, for an address that is malformed or leads inside, and BurstLimit."""
    with error_field(field):
        parse_target(url)
        async with transaction(person.id) as session:
            refusal = gettext("You tried too many addresses. Try again later.")
            await take_or_refuse(session, ADDRESSES, person.id, refusal)
        await check_url(url)


async def _store(device: PushDevice, is_same: ColumnElement[bool]) -> PushDevice:
    """Store the device and return it; a device that the user has already is renewed and returned instead."""
    own = select(PushDevice).where(PushDevice.user_id == device.user_id)
    async with transaction(device.user_id) as session:
        await lock_user(session, device.user_id)
        stored = (await session.exec(own.where(is_same))).first()
        if stored is not None:
            stored.name, stored.language, stored.login_id = device.name, device.language, device.login_id
            stored.p256dh, stored.auth = device.p256dh, device.auth
            return stored
        count = select(func.count()).select_from(PushDevice).where(PushDevice.user_id == device.user_id)
        if (await session.exec(count)).one() >= DEVICES_MAX:
            raise ListFull(gettext("You have {most} devices. Remove one that you do not need.", most=DEVICES_MAX))
        session.add(device)
    log.info("Device %s gets reminders", device.id)
    return device


def _length(key: str) -> int:
    """Return how many bytes the base64url text has, 0 if it is none."""
    try:
        return len(base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return 0
