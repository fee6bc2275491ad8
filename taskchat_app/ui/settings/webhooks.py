"""Form section for webhooks."""

import reflex as rx

from taskchat_app.domain.webhooks.events import EVENTS
from taskchat_app.domain.webhooks.url_check import URL_MAX_CHARACTERS
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.section_parts import (
    checkboxes,
    creation_form,
    deletion,
    new_secret,
    outcome,
    row_list,
    text_field,
)
from taskchat_app.ui.settings.webhooks_state import WebhookRow, WebhooksState


def webhook_settings() -> rx.Component:
    return rx.fragment(
        rx.el.p(words.WEBHOOKS_HINT, class_name="field-hint"),
        row_list(words.WEBHOOKS, WebhooksState.rows, _webhook),
        _new_webhook_form(),
        new_secret(WebhooksState, words.WEBHOOK_CREATED, words.COPY_SECRET),
        outcome(WebhooksState.error, WebhooksState.notice),
    )


def _webhook(webhook: WebhookRow) -> rx.Component:
    is_opened = WebhooksState.opened == webhook.id
    return rx.el.li(
        rx.el.div(
            rx.el.p(webhook.url, class_name="token-name", dir="ltr"),
            rx.el.p(webhook.about, class_name="field-hint"),
            rx.cond(webhook.warning != "", rx.el.p(webhook.warning, class_name="field-error")),
            class_name="token-main",
        ),
        rx.el.div(
            button(words.SEND_TEST, "button outline", WebhooksState.test(webhook.id)),
            button(words.DELIVERIES, "button outline", WebhooksState.show(webhook.id), aria_expanded=is_opened),
            deletion(webhook.delete, WebhooksState, webhook.id),
            class_name="token-actions",
        ),
        rx.cond(is_opened, _tries()),
        class_name="token",
        key=webhook.id,
    )


def _tries() -> rx.Component:
    return rx.cond(
        WebhooksState.tries.length() > 0,
        rx.el.ol(rx.foreach(WebhooksState.tries, _try), class_name="webhook-tries", aria_label=words.DELIVERIES),
        rx.el.p(words.NO_DELIVERIES, class_name="webhook-tries"),
    )


def _try(one: rx.Var[str]) -> rx.Component:
    return rx.el.li(one)


def _new_webhook_form() -> rx.Component:
    url = {"type": "url", "placeholder": "https://example.org/hook", "required": True, "max_length": URL_MAX_CHARACTERS}
    return creation_form(
        words.CREATE_WEBHOOK,
        WebhooksState.create,
        text_field(words.WEBHOOK_URL, "webhook-url", **url),
        checkboxes(words.WEBHOOK_TELLS, {event: words.WEBHOOK_EVENTS[event] for event in EVENTS}, checked=EVENTS),
    )
