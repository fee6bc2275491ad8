"""What programs and pages read of anything but tasks has every field, and every setting of a user goes every way."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, get_type_hints

import httpx
from sqlalchemy.orm.attributes import set_committed_value

from taskchat_app.api.mcp.results import LoggedChange
from taskchat_app.api.routes.activity import ChangeBody, change_json
from taskchat_app.api.routes.conversations import ConversationBody, FoundBody
from taskchat_app.api.routes.plans import LineBody, PlanBody
from taskchat_app.api.routes.reminders import ReminderBody, RungBody
from taskchat_app.api.routes.subscriptions import feeds
from taskchat_app.api.routes.subscriptions.push import DeviceBody
from taskchat_app.api.routes.subscriptions.webhooks import CreatedWebhookBody, DeliveryBody
from taskchat_app.api.routes.tokens import TokenBody
from taskchat_app.assistant.threads.conversations import ConversationView, _as_page_item
from taskchat_app.assistant.threads.message_search import MessageMatch, Piece
from taskchat_app.assistant.tools.plans import Plan, PlanLine
from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.access_tokens import TokenView
from taskchat_app.domain.push.notifications import Notification
from taskchat_app.domain.push.sending import _ntfy_message, _payload
from taskchat_app.domain.reminders.reminders import Reminder, RungReminder
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.models import (
    CalendarFeed,
    Change,
    PushDevice,
    ThreadItem,
    User,
    Webhook,
    WebhookDelivery,
)
from taskchat_app.ui.conversations import search
from taskchat_app.ui.conversations import state as conversations
from taskchat_app.ui.pages.settings import LIST_SECTIONS
from taskchat_app.ui.reminders import state as reminders
from taskchat_app.ui.settings import feeds as feed_settings
from taskchat_app.ui.settings import push, tokens, webhooks
from taskchat_app.ui.settings.state import SettingsState
from tests.api.responses import bring, export
from tests.conftest import SignedInPerson
from tests.fields.stored_task import AT, DUE, START, ZONE, Account, values_of_type
from tests.ui.conftest import new_tab

VALUES: dict[str, tuple[Any, Any]] = {
    "disabled_at": (None, AT),
    "revoked_at": (None, AT),
    "events": (["task.created"], ["task.deleted"]),
    "event": ("task.created", "task.deleted"),
    "status": (None, 204),
    "error": ("dns", "timeout"),
    "topic": ("", "topic words"),
    "scopes": (["read"], ["write"]),
    "due": (DUE, START),
    "actor": ("mcp", "api"),
    "kind": ("event", "todo"),
    "key": ("a", "b"),
    "language": ("en", "de"),
    "by": ("person", "assistant"),
    "snippet": ([Piece("Buy", True)], [Piece("milk", False)]),
    "lines": ((PlanLine("a", "Milk"),), (PlanLine("b", "Bread"),)),
    "body": ({"text": "Milk"}, {"text": "Bread"}),
    "lasts": (timedelta(1), timedelta(2)),
    "actions": ((("done", "Done"),), (("later", "Later"),)),
}
"""Two values of a field, where those of its type make no sense."""
OF_USER = "user_id"
OF_LOG = f"{OF_USER} cause_number stored_before stored_after base_id undoes"
PLACES: dict[str, tuple[Any, Callable[[Any], Any], str]] = {
    "WebhookBody": (Webhook, CreatedWebhookBody.of, f"{OF_USER} last_change_id attempts lease_id lease_until"),
    "DeliveryBody": (WebhookDelivery, DeliveryBody.of, f"{OF_USER} webhook_id"),
    "DeviceBody": (PushDevice, DeviceBody.of, f"{OF_USER} url p256dh auth login_id language"),
    "feeds.py:_json": (CalendarFeed, lambda row: feeds._json(row, SimpleNamespace(headers={})), OF_USER),  # type: ignore[arg-type]  # pyright: ignore
    "TokenBody": (TokenView, TokenBody.of, ""),
    "ConversationBody": (ConversationView, ConversationBody.of, ""),
    "FoundBody": (MessageMatch, FoundBody.of, ""),
    "LineBody": (PlanLine, lambda row: LineBody.of(replace(row, due=str(row.due))), "number"),
    "PlanBody": (Plan, PlanBody.of, ""),
    "ReminderBody": (Reminder, ReminderBody.of, ""),
    "RungBody": (RungReminder, RungBody.of, "late_from"),
    "GET /api/events (change_json)": (Change, lambda row: change_json(row, ZONE, {}), OF_LOG),
    "GET /api/activity (ChangeBody)": (
        Change,
        lambda row: ChangeBody.model_validate(change_json(row, ZONE, {})),
        f"{OF_LOG} kind item_id",
    ),
    "MCP what-changed (LoggedChange)": (Change, LoggedChange.of, f"{OF_LOG} kind item_id thread_id token_id"),
    "settings/tokens.py:_row": (TokenView, lambda row: tokens._row(row, ZONE, AT), "created_at"),
    "settings/webhooks.py:_row": (
        Webhook,
        lambda row: webhooks._row(row, ZONE),
        f"{OF_USER} secret created_at last_change_id attempts lease_id lease_until",
    ),
    "settings/webhooks.py:_try_in_words": (
        WebhookDelivery,
        lambda row: webhooks._try_in_words(row, ZONE),
        f"{OF_USER} id webhook_id message_id attempt milliseconds",
    ),
    "settings/feeds.py:_row": (
        CalendarFeed,
        lambda row: feed_settings._row(row, row.secret, ZONE),
        f"{OF_USER} created_at",
    ),
    "settings/push.py:_row": (
        PushDevice,
        lambda row: push._row(row, ZONE),
        f"{OF_USER} url p256dh auth login_id language",
    ),
    "conversations/state.py:_rows": (
        ConversationView,
        lambda row: conversations._rows([row], ZONE),
        "created_at is_unread",
    ),
    "conversations/search.py:_row": (MessageMatch, lambda row: search._row(row, ZONE), ""),
    "conversations.py:_as_page_item": (
        ThreadItem,
        lambda row: _as_page_item(row, []),
        f"{OF_USER} id thread_id seq type created_at",
    ),
    "push/sending.py:_payload": (Notification, _payload, "lasts"),
    "push/sending.py:_ntfy_message": (
        Notification,
        lambda row: _ntfy_message(made(PushDevice, {"topic": "tasks"}), row),
        "tag lasts rang overdue",
    ),
    "reminders/state.py:_row_of": (
        RungReminder,
        lambda row: reminders._row_of(row, SimpleNamespace(zone=ZONE), AT),  # type: ignore[arg-type]  # pyright: ignore
        "rang_at",
    ),
}
"""What programs and pages read, of which class it is made, and the fields that it does not show."""
MADE: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    "/api/tokens": ("/api/tokens", "tokens", {"scopes": ["read"]}, "name", "Program {}"),
    "/api/feeds": ("/api/feeds", "feeds", {"as": "event"}, "view", "all word{}"),
    "/api/webhooks": ("/api/webhooks", "webhooks", {"events": ["*"]}, "url", "https://8.8.8.8/{}"),
    "/api/push/ntfy": ("/api/push", "devices", {"url": "https://8.8.8.8", "device": "Phone"}, "topic", "tasks{}"),
}
"""Where one is made, where all are read and under which name, what is sent, and the field that tells them apart."""
SETTINGS = {
    "timezone": "Asia/Tokyo", "language": "de", "week_start": "sunday", "clock": "12", "date_order": "month",
    "due_meanings": "week_after 20h",
}  # fmt: skip


def made(model: Any, values: dict[str, Any]) -> Any:
    row = model(**values)
    if model is Change:  # they are read-only: a query computes them
        set_committed_value(row, "before", None)
        set_committed_value(row, "after", None)
    return row


def test_every_field_of_a_row_is_shown():
    wrong: list[str] = []
    for place, (model, show, without) in PLACES.items():
        if is_dataclass(model):
            hints = {field.name: get_type_hints(model)[field.name] for field in fields(model)}
        else:
            hints = {name: field.annotation for name, field in model.model_fields.items() if name[:7] != "stored_"}
        values = {name: VALUES.get(name) or values_of_type(hint, name) for name, hint in hints.items()}
        full = {name: value for name, (value, _) in values.items()}
        shown = show(made(model, full))
        for name in values:
            is_shown = show(made(model, full | {name: values[name][1]})) != shown
            if is_shown == (name in without.split()):
                wrong.append(f"{place} shows {name}" if is_shown else f"{place} does not show {name}")
    assert not wrong, "\n".join(wrong)


async def test_every_setting_goes_every_way(account: Account, signed_in: SignedInPerson, other_api: httpx.AsyncClient):
    assert tuple(SETTINGS) == accounts.SETTINGS
    await account.api.patch("/api/auth/me", json=SETTINGS)
    assert (await account.api.get("/api/auth/settings")).json() == SETTINGS
    async with reading(account.person.id) as session:
        user = await session.get_one(User, account.person.id)
    for person in (await accounts.person_of(signed_in.token), accounts.person_of_user(user, "", AT, "app")):
        assert {name: getattr(person, name) for name in SETTINGS} == SETTINGS
    await bring(other_api, await export(account.api))
    assert (await other_api.get("/api/auth/settings")).json() == SETTINGS


async def test_the_settings_page_reads_every_setting(account: Account, signed_in: SignedInPerson):
    await account.api.patch("/api/auth/me", json=SETTINGS)
    await account.add(due_at="2031-05-01T15:00")
    before, shown = (new_tab(signed_in.token).get_substate([SettingsState.get_name()]) for _ in range(2))
    await shown.open_page()
    unread = {name for name in shown.base_vars if getattr(shown, name) == getattr(before, name)}
    assert unread == {"model", "outcome", "zone_changes"}


def test_a_new_settings_page_shows_no_earlier_result():
    left: list[str] = []
    for kind in LIST_SECTIONS:
        new, shown = (new_tab("").get_substate([kind.get_name()]) for _ in range(2))
        for name in new.base_vars.keys() - {"rows"}:
            setattr(shown, name, "words" if isinstance(getattr(new, name), str) else ["words"])
        shown.hide_result()
        left += [f"{kind.__name__}.{name}" for name in new.base_vars if getattr(shown, name) != getattr(new, name)]
    assert not left, f"hide_result leaves {left}"


async def test_every_list_begins_with_the_newest(api: httpx.AsyncClient):
    for path, (listed, name, body, field, pattern) in MADE.items():
        values = [pattern.format(number) for number in range(4)]
        for value in values:
            answer = await api.post(path, json=body | {field: value})
            assert answer.status_code == 201, answer.text
        found = [row[field] for row in (await api.get(listed)).json()[name]]
        assert found == values[::-1], path
