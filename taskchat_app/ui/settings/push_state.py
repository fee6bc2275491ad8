"""State and actions of the devices for reminders on the settings page."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.push import delivery, devices
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import PushDevice
from taskchat_app.ui.core.session import signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_day
from taskchat_app.ui.i18n.language import current_language, say
from taskchat_app.ui.settings.section_state import SectionState
from taskchat_app.ui.settings.webhooks_state import answer_in_words

TOPIC_FIELDS = ("ntfy-url", "ntfy-topic", "ntfy-device")
"""The ids of the form's fields: address of an ntfy server, topic there, name of the device."""


@dataclass(frozen=True)
class DeviceRow:
    """A device in the list: a browser, or a topic of an ntfy server. `delete` is the name of the button."""

    id: str
    name: str
    about: str
    delete: str


class PushState(SectionState, rx.State):
    """The user's devices for reminders. A browser adds itself (assets/page/reminders/push.js)."""

    rows: rx.Field[list[DeviceRow]] = rx.field(default_factory=list)

    # These two begin the work in the background after the events that wait: see SectionState.
    @rx.event
    def add_topic(self, form: dict[str, Any]) -> Any:
        return PushState.add_topic_in_background(form)

    @rx.event
    def test(self, device_id: str) -> Any:
        return PushState.test_in_background(device_id)

    @rx.event(background=True)
    @signed_in
    async def add_topic_in_background(self, person: Person, form: dict[str, Any]) -> Any:
        url, topic, name = (str(form.get(field, "")) for field in TOPIC_FIELDS)
        adding = devices.add_topic(person, url, topic.strip(), name, language=current_language.get())
        if await self._tried(adding) is None:
            return None
        async with self:
            self.show_result(notice=say(words.TOPIC_ADDED))
            await self._load(person)
        return [rx.set_value(field, "") for field in TOPIC_FIELDS]

    @rx.event(background=True)
    @signed_in
    async def test_in_background(self, person: Person, device_id: str) -> None:
        sent = await self._tried(delivery.send_test(person.id, device_id))
        async with self:
            if sent is not None and sent.is_delivered:
                self.show_result(notice=say(words.TEST_SENT))
            elif sent is not None:  # if it is None, `_tried` shows why
                answer = answer_in_words(sent.status, sent.error)
                self.show_result(error=say(words.TEST_FAILED, answer=answer))
            await self._load(person)

    @rx.event
    @signed_in
    async def delete(self, person: Person, device_id: str) -> None:
        await self._act(person, devices.delete_device(person.id, device_id), words.DEVICE_DELETED)

    async def _load(self, person: Person) -> None:
        self.rows = [_row(device, person.zone) for device in await devices.list_devices(person.id)]


def _row(device: PushDevice, zone: ZoneInfo) -> DeviceRow:
    day = format_day(device.created_at.astimezone(zone), now().astimezone(zone))
    about = say(words.DEVICE_BROWSER, day=day)
    if device.topic:
        about = say(words.DEVICE_NTFY, topic=device.topic, day=day)
    return DeviceRow(device.id, device.name, about, say(words.DELETE_DEVICE, name=device.name))
