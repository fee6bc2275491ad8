"""Reminders on devices: encrypted, once across instances and restarts, until seen; answered without a login."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from sqlmodel import col, select, update

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.sign_in import change_password, logout, logout_all
from taskchat_app.domain.push import delivery, devices
from taskchat_app.domain.push.delivery import BACKOFF, run_sender, send_due
from taskchat_app.domain.push.sending import vapid_key
from taskchat_app.domain.storage.database import now, system_transaction, transaction
from taskchat_app.domain.storage.models import PushDevice, ReminderMessage, ServerKey
from tests.chatting import rows, write
from tests.conftest import PASSWORD, row_level_security
from tests.domain.reminders.reminder_calls import add_overdue, make_overdue, mark_seen, ring, rung
from tests.push_endpoint import PushEndpoint, encode, push_endpoint
from tests.receiver import receiving
from tests.task_account import Account
from tests.waiting import in_background

pytestmark = pytest.mark.usefixtures("private_hooks")


@pytest.fixture
async def phone(api: httpx.AsyncClient) -> AsyncIterator[PushEndpoint]:
    """A browser of the user that has subscribed."""
    async with push_endpoint() as endpoint:
        (await api.post("/api/push", json=endpoint.body)).raise_for_status()
        yield endpoint


async def messages(phone: PushEndpoint) -> list[dict[str, Any]]:
    return phone.messages((await vapid_key()).point)


async def waiting(me: Account) -> list[ReminderMessage]:
    return await rows(select(ReminderMessage).where(ReminderMessage.user_id == me.person.id))


async def ring_overdue(me: Account, count: int = 1, **ago: float) -> None:
    """Add tasks that are due, and ring them."""
    await add_overdue(me, count, **ago)
    await ring(me)


async def make_due(me: Account) -> None:
    """Let the time of the next try come."""
    own = update(ReminderMessage).where(col(ReminderMessage.user_id) == me.person.id)
    await write(own.values(next_at=now() - timedelta(seconds=1)))


async def send_all(me: Account) -> None:
    await make_due(me)
    await send_due(me.person.id)


async def act(client: httpx.AsyncClient, message: dict[str, Any], action: str) -> int:
    answer = await client.post("/api/push/actions", json={"token": message["token"], "action": action})
    return answer.status_code


async def test_a_reminder_is_sent_encrypted_and_signed(me: Account, phone: PushEndpoint, api: httpx.AsyncClient):
    await add_overdue(me)
    async with row_level_security():
        before = now()
        await ring(me)
        [queued] = await waiting(me)
        assert queued.next_at - before >= timedelta(seconds=10)
        await send_due(me.person.id)
        assert phone.receiver.requests == []
        await send_all(me)
    [message] = await messages(phone)
    assert (message["title"], message["tag"], message["number"], message["lang"]) == ("Call mum", "reminder-1", 1, "en")
    assert message["overdue"] == 1
    assert message["body"].startswith("today")
    assert message["body"].endswith("· #1")
    assert [one["title"] for one in message["actions"]] == ["Done", "10 minutes later"]
    headers = phone.receiver.requests[0][0]
    assert (await waiting(me), headers["topic"], headers["urgency"]) == ([], "reminder-1", "high")
    assert 23 * 3600 < int(headers["ttl"]) <= 24 * 3600, "as long as the reminder is shown"
    assert (await api.get("/api/push/key")).json()["key"] == (await vapid_key()).point
    [device] = (await api.get("/api/push")).json()["devices"]
    await api.post(f"/api/push/{device['id']}/test")
    assert (await messages(phone))[-1]["overdue"] is None, "a test leaves the number on the icon"


async def test_two_instances_send_each_reminder_once_and_a_killed_one_is_repeated(me: Account, phone: PushEndpoint):
    await ring_overdue(me, 3)
    await make_due(me)
    await asyncio.gather(send_due(me.person.id), send_due(me.person.id))
    assert sorted(message["number"] for message in await messages(phone)) == [1, 2, 3]
    await ring_overdue(me)
    await make_due(me)
    phone.receiver.replies = ["silent"]
    async with in_background(send_due(me.person.id)) as [killed]:
        await phone.receiver.wait_for(4)
    assert killed.cancelled()
    await send_due(me.person.id)  # the other instance, before the next try
    assert len(phone.receiver.requests) == 4
    await send_all(me)
    await send_all(me)
    first, repeated = (await messages(phone))[3:]
    # The tokens may be made in two seconds.
    ids = [jwt.decode(sent.pop("token"), options={"verify_signature": False})["jti"] for sent in (first, repeated)]
    assert (first, ids[0]) == (repeated, ids[1])
    assert await waiting(me) == []


@pytest.mark.changes_all_users
async def test_each_sender_sends_what_rang_while_it_was_away(me: Account, phone: PushEndpoint, announcements: None):
    await ring_overdue(me, hours=2)
    await make_due(me)
    async with in_background(*(run_sender() for _ in range(2))):
        await phone.receiver.wait_for(1)
    [message] = await messages(phone)
    assert message["body"].startswith("Late: it was to ring ")


async def test_what_is_seen_done_or_put_off_before_is_not_sent(me: Account, phone: PushEndpoint):
    await ring_overdue(me, 4)
    await mark_seen(me, 1)
    await me.complete(2)
    await me.delete(3)
    await send_all(me)
    assert [message["number"] for message in await messages(phone)] == [4]
    assert await waiting(me) == []


async def test_an_ended_subscription_is_removed_and_other_failures_are_tried_again_up_to_the_last_try(
    me: Account, phone: PushEndpoint, api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    await ring_overdue(me)
    with monkeypatch.context() as short:
        short.setattr(delivery, "BACKOFF", BACKOFF[:1])
        phone.receiver.replies = [500, 500]
        await send_all(me)
        await send_all(me)
        assert (await waiting(me), len(phone.receiver.requests)) == ([], 1)
    await ring_overdue(me)
    phone.receiver.replies = [500, 429, 410]
    for attempt in (1, 2):
        await send_all(me)
        [row] = await waiting(me)
        assert (row.attempts, row.next_at > now() + BACKOFF[attempt - 1] * 0.5) == (attempt, True)
    await send_all(me)
    assert (await waiting(me), (await api.get("/api/push")).json()) == ([], {"devices": []})
    assert len(phone.receiver.requests) == 4
    await ring_overdue(me)
    assert await waiting(me) == [], "no device, no message"


async def test_actions_need_only_the_token_act_once_and_end_with_the_device(
    me: Account, phone: PushEndpoint, anonymous: httpx.AsyncClient, api: httpx.AsyncClient
):
    await ring_overdue(me, 4)
    await send_all(me)
    one, two, three, four = sorted(await messages(phone), key=lambda message: message["number"])
    assert await act(anonymous, one, "done") == 204
    assert (await me.task(1)).completed_at is not None
    await me.complete(1, False)
    assert await act(anonymous, one, "done") == 204, "the same answer, and nothing is completed again"
    assert (await me.task(1)).completed_at is None
    assert await act(anonymous, two, "later") == 204
    again = (await me.row(2)).remind_at
    assert again is not None
    assert again > now()
    assert await act(anonymous, two, "later") == 204
    assert (await me.row(2)).remind_at == again
    assert await rung(me) == [3, 4]
    assert await act(anonymous, three, "seen") == 204
    assert await rung(me) == [4]
    forged = three | {"token": three["token"][:-3] + "abc"}
    assert await act(anonymous, forged, "done") == 404
    await me.delete(3)
    assert await act(anonymous, three, "done") == 404
    bearer = {"Authorization": f"Bearer {four['token']}"}
    assert (await anonymous.get("/api/tasks", headers=bearer)).status_code == 401
    [device] = (await api.get("/api/push")).json()["devices"]
    assert (await api.delete(f"/api/push/{device['id']}")).status_code == 204
    assert await act(anonymous, four, "done") == 404
    assert (await me.task(4)).completed_at is None


async def test_a_ring_after_a_snooze_is_a_new_message(me: Account, phone: PushEndpoint, anonymous: httpx.AsyncClient):
    await ring_overdue(me)
    await make_due(me)
    [claimed] = await delivery._claim(me.person.id)
    await make_overdue(me, 1, seconds=1)
    await me.set_columns(1, rung_until=None)
    await ring(me)
    await delivery._send(*claimed)
    assert [row.attempts for row in await waiting(me)] == [0], "the later one is still to be sent"
    await send_all(me)
    first, second = await messages(phone)
    assert first["rang"] < second["rang"]
    assert [await act(anonymous, one, "later") for one in (first, second)] == [204, 204]
    assert (await me.actions())[-2:] == ["snoozed", "snoozed"], "each is answered"


async def test_a_message_that_one_device_has_got_waits_for_the_other(me: Account, phone: PushEndpoint):
    async with transaction(me.person.id) as session:
        session.add(_copy_with_login(me.person, "another-login"))
    await ring_overdue(me, 2)
    await make_due(me)
    claimed = {one[0].task_number: one for one in await delivery._claim(me.person.id) if one[1].name == "Phone"}
    await delivery._send(*claimed[1])
    left = [(one.device_id == "copy", one.task_number) for one in await waiting(me)]
    assert sorted(left) == [(False, 2), (True, 1), (True, 2)]


async def test_signing_out_ends_this_browsers_reminders_and_everywhere_those_of_all(
    me: Account, person: Person, phone: PushEndpoint, api: httpx.AsyncClient
):
    async with receiving() as server:
        topic = {"url": server.url, "topic": "my-tasks", "device": "Tablet"}
        assert (await api.post("/api/push/ntfy", json=topic)).status_code == 201
        await change_password(person, PASSWORD, "another password")
        assert len(await _names(person)) == 2, "the browser in which the password was changed stays"
        async with transaction(person.id) as session:
            session.add(_copy_with_login(person, "another-login"))
        await logout(person)
        assert sorted(await _names(person)) == ["Old laptop", "Tablet"]
        await logout_all(person)
        assert await _names(person) == ["Tablet"]
        await logout_all(person, with_other_access=True)
        assert await _names(person) == []


def _copy_with_login(person: Person, login_id: str) -> PushDevice:
    row = PushDevice(user_id=person.id, id="copy", name="Old laptop", url="x", language="en", login_id=login_id)
    row.created_at = now()
    return row


async def _names(person: Person) -> list[str]:
    return await rows(select(PushDevice.name).where(PushDevice.user_id == person.id))


async def test_a_browsers_subscription_is_of_the_user_who_subscribed_last(
    phone: PushEndpoint, api: httpx.AsyncClient, other_api: httpx.AsyncClient, person: Person
):
    [mine] = (await api.get("/api/push")).json()["devices"]
    assert (mine["device"], mine["kind"]) == ("Phone", "webpush")
    new_key = encode(bytes(65))
    renamed = phone.body | {"device": "My phone", "keys": phone.body["keys"] | {"p256dh": new_key}}
    again = (await api.post("/api/push", json=renamed, headers={"Accept-Language": "de"})).json()
    assert (again["id"], again["device"]) == (mine["id"], "My phone")
    own = update(PushDevice).where(col(PushDevice.user_id) == person.id)
    await write(own.values(login_id="an earlier login"))
    await api.post("/api/push", json=renamed, headers={"Accept-Language": "de"})
    stored = await devices.get_device(person.id, again["id"])
    assert (stored.language, stored.login_id, stored.p256dh) == ("de", person.login_id, new_key)
    assert (await other_api.delete(f"/api/push/{mine['id']}")).status_code == 404
    assert (await other_api.post(f"/api/push/{mine['id']}/test")).status_code == 404
    await delivery._remove(PushDevice(user_id=person.id, id=again["id"], name="x", url="x", language="", auth="old"))
    guessed = phone.body | {"keys": phone.body["keys"] | {"auth": encode(b"another  secret!")}}
    assert (await other_api.post("/api/push", json=guessed)).status_code == 201
    assert [device["id"] for device in (await api.get("/api/push")).json()["devices"]] == [mine["id"]]
    assert (await other_api.post("/api/push", json=phone.body)).status_code == 201
    assert (await api.get("/api/push")).json() == {"devices": []}


async def test_ntfy_gets_the_reminder_with_actions(me: Account, api: httpx.AsyncClient, anonymous: httpx.AsyncClient):
    async with receiving() as server:
        topic = {"url": server.url, "topic": "my-tasks", "device": "Tablet"}
        device = (await api.post("/api/push/ntfy", json=topic, headers={"Accept-Language": "de"})).json()
        assert (device["kind"], device["topic"]) == ("ntfy", "my-tasks")
        assert (await api.post(f"/api/push/{device['id']}/test")).json()["delivered"]
        await api.patch("/api/auth/me", json={"clock": "12"})
        await ring_overdue(me)
        await send_all(me)
        test, sent = (json.loads(body) for _, body in server.requests)
        assert (test["topic"], test["message"]) == ("my-tasks", "Erinnerungen kommen auf diesem Gerät an.")
        assert (sent["title"], sent["click"]) == ("Call mum", "http://localhost:3000/?task=1")
        assert re.search(r"\d\s[AP]M · #1$", sent["message"])
        done, later, opened = sent["actions"]
        assert [one["label"] for one in (done, later, opened)] == ["Erledigt", "In 10 Minuten", "Öffnen"]
        assert (sent["priority"], [one["clear"] for one in (done, later, opened)]) == (4, [True] * 3)
        for _ in range(2):
            path = done["url"].removeprefix("http://localhost:3000")
            answer = await anonymous.request(done["method"], path, content=done["body"], headers=done["headers"])
            assert answer.status_code == 204
        assert (await me.actions())[1:] == ["created", "reminded", "completed"]
        assert await rung(me) == []
        await api.patch("/api/auth/me", json={"language": "en"})  # the user's choice comes before the device's language
        await api.post(f"/api/push/{device['id']}/test")
        assert json.loads(server.requests[-1][1])["message"] == "Reminders reach this device."


async def test_the_key_is_made_once_and_kept(me: Account, caplog: pytest.LogCaptureFixture):
    async with system_transaction() as session:
        for row in (await session.exec(select(ServerKey))).all():
            await session.delete(row)
    one, two = await asyncio.gather(vapid_key(), vapid_key())
    assert one == two == await vapid_key()
    assert one.private not in caplog.text
