"""Webhooks on the settings page: state, actions and form section."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Webhook, WebhookDelivery
from taskchat_app.domain.webhooks import webhooks
from taskchat_app.domain.webhooks.delivery import send_test
from taskchat_app.domain.webhooks.events import EVENTS
from taskchat_app.domain.webhooks.url_check import URL_MAX_CHARACTERS
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.core.session import signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_day, format_moment
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.settings import section_parts
from taskchat_app.ui.settings.section_state import SectionState

SHOWN_MAX = 20
"""Tries to deliver that the page shows; the API lists more."""


@dataclass(frozen=True)
class WebhookRow:
    """A webhook in the list; `warning` says that it fails or is off, `delete` is the name of the button."""

    id: str
    url: str
    about: str
    warning: str
    delete: str


class WebhooksState(SectionState, rx.State):
    """The user's webhooks; `opened` is the one whose last tries to deliver are shown."""

    rows: rx.Field[list[WebhookRow]] = rx.field(default_factory=list)
    tries: rx.Field[list[str]] = rx.field(default_factory=list)
    opened: rx.Field[str] = rx.field("")

    @rx.event
    def hide_result(self) -> None:
        self.show_result()
        self.opened, self.tries = "", []

    @rx.event
    def create(self, form: dict[str, Any]) -> Any:
        return WebhooksState.create_in_background(form)

    @rx.event
    def test(self, webhook_id: str) -> Any:
        return WebhooksState.test_in_background(webhook_id)

    @rx.event(background=True)
    @signed_in
    async def create_in_background(self, person: Person, form: dict[str, Any]) -> Any:
        events = [event for event in EVENTS if form.get(event)]
        created = await self._tried(webhooks.create_webhook(person, str(form.get("webhook-url", "")), events))
        if created is None:
            return None
        async with self:
            self.show_result(secret=created.secret)
            await self.load(person)
        return rx.set_value("webhook-url", "")

    @rx.event(background=True)
    @signed_in
    async def test_in_background(self, person: Person, webhook_id: str) -> None:
        outcome = await self._tried(send_test(person.id, webhook_id))
        if outcome is None:
            return
        answer = answer_in_words(outcome.status, outcome.error)
        async with self:
            if outcome.is_delivered:
                self.show_result(notice=say(words.TEST_ARRIVED, answer=answer))
            else:
                self.show_result(error=say(words.TEST_FAILED, answer=answer))
            self.opened = webhook_id
            await self.load(person)

    @rx.event
    @signed_in
    async def show(self, person: Person, webhook_id: str) -> None:
        """Show the last tries of this webhook to deliver, or hide them."""
        self.opened = "" if self.opened == webhook_id else webhook_id
        await self.load(person)

    @rx.event
    @signed_in
    async def delete(self, person: Person, webhook_id: str) -> None:
        await self._act(person, webhooks.delete_webhook(person.id, webhook_id), words.WEBHOOK_DELETED)

    @internal
    async def load(self, person: Person) -> None:
        self.rows = [_row(webhook, person.zone) for webhook in await webhooks.list_webhooks(person.id)]
        self.tries = await _tries(person, self.opened) if self.opened else []


def _row(webhook: Webhook, zone: ZoneInfo) -> WebhookRow:
    every = len(webhook.events) == len(EVENTS)
    about = say(words.ALL_EVENTS) if every else " · ".join(say(words.WEBHOOK_EVENTS[event]) for event in webhook.events)
    warning = ""
    if webhook.disabled_at:
        warning = say(words.WEBHOOK_OFF, day=format_day(webhook.disabled_at.astimezone(zone), now().astimezone(zone)))
    elif webhook.retried_at:
        warning = say(words.WEBHOOK_FAILING, time=format_moment(webhook.retried_at, zone, now()))
    return WebhookRow(webhook.id, webhook.url, about, warning, say(words.DELETE_WEBHOOK, url=webhook.url))


async def _tries(person: Person, webhook_id: str) -> list[str]:
    """Return the last tries in words; none for a webhook that does not exist."""
    try:
        tries = await webhooks.list_deliveries(person.id, webhook_id)
    except NotFound:
        return []
    return [_try_in_words(tried, person.zone) for tried in tries[:SHOWN_MAX]]


def _try_in_words(tried: WebhookDelivery, zone: ZoneInfo) -> str:
    at = tried.at.astimezone(zone)
    event = say(words.WEBHOOK_EVENTS.get(tried.event, words.WEBHOOK_TEST))
    about = f"{event} #{tried.task_number}" if tried.task_number else event
    answer = answer_in_words(tried.status, tried.error)
    return f"{format_day(at, now().astimezone(zone))} {at:%H:%M:%S} · {about} · {answer}"


def answer_in_words(status: int | None, error: str) -> str:
    """Return the status of a receiver's answer, or why there was none."""
    return say(words.WEBHOOK_ERRORS.get(error, words.NO_ANSWER)) if status is None else str(status)


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
