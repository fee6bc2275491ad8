"""Form section for webhooks."""

import reflex as rx

from taskchat_app.domain.webhooks.events import EVENTS
from taskchat_app.domain.webhooks.url_check import URL_MAX_CHARACTERS
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings import section_parts
from taskchat_app.ui.settings.webhooks_state import WebhookRow, WebhooksState


def webhook_settings() -> rx.Component:
    url = {"type": "url", "placeholder": "https://example.org/hook", "required": True, "max_length": URL_MAX_CHARACTERS}
    new = section_parts.creation_form(
        words.CREATE_WEBHOOK,
        WebhooksState.create,
        section_parts.text_field(words.WEBHOOK_URL, "webhook-url", **url),
        section_parts.checkboxes(
            words.WEBHOOK_TELLS, {event: words.WEBHOOK_EVENTS[event] for event in EVENTS}, checked=EVENTS
        ),
    )
    secret = section_parts.new_secret(WebhooksState, words.WEBHOOK_CREATED, words.COPY_SECRET)
    return section_parts.section(WebhooksState, words.WEBHOOKS, words.WEBHOOKS_HINT, _webhook, new, secret)


def _webhook(webhook: WebhookRow) -> tuple[rx.Component, ...]:
    is_opened = WebhooksState.opened == webhook.id
    tries = rx.el.ol(
        rx.foreach(WebhooksState.tries, lambda tried: rx.el.li(tried)),
        class_name="webhook-tries",
        aria_label=words.DELIVERIES,
    )
    no_tries = rx.el.p(words.NO_DELIVERIES, class_name="webhook-tries")
    warning = rx.cond(webhook.warning != "", rx.el.p(webhook.warning, class_name="field-error"))
    return (
        section_parts.row_text(webhook.url, webhook.about, warning, dir="ltr"),
        rx.el.div(
            button(words.SEND_TEST, "button outline", WebhooksState.test(webhook.id)),
            button(words.DELIVERIES, "button outline", WebhooksState.show(webhook.id), aria_expanded=is_opened),
            section_parts.deletion(webhook.delete, WebhooksState, webhook.id),
            class_name="token-actions",
        ),
        rx.cond(is_opened, rx.cond(WebhooksState.tries.length() > 0, tries, no_tries)),
    )
