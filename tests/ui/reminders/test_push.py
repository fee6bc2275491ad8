"""Reminders without an open page: a browser subscribes in Settings, its service worker shows and answers them."""

import json
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Worker, expect

from tests.push_endpoint import PushEndpoint, push_endpoint
from tests.receiver import receiving
from tests.ui.reminders.test_reminders import add_tasks_due_soon
from tests.ui.visitor import Visit, Visitor
from tests.waiting import until_async

pytestmark = pytest.mark.soak  # the headless shell, in which the other browser tests run too, gets no push messages

RINGS_SECONDS = 60
# In place of the browser's push service, which a private window may not use: the endpoint is on this machine.
SUBSCRIPTION = """
const made = {toJSON: () => (SUBSCRIPTION), unsubscribe: async () => { delete localStorage.subscribed; return true; }};
PushManager.prototype.getSubscription = async () => (localStorage.subscribed ? made : null);
PushManager.prototype.subscribe = async ({userVisibleOnly, applicationServerKey}) => {
  if (!userVisibleOnly || applicationServerKey.length !== 65) throw new TypeError("refused");
  localStorage.subscribed = "yes";
  return made;
};
"""
SHOWN = "async () => (await self.registration.getNotifications()).map(({title, tag, lang}) => ({title, tag, lang}))"
# The worker's own events, as a push service and a press on the notification send them, awaited to their end: what
# fails in the worker fails the test. The browser alone may extend the life of its own events.
RECEIVE = """async (data) => {
  ExtendableEvent.prototype.waitUntil = (promise) => { self.done = promise; };
  self.dispatchEvent(new PushEvent("push", {data}));
  await self.done;
}"""
ANSWER = """async ([kind, action]) => {
  const [notification] = await self.registration.getNotifications();
  ExtendableEvent.prototype.waitUntil = (promise) => { self.done = promise; };
  self.dispatchEvent(new NotificationEvent(kind, {notification, action}));
  await self.done;
}"""


@pytest.fixture
async def phone() -> AsyncIterator[PushEndpoint]:
    async with push_endpoint() as endpoint:
        yield endpoint


@pytest.fixture
async def visitor(visit: Visit) -> Visitor:
    return await visit(service_workers="allow")


async def subscribe(visitor: Visitor, phone: PushEndpoint) -> Visitor:
    """Have the visitor's browser get reminders; return the tab with the settings."""
    made = {name: phone.body[name] for name in ("endpoint", "keys")}
    await visitor.context.grant_permissions(["notifications"], origin=visitor.server.origin)
    await visitor.context.add_init_script(SUBSCRIPTION.replace("SUBSCRIPTION)", f"{json.dumps(made)})"))
    settings = await visitor.open_tab("/settings")
    await settings.page.get_by_label("Name of this device").fill("My phone")
    await settings.page.get_by_role("button", name="Send reminders to this device").click()
    await expect(settings.page.get_by_role("list", name="Devices")).to_contain_text("My phone")
    return settings


async def worker_of(visitor: Visitor) -> Worker:
    """Return the service worker of the visitor's browser, as soon as it runs."""
    await until_async(lambda: visitor.context.service_workers, RINGS_SECONDS)
    return visitor.context.service_workers[-1]


async def test_a_reminder_reaches_a_browser_and_is_done_there_without_a_page(visitor: Visitor, phone: PushEndpoint):
    settings = await subscribe(visitor, phone)
    await settings.page.get_by_role("button", name="Send me a test").click()
    await expect(settings.page.get_by_text("The test is on its way.")).to_be_visible()
    await add_tasks_due_soon(visitor, "Call mum")
    await phone.receiver.wait_for(2)
    key = (await visitor.api("GET", "/api/push/key")).json()["key"]
    test, reminder = phone.messages(key)
    assert (test["title"], reminder["title"]) == ("Test of taskchat", "Call mum")

    await settings.page.close()
    await visitor.page.goto(f"{visitor.server.origin}/icon.svg")  # no page of taskchat is open
    worker = await worker_of(visitor)
    for _ in range(2):  # the second one takes the place of the first
        await worker.evaluate(RECEIVE, json.dumps(reminder))
        assert await worker.evaluate(SHOWN) == [{"title": "Call mum", "tag": "reminder-1", "lang": "en"}]
    await worker.evaluate(ANSWER, ["notificationclose", ""])
    assert (await visitor.api("GET", "/api/reminders")).json()["rang"] == []
    await worker.evaluate(ANSWER, ["notificationclick", "done"])
    assert (await visitor.api("GET", "/api/tasks/1")).json()["completed_at"] is not None
    assert await worker.evaluate(SHOWN) == []


async def test_a_removed_device_ends_the_subscription_of_this_browser(visitor: Visitor, phone: PushEndpoint):
    settings = await subscribe(visitor, phone)
    await settings.page.reload()
    await expect(settings.page.get_by_role("list", name="Devices")).to_contain_text("My phone")
    assert await settings.page.evaluate("localStorage.subscribed") == "yes"
    await settings.page.get_by_role("button", name="Remove the device My phone").click()
    await settings.page.get_by_role("group", name="Remove the device My phone").get_by_text("Delete").click()
    await expect(settings.page.get_by_text("The device gets no reminders any more.")).to_be_visible()
    await settings.page.reload()
    await until_async(lambda: settings.page.evaluate("!localStorage.subscribed"), RINGS_SECONDS)


async def test_a_topic_of_ntfy_is_added_in_settings(visit: Visit):
    page = (await visit(at="/settings")).page
    async with receiving() as server:
        await page.get_by_text("ntfy", exact=True).click()
        await page.get_by_label("Address of an ntfy server").fill(server.url)
        await page.get_by_label("Topic of ntfy").fill("tasks-of-mine")
        await page.get_by_label("Name of the device with ntfy").fill("Tablet")
        await page.get_by_role("button", name="Send reminders to ntfy").click()
        await expect(page.get_by_role("list", name="Devices")).to_contain_text("ntfy, tasks-of-mine")
        await page.get_by_role("button", name="Send me a test").click()
        [(_, body)] = await server.wait_for(1)
        assert json.loads(body)["topic"] == "tasks-of-mine"
