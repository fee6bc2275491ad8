"""Devices for reminders on the settings page: state, actions and form section."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx
from reflex_base.components.component import field
from reflex_base.vars.sequence import StringVar

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.push import delivery, devices
from taskchat_app.domain.push.devices import NAME_MAX_CHARACTERS
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import PushDevice
from taskchat_app.domain.webhooks.url_check import URL_MAX_CHARACTERS
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.core.session import signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_day
from taskchat_app.ui.i18n.language import current_language, say
from taskchat_app.ui.settings.section_parts import creation_form, deletion, row_text, section, text_field
from taskchat_app.ui.settings.section_state import SectionState
from taskchat_app.ui.settings.webhooks import answer_in_words

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

    # `add_topic` and `test` start background events, so that a `hide_result` in the queue runs first: see SectionState.
    @rx.event
    def add_topic(self, form: dict[str, Any]) -> Any:
        return PushState.add_topic_in_background(form)

    @rx.event
    def test(self, device_id: str) -> Any:
        return PushState.test_in_background(device_id)

    @rx.event(background=True)
    @signed_in
    async def add_topic_in_background(self, person: Person, form: dict[str, Any]) -> Any:
        url, topic, name = (str(form.get(field_id, "")) for field_id in TOPIC_FIELDS)
        adding = devices.add_topic(person, url, topic.strip(), name, language=current_language.get())
        if await self._tried(adding) is None:  # refused: `_tried` has shown why
            return None
        async with self:
            self.show_result(notice=say(words.TOPIC_ADDED))
            await self.load(person)
        return [rx.set_value(field_id, "") for field_id in TOPIC_FIELDS]

    @rx.event(background=True)
    @signed_in
    async def test_in_background(self, person: Person, device_id: str) -> None:
        sent = await self._tried(delivery.send_test(person.id, device_id))
        async with self:
            if sent is not None and sent.is_delivered:
                self.show_result(notice=say(words.TEST_SENT))
            elif sent is not None:  # else refused: `_tried` has shown why
                answer = answer_in_words(sent.status, sent.error)
                self.show_result(error=say(words.TEST_FAILED, answer=answer))
            await self.load(person)

    @rx.event
    @signed_in
    async def delete(self, person: Person, device_id: str) -> None:
        await self._act(person, devices.delete_device(person.id, device_id), words.DEVICE_DELETED)

    @internal
    async def load(self, person: Person) -> None:
        self.rows = [_row(device, person.zone) for device in await devices.list_devices(person.id)]


def _row(device: PushDevice, zone: ZoneInfo) -> DeviceRow:
    day = format_day(device.created_at.astimezone(zone), now().astimezone(zone))
    about = say(words.DEVICE_BROWSER, day=day)
    if device.topic:
        about = say(words.DEVICE_NTFY, topic=device.topic, day=day)
    return DeviceRow(device.id, device.name, about, say(words.DELETE_DEVICE, name=device.name))


class PushThisBrowser(PageComponent):
    library = f"{PAGE}reminders/push.js"
    account: rx.Var[str] = field(doc="The user's id; empty until it is known")
    on_change: rx.EventHandler[rx.event.no_args_event_spec] = field(doc="The list of devices has changed")


def push_settings(account: StringVar[str]) -> rx.Component:
    browser = PushThisBrowser.create(account=account, on_change=PushState.open_page, class_name="settings-form")
    return section(PushState, words.DEVICES, words.DEVICES_HINT, _device, browser, _new_topic_form())


def _device(device: DeviceRow) -> tuple[rx.Component, ...]:
    actions = rx.el.div(
        button(words.SEND_ME_A_TEST, "button outline", PushState.test(device.id)),
        deletion(device.delete, PushState, device.id),
        class_name="token-actions",
    )
    return row_text(device.name, device.about), actions


def _new_topic_form() -> rx.Component:
    url = {"type": "url", "placeholder": "https://ntfy.sh", "required": True, "max_length": URL_MAX_CHARACTERS}
    return rx.el.details(
        rx.el.summary("ntfy", class_name="field-label"),
        creation_form(
            words.ADD_TOPIC,
            PushState.add_topic,
            text_field(words.NTFY_URL, "ntfy-url", **url),
            text_field(words.NTFY_TOPIC, "ntfy-topic", required=True, max_length=64),
            text_field(words.NTFY_NAME, "ntfy-device", required=True, max_length=NAME_MAX_CHARACTERS),
        ),
    )
