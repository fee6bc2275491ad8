"""Form section for the devices that reminders are sent to."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.vars.sequence import StringVar

from taskchat_app.domain.push.devices import NAME_MAX_CHARACTERS
from taskchat_app.domain.webhooks.url_check import URL_MAX_CHARACTERS
from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.push_state import DeviceRow, PushState
from taskchat_app.ui.settings.section_parts import creation_form, deletion, row_text, section, text_field


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
