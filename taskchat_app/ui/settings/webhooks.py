"""Form section for webhooks."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

import reflex as rx

from taskchat_app.domain.webhooks.addresses import URL_MAX_CHARACTERS
from taskchat_app.domain.webhooks.events import EVENTS
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.lists import button, copied_text, deletion, outcome, with_label
from taskchat_app.ui.settings.state import SettingsState
from taskchat_app.ui.settings.webhooks_state import WebhookRow, WebhooksState


def webhook_settings() -> rx.Component:
    return rx.fragment(
        rx.el.p(words.WEBHOOKS_HINT, class_name="field-hint"),
        rx.cond(
            WebhooksState.rows.length() > 0,
            rx.el.ul(
                rx.foreach(WebhooksState.rows, _webhook), class_name="tokens", role="list", aria_label=words.WEBHOOKS
            ),
        ),
        _new_webhook_form(),
        rx.cond(
            WebhooksState.secret != "",
            rx.el.div(
                rx.el.p(words.WEBHOOK_MADE, class_name="field-hint", role="status"),
                copied_text(WebhooksState.secret, words.COPY_SECRET),
            ),
        ),
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
            button(
                words.DELIVERIES,
                "button outline",
                WebhooksState.show(webhook.id),
                aria_expanded=rx.cond(is_opened, "true", "false"),
            ),
            deletion(
                webhook.delete,
                is_asked=WebhooksState.asked == webhook.id,
                on_ask=WebhooksState.ask(webhook.id),
                on_cancel=WebhooksState.ask(""),
                on_delete=WebhooksState.delete(webhook.id),
            ),
            class_name="token-actions",
        ),
        rx.cond(is_opened, _tries()),
        class_name="token",
        key=webhook.id,
    )


def _tries() -> rx.Component:
    return rx.cond(
        WebhooksState.tries.length() > 0,
        rx.el.ol(
            rx.foreach(WebhooksState.tries, _try),
            class_name="webhook-tries",
            aria_label=words.DELIVERIES,
        ),
        rx.el.p(words.NO_DELIVERIES, class_name="webhook-tries"),
    )


def _try(one: rx.Var[str]) -> rx.Component:
    return rx.el.li(one)


def _new_webhook_form() -> rx.Component:
    return rx.el.form(
        with_label(
            words.WEBHOOK_URL,
            "webhook-url",
            rx.el.input(
                id="webhook-url",
                name="webhook-url",
                type="url",
                class_name="input",
                placeholder="https://example.org/hook",
                required=True,
                max_length=URL_MAX_CHARACTERS,
                auto_complete="off",
            ),
        ),
        rx.el.fieldset(
            rx.el.legend(words.WEBHOOK_TELLS, class_name="field-label"),
            *(
                rx.el.label(
                    rx.el.input(type="checkbox", name=event, default_checked=True),
                    rx.el.span(words.WEBHOOK_EVENTS[event]),
                    class_name="token-scope",
                )
                for event in EVENTS
            ),
            class_name="field",
        ),
        rx.el.button(words.CREATE_WEBHOOK, type="submit", class_name="button outline", disabled=~SettingsState.ready),
        on_submit=WebhooksState.create,
        class_name="settings-form",
    )
