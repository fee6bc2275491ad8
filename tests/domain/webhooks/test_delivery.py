"""Deliveries: signed, in order, at least once, tried again, switched off after a day of failures."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from unittest.mock import AsyncMock

import httpx
import pytest
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select, update

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.announcements import Subscription
from taskchat_app.domain.reminders.scheduler import ring
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.models import Task, Webhook, WebhookDelivery
from taskchat_app.domain.webhooks import checked_request, delivery, dispatcher
from taskchat_app.domain.webhooks.delivery import BACKOFF, deliver_pending
from taskchat_app.domain.webhooks.dispatcher import read_webhooks, run_dispatcher
from taskchat_app.domain.webhooks.webhooks import create_webhook, list_deliveries
from tests.api.responses import add
from tests.chatting import rows, write
from tests.conftest import row_level_security
from tests.receiver import Receiver, receiving
from tests.waiting import in_background

pytestmark = pytest.mark.usefixtures("private_hooks")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as serving:
        yield serving


@pytest.fixture
async def hook(person: Person, receiver: Receiver) -> Webhook:
    return await create_webhook(person, receiver.url, ["*"])


async def row_of(person: Person, hook: Webhook) -> Webhook:
    [row] = await rows(select(Webhook).where(Webhook.user_id == person.id, Webhook.id == hook.id))
    return row


async def tries_of(hook: Webhook) -> list[WebhookDelivery]:
    """Return the tries, oldest first."""
    return (await list_deliveries(hook.user_id, hook.id))[::-1]


async def make_due(person: Person) -> None:
    """Let the time of the next try come, and the lease of a killed process end."""
    own, past = update(Webhook).where(col(Webhook.user_id) == person.id), now() - timedelta(seconds=1)
    await write(own.values(next_at=past, lease_id="killed", lease_until=past))


async def test_a_late_message_has_whole_days_of_the_present_time_zone(
    api: httpx.AsyncClient, person: Person, receiver: Receiver, hook: Webhook
):
    await add(api, "Pay rent", due_at="2031-05-01")
    await api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
    await deliver_pending(person.id, hook.id)
    (message,) = receiver.messages(hook.secret)
    assert message["data"]["task"]["due_at"] == "2031-05-01T14:59:59Z"


async def test_an_imported_account_is_one_message_for_each_task_without_its_history(
    api: httpx.AsyncClient, person: Person, receiver: Receiver, hook: Webhook
):
    number = await add(api, "Buy milk")
    await api.post(f"/api/tasks/{number}/complete", json={"completed": True})
    await api.delete(f"/api/tasks/{await add(api, 'Gone')}")
    await deliver_pending(person.id, hook.id)
    sent = len(receiver.messages(hook.secret))
    file = json.loads((await api.get("/api/export")).text)
    moved = [task | {"number": task["number"] + 10} for task in file["tasks"]]
    changes = [change | {"task_number": change["task_number"] + 10} for change in file["changes"]]
    for change in changes:
        for side in filter(None, (change["before"], change["after"])):
            side["number"] += 10
    content = json.dumps(file | {"tasks": moved, "changes": changes})
    answer = await api.post("/api/import", content=content)
    assert answer.json()["created"] == 2, answer.text
    await deliver_pending(person.id, hook.id)
    [message] = receiver.messages(hook.secret)[sent:]
    assert (message["type"], message["data"]["task"]["title"]) == ("task.created", "Buy milk")
    await add(api, "Not sent yet")
    await api.post("/api/import", content=content)
    await deliver_pending(person.id, hook.id)
    assert receiver.messages(hook.secret)[-1]["data"]["task"]["title"] == "Not sent yet"


async def test_each_change_is_a_signed_message_with_the_task_as_it_was_then(
    api: httpx.AsyncClient, person: Person, receiver: Receiver, hook: Webhook
):
    number = await add(api, "Milk – “büro” 🥛", tags=["home"])
    await api.patch(f"/api/tasks/{number}", json={"title": "Oat milk"})
    await api.post(f"/api/tasks/{number}/complete", json={"completed": True})
    await api.post(f"/api/tasks/{number}/complete", json={"completed": False})
    await api.delete(f"/api/tasks/{number}")
    await api.post(f"/api/tasks/{number}/restore")
    changes = (await api.get("/api/activity")).json()["changes"]
    await api.post(f"/api/activity/{changes[0]['id']}/undo")
    async with row_level_security():
        await deliver_pending(person.id, hook.id)
    messages = receiver.messages(hook.secret)
    actions = "created updated completed reopened deleted restored deleted".split()
    assert [message["type"] for message in messages] == [f"task.{action}" for action in actions]
    titles = [message["data"]["task"]["title"] for message in messages]
    assert titles[:2] == ["Milk – “büro” 🥛", "Oat milk"]
    after = changes[-1]["after"]
    task = {name: after[name] for name in after if name not in ("due_words", "due_readings", "steps")}
    assert messages[0]["data"] == {"task": task, "change_id": changes[-1]["id"], "actor": "api"}
    assert [message["timestamp"] for message in messages[:6]] == [change["at"] for change in reversed(changes)]
    headers = [headers for headers, _ in receiver.requests]
    assert len({one["webhook-id"] for one in headers}) == 7
    assert {one["content-type"] for one in headers} == {"application/json"}
    assert [(one.event, one.status, one.attempt) for one in await tries_of(hook)][:1] == [("task.created", 204, 1)]
    await deliver_pending(person.id, hook.id)
    assert len(receiver.requests) == 7


async def test_a_reminder_that_rings_is_a_message_and_what_was_before_the_webhook_a_snooze_and_a_look_are_none(
    api: httpx.AsyncClient, person: Person, receiver: Receiver
):
    number = await add(api, "Call mum", due_at=(now() + timedelta(hours=1)).isoformat())
    hook = await create_webhook(person, receiver.url, ["*"])
    async with transaction(person.id) as session:
        own = update(Task).where(col(Task.user_id) == person.id)
        past = now() - timedelta(minutes=1)
        await session.exec(own.values(remind_at=past, rung_until=past - timedelta(minutes=1)))
        assert await ring(session, person.id) == [number]
    for action in ("seen", "snooze"):
        assert (await api.post(f"/api/tasks/{number}/reminder/{action}")).is_success
    await deliver_pending(person.id, hook.id)
    [message] = receiver.messages(hook.secret)
    assert (message["type"], message["data"]["task"]["title"]) == ("reminder.due", "Call mum")
    assert (await tries_of(hook))[0].task_number == number


async def test_only_chosen_events_are_sent(api: httpx.AsyncClient, person: Person, receiver: Receiver):
    hook, other = [await create_webhook(person, receiver.url, [name]) for name in ("task.completed", "task.deleted")]
    for title in ("A", "B"):
        number = await add(api, title)
        await api.post(f"/api/tasks/{number}/complete", json={"completed": True})
    await add(api, "C")
    await deliver_pending(person.id, hook.id)
    assert [message["data"]["task"]["title"] for message in receiver.messages(hook.secret)] == ["A", "B"]
    row = await row_of(person, hook)
    assert (row.lease_id, row.last_change_id) == (None, 5), "what is not sent is not read again"
    assert (len(await tries_of(hook)), await tries_of(other)) == (2, [])


async def test_a_failed_message_is_tried_again_under_the_same_id_before_later_ones(
    api: httpx.AsyncClient, person: Person, receiver: Receiver, hook: Webhook
):
    receiver.replies = [500, "close", "redirect", 404]
    await add(api, "First")
    await add(api, "Second")
    for attempt in (1, 2, 3, 4):
        await deliver_pending(person.id, hook.id)
        await deliver_pending(person.id, hook.id)  # not yet time
        row = await row_of(person, hook)
        assert (len(receiver.requests), row.attempts, row.disabled_at) == (attempt, attempt, None)
        assert row.next_at > now() + BACKOFF[attempt - 1] * 0.5
        await make_due(person)
    await deliver_pending(person.id, hook.id)
    messages = receiver.messages(hook.secret)
    assert [message["data"]["task"]["title"] for message in messages] == ["First"] * 5 + ["Second"]
    ids = [headers["webhook-id"] for headers, _ in receiver.requests]
    assert len(set(ids[:5])) == 1
    assert ids[5] != ids[0]
    tries = [(one.status, one.error) for one in await tries_of(hook)]
    assert tries == [(500, ""), (None, "connection"), (307, ""), (404, ""), (204, ""), (204, "")]


async def test_after_a_day_of_failures_it_is_off_until_a_test_arrives(
    api: httpx.AsyncClient, person: Person, receiver: Receiver, hook: Webhook
):
    assert timedelta(hours=20) < sum(BACKOFF, timedelta(0)) < timedelta(hours=30)
    receiver.replies = [503] * (len(BACKOFF) + 1)
    await add(api, "First")
    for _ in range(len(BACKOFF) + 1):
        await make_due(person)
        await deliver_pending(person.id, hook.id)
    [listed] = (await api.get("/api/webhooks")).json()["webhooks"]
    assert listed["state"] == "off"
    assert listed["disabled_at"] is not None
    await make_due(person)
    await deliver_pending(person.id, hook.id)
    assert len(receiver.requests) == len(BACKOFF) + 1
    assert person.id not in {user_id for user_id, *_ in await read_webhooks()}

    answer = await api.post(f"/api/webhooks/{hook.id}/test")
    assert (answer.json()["delivered"], answer.json()["status"]) == (True, 204)
    assert receiver.messages(hook.secret)[-1]["type"] == "test"
    assert (await api.get("/api/webhooks")).json()["webhooks"][0]["state"] == "on"
    await deliver_pending(person.id, hook.id)
    assert receiver.messages(hook.secret)[-1]["data"]["task"]["title"] == "First"
    receiver.replies = [503]
    await add(api, "Second")
    await deliver_pending(person.id, hook.id)
    await api.post(f"/api/webhooks/{hook.id}/test")
    row = await row_of(person, hook)
    assert (row.attempts, row.next_at <= now()) == (0, True), "the message is tried again at once"


async def test_an_endless_answer_is_not_read_a_missing_one_given_up_and_410_switches_it_off_at_once(
    api: httpx.AsyncClient, person: Person, receiver: Receiver, hook: Webhook, monkeypatch: pytest.MonkeyPatch
):
    receiver.replies = ["huge", "silent", 410]
    await add(api, "First")
    await deliver_pending(person.id, hook.id)
    monkeypatch.setattr(checked_request, "SEND_SECONDS", 0.3)
    await add(api, "Second")
    await deliver_pending(person.id, hook.id)
    assert (await row_of(person, hook)).disabled_at is None
    monkeypatch.undo()
    await make_due(person)
    await deliver_pending(person.id, hook.id)
    assert [(one.status, one.error) for one in await tries_of(hook)] == [(200, ""), (None, "timeout"), (410, "")]
    assert (await row_of(person, hook)).disabled_at is not None


async def test_messages_are_delivered_once(api: httpx.AsyncClient, person: Person, receiver: Receiver, hook: Webhook):
    for number in range(8):
        await add(api, f"Task {number}")
    await asyncio.gather(*(deliver_pending(person.id, hook.id) for _ in range(4)))
    titles = [message["data"]["task"]["title"] for message in receiver.messages(hook.secret)]
    assert titles == [f"Task {number}" for number in range(8)]


async def test_a_try_that_lost_its_lease_stores_nothing(api: httpx.AsyncClient, person: Person, hook: Webhook):
    await add(api, "First")
    message = await delivery._next_message(person.id, hook.id, "mine")
    assert message is not None
    await write(update(Webhook).where(col(Webhook.user_id) == person.id).values(lease_id="another"))
    before = (await row_of(person, hook)).model_dump()
    await delivery._record(message, await delivery.send(hook.url, hook.secret, message.id, message.body), "mine")
    assert ((await row_of(person, hook)).model_dump(), await tries_of(hook)) == (before, [])


async def test_a_delivery_that_is_cut_off_is_sent_again_unless_its_webhook_was_deleted(
    api: httpx.AsyncClient, person: Person, receiver: Receiver, hook: Webhook
):
    async def cut_off(count: int, deletes: bool = False) -> None:
        """Cut the try off that has sent so many requests in all; before that, delete the webhook."""
        receiver.replies = ["silent"]
        async with in_background(deliver_pending(person.id, hook.id)):
            await receiver.wait_for(count)
            if deletes:
                assert (await api.delete(f"/api/webhooks/{hook.id}")).status_code == 204

    await add(api, "First")
    await cut_off(1)
    await deliver_pending(person.id, hook.id)
    ids = [headers["webhook-id"] for headers, _ in receiver.requests]
    assert ids == [ids[0]] * 2
    assert [one.status for one in await tries_of(hook)] == [204]
    await add(api, "Second")
    await cut_off(3, deletes=True)
    assert await rows(select(WebhookDelivery.id).where(WebhookDelivery.user_id == person.id)) == []


@pytest.mark.changes_all_users
async def test_a_slow_receiver_delays_no_other_users_messages(
    api: httpx.AsyncClient, other_api: httpx.AsyncClient, person: Person, other_person: Person, announcements: None
):
    async with in_background(run_dispatcher()), receiving(*["silent"] * 10) as slow, receiving() as quick:
        for _ in range(5):
            await create_webhook(person, slow.url, ["task.created"])
        theirs = await create_webhook(other_person, quick.url, ["task.created"])
        await add(api, "Mine")
        await slow.wait_for(3)
        await add(other_api, "Theirs")
        await quick.wait_for(1)
        assert theirs.secret not in str(quick.requests)
        assert {message["data"]["task"]["title"] for message in quick.messages(theirs.secret)} == {"Theirs"}


@pytest.mark.changes_all_users
async def test_webhooks_with_many_messages_take_turns(
    api: httpx.AsyncClient, person: Person, receiver: Receiver, announcements: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dispatcher, "AT_ONCE_PER_USER", 1)
    monkeypatch.setattr(delivery, "TURN_SECONDS", 0)
    await asyncio.gather(*(create_webhook(person, receiver.url, ["task.created"]) for _ in range(2)))
    for title in ("One", "Two", "Three"):
        await add(api, title)
    async with in_background(run_dispatcher()):
        sent = await receiver.wait_for(12)  # the twin's webhooks have the same ids and address
    messages = list(dict.fromkeys(headers["webhook-id"] for headers, _ in sent))
    assert len(messages) == 6
    assert len({message.rpartition("_")[0] for message in messages[:2]}) == 2


@pytest.mark.parametrize("error", [SQLAlchemyError("locked"), RuntimeError("broken")])
async def test_a_delivery_that_raises_is_not_tried_again_at_once(monkeypatch: pytest.MonkeyPatch, error: Exception):
    delivered = AsyncMock(side_effect=error)
    monkeypatch.setattr(dispatcher, "deliver_pending", delivered)
    delivery_of_one = dispatcher._deliver("user", "webhook", {("user", "webhook")}, Subscription())
    async with in_background(delivery_of_one) as running:
        done, _ = await asyncio.wait(running, timeout=0.2)
        assert delivered.await_count == 1
        assert done == set()
